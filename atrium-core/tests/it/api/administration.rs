//! Schools, groups, roles, the journal, services and announcements, for programs.

use atrium_core::access::Scope;
use atrium_core::directory::Profile;
use atrium_core::directory::actions::Place;
use atrium_core::login::TokenReach;
use atrium_core::testing::{Client, TestSite};
use http::Method;
use serde_json::{Value, json};

use super::{administrator, give, person, program, referent, school, send};

const BASE: &str = "/api/v1/administration";

async fn tag(client: &Client, path: &str) -> String {
    client.get(path).await.assert_status(200).header("etag").to_owned()
}

#[tokio::test]
async fn the_region_keeps_schools_and_a_referent_reads_theirs() {
    let site = TestSite::new().await;
    let admin = administrator(&site).await;
    let program = program(&site, admin, TokenReach::Full).await;
    let path = format!("{BASE}/schools");
    let new = json!({"uai": "0130001F", "name": "Lycée A", "kind": "lycee", "city": "Aix"});
    let made = send(&program, Method::POST, &path, &[], &new).await;
    let here = made.assert_status(201).json()["id"].as_i64().unwrap();
    send(&program, Method::POST, &path, &[], &new).await.assert_status(409);
    let wrong = json!({"uai": "0130001A", "name": "B", "kind": "lycee", "city": "Aix"});
    send(&program, Method::POST, &path, &[], &wrong).await.assert_status(422);
    let there = school(&site, "0130002G", "Lycée B").await;

    let one = format!("{path}/{here}");
    let change = json!({"city": "Marseille"});
    let read = tag(&program, &one).await;
    let changed = send(&program, Method::PATCH, &one, &[("if-match", &read)], &change).await;
    assert_eq!(changed.assert_status(200).json()["city"], "Marseille");
    send(&program, Method::PATCH, &one, &[("if-match", &read)], &json!({"city": "Arles"})).await.assert_status(412);
    let traits = format!("{one}/traits");
    let read = tag(&program, &traits).await;
    let keys = json!(["manuels-numeriques"]);
    send(&program, Method::PUT, &traits, &[("if-match", &read)], &keys).await.assert_status(204);
    assert_eq!(program.get(&traits).await.json(), keys);

    let here = atrium_core::directory::EstablishmentId(here);
    let rita = referent(&site, here, "Rita").await;
    let reader = super::program(&site, rita, TokenReach::Full).await;
    reader.get(&path).await.assert_status(200).assert_contains("Lycée A").assert_lacks("Lycée B");
    reader.get(&format!("{path}/{there}")).await.assert_status(404);
    send(&reader, Method::POST, &path, &[], &new).await.assert_status(403);
    send(&reader, Method::PATCH, &one, &[("if-match", "\"2\"")], &change).await.assert_status(403);
    send(&reader, Method::PUT, &traits, &[("if-match", "\"2\"")], &keys).await.assert_status(403);
    let pupil = person(&site, Place::Member(here, Profile::Student), "Bob").await;
    super::program(&site, pupil, TokenReach::Read).await.get(&path).await.assert_status(403);
}

