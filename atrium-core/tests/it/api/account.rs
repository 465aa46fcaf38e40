//! The account for programs.

use atrium_core::directory::actions::Place;
use atrium_core::login::TokenReach;
use atrium_core::testing::TestSite;
use http::Method;
use serde_json::{Value, json};

use super::{make, person, program, send, wanted};

const ME: &str = "/api/v1/account";

#[tokio::test]
async fn one_reads_and_changes_ones_own_address_and_language_over_a_version() {
    let site = TestSite::new().await;
    let lea = person(&site, Place::Region, "Léa").await;
    let program = program(&site, lea, TokenReach::Full).await;
    let read = program.get(ME).await;
    let tag = read.assert_status(200).header("etag").to_owned();
    assert_eq!(tag, "\"1\"");
    let change = json!({"email": "lea@exemple.fr", "locale": "en"});
    send(&program, Method::PATCH, ME, &[], &change).await.assert_status(428);
    send(&program, Method::PATCH, ME, &[("if-match", "\"7\"")], &change).await.assert_status(412);
    send(&program, Method::PATCH, ME, &[("if-match", "*")], &change).await.assert_status(412);
    let wrong = json!({"locale": "de"});
    send(&program, Method::PATCH, ME, &[("if-match", &tag)], &wrong).await.assert_status(422);
    let changed = send(&program, Method::PATCH, ME, &[("if-match", &tag)], &change).await;
    assert_eq!(changed.assert_status(200).header("etag"), "\"2\"");
    assert_eq!(changed.json()["email"], "lea@exemple.fr");
    let again = send(&program, Method::PATCH, ME, &[("if-match", &tag)], &json!({"email": ""})).await;
    assert_eq!(again.assert_status(412).header("content-type"), "application/problem+json");
    assert_eq!(program.get(ME).await.json()["locale"], "en");
}

#[tokio::test]
async fn sessions_and_tokens_are_listed_without_secrets_and_ended() {
    let site = TestSite::new().await;
    let (lea, paul) = (person(&site, Place::Region, "Léa").await, person(&site, Place::Region, "Paul").await);
    let (secret, id) = make(&site, lea, wanted(TokenReach::Full)).await;
    let program = super::bearer(&site, &secret);
    let browser = site.signed_in(lea).await;
    let stranger = site.signed_in(paul).await;
    let sessions = program.get("/api/v1/account/sessions").await.json();
    let session = sessions[0]["id"].as_i64().unwrap();
    assert_eq!(sessions.as_array().unwrap().len(), 1);
    let path = format!("/api/v1/account/sessions/{session}");
    let others = super::program(&site, paul, TokenReach::Full).await;
    send(&others, Method::DELETE, &path, &[], &Value::Null).await.assert_status(404);
    send(&program, Method::DELETE, &path, &[], &Value::Null).await.assert_status(204);
    browser.get("/compte").await.assert_status(303);
    stranger.get("/compte").await.assert_status(200);

    let tokens = program.get("/api/v1/account/tokens").await;
    tokens.assert_status(200).assert_contains("Export des classes").assert_lacks(&secret);
    let path = format!("/api/v1/account/tokens/{id}");
    send(&program, Method::DELETE, &path, &[], &Value::Null).await.assert_status(204);
    program.get(ME).await.assert_status(401);
    for path in [ME, "/api/v1/account/sessions", "/api/v1/account/tokens"] {
        let refused = site.visitor().get(path).await;
        assert_eq!(refused.assert_status(401).header("www-authenticate"), "Bearer realm=\"api\"");
    }
}
