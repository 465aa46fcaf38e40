//! The forum in the platform's search.

use atrium_forum::State;
use atrium_forum::topics::marks::{Mark, mark};

use crate::world::World;

async fn found(world: &World, cookie: &str, words: &str) -> serde_json::Value {
    world.atrium.index_now().await.unwrap();
    let answer = world.get(&format!("/api/v1/search?q={words}&kind=forum"), cookie).await;
    answer.assert_status(200);
    answer.json()["hits"].clone()
}

#[tokio::test]
async fn questions_and_replies_are_found_with_their_marks() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "La synchronisation des tablettes").await.unwrap();
    let reply = world.reply(world.support, asked.topic, "Relancez le parapluie.").await.unwrap();
    let support = world.actor(world.support).await;
    mark(world.db(), &support, asked.topic, Mark::Official(reply.post)).await.unwrap();
    let hits = found(&world, "", "parapluie").await;
    assert_eq!(hits[0]["title"], "La synchronisation des tablettes");
    assert_eq!(hits[0]["badges"][0], "official");
    assert!(hits[0]["url"].as_str().unwrap().ends_with("#message-2"), "{hits}");
}

#[tokio::test]
async fn what_is_not_visible_is_not_found_by_anybody() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "La synchronisation des tablettes").await.unwrap();
    let reply = world.reply(world.pupil, asked.topic, "Un parapluie.").await.unwrap();
    let waiting = world.ask(world.referent, world.reviewed, "Un parapluie en attente").await.unwrap();
    let cookie = world.session(world.support).await;
    assert_eq!(found(&world, "", "parapluie").await.as_array().unwrap().len(), 1);
    world.change(world.support, reply.post, State::Hidden).await.unwrap();
    assert_eq!(found(&world, "", "parapluie").await.as_array().unwrap().len(), 0);
    assert_eq!(found(&world, &cookie, "parapluie").await.as_array().unwrap().len(), 0);
    world.change(world.support, waiting.post, State::Visible).await.unwrap();
    assert_eq!(found(&world, "", "parapluie").await.as_array().unwrap().len(), 1);
    world.change(world.support, asked.post, State::Deleted).await.unwrap();
    assert_eq!(found(&world, "", "tablettes").await.as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn confidential_topics_are_found_by_those_who_read_them() {
    let world = World::new().await;
    world.ask_confidentially(world.referent, "Un parapluie confidentiel").await.unwrap();
    for (who, count) in [(world.head, 1), (world.support, 1), (world.colleague, 0), (world.pupil, 0)] {
        let cookie = world.session(who).await;
        assert_eq!(found(&world, &cookie, "parapluie").await.as_array().unwrap().len(), count, "{who}");
    }
    assert_eq!(found(&world, "", "parapluie").await.as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn similar_topics_are_offered_without_the_help() {
    let world = World::new().await;
    world.ask(world.referent, world.open, "Des messages reçus en double").await.unwrap();
    world.atrium.index_now().await.unwrap();
    let list = world.get("/forum/similaires?titre=messages%20en%20double", "").await;
    list.assert_status(200);
    assert!(list.text.contains("Des messages reçus en double"), "{}", list.text);
    assert!(!list.text.contains("<html"));
}
