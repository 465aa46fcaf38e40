//! The forum for programs.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

use crate::world::{Answer, World};

async fn send(world: &World, path: &str, cookie: &str, key: &str, body: &Value) -> Answer {
    let request = Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/json")
        .header("sec-fetch-site", "same-origin")
        .header("idempotency-key", key);
    world.send(request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn a_program_asks_replies_and_reads() {
    let world = World::new().await;
    let cookie = world.session(world.referent).await;
    let topic = json!({"category": "messagerie", "title": "Depuis un programme", "body": "Bonjour **à tous**"});
    let first = send(&world, "/api/v1/forum/topics", &cookie, "programme-1", &topic).await;
    first.assert_status(201);
    let again = send(&world, "/api/v1/forum/topics", &cookie, "programme-1", &topic).await;
    assert_eq!(first.json(), again.json());
    let id = first.json()["topic"].as_i64().unwrap();
    let path = format!("/api/v1/forum/topics/{id}/posts");
    send(&world, &path, &cookie, "programme-2", &json!({"body": "Une suite"})).await.assert_status(201);
    let page = world.get(&format!("/api/v1/forum/topics/{id}"), "").await;
    page.assert_status(200);
    let page = page.json();
    assert_eq!(page["topic"]["replies"], 1);
    assert_eq!(page["posts"][0]["html"], "<p>Bonjour <strong>à tous</strong></p>\n");
    let categories = world.get("/api/v1/forum/categories", "").await.json();
    assert_eq!(categories["categories"].as_array().unwrap().len(), 3, "the private one is not told of");
}

#[tokio::test]
async fn bad_input_is_a_clear_4xx() {
    let world = World::new().await;
    let cookie = world.session(world.referent).await;
    let topics = "/api/v1/forum/topics";
    let long = json!({"category": "messagerie", "title": "abc", "kind": "?", "body": "é".repeat(32_001)});
    let wrong = send(&world, topics, &cookie, "!", &long).await;
    wrong.assert_status(422);
    let fields: Vec<_> = wrong.json()["errors"].as_array().unwrap().iter().map(|e| e["field"].clone()).collect();
    assert_eq!(fields, ["title", "body", "kind", "Idempotency-Key"]);
    let nowhere = json!({"category": "nulle-part", "title": "Un titre", "body": "Bonjour"});
    send(&world, topics, &cookie, "programme-1", &nowhere).await.assert_status(404);
    send(&world, topics, "", "programme-1", &nowhere).await.assert_status(401);
    send(&world, topics, &cookie, "programme-1", &json!([1])).await.assert_status(400);
    send(&world, "/api/v1/forum/topics/999/posts", &cookie, "programme-2", &json!({"body": "x"}))
        .await
        .assert_status(404);
    world.get("/api/v1/forum/topics/-1", "").await.assert_status(404);
    world.get("/api/v1/forum/topics?avant=%00", "").await.assert_status(422);
}

#[test]
fn every_route_of_the_api_is_described() {
    use atrium_core::web::WebPlugin;
    let forum = atrium_forum::Forum::default();
    let described = forum.openapi().unwrap().paths.paths;
    assert_eq!(described.len(), 4);
    assert!(described.contains_key("/api/v1/forum/topics/{id}/posts"));
}
