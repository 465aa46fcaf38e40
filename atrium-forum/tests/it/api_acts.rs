//! What programs do with topics and posts that are there: each act by somebody who may, and by somebody who may not.

use atrium_forum::State;
use serde_json::{Value, json};

use crate::world::World;

const TOPICS: &str = "/api/v1/forum/topics";
const POSTS: &str = "/api/v1/forum/posts";

#[tokio::test]
async fn a_post_is_read_edited_and_its_texts_listed() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Le casier est vide").await.unwrap();
    let (referent, pupil) = (world.session(world.referent).await, world.session(world.pupil).await);
    let path = format!("{POSTS}/{}", asked.post);
    let read = world.get(&path, "").await;
    read.assert_status(200);
    assert_eq!(read.headers["etag"], "\"1\"");
    assert_eq!((&read.json()["topic"], &read.json()["number"]), (&json!(asked.topic), &json!(1)));

    let source = world.get(&format!("{path}/source"), &referent).await;
    source.assert_status(200);
    assert_eq!(source.json()["title"], "Le casier est vide");
    let change = json!({"title": "Le casier reste vide", "body": "Toujours rien.", "reason": "précision"});
    world.call(&referent, ("PATCH", &path), None, &change).await.assert_status(428);
    let edited = world.call(&referent, ("PATCH", &path), Some(1), &change).await;
    edited.assert_status(200);
    assert_eq!(edited.json()["outcome"], "published");
    assert_eq!(
        (edited.json()["post"]["version"].clone(), &edited.headers["etag"]),
        (json!(2), &"\"2\"".parse().unwrap())
    );
    assert_eq!(world.topic(asked.topic).await.title, "Le casier reste vide");
    world.call(&referent, ("PATCH", &path), Some(1), &json!({"body": "Autre"})).await.assert_status(412);
    let wrong = world.call(&referent, ("PATCH", &path), Some(2), &json!({"title": "x", "body": ""})).await;
    wrong.assert_status(422);
    let fields: Vec<_> = wrong.json()["errors"].as_array().unwrap().iter().map(|e| e["field"].clone()).collect();
    assert_eq!(fields, ["body", "title"]);
    let texts = world.get(&format!("{path}/revisions"), &referent).await.json();
    assert_eq!(texts["revisions"].as_array().unwrap().len(), 2);
    assert_eq!((&texts["revisions"][0]["reason"], &texts["next"]), (&json!("précision"), &Value::Null));

    world.call(&pupil, ("PATCH", &path), Some(2), &change).await.assert_status(403);
    world.call("", ("PATCH", &path), Some(2), &change).await.assert_status(401);
    for part in ["source", "revisions"] {
        world.get(&format!("{path}/{part}"), &pupil).await.assert_status(403);
    }
    // What is not there for somebody is not there for their programs.
    let secret = world.ask(world.referent, world.private, "Entre nous seulement").await.unwrap();
    let path = format!("{POSTS}/{}", secret.post);
    world.get(&path, &pupil).await.assert_status(404);
    world.call(&pupil, ("PATCH", &path), Some(1), &change).await.assert_status(404);
}

