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
async fn the_same_key_with_another_text_or_place_is_another_write() {
    let world = World::new().await;
    let cookie = world.session(world.referent).await;
    let topic = json!({"category": "messagerie", "title": "Depuis un programme", "body": "Bonjour"});
    let first = send(&world, "/api/v1/forum/topics", &cookie, "programme-1", &topic).await.json();
    for other in [
        json!({"category": "messagerie", "title": "Depuis un programme", "body": "Bonsoir"}),
        json!({"category": "messagerie", "title": "Un autre titre", "body": "Bonjour"}),
        json!({"category": "entre-referents", "title": "Depuis un programme", "body": "Bonjour"}),
        json!({"category": "messagerie", "title": "Depuis un programme", "body": "Bonjour", "confidential": true}),
    ] {
        let written = send(&world, "/api/v1/forum/topics", &cookie, "programme-1", &other).await;
        written.assert_status(201);
        assert_ne!(written.json()["topic"], first["topic"], "{other}");
        let again = send(&world, "/api/v1/forum/topics", &cookie, "programme-1", &other).await;
        assert_eq!(written.json(), again.json(), "{other}");
    }

    let path = format!("/api/v1/forum/topics/{}/posts", first["topic"]);
    let reply = async |text: &str| send(&world, &path, &cookie, "programme-2", &json!({"body": text})).await.json();
    let one = reply("Une suite").await;
    let read = world.get(&format!("/api/v1/forum/topics/{}", first["topic"]), &cookie).await.json();
    let id = read["posts"][1]["id"].as_i64().unwrap();
    world.edit(world.referent, atrium_forum::posts::PostId(id), 1, "Une suite, corrigée").await.unwrap();
    assert_eq!(reply("Une suite").await, one, "the same write, though its post was edited since");
    let two = reply("Tout autre chose").await;
    assert_ne!(two, one);
    assert_eq!(reply("Tout autre chose").await, two, "sent again, the second one is one post, too");
    assert_eq!(reply("Une suite").await, one);
}

#[tokio::test]
async fn two_texts_at_once_under_one_key_are_both_kept_and_each_once() {
    let world = World::new().await;
    let cookie = world.session(world.referent).await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let path = format!("/api/v1/forum/topics/{topic}/posts");
    let form = format!("{}/reponses", world.topic(topic).await.url());
    for round in 0..4 {
        let key = format!("programme-{round}");
        let texts: Vec<_> = (0..4).map(|text| format!("Texte {text} du tour {round}")).collect();
        let by_program = texts.iter().chain(&texts).map(|text| {
            let (world, path, cookie, key) = (&world, &path, &cookie, &key);
            async move { send(world, path, cookie, key, &json!({"body": text})).await.status.as_u16() }
        });
        let by_form = texts.iter().map(|text| {
            let (world, form, cookie, key) = (&world, &form, &cookie, &key);
            async move { world.post_form(form, cookie, &[("body", text), ("key", key)]).await.status.as_u16() }
        });
        let (programs, forms) = tokio::join!(futures::future::join_all(by_program), futures::future::join_all(by_form));
        assert_eq!((programs, forms), (vec![201; 8], vec![303; 4]));
        let written = world.get(&format!("/api/v1/forum/topics/{topic}?a-partir={}", 2 + round * 4), &cookie).await;
        for text in &texts {
            let posts =
                written.json()["posts"].as_array().unwrap().iter().filter(|post| post["markdown"] == **text).count();
            assert_eq!(posts, 1, "{text}");
        }
    }
    assert_eq!(world.topic(topic).await.replies_public, 16);
    world.assert_no_drift().await;
}

#[tokio::test]
async fn two_topics_at_once_under_one_key_are_both_kept_and_each_once() {
    let world = World::new().await;
    let cookie = world.session(world.referent).await;
    let ask = |title: &'static str| {
        let (world, cookie) = (&world, &cookie);
        async move {
            let body = json!({"category": "messagerie", "title": title, "body": "Bonjour"});
            let written = send(world, "/api/v1/forum/topics", cookie, "programme-1", &body).await;
            written.assert_status(201);
            written.json()["topic"].as_i64().unwrap()
        }
    };
    let (one, two, same) = tokio::join!(ask("Un premier sujet"), ask("Un second sujet"), ask("Un premier sujet"));
    assert_eq!(one, same);
    assert_ne!(one, two);
    world.assert_no_drift().await;
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
