//! What is kept about a person: handed over to them and to those who handle such requests, and erased as a whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use atrium_core::db::{Db, Tx};
use atrium_core::directory::{self, PersonId, PersonStatus, Profile};
use atrium_core::events::{Act, EventKind};
use atrium_core::plugin::{Plugin, PluginContext};
use atrium_core::privacy::PersonalData;
use atrium_core::testing::TestSite;
use atrium_core::web::WebPlugin;
use atrium_core::{Error, Result, audit};
use http::Method;
use serde_json::{Value, json};

use crate::api::{actor, administrator, send};

/// What a browser says of a request of the site itself.
const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");

/// A plugin that keeps something about everybody, and may fail to erase it.
#[derive(Clone, Default)]
struct Canteen(Arc<AtomicBool>);

#[async_trait]
impl PersonalData for Canteen {
    async fn export(&self, _db: &Db, person: PersonId) -> Result<Value> {
        Ok(json!({ "meals_of": person }))
    }

    async fn erase(&self, _tx: &Tx, _person: PersonId) -> Result<u64> {
        if self.0.load(Ordering::SeqCst) { Err(Error::bug("the kitchen burns")) } else { Ok(1) }
    }
}

impl Plugin for Canteen {
    fn id(&self) -> &'static str {
        "canteen"
    }

    fn privacy(&self, _cx: &PluginContext) -> Option<Arc<dyn PersonalData>> {
        Some(Arc::new(self.clone()))
    }
}

impl WebPlugin for Canteen {}

async fn site() -> (TestSite, Canteen) {
    let canteen = Canteen::default();
    (TestSite::builder().plugin(canteen.clone()).start().await, canteen)
}

#[tokio::test]
async fn everybody_downloads_what_is_kept_about_them() {
    let (site, _) = site().await;
    let school = site.school().await;
    let lea = school.member(Profile::Student).named("Léa", "Roux").await;
    school.member(Profile::Student).named("Tom", "Blanc").await;
    let client = lea.client().await;
    client.get("/compte").await.assert_contains("href=\"/compte/donnees\"");
    client.get("/compte/donnees").await.assert_status(200).assert_contains("href=\"/compte/donnees/export\"");
    let file = client.get("/compte/donnees/export").await;
    assert!(file.assert_status(200).header("content-disposition").starts_with("attachment"));
    assert_eq!(file.header("cache-control"), "private, no-store");
    let document = file.json();
    assert_eq!(document["core"]["identity"][0]["given_name"], "Léa");
    assert_eq!(document["core"]["memberships"][0]["profile"], "student");
    assert_eq!(document["canteen"], json!({ "meals_of": lea.id() }));
    assert!(document["core"]["sessions"].as_array().is_some_and(|sessions| !sessions.is_empty()));
    assert!(!file.text().contains("Tom"), "nobody else's");
    assert!(!file.text().contains("hash"), "and no secret");
    let asked = client.get("/api/v1/account/data").await.assert_status(200).json();
    assert_eq!(asked["core"]["identity"], document["core"]["identity"]);
    let records = audit::list(site.atrium().db(), None, None, 10).await.unwrap();
    assert_eq!(records.iter().filter(|record| record.action == "core.person.exported").count(), 2);
    site.visitor().get("/compte/donnees/export").await.assert_status(303);
    site.visitor().get("/api/v1/account/data").await.assert_status(401);
}