#[tokio::test]
async fn groups_and_guardians_are_kept_where_one_keeps_them() {
    let site = TestSite::new().await;
    let (here, there) = (school(&site, "0130001F", "Lycée A").await, school(&site, "0130002G", "Lycée B").await);
    let (rita, otto) = (referent(&site, here, "Rita").await, referent(&site, there, "Otto").await);
    let pupil = person(&site, Place::Member(here, Profile::Student), "Bob").await;
    let other = person(&site, Place::Member(there, Profile::Student), "Zoé").await;
    let adult = person(&site, Place::GuardianOf(pupil), "Alba").await;
    let keeper = program(&site, rita, TokenReach::Full).await;
    let stranger = program(&site, otto, TokenReach::Full).await;

    let groups = format!("{BASE}/schools/{here}/groups");
    let class = json!({"kind": "class", "name": "2nde 1"});
    let made = send(&keeper, Method::POST, &groups, &[], &class).await;
    let group = made.assert_status(201).json()["id"].as_i64().unwrap();
    send(&keeper, Method::POST, &groups, &[], &class).await.assert_status(409);
    send(&stranger, Method::POST, &groups, &[], &class).await.assert_status(404);
    stranger.get(&groups).await.assert_status(404);
    let one = format!("{BASE}/groups/{group}");
    let read = tag(&keeper, &one).await;
    let name = json!({"name": "2nde 2"});
    send(&stranger, Method::PATCH, &one, &[("if-match", &read)], &name).await.assert_status(404);
    send(&keeper, Method::PATCH, &one, &[("if-match", &read)], &name).await.assert_status(200);
    send(&keeper, Method::PATCH, &one, &[("if-match", &read)], &name).await.assert_status(412);

    let member = format!("{one}/members/{pupil}");
    send(&stranger, Method::PUT, &member, &[], &Value::Null).await.assert_status(404);
    send(&keeper, Method::PUT, &format!("{one}/members/{other}"), &[], &Value::Null).await.assert_status(404);
    for _ in 0..2 {
        send(&keeper, Method::PUT, &member, &[], &Value::Null).await.assert_status(204);
    }
    keeper.get(&format!("{one}/members")).await.assert_contains("Bob");
    stranger.get(&format!("{one}/members")).await.assert_status(404);
    send(&stranger, Method::DELETE, &member, &[], &Value::Null).await.assert_status(404);
    send(&keeper, Method::DELETE, &member, &[], &Value::Null).await.assert_status(204);
    keeper.get(&format!("{one}/members")).await.assert_lacks("Bob");

    let guardians = format!("{BASE}/people/{pupil}/guardians");
    keeper.get(&guardians).await.assert_status(200).assert_contains("Alba");
    stranger.get(&guardians).await.assert_status(404);
    let link = format!("{guardians}/{adult}");
    send(&stranger, Method::DELETE, &link, &[], &Value::Null).await.assert_status(404);
    send(&keeper, Method::DELETE, &link, &[], &Value::Null).await.assert_status(204);
    keeper.get(&guardians).await.assert_lacks("Alba");
    send(&stranger, Method::PUT, &link, &[], &Value::Null).await.assert_status(404);
}

#[tokio::test]
async fn roles_are_given_within_ones_own_and_explained() {
    let site = TestSite::new().await;
    let (here, there) = (school(&site, "0130001F", "Lycée A").await, school(&site, "0130002G", "Lycée B").await);
    let rita = referent(&site, here, "Rita").await;
    let ana = person(&site, Place::Member(here, Profile::Teacher), "Ana").await;
    let program = program(&site, rita, TokenReach::Full).await;
    let path = format!("{BASE}/assignments");
    let role = |role: &str, scope: String| json!({"person": ana, "role": role, "scope": scope, "reason": "essai", "until": "2099-07-05"});
    let made = send(&program, Method::POST, &path, &[], &role("digital_referent", format!("e{here}"))).await;
    let id = made.assert_status(201).json()["id"].as_i64().unwrap();
    send(&program, Method::POST, &path, &[], &role("platform_admin", "p".to_owned())).await.assert_status(403);
    send(&program, Method::POST, &path, &[], &role("digital_referent", format!("e{there}"))).await.assert_status(403);
    for wrong in [role("roi", "p".to_owned()), role("observer", "x9".to_owned())] {
        send(&program, Method::POST, &path, &[], &wrong).await.assert_status(422);
    }
    let mut no_reason = role("observer", format!("e{here}"));
    no_reason["reason"] = json!("");
    send(&program, Method::POST, &path, &[], &no_reason).await.assert_status(422);
    program.get(&format!("{path}?person={ana}")).await.assert_contains("2099-07-05");

    let why =
        |who: i64, scope: String| format!("{BASE}/explain?person={who}&permission=core.person.edit&scope={scope}");
    let told = program.get(&why(ana.0, format!("e{here}"))).await.json();
    assert_eq!((told["allowed"].clone(), told["grant"]["role"].clone()), (json!(true), json!("digital_referent")));
    program.get(&why(ana.0, format!("e{there}"))).await.assert_status(403);
    program.get(&format!("{BASE}/explain?permission=rien&scope=p")).await.assert_status(422);

    let revoke = format!("{path}/{id}/revoke");
    let otto = referent(&site, there, "Otto").await;
    let stranger = super::program(&site, otto, TokenReach::Full).await;
    send(&stranger, Method::POST, &revoke, &[], &json!({"reason": "essai"})).await.assert_status(404);
    stranger.get(&format!("{path}?person={ana}")).await.assert_lacks("2099");
    send(&program, Method::POST, &revoke, &[], &json!({"reason": ""})).await.assert_status(422);
    send(&program, Method::POST, &revoke, &[], &json!({"reason": "essai"})).await.assert_status(204);
    let teacher = super::program(&site, ana, TokenReach::Full).await;
    for path in [path, format!("{BASE}/roles"), format!("{BASE}/journal")] {
        teacher.get(&path).await.assert_status(403);
    }
    program.get(&format!("{BASE}/roles")).await.assert_status(200).assert_contains("digital_referent");
    program.get(&format!("{BASE}/journal")).await.assert_status(403);
    let admin = administrator(&site).await;
    let journal =
        super::program(&site, admin, TokenReach::Read).await.get(&format!("{BASE}/journal?subject=person:{ana}")).await;
    let acts = journal.assert_status(200).json()["acts"].clone();
    let revoked = acts.as_array().unwrap().iter().find(|act| act["action"] == "core.role.revoked").unwrap();
    assert_eq!(revoked["via"], "api");
}