#[tokio::test]
async fn a_post_is_hidden_restored_and_deleted_with_its_version() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Le casier est vide").await.unwrap().topic;
    let reply = world.reply(world.pupil, topic, "N’importe quoi").await.unwrap();
    let path = format!("{POSTS}/{}/state", reply.post);
    let (moderator, colleague) = (world.session(world.moderator).await, world.session(world.colleague).await);
    let hide = json!({"state": "hidden", "reason": "hors sujet"});
    world.call(&colleague, ("PUT", &path), Some(1), &hide).await.assert_status(403);
    world.call(&moderator, ("PUT", &path), None, &hide).await.assert_status(428);
    world.call(&moderator, ("PUT", &path), Some(7), &hide).await.assert_status(412);
    world.call(&moderator, ("PUT", &path), Some(1), &json!({"state": "hidden"})).await.assert_status(422);
    world.call(&moderator, ("PUT", &path), Some(1), &json!({"state": "gone", "reason": "x"})).await.assert_status(422);
    world.call(&moderator, ("PUT", &path), Some(1), &hide).await.assert_status(204);
    assert_eq!(world.post(reply.post).await.state, State::Hidden);
    world.call(&moderator, ("PUT", &path), Some(2), &hide).await.assert_status(409);
    // Hidden, it is not there for others.
    world.get(&format!("{POSTS}/{}", reply.post), &colleague).await.assert_status(404);
    world.call(&moderator, ("PUT", &path), Some(2), &json!({"state": "visible"})).await.assert_status(204);
    let pupil = world.session(world.pupil).await;
    world.call(&pupil, ("PUT", &path), Some(3), &json!({"state": "deleted"})).await.assert_status(204);
    assert_eq!(world.post(reply.post).await.state, State::Deleted);
    world.assert_no_drift().await;
}

#[tokio::test]
async fn marks_are_put_on_and_taken_off_by_those_who_may() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Le casier est vide").await.unwrap().topic;
    let reply = world.reply(world.colleague, topic, "Regardez dans le menu.").await.unwrap();
    let (asker, moderator) = (world.session(world.referent).await, world.session(world.moderator).await);
    let (support, pupil) = (world.session(world.support).await, world.session(world.pupil).await);
    let answer = json!({"post": reply.post});
    for (mark, by, body) in [
        ("accepted", &asker, &answer),
        ("official", &support, &answer),
        ("lock", &moderator, &Value::Null),
        ("pin", &moderator, &Value::Null),
        ("confidential", &support, &Value::Null),
    ] {
        let path = format!("{TOPICS}/{topic}/{mark}");
        for method in ["PUT", "DELETE"] {
            world.call(&pupil, (method, &path), None, body).await.assert_status(403);
            world.call("", (method, &path), None, body).await.assert_status(401);
        }
        world.call(by, ("PUT", &path), None, body).await.assert_status(204);
        world.call(by, ("PUT", &path), None, body).await.assert_status(204);
        let now = world.topic(topic).await;
        let is_on = match mark {
            "accepted" => now.accepted_post_id == Some(reply.post),
            "official" => now.official_post_id == Some(reply.post),
            "lock" => now.locked,
            "pin" => now.pinned,
            _ => now.restricted_by.is_some(),
        };
        assert!(is_on, "{mark}");
        world.call(by, ("DELETE", &path), None, body).await.assert_status(204);
    }
    let now = world.topic(topic).await;
    assert!(now.accepted_post_id.is_none() && now.official_post_id.is_none() && !now.locked && !now.pinned);
    // A question is no answer, and a topic that is not there has no marks.
    let question = world.get(&format!("{TOPICS}/{topic}"), "").await.json()["posts"][0]["id"].clone();
    let accepted = format!("{TOPICS}/{topic}/accepted");
    world.call(&asker, ("PUT", &accepted), None, &json!({"post": question})).await.assert_status(409);
    world.call(&moderator, ("PUT", &format!("{TOPICS}/999/lock")), None, &Value::Null).await.assert_status(404);
    world.assert_no_drift().await;
}

