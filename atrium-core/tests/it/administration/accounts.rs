//! Accounts: giving, suspending, restoring them, and the first administrator's.

use atrium_core::directory::{person, store};
use atrium_core::events::{Consumer, Event, Position};
use atrium_core::login::{self, LoginName, SessionKeeper};
use atrium_core::testing::TestSite;

use super::{Town, person_path};

#[tokio::test]
async fn suspending_takes_effect_at_once_and_restoring_does_not_revive_sessions() {
    let town = Town::new().await;
    let (admin, pupil) = (town.admin().await, town.site.signed_in(town.pupil_a).await);
    pupil.get("/compte").await.assert_status(200);
    let suspend = format!("{}/suspendre", person_path(town.pupil_a));
    admin.post(&suspend, &[]).await.assert_status(422).assert_contains("Dites pourquoi");
    admin.post(&suspend, &[("reason", "exclusion")]).await.assert_status(303);
    pupil.get("/compte").await.assert_status(303);
    admin.get(&person_path(town.pupil_a)).await.assert_contains("Suspendu");
    let db = town.site.atrium().db();
    let suspended = Event {
        position: Position::default(),
        kind: "core.person.suspended".to_owned(),
        subject: format!("person:{}", town.pupil_a),
        actor: None,
        scope: None,
        payload: serde_json::Value::Null,
        at: town.site.clock().now(),
    };
    SessionKeeper.consume(db, &[suspended]).await.unwrap();
    assert!(login::sessions_of(db, town.pupil_a, town.site.clock().now()).await.unwrap().is_empty());
    let restore = format!("{}/retablir", person_path(town.pupil_a));
    admin.post(&restore, &[("reason", "retour")]).await.assert_status(303);
    pupil.get("/compte").await.assert_status(303);
    let row = store::person(town.site.atrium().db(), town.pupil_a).await.unwrap();
    assert_eq!(row.status, person::Status::Active);

    let referent = town.referent().await;
    referent.post(&format!("{}/suspendre", person_path(town.pupil_b)), &[("reason", "x")]).await.assert_status(404);
    referent.post(&format!("{}/suspendre", person_path(town.admin)), &[("reason", "x")]).await.assert_status(404);
    let own = format!("{}/suspendre", person_path(town.admin));
    admin.post(&own, &[("reason", "x")]).await.assert_status(403);
}

#[tokio::test]
async fn an_account_is_given_and_opened_by_its_owner() {
    let town = Town::new().await;
    let referent = town.referent().await;
    let path = person_path(town.pupil_a);
    referent.post(&format!("{path}/lien"), &[]).await.assert_status(409);
    let bad = referent.post(&format!("{path}/identifiant"), &[("version", "0"), ("login", "é")]).await;
    bad.assert_status(422).assert_contains("value=\"é\"").assert_contains("f-login-error");
    referent.post(&format!("{path}/identifiant"), &[("version", "0"), ("login", "aicha.e")]).await.assert_status(303);
    referent.get(&path).await.assert_contains("aicha.e");
    let page = referent.post(&format!("{path}/lien"), &[]).await;
    page.assert_status(200);
    assert_eq!(page.header("cache-control"), "private, no-store");
    let text = page.text();
    let link =
        text.split("value=\"").find_map(|part| part.split_once('"').filter(|(value, _)| value.contains("/lien/")));
    let link = link.expect("the link is shown").0.replace("&#x2F;", "/");
    let visitor = town.site.visitor();
    let password = [("password", "la mer est calme ce soir"), ("again", "la mer est calme ce soir")];
    visitor.post(&link, &password).await.assert_status(303);
    visitor.get("/compte").await.assert_status(200).assert_contains("Aïcha");

    let theirs = format!("{}/identifiant", person_path(town.teacher_a));
    let taken = referent.post(&theirs, &[("version", "0"), ("login", "aicha.e")]).await;
    taken.assert_status(422).assert_contains("déjà pris");
    for above in [town.admin, town.pupil_b] {
        referent.get(&format!("{}/identifiant", person_path(above))).await.assert_status(404);
        referent.post(&format!("{}/lien", person_path(above)), &[]).await.assert_status(404);
    }
}

#[tokio::test]
async fn a_new_platform_prints_one_way_in_until_it_is_used() {
    let site = TestSite::new().await;
    let access = site.atrium().access();
    let first = login::first_administrator_link(access).await.unwrap().expect("nobody administers yet");
    let second = login::first_administrator_link(access).await.unwrap().expect("not used yet");
    let client = site.visitor();
    client.get(&format!("/connexion/lien/{}", first.secret())).await.assert_status(404);
    let password = [("password", "la mer est calme ce soir"), ("again", "la mer est calme ce soir")];
    client.post(&format!("/connexion/lien/{}", second.secret()), &password).await.assert_status(303);
    client.get("/administration").await.assert_status(200);
    assert!(login::first_administrator_link(access).await.unwrap().is_none());
    assert!(LoginName::parse("admin").is_ok());
    let again = site.visitor();
    again.post("/connexion", &[("login", "admin"), ("password", "la mer est calme ce soir")]).await.assert_status(303);
}
