//! What a school has of the catalogue, the names of accounts, and one's sessions, for programs.

use atrium_core::directory::Profile;
use atrium_core::directory::actions::Place;
use atrium_core::login::TokenReach;
use atrium_core::testing::TestSite;
use http::Method;
use serde_json::{Value, json};

use super::{administrator, person, program, referent, school, send};

#[tokio::test]
async fn a_program_says_what_a_school_has() {
    let site = TestSite::new().await;
    let (thiers, artaud) = (school(&site, "0130037V", "Lycée Thiers").await, school(&site, "0130038W", "Artaud").await);
    let program = super::program(&site, administrator(&site).await, TokenReach::Full).await;
    let services = format!("/api/v1/administration/schools/{thiers}/services");
    let offers = program.get(&services).await.assert_status(200).json();
    let one = format!("{services}/{}", offers[0]["service"].as_str().unwrap());
    let read = program.get(&one).await;
    assert_eq!(read.assert_status(200).header("etag"), "\"0\"");
    let state = json!({"available": true, "launch_url": "https://thiers.example.fr"});
    send(&program, Method::PUT, &one, &[], &state).await.assert_status(428);
    let said = send(&program, Method::PUT, &one, &[("if-match", "\"0\"")], &state).await;
    assert_eq!(said.assert_status(200).json()["launch_url"], "https://thiers.example.fr");
    assert_eq!(said.json()["own"], true);
    send(&program, Method::PUT, &one, &[("if-match", "\"0\"")], &json!({"available": false})).await.assert_status(412);
    let general = json!({"available": null, "launch_url": "https://thiers.example.fr"});
    send(&program, Method::PUT, &one, &[("if-match", "\"1\"")], &general).await.assert_status(422);
    let plain = json!({"available": true, "launch_url": "http://thiers.example.fr"});
    send(&program, Method::PUT, &one, &[("if-match", "\"1\"")], &plain).await.assert_status(422);
    send(&program, Method::PUT, &format!("{services}/rien"), &[("if-match", "\"0\"")], &state).await.assert_status(404);
    // A referent reads those of their school, and may not change them.
    let referent = super::program(&site, referent(&site, thiers, "Rémi").await, TokenReach::Full).await;
    referent.get(&one).await.assert_status(200);
    referent.get(&one.replace(&format!("schools/{thiers}"), &format!("schools/{artaud}"))).await.assert_status(404);
    send(&referent, Method::PUT, &one, &[("if-match", "\"1\"")], &state).await.assert_status(403);
    let pupil = person(&site, Place::Member(thiers, Profile::Student), "Léa").await;
    super::program(&site, pupil, TokenReach::Full).await.get(&services).await.assert_status(404);
}

#[tokio::test]
async fn an_account_is_named_by_those_who_manage_it() {
    let site = TestSite::new().await;
    let (admin, lea) = (administrator(&site).await, person(&site, Place::Region, "Léa").await);
    let program = program(&site, admin, TokenReach::Full).await;
    let path = format!("/api/v1/administration/people/{lea}/login");
    let none = program.get(&path).await;
    assert_eq!((none.assert_status(200).json(), none.header("etag")), (json!({"login": null}), "\"0\""));
    let named = send(&program, Method::PUT, &path, &[("if-match", "\"0\"")], &json!({"login": "lea.essai"})).await;
    assert_eq!(named.assert_status(200).json()["login"], "lea.essai");
    send(&program, Method::PUT, &path, &[("if-match", "\"0\"")], &json!({"login": "lea"})).await.assert_status(412);
    send(&program, Method::PUT, &path, &[("if-match", "\"1\"")], &json!({"login": "é à"})).await.assert_status(422);
    let own = super::program(&site, lea, TokenReach::Full).await;
    own.get(&path).await.assert_status(403);
    send(&own, Method::PUT, &path, &[("if-match", "\"1\"")], &Value::Null).await.assert_status(403);
}

#[tokio::test]
async fn all_other_sessions_end_at_once() {
    let site = TestSite::new().await;
    let lea = person(&site, Place::Region, "Léa").await;
    let (one, two) = (site.signed_in(lea).await, site.signed_in(lea).await);
    one.json(Method::DELETE, "/api/v1/account/sessions", &Value::Null).await.assert_status(204);
    one.get("/api/v1/account").await.assert_status(200);
    two.get("/api/v1/account").await.assert_status(401);
    site.visitor().json(Method::DELETE, "/api/v1/account/sessions", &Value::Null).await.assert_status(401);
}