#[tokio::test]
async fn a_person_is_erased_as_a_whole() {
    let (site, _) = site().await;
    let db = site.atrium().db();
    let admin = site.signed_in(administrator(&site).await).await;
    let lea = site.school().member(Profile::Teacher).named("Léa", "Roux").give("digital_referent").await;
    let client = lea.client().await;
    let before = actor(&site, lea.id()).await;
    audit_something(&site, &before).await;
    let page = format!("/administration/personnes/{}", lea.id());
    admin.get(&page).await.assert_contains(&format!("href=\"{page}/donnees\""));
    admin.get(&format!("{page}/donnees")).await.assert_status(200).assert_contains("Effacer cette personne");
    let exported = admin.get(&format!("{page}/donnees/export")).await.assert_status(200).json();
    assert_eq!(exported["core"]["roles"][0]["role"], "digital_referent");
    admin.get(&format!("{page}/effacer")).await.assert_status(200).assert_contains("ancien membre");
    admin.post(&format!("{page}/effacer"), &[("reason", "")]).await.assert_status(422);
    admin.post(&format!("{page}/effacer"), &[("reason", "demande du 3 mars")]).await.assert_status(303);

    let row = directory::person(db, lea.id()).await.unwrap();
    assert_eq!((row.display_name.as_str(), row.status), ("", PersonStatus::Erased));
    assert_eq!((row.email, row.sort_name.as_str()), (None, ""));
    client.get("/compte").await.assert_status(303);
    let rights = site.atrium().access().actor_for(lea.id(), atrium_core::access::Via::Web).await.unwrap();
    assert!(rights.rights().held().is_empty());
    let left = site.atrium().export_person(&site.system(), lea.id()).await.unwrap();
    for part in ["identities", "memberships", "groups", "roles", "account", "sessions", "devices", "tokens"] {
        assert_eq!(left["core"][part], json!([]), "{part}");
    }
    let text = left.to_string();
    assert!(!text.contains("Léa") && !text.contains("Roux"), "{text}");
    let records = audit::list(db, None, None, 20).await.unwrap();
    let hers: Vec<_> = records.iter().filter(|record| record.actor_id == Some(lea.id())).collect();
    assert!(!hers.is_empty() && hers.iter().all(|record| record.actor_name.is_empty()));
    assert!(records.iter().any(|record| record.action == "core.person.erased" && record.reason == "demande du 3 mars"));
    let journal = admin.get("/administration/journal").await;
    journal.assert_status(200).assert_contains("Personne effacée").assert_contains("Ancien membre");
    let english = site.signed_in(administrator(&site).await).await.with_cookie("atrium-lang", "en");
    english.get("/administration/journal").await.assert_contains("Former member").assert_lacks("Ancien membre");
    english.get(&page).await.assert_status(200).assert_contains("<h1>Former member</h1>");
    let kept = admin.get(&format!("/api/v1/administration/people/{}", lea.id())).await.assert_status(200).json();
    assert_eq!((&kept["name"], &kept["status"]), (&json!(null), &json!("erased")));
    let acts = admin.get("/api/v1/administration/journal").await.assert_status(200).json();
    let acts = acts["acts"].as_array().unwrap();
    assert!(acts.iter().any(|act| act["actor"] == json!(lea.id()) && act["actor_name"].is_null()));
    admin.get("/administration/personnes?q=roux").await.assert_status(200).assert_lacks("Léa");
    admin.post(&format!("{page}/effacer"), &[("reason", "encore")]).await.assert_status(409);
}

