//! Accounts: giving, suspending, restoring them, and the first administrator's.

use atrium_core::audit;
use atrium_core::directory::actions::PeopleFilter;
use atrium_core::directory::actions::{NewPerson, Place};
use atrium_core::directory::{self, PersonStatus, Profile};
use atrium_core::login::{Device, LoginName};
use atrium_core::testing::TestSite;
use sea_orm::ConnectionTrait;

use super::{Town, person_path, someone};

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
    assert!(town.site.atrium().login().sessions_of(town.pupil_a).await.unwrap().is_empty());
    let restore = format!("{}/retablir", person_path(town.pupil_a));
    admin.post(&restore, &[("reason", "retour")]).await.assert_status(303);
    pupil.get("/compte").await.assert_status(303);
    let row = directory::person(town.site.atrium().db(), town.pupil_a).await.unwrap();
    assert_eq!(row.status, PersonStatus::Active);

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
    let first = access.login().first_administrator_link().await.unwrap().expect("nobody administers yet");
    let second = access.login().first_administrator_link().await.unwrap().expect("not used yet");
    let client = site.visitor();
    client.get(&format!("/connexion/lien/{}", first.secret())).await.assert_status(404);
    let password = [("password", "la mer est calme ce soir"), ("again", "la mer est calme ce soir")];
    client.post(&format!("/connexion/lien/{}", second.secret()), &password).await.assert_status(303);
    client.get("/administration").await.assert_status(200);
    assert!(access.login().first_administrator_link().await.unwrap().is_none());
    assert!(LoginName::parse("admin").is_ok());
    let again = site.visitor();
    again.post("/connexion", &[("login", "admin"), ("password", "la mer est calme ce soir")]).await.assert_status(303);
}

#[tokio::test]
async fn the_first_administrator_is_made_whole_or_not_at_all() {
    let site = TestSite::new().await;
    let (access, db) = (site.atrium().access(), site.atrium().db());
    let rename = |from: &str, to: &str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        async move { db.writer().execute_unprepared(&sql).await.unwrap() }
    };
    for table in ["atrium_login_link", "atrium_password", "atrium_audit"] {
        rename(table, "elsewhere").await;
        access.login().first_administrator_link().await.unwrap_err();
        rename("elsewhere", table).await;
        let people = access.directory().count_people(&site.system(), PeopleFilter::default()).await.unwrap().people;
        assert_eq!(people, 0, "without {table}");
    }
    access.login().first_administrator_link().await.unwrap().expect("nobody administers yet");
    assert_eq!(access.directory().count_people(&site.system(), PeopleFilter::default()).await.unwrap().people, 1);
}

#[tokio::test]
async fn a_person_whose_account_name_is_taken_is_not_made() {
    let town = Town::new().await;
    let referent = town.referent().await;
    let name = LoginName::parse("aicha.e").unwrap();
    let access = town.site.atrium().access();
    access.login().create_login(&town.site.system(), town.pupil_a, &name).await.unwrap();
    let new = NewPerson::new(Place::Member(town.a, Profile::Student), "Ali", "Essai");
    let taken = access.login().create_person_with_link(referent.actor(), new, &name).await.unwrap_err();
    assert!(taken.is_invalid());
    referent.get("/administration/personnes?q=ali").await.assert_lacks("Ali Essai");
}

#[tokio::test]
async fn suspending_ends_sessions_and_links_in_its_own_transaction() {
    let town = Town::new().await;
    let (db, access, system) = (town.site.atrium().db(), town.site.atrium().access(), town.site.system());
    let pupil = town.site.signed_in(town.pupil_a).await;
    let name = LoginName::parse("aicha.e").unwrap();
    access.login().create_login(&system, town.pupil_a, &name).await.unwrap();
    let link = access.login().one_time_link(&system, town.pupil_a).await.unwrap();
    access.directory().suspend(&system, town.pupil_a, "essai").await.unwrap();
    assert!(access.login().sessions_of(town.pupil_a).await.unwrap().is_empty());
    assert_eq!(access.login().link_holder(link.secret()).await.unwrap(), None);
    let device = Device::new("", "", 12);
    assert!(access.login().open_session(town.pupil_a, &device).await.unwrap_err().is_forbidden());
    access.directory().restore(&system, town.pupil_a, "essai").await.unwrap();
    pupil.get("/compte").await.assert_status(303);
    let acts = audit::list(db, Some(&format!("person:{}", town.pupil_a)), None, 50).await.unwrap();
    let opened = acts.iter().filter(|act| act.action == "core.login.signed_in").count();
    assert_eq!(opened, 1, "no session opens without a record");
}

#[tokio::test]
async fn pages_offer_the_leadership_to_those_who_may_appoint_it() {
    let town = Town::new().await;
    let head = someone(&town.site, Place::Member(town.a, Profile::Leadership), "Hector").await;
    let name = LoginName::parse("hector").unwrap();
    town.site.atrium().login().create_login(&town.site.system(), head, &name).await.unwrap();
    let (referent, admin) = (town.referent().await, town.admin().await);
    let link = format!("{}/lien", person_path(head));
    referent.get("/administration/personnes/nouvelle").await.assert_contains("teacher").assert_lacks("leadership");
    referent.get(&person_path(head)).await.assert_status(200).assert_lacks(&link).assert_lacks("/terminer");
    referent.get(&person_path(head)).await.assert_lacks("/suspendre").assert_lacks("/modifier");
    referent.post(&link, &[]).await.assert_status(403);
    let fields = [("given_name", "Une"), ("family_name", "Complice"), ("locale", "fr"), ("profile", "leadership")];
    let school = town.a.to_string();
    let fields = [&fields[..], &[("school", school.as_str())]].concat();
    referent.post("/administration/personnes/nouvelle", &fields).await.assert_status(403).assert_contains("Complice");
    admin.get("/administration/personnes/nouvelle").await.assert_contains("leadership");
    admin.get(&person_path(head)).await.assert_contains(&link).assert_contains("/terminer");
}
