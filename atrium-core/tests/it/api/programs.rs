//! Accounts of programs, the tokens of accounts that one manages, and what the journal says of them.

use atrium_core::access::Scope;
use atrium_core::directory::actions::Place;
use atrium_core::directory::{EstablishmentId, PersonId, Profile};
use atrium_core::login::{LoginName, NewApiToken, TokenReach};
use atrium_core::testing::TestSite;
use http::Method;
use serde_json::{Value, json};

use super::{actor, administrator, bearer, give, make, person, program, referent, school, send, wanted};

const PROGRAMS: &str = "/administration/programmes";

fn tokens_page(person: PersonId) -> String {
    format!("/administration/personnes/{person}/jetons")
}

async fn program_account(site: &TestSite, by: PersonId) -> PersonId {
    let by = actor(site, by).await;
    site.atrium().login().create_program(&by, "Export Pronote", "Chaque nuit").await.unwrap()
}

async fn token(site: &TestSite, by: PersonId, program: PersonId, new: NewApiToken) -> String {
    let by = actor(site, by).await;
    let made = site.atrium().login().create_program_token(&by, program, new).await.unwrap();
    made.0.secret().to_owned()
}

#[tokio::test]
async fn a_program_has_the_roles_that_it_is_given_and_no_way_to_sign_in() {
    let site = TestSite::new().await;
    let lycee = school(&site, "0130037V", "Lycée Thiers").await;
    let admin = administrator(&site).await;
    let account = program_account(&site, admin).await;
    let secret = token(&site, admin, account, wanted(TokenReach::Full)).await;
    let export = bearer(&site, &secret);
    let me = export.get("/api/v1/account").await.assert_status(200).json();
    assert_eq!((&me["name"], &me["login"], &me["roles"]), (&json!("Export Pronote"), &Value::Null, &json!([])));
    export.get("/api/v1/administration/people").await.assert_status(403);
    give(&site, account, "digital_referent", Scope::Establishment(lycee)).await;
    export.get("/api/v1/administration/people").await.assert_status(200);
    export.get("/api/v1/administration/journal").await.assert_status(403);

    let (access, by) = (site.atrium().access(), actor(&site, admin).await);
    let name = LoginName::parse("export").unwrap();
    assert!(access.login().create_login(&by, account, &name).await.unwrap_err().is_conflict());
    // It makes no tokens, no more than a person's program does.
    let own = actor(&site, account).await;
    let through_api = atrium_core::access::Via::Api;
    let own = access.actor_for(own.person().unwrap(), through_api).await.unwrap();
    assert!(access.login().create_api_token(&own, wanted(TokenReach::Read)).await.unwrap_err().is_forbidden());
    assert!(
        access.login().create_program_token(&own, account, wanted(TokenReach::Read)).await.unwrap_err().is_forbidden()
    );

    access.directory().suspend(&by, account, "fin du contrat").await.unwrap();
    export.get("/api/v1/account").await.assert_status(401);
    let again = access.login().create_program_token(&by, account, wanted(TokenReach::Read)).await.unwrap_err();
    assert!(again.is_conflict(), "a suspended program has no tokens: {again}");
}

#[tokio::test]
async fn programs_are_made_by_those_who_keep_the_regions_people() {
    let site = TestSite::new().await;
    let lycee = school(&site, "0130037V", "Lycée Thiers").await;
    let (admin, remi) = (administrator(&site).await, referent(&site, lycee, "Rémi").await);
    let account = program_account(&site, admin).await;
    let access = site.atrium().access();
    let by = actor(&site, remi).await;
    assert!(access.login().create_program(&by, "Autre", "").await.unwrap_err().is_forbidden());
    assert!(access.login().programs(&by).await.unwrap_err().is_forbidden());
    let made = access.login().create_program_token(&by, account, wanted(TokenReach::Read)).await.unwrap_err();
    assert!(made.is_forbidden() || made.is_not_found());
    let person = person(&site, Place::Region, "Léa").await;
    let admin_actor = actor(&site, admin).await;
    let of_person = access.login().create_program_token(&admin_actor, person, wanted(TokenReach::Read)).await;
    assert!(of_person.unwrap_err().is_forbidden(), "people make their own");

    let (page, referent) = (site.signed_in(admin).await, site.signed_in(remi).await);
    referent.get(PROGRAMS).await.assert_status(403);
    referent.post(PROGRAMS, &[("name", "Autre")]).await.assert_status(403);
    referent.get(&tokens_page(account)).await.assert_status(404);
    referent.get("/administration").await.assert_lacks(PROGRAMS);
    page.get("/administration").await.assert_contains(PROGRAMS);
    for (name, purpose) in [("", ""), ("Аdmin", ""), ("Export", "x".repeat(201).as_str())] {
        page.post(PROGRAMS, &[("name", name), ("purpose", purpose)]).await.assert_status(422);
    }
    let made = page.post(PROGRAMS, &[("name", "Synchronisation"), ("purpose", "Les classes")]).await;
    assert!(made.assert_status(303).location().ends_with("/jetons"));
    let form = [("name", "Nuit"), ("reach", "read"), ("areas", "search"), ("days", "30"), ("school", "")];
    let shown = page.post(made.location(), &form).await;
    shown.assert_status(200).assert_contains("atrium_pat_");
    assert_eq!(shown.header("cache-control"), "private, no-store");
    page.get(made.location()).await.assert_contains("Nuit").assert_lacks("atrium_pat_");
    page.get(PROGRAMS).await.assert_contains("Les classes").assert_contains("jamais utilisé");
    page.post(&tokens_page(person), &form).await.assert_status(403);
    page.post(made.location(), &[("name", ""), ("reach", "read"), ("days", "30")]).await.assert_status(422);
}

