//! The queue and the administration of categories, for programs.

use atrium_core::access::{Effect, Scope};
use atrium_forum::State;
use serde_json::{Value, json};

use crate::world::World;

const QUEUE: &str = "/api/v1/forum/moderation/queue";
const CATEGORIES: &str = "/api/v1/administration/forum/categories";

#[tokio::test]
async fn an_item_is_claimed_and_decided_with_its_version() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    let (moderator, support) = (world.session(world.moderator).await, world.session(world.support).await);
    let referent = world.session(world.referent).await;
    let queue = world.get(QUEUE, &moderator).await;
    queue.assert_status(200);
    let item = &queue.json()["items"][0];
    assert_eq!(
        (&item["post"], &item["why"], &item["may_decide"]),
        (&json!(asked.post), &json!("all_posts"), &json!(true))
    );
    let one = format!("{QUEUE}/{}", item["id"]);
    let (claim, decision) = (format!("{one}/claim"), format!("{one}/decision"));
    let keep = json!({"decision": "keep"});
    for path in [QUEUE, one.as_str(), "/api/v1/forum/moderation/decisions", "/api/v1/forum/moderation/restricted"] {
        world.get(path, &referent).await.assert_status(403);
        world.get(path, "").await.assert_status(401);
    }
    for (method, path) in [("PUT", &claim), ("DELETE", &claim), ("POST", &decision)] {
        world.call(&referent, (method, path), Some(1), &keep).await.assert_status(403);
    }
    world.call(&support, ("PUT", &claim), None, &Value::Null).await.assert_status(204);
    world.call(&moderator, ("PUT", &claim), None, &Value::Null).await.assert_status(409);
    world.call(&moderator, ("POST", &decision), Some(1), &keep).await.assert_status(409);
    world.call(&support, ("DELETE", &claim), None, &Value::Null).await.assert_status(204);
    let read = world.get(&one, &moderator).await;
    read.assert_status(200);
    let version: i64 = read.headers["etag"].to_str().unwrap().trim_matches('"').parse().unwrap();
    world.call(&moderator, ("POST", &decision), None, &keep).await.assert_status(428);
    world.call(&moderator, ("POST", &decision), Some(version + 3), &keep).await.assert_status(412);
    world.call(&moderator, ("POST", &decision), Some(version), &json!({"decision": "remove"})).await.assert_status(422);
    world.call(&moderator, ("POST", &decision), Some(version), &keep).await.assert_status(204);
    assert_eq!(world.post(asked.post).await.state, State::Visible);
    world.call(&support, ("POST", &decision), Some(version), &keep).await.assert_status(409);
    world.get(&one, &moderator).await.assert_status(404);
    let decided = world.get("/api/v1/forum/moderation/decisions", &moderator).await.json();
    assert_eq!(
        (&decided["decisions"][0]["decision"], &decided["decisions"][0]["by"]),
        (&json!("keep"), &json!("Marc Girard"))
    );
    world.assert_no_drift().await;
}

#[tokio::test]
async fn a_moderator_of_another_school_sees_none_of_it() {
    let world = World::new().await;
    let category = world.school_category("cdi", world.school).await;
    world.ask(world.referent, category, "Une question du lycée").await.unwrap();
    world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    let (local, moderator) = (world.session(world.local_moderator).await, world.session(world.moderator).await);
    let item = world.get(QUEUE, &moderator).await.json()["items"][0]["id"].clone();
    assert_eq!(world.get(QUEUE, &local).await.json()["items"], json!([]));
    world.get(&format!("{QUEUE}/{item}"), &local).await.assert_status(404);
    let decision = format!("{QUEUE}/{item}/decision");
    world.call(&local, ("POST", &decision), Some(1), &json!({"decision": "keep"})).await.assert_status(404);
}

#[tokio::test]
async fn categories_are_made_and_changed_by_those_who_manage_them() {
    let world = World::new().await;
    let admin = world.person("Denis Admin", None).await;
    world.assign(admin, "platform_admin", Scope::Platform, Effect::Permit).await;
    let (admin, moderator) = (world.session(admin).await, world.session(world.moderator).await);
    let category = json!({"slug": "cdi", "name": "CDI", "sees": ["public"], "asks": ["signed_in"],
        "answers": ["signed_in"], "moderation": "open"});
    let made = world.call(&admin, ("POST", CATEGORIES), None, &category).await;
    made.assert_status(201);
    let one = made.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(world.get(&one, &admin).await.json(), made.json());
    let again = world.call(&admin, ("POST", CATEGORIES), None, &category).await;
    again.assert_status(422);
    assert_eq!(again.json()["errors"][0]["field"], "slug");
    let mut changed = category.clone();
    changed["confidential"] = json!(true);
    let told = world.call(&admin, ("POST", &format!("{one}/consequences")), None, &changed).await;
    told.assert_status(200);
    assert_eq!(told.json()["topics"], 0);
    world.call(&admin, ("PUT", &one), None, &changed).await.assert_status(428);
    world.call(&admin, ("PUT", &one), Some(1), &changed).await.assert_status(200);
    world.call(&admin, ("PUT", &one), Some(1), &category).await.assert_status(412);
    let made = world.call(&admin, ("POST", &format!("{CATEGORIES}/defaults")), None, &Value::Null).await;
    made.assert_status(200);
    assert!(made.json()["made"].as_u64().unwrap() > 0);
    for (method, path) in [
        ("GET", CATEGORIES),
        ("POST", CATEGORIES),
        ("GET", one.as_str()),
        ("PUT", one.as_str()),
        ("POST", &format!("{one}/consequences")),
        ("POST", &format!("{CATEGORIES}/defaults")),
    ] {
        world.call(&moderator, (method, path), Some(2), &category).await.assert_status(403);
        world.call("", (method, path), Some(2), &category).await.assert_status(401);
    }
}