/// Has a person do something that is recorded.
async fn audit_something(site: &TestSite, actor: &atrium_core::access::Actor) {
    let tx = site.atrium().db().begin().await.unwrap();
    const ANY: EventKind = EventKind::new("core.group.created").journal_only();
    tx.record(Act::new(actor, ANY).on("group:1")).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_a_plugin_cannot_erase_leaves_everything_as_it_was() {
    let (site, canteen) = site().await;
    let lea = site.school().member(Profile::Teacher).named("Léa", "Roux").await;
    canteen.0.store(true, Ordering::SeqCst);
    site.atrium().erase_person(&site.system(), lea.id(), "demande").await.unwrap_err();
    assert_eq!(directory::person(site.atrium().db(), lea.id()).await.unwrap().status, PersonStatus::Active);
    canteen.0.store(false, Ordering::SeqCst);
    site.atrium().erase_person(&site.system(), lea.id(), "demande").await.unwrap();
    let again = site.atrium().erase_person(&site.system(), lea.id(), "demande").await.unwrap_err();
    assert!(again.is_conflict());
}

#[tokio::test]
async fn others_neither_get_nor_erase_a_persons_data() {
    let (site, _) = site().await;
    let school = site.school().await;
    let lea = school.member(Profile::Student).named("Léa", "Roux").await;
    let head = school.member(Profile::Leadership).give("digital_referent").await;
    let client = head.client().await;
    let page = format!("/administration/personnes/{}", lea.id());
    let api = format!("/api/v1/administration/people/{}", lea.id());
    for path in ["donnees", "donnees/export", "effacer"] {
        client.get(&format!("{page}/{path}")).await.assert_status(403);
    }
    client.get(&page).await.assert_lacks("/donnees");
    client.post(&format!("{page}/effacer"), &[("reason", "x")]).await.assert_status(403);
    client.get(&format!("{api}/data")).await.assert_status(403);
    send(&client, Method::POST, &format!("{api}/erase"), &[SAME], &json!({"reason": "x"})).await.assert_status(403);
    let (atrium, acting) = (site.atrium(), actor(&site, head.id()).await);
    assert!(atrium.export_person(&acting, lea.id()).await.unwrap_err().is_forbidden());
    assert!(
        atrium.export_person(&acting, PersonId(987_654)).await.unwrap_err().is_forbidden(),
        "absent looks the same"
    );
    assert!(atrium.erase_person(&acting, lea.id(), "x").await.unwrap_err().is_forbidden());
    assert!(atrium.export_person(&acting, head.id()).await.is_ok(), "one's own");
}

#[tokio::test]
async fn nobody_erases_themselves_or_the_last_administrator() {
    let (site, _) = site().await;
    let id = administrator(&site).await;
    let admin = actor(&site, id).await;
    assert!(site.atrium().erase_person(&admin, id, "x").await.unwrap_err().is_forbidden());
    assert!(site.atrium().erase_person(&site.system(), id, "x").await.unwrap_err().is_conflict());
    let missing = site.atrium().erase_person(&admin, PersonId(987_654), "x").await.unwrap_err();
    assert!(missing.is_not_found());
}

#[tokio::test]
async fn a_program_hands_over_and_erases() {
    let (site, _) = site().await;
    let admin = site.signed_in(administrator(&site).await).await;
    let lea = site.school().member(Profile::Student).named("Léa", "Roux").await;
    let api = format!("/api/v1/administration/people/{}", lea.id());
    let data = admin.get(&format!("{api}/data")).await.assert_status(200).json();
    assert_eq!(data["core"]["identity"][0]["family_name"], "Roux");
    let erase = format!("{api}/erase");
    send(&admin, Method::POST, &erase, &[SAME], &json!({"reason": " "})).await.assert_status(422);
    send(&admin, Method::POST, &erase, &[SAME], &json!({"reason": "demande"})).await.assert_status(204);
    send(&admin, Method::POST, &erase, &[SAME], &json!({"reason": "demande"})).await.assert_status(409);
}

#[tokio::test]
async fn one_asks_to_be_erased_after_a_warning_and_takes_it_back() {
    let (site, _) = site().await;
    let admin = site.signed_in(administrator(&site).await).await;
    let lea = site.school().member(Profile::Student).named("Léa", "Roux").await;
    let client = lea.client().await;
    let (data, ask, list) = ("/compte/donnees", "/compte/donnees/effacement", "/administration/effacements");
    client.get(data).await.assert_contains(&format!("href=\"{ask}\"")).assert_contains("La Région décide");
    client
        .get(ask)
        .await
        .assert_status(200)
        .assert_contains("rien ne pourra être rétabli")
        .assert_contains("le journal garde");
    admin.get(list).await.assert_status(200).assert_contains("Aucune demande.");
    client.post(ask, &[]).await.assert_status(303);
    client.get(data).await.assert_contains("Votre demande attend une réponse").assert_lacks(&format!("href=\"{ask}\""));
    client.post(ask, &[]).await.assert_status(303);
    let page = format!("/administration/personnes/{}/donnees", lea.id());
    admin.get(list).await.assert_contains("Léa Roux").assert_contains(&format!("href=\"{page}\""));
    let asked = admin.get("/api/v1/administration/erasure-requests").await.assert_status(200).json();
    assert_eq!((&asked[0]["person"], &asked[0]["name"]), (&json!(lea.id()), &json!("Léa Roux")));
    client.post(&format!("{ask}/annuler"), &[]).await.assert_status(303);
    admin.get(list).await.assert_contains("Aucune demande.");

    let api = "/api/v1/account/erasure-request";
    assert_eq!(client.get(api).await.json()["asked"], json!(null));
    send(&client, Method::PUT, api, &[SAME], &json!({})).await.assert_status(204);
    assert!(client.get(api).await.json()["asked"].is_string());
    let kept = client.get("/api/v1/account/data").await.json();
    assert!(kept["core"]["erasure_request"][0]["asked_at"].is_number());
    send(&client, Method::DELETE, api, &[SAME], &json!({})).await.assert_status(204);
    send(&client, Method::DELETE, api, &[SAME], &json!({})).await.assert_status(204);
    client.post(ask, &[]).await.assert_status(303);
    site.atrium().erase_person(&site.system(), lea.id(), "sa demande").await.unwrap();
    admin.get(list).await.assert_contains("Aucune demande.");
    let records = audit::list(site.atrium().db(), None, None, 50).await.unwrap();
    let count = |action: &str| records.iter().filter(|record| record.action == action).count();
    assert_eq!((count("core.person.erasure_asked"), count("core.person.erasure_withdrawn")), (3, 2), "each once");
}

#[tokio::test]
async fn requests_to_be_erased_are_for_those_who_handle_them() {
    let (site, _) = site().await;
    let referent = site.school().member(Profile::Teacher).give("digital_referent").await.client().await;
    referent.get("/administration").await.assert_lacks("/administration/effacements");
    referent.get("/administration/effacements").await.assert_status(403);
    referent.get("/api/v1/administration/erasure-requests").await.assert_status(403);
    for path in ["/compte/donnees/effacement", "/compte/donnees/effacement/annuler"] {
        assert!(site.visitor().post(path, &[]).await.assert_status(303).location().starts_with("/connexion"), "{path}");
    }
    site.visitor().get("/api/v1/account/erasure-request").await.assert_status(401);
}