#[tokio::test]
async fn a_topic_is_filed_elsewhere_with_its_version() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Le casier est vide").await.unwrap().topic;
    let (asker, pupil) = (world.session(world.referent).await, world.session(world.pupil).await);
    let path = format!("{TOPICS}/{topic}/place");
    let read = world.get(&path, "").await;
    read.assert_status(200);
    assert_eq!(read.json(), json!({"category": "messagerie", "kind": "question"}));
    let version: i64 = read.headers["etag"].to_str().unwrap().trim_matches('"').parse().unwrap();
    let told = world.get(&format!("{path}/consequences?category=entre-referents"), &asker).await;
    told.assert_status(200);
    assert!(!told.json()["lines"].as_array().unwrap().is_empty(), "others will read it");
    let there = json!({"category": "entre-referents", "kind": "problem"});
    world.call(&pupil, ("PUT", &path), Some(version), &there).await.assert_status(422);
    let here = json!({"category": "messagerie", "kind": "problem"});
    world.call(&pupil, ("PUT", &path), Some(version), &here).await.assert_status(403);
    world.call(&asker, ("PUT", &path), None, &there).await.assert_status(428);
    world.call(&asker, ("PUT", &path), Some(version + 1), &there).await.assert_status(412);
    let filed = world.call(&asker, ("PUT", &path), Some(version), &there).await;
    filed.assert_status(200);
    assert_eq!(filed.json(), there);
    world.get(&path, "").await.assert_status(404);
    world.get(&format!("{path}/consequences?category=messagerie"), &pupil).await.assert_status(404);
}

#[tokio::test]
async fn what_was_read_is_noted_and_a_post_is_quoted() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Le casier est vide").await.unwrap().topic;
    world.reply(world.colleague, topic, "Regardez dans le menu.").await.unwrap();
    let pupil = world.session(world.pupil).await;
    let is_unread = async || {
        let list = world.get(&format!("{TOPICS}?filtre=tous"), &pupil).await.json();
        list["topics"][0]["unread"].as_bool().unwrap()
    };
    let unread = async || world.get("/api/v1/forum/categories", &pupil).await.json()["categories"][0]["unread"].clone();
    assert!(is_unread().await);
    assert_eq!(unread().await, 1);
    let path = format!("{TOPICS}/{topic}/read");
    world.call(&pupil, ("PUT", &path), None, &json!({"number": 1})).await.assert_status(204);
    assert!(is_unread().await);
    // No number is further than what is there: what follows stays to be read.
    world.call(&pupil, ("PUT", &path), None, &json!({"number": 1_000_000})).await.assert_status(204);
    assert!(!is_unread().await);
    world.reply(world.referent, topic, "C’est ça, merci.").await.unwrap();
    assert!(is_unread().await);
    world.call("", ("PUT", &path), None, &json!({"number": 1})).await.assert_status(401);

    let quoted = world.get(&format!("{TOPICS}/{topic}/quotation?number=2"), &pupil).await;
    quoted.assert_status(200);
    assert!(quoted.json()["markdown"].as_str().unwrap().contains("> Regardez dans le menu."));
    let secret = world.ask(world.referent, world.private, "Entre nous seulement").await.unwrap().topic;
    world.get(&format!("{TOPICS}/{secret}/quotation?number=1"), &pupil).await.assert_status(404);
    world
        .call(&pupil, ("PUT", &format!("{TOPICS}/{secret}/read")), None, &json!({"number": 1}))
        .await
        .assert_status(404);
    world.get("/api/v1/forum/similar?title=casier", "").await.assert_status(200);
    world.get("/api/v1/forum/similar", "").await.assert_status(400);
}

#[tokio::test]
async fn what_an_operation_has_left_is_told_and_a_refusal_is_not_counted() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Le casier est vide").await.unwrap().topic;
    let pupil = world.session(world.pupil).await;
    let path = format!("{TOPICS}/{topic}/posts");
    let first = world.call(&pupil, ("POST", &path), None, &json!({"body": "Une réponse"})).await;
    first.assert_status(201);
    assert_eq!(first.headers["ratelimit-policy"], "\"forum.reply\";q=120;w=3600");
    assert_eq!(first.headers["ratelimit"], "\"forum.reply\";r=119;t=30");
    for _ in 0..3 {
        world.call(&pupil, ("POST", &path), None, &json!({"body": ""})).await.assert_status(422);
    }
    let second = world.call(&pupil, ("POST", &path), None, &json!({"body": "Une autre"})).await;
    assert_eq!(second.headers["ratelimit"], "\"forum.reply\";r=118;t=60");
}
