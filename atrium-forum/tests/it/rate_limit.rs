//! How often one person writes.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;
use tempfile::TempDir;

use crate::world::World;

#[tokio::test]
async fn limits_an_hour_hold_over_every_node_and_pass_with_time() {
    let world = World::new().await;
    let (dirs, cookie) = ([TempDir::new().unwrap(), TempDir::new().unwrap()], world.session(world.referent).await);
    let nodes = [world.atrium.clone(), world.node(&dirs[0]).await, world.node(&dirs[1]).await];
    let send = async |number: usize| {
        let body = json!({"category": "messagerie", "title": format!("Le sujet {number}"), "body": "Bonjour"});
        let request = Request::post("/api/v1/forum/topics")
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .header("sec-fetch-site", "same-origin");
        World::send_to(&nodes[number % 3], request.body(Body::from(body.to_string())).unwrap()).await
    };
    let mut made = 0;
    for number in 0..36 {
        let answer = send(number).await;
        match answer.status.as_u16() {
            201 => made += 1,
            status => {
                assert_eq!(status, 429, "{}", answer.text);
                assert!(answer.headers.contains_key(header::RETRY_AFTER));
            }
        }
    }
    assert_eq!(made, 30);

    let fields = [("title", "Un sujet de trop"), ("body", "Gardez ce texte."), ("category", "messagerie")];
    let form = world.post_form("/forum/nouveau", &cookie, &fields).await;
    form.assert_status(422);
    assert!(form.text.contains("très souvent") && form.text.contains("Gardez ce texte."), "{}", form.text);
    let other = world.session(world.head).await;
    world.post_form("/forum/nouveau", &other, &fields).await.assert_status(303);

    world.pass_seconds(121);
    send(40).await.assert_status(201);
    send(41).await.assert_status(429);
    world.pass_seconds(3601);
    for number in 50..80 {
        send(number).await.assert_status(201);
    }
    send(80).await.assert_status(429);
}

#[tokio::test]
async fn no_more_pass_at_once_than_one_after_the_other() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let mut posts = Vec::new();
    for number in 0..70 {
        posts.push(world.reply(world.referent, topic, &format!("Message {number}")).await.unwrap().post);
    }
    let cookie = world.session(world.pupil).await;
    let flags = posts.iter().map(|post| {
        let (world, cookie, path) = (&world, &cookie, format!("/api/v1/forum/posts/{post}/flags"));
        async move { world.post_json(&path, cookie, &json!({"reason": "rude", "revision": 1})).await.status.as_u16() }
    });
    let done = futures::future::join_all(flags).await;
    assert_eq!(done.iter().filter(|status| **status == 204).count(), 60, "{done:?}");
    assert_eq!(done.iter().filter(|status| **status == 429).count(), 10, "{done:?}");
}
