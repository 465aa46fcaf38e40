//! Sectors, for programs.

use atrium_core::directory::actions::Place;
use atrium_core::login::TokenReach;
use atrium_core::testing::TestSite;
use http::Method;
use serde_json::{Value, json};

use super::{administrator, person, program, referent, school, send};

const SECTORS: &str = "/api/v1/administration/sectors";

#[tokio::test]
async fn a_sector_is_made_filled_and_given_roles_at() {
    let site = TestSite::new().await;
    let (here, there) = (school(&site, "0130001F", "Lycée A").await, school(&site, "0130002G", "Lycée B").await);
    let admin = program(&site, administrator(&site).await, TokenReach::Full).await;
    let made = send(&admin, Method::POST, SECTORS, &[], &json!({"name": "Nord"})).await;
    let id = made.assert_status(201).json()["id"].as_i64().unwrap();
    send(&admin, Method::POST, SECTORS, &[], &json!({"name": "nord"})).await.assert_status(409);
    let path = format!("{SECTORS}/{id}");
    let put = |school| format!("{path}/schools/{school}");
    send(&admin, Method::PUT, &put(here), &[], &Value::Null).await.assert_status(204);
    send(&admin, Method::PUT, &put(there), &[], &Value::Null).await.assert_status(204);
    send(&admin, Method::DELETE, &put(there), &[], &Value::Null).await.assert_status(204);
    assert_eq!(admin.get(&path).await.json()["schools"], json!([here]));
    assert_eq!(admin.get(&format!("{SECTORS}?q=NORD")).await.json()[0]["schools"], 1);
    let tag = admin.get(&path).await.header("etag").to_owned();
    let renamed = send(&admin, Method::PATCH, &path, &[("if-match", &tag)], &json!({"name": "Sud"})).await;
    assert_eq!(renamed.assert_status(200).json()["name"], "Sud");
    send(&admin, Method::PATCH, &path, &[("if-match", &tag)], &json!({"name": "Est"})).await.assert_status(412);

    let someone = person(&site, Place::Region, "Ana").await;
    let role = json!({"person": someone, "role": "stil_technician", "scope": format!("s{id}"), "reason": "essai"});
    send(&admin, Method::POST, "/api/v1/administration/assignments", &[], &role).await.assert_status(201);
    let listed = admin.get(&format!("/api/v1/administration/assignments?person={someone}")).await.json();
    assert_eq!(listed["assignments"][0]["scope"], format!("s{id}"));
    let why = format!("/api/v1/administration/explain?person={someone}&permission=core.person.read&scope=e{here}");
    let why = admin.get(&why).await.json();
    assert_eq!((&why["allowed"], &why["grant"]["scope"]), (&json!(true), &json!(format!("s{id}"))));
    send(&admin, Method::DELETE, &path, &[], &Value::Null).await.assert_status(409);
    let unknown = json!({"person": someone, "role": "stil_technician", "scope": "s999", "reason": "essai"});
    send(&admin, Method::POST, "/api/v1/administration/assignments", &[], &unknown).await.assert_status(422);

    let rita = program(&site, referent(&site, here, "Rita").await, TokenReach::Full).await;
    rita.get(SECTORS).await.assert_status(403);
    rita.get(&path).await.assert_status(403);
    send(&rita, Method::PUT, &put(there), &[], &Value::Null).await.assert_status(403);
    send(&rita, Method::DELETE, &path, &[], &Value::Null).await.assert_status(403);
}