#[tokio::test]
async fn tokens_of_a_person_are_seen_and_revoked_by_those_who_manage_the_account() {
    let site = TestSite::new().await;
    let lycee: EstablishmentId = school(&site, "0130037V", "Lycée Thiers").await;
    let elsewhere = school(&site, "0130038W", "Artaud").await;
    let pupil = person(&site, Place::Member(lycee, Profile::Student), "Léa").await;
    let (remi, other) = (referent(&site, lycee, "Rémi").await, referent(&site, elsewhere, "Nora").await);
    let (secret, id) = make(&site, pupil, wanted(TokenReach::Read)).await;
    let (page, stranger) = (site.signed_in(remi).await, site.signed_in(other).await);
    bearer(&site, &secret).get("/api/v1/account").await.assert_status(200);
    page.get(&format!("/administration/personnes/{pupil}")).await.assert_contains(&tokens_page(pupil));
    let list = page.get(&tokens_page(pupil)).await;
    list.assert_status(200)
        .assert_contains("Export des classes")
        .assert_contains("utilisé le")
        .assert_lacks("name=\"reach\"");
    stranger.get(&tokens_page(pupil)).await.assert_status(404);
    let revoke = format!("{}/{id}/revoquer", tokens_page(pupil));
    stranger.post(&revoke, &[]).await.assert_status(404);
    site.visitor().post(&revoke, &[]).await.assert_status(303);
    // The number of a token is looked for among those of that person.
    page.post(&format!("{}/{id}/revoquer", tokens_page(remi)), &[]).await.assert_status(404);
    assert_eq!(page.post(&revoke, &[]).await.assert_status(303).location(), tokens_page(pupil));
    bearer(&site, &secret).get("/api/v1/account").await.assert_status(401);

    let (_, id) = make(&site, pupil, wanted(TokenReach::Read)).await;
    let api = format!("/api/v1/administration/people/{pupil}/tokens");
    let (manager, foreign) =
        (program(&site, remi, TokenReach::Full).await, program(&site, other, TokenReach::Full).await);
    assert_eq!(manager.get(&api).await.assert_status(200).json()[0]["id"], json!(id));
    foreign.get(&api).await.assert_status(404);
    foreign.json(Method::DELETE, &format!("{api}/{id}"), &Value::Null).await.assert_status(404);
    manager.json(Method::DELETE, &format!("{api}/{id}"), &Value::Null).await.assert_status(204);
    assert_eq!(manager.get(&api).await.json(), json!([]));
}

#[tokio::test]
async fn programs_are_made_and_listed_through_the_api_and_their_tokens_are_not() {
    let site = TestSite::new().await;
    let admin = administrator(&site).await;
    let api = program(&site, admin, TokenReach::Full).await;
    let path = "/api/v1/administration/programs";
    let made = send(&api, Method::POST, path, &[], &json!({"name": "Export Pronote", "purpose": "Chaque nuit"})).await;
    made.assert_status(201);
    assert_eq!(api.get(made.location()).await.assert_status(200).json()["name"], "Export Pronote");
    assert_eq!(api.get(path).await.json(), json!([made.json()]));
    send(&api, Method::POST, path, &[], &json!({"name": ""})).await.assert_status(422);
    let nobody = person(&site, Place::Region, "Léa").await;
    let refused = program(&site, nobody, TokenReach::Full).await;
    refused.get(path).await.assert_status(403);
    send(&refused, Method::POST, path, &[], &json!({"name": "Autre"})).await.assert_status(403);
}

#[tokio::test]
async fn the_journal_says_in_words_what_was_done_with_tokens() {
    let site = TestSite::new().await;
    let admin = administrator(&site).await;
    let account = program_account(&site, admin).await;
    token(&site, admin, account, wanted(TokenReach::Full)).await;
    let by = actor(&site, admin).await;
    let held = site.atrium().login().api_tokens_of(&by, account).await.unwrap();
    site.atrium().login().revoke_api_token(&by, held[0].grant.id).await.unwrap();
    let page = site.signed_in(admin).await;
    let journal = page.get(&format!("/administration/journal?sujet=person:{account}")).await;
    journal.assert_status(200).assert_contains("Programme créé");
    journal.assert_contains("Jeton d’accès créé").assert_contains("Jeton d’accès révoqué");
    journal.assert_contains("Export des classes").assert_contains("Pour lire et écrire").assert_contains("Jusqu’au");
    journal.assert_contains("Jeton n°").assert_lacks("atrium_pat_");
    for raw in ["token_created", "ends_at", "reach", "full"] {
        journal.assert_lacks(&format!(">{raw}"));
    }
    let english = page.get(&format!("/administration/journal?sujet=person:{account}&lang=en")).await;
    let english = if english.status == 303 { page.get(english.location()).await } else { english };
    english.assert_contains("Program created");
}