#[tokio::test]
async fn services_and_announcements_are_kept_by_those_who_keep_them() {
    let site = TestSite::new().await;
    let support = person(&site, Place::Region, "Sam").await;
    give(&site, support, "region_support", Scope::Platform).await;
    let program = program(&site, support, TokenReach::Full).await;
    let services = program.get(&format!("{BASE}/services")).await.json();
    let path = format!("{BASE}/services/{}", services[0]["key"].as_str().unwrap());
    let read = tag(&program, &path).await;
    let stopped = json!({"state": "stopped", "note_fr": "Panne"});
    let state = format!("{path}/state");
    send(&program, Method::PUT, &state, &[("if-match", &read)], &json!({"state": "x"})).await.assert_status(422);
    let said = send(&program, Method::PUT, &state, &[("if-match", &read)], &stopped).await;
    assert_eq!(said.assert_status(200).json()["state"], "stopped");
    let late = json!({"state": "normal"});
    send(&program, Method::PUT, &state, &[("if-match", &read)], &late).await.assert_status(412);
    send(&program, Method::PUT, &state, &[], &late).await.assert_status(428);

    let announcements = format!("{BASE}/announcements");
    let text = |title: &str, ends: &str| json!({"kind": "info", "title_fr": title, "starts": "2026-01-01T08:00:00Z", "ends": ends});
    send(&program, Method::POST, &announcements, &[], &text("Rentrée", "demain")).await.assert_status(422);
    send(&program, Method::POST, &announcements, &[], &text("Rentrée", "2025-01-01T08:00:00Z"))
        .await
        .assert_status(422);
    let made = send(&program, Method::POST, &announcements, &[], &text("Rentrée", "2099-01-01T08:00:00Z")).await;
    let one = format!("{announcements}/{}", made.assert_status(201).json()["id"]);
    let read = tag(&program, &one).await;
    let again = text("La rentrée", "2099-01-01T08:00:00Z");
    let edited = send(&program, Method::PUT, &one, &[("if-match", &read)], &again).await;
    assert_eq!(edited.assert_status(200).json()["title_fr"], "La rentrée");
    send(&program, Method::PUT, &one, &[("if-match", &read)], &again).await.assert_status(412);
    let end = format!("{one}/end");
    send(&program, Method::POST, &end, &[("if-match", &read)], &Value::Null).await.assert_status(412);
    let read = edited.header("etag").to_owned();
    send(&program, Method::POST, &end, &[("if-match", &read)], &Value::Null).await.assert_status(204);

    let nobody = person(&site, Place::Region, "Léa").await;
    let refused = super::program(&site, nobody, TokenReach::Full).await;
    for path in [format!("{BASE}/services"), announcements.clone(), one] {
        refused.get(&path).await.assert_status(403);
    }
    send(&refused, Method::PUT, &state, &[("if-match", "\"2\"")], &late).await.assert_status(403);
    send(&refused, Method::POST, &announcements, &[], &again).await.assert_status(403);
    send(&refused, Method::POST, &end, &[("if-match", "\"2\"")], &Value::Null).await.assert_status(403);
}
