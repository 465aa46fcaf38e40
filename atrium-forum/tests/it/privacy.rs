//! What the forum keeps about a person, what becomes of it, and what the Region sets.

use std::collections::BTreeMap;

use atrium_core::settings::SettingValue;
use atrium_forum::State;
use atrium_forum::flags::{Comment, FlagReason};
use atrium_forum::posts::PostId;

use crate::world::World;

async fn report(world: &World, by: atrium_core::directory::PersonId, post: PostId) {
    let comment = Comment::parse("Le nom d’un élève.").unwrap();
    let revision = world.post(post).await.revision;
    world
        .forum()
        .flags()
        .create(&world.actor(by).await, post, revision, FlagReason::PersonalData, &comment)
        .await
        .unwrap();
}

#[tokio::test]
async fn texts_stay_under_a_name_that_is_nobodys() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.pupil, topic, "Samir habite au 3.").await.unwrap().post;
    report(&world, world.referent, post).await;
    let url = world.topic(topic).await.url();
    let reader = world.session(world.colleague).await;
    assert!(world.get(&url, &reader).await.text.contains("Claire Aubert"));
    let operator = world.atrium.operator();
    let document = world.atrium.export_person(&operator, world.referent).await.unwrap();
    let forum = &document["forum"];
    assert_eq!(forum["topics"][0]["title"], "Des messages en double");
    assert_eq!(forum["posts"][0]["text"], "Rien ne se passe quand on clique.");
    assert_eq!(forum["flags"][0]["comment"], "Le nom d’un élève.");
    assert_eq!(forum["posts"].as_array().map(Vec::len), Some(1), "nobody else's");

    world.atrium.erase_person(&operator, world.referent, "demande du 3 mars").await.unwrap();
    let page = world.get(&url, &reader).await.text;
    assert!(page.contains("Ancien membre") && page.contains("Rien ne se passe quand on clique."), "{page}");
    assert!(!page.contains("Aubert"), "{page}");
    assert!(!world.get("/forum", &reader).await.text.contains("Aubert"));
    let english = format!("{reader}; atrium-lang=en");
    for path in [url.as_str(), "/forum", "/forum/messagerie"] {
        let page = world.get(path, &english).await.text;
        assert!(page.contains("Former member") && !page.contains("Ancien membre"), "{path}: {page}");
    }
    let api = world.get(&format!("/api/v1/forum/topics/{topic}"), &english).await.json();
    assert_eq!(api["topic"]["author"], serde_json::Value::Null, "{api}");
    assert_eq!(api["posts"][0]["author"], serde_json::Value::Null, "{api}");
    assert_eq!(api["posts"][1]["author"], "Samir Diop");
    let document = world.atrium.export_person(&operator, world.referent).await.unwrap();
    assert_eq!(document["forum"]["flags"][0]["comment"], "");
    assert_eq!(document["forum"]["read"].as_array().map(Vec::len), Some(0));
    assert_eq!(document["forum"]["posts"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn the_region_sets_how_many_flags_hide_a_post() {
    let world = World::new().await;
    let new = BTreeMap::from([("hiding_flags".to_owned(), Some(SettingValue::Number(2)))]);
    world.atrium.plugin_settings().edit(&world.atrium.operator(), "forum", 0, &new).await.unwrap();
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.pupil, topic, "Samir habite au 3.").await.unwrap().post;
    report(&world, world.referent, post).await;
    assert_eq!(world.post(post).await.state, State::Visible);
    report(&world, world.colleague, post).await;
    assert_eq!(world.post(post).await.state, State::Hidden);
}

#[tokio::test]
async fn the_region_sets_how_many_first_posts_are_reviewed_and_how_often_one_asks() {
    let world = World::new().await;
    let numbers = [("first_posts", 1), ("topics_per_hour", 1)];
    let new = numbers.map(|(name, number)| (name.to_owned(), Some(SettingValue::Number(number))));
    world.atrium.plugin_settings().edit(&world.atrium.operator(), "forum", 0, &new.into()).await.unwrap();
    let first = world.ask(world.referent, world.newcomers, "Bonjour à tous").await.unwrap();
    assert_eq!(first.state, State::Pending);
    world.ask(world.referent, world.open, "Une question ailleurs").await.unwrap();
    let second = world.ask(world.referent, world.newcomers, "Bonjour encore").await.unwrap();
    assert_eq!(second.state, State::Visible, "one of theirs has been shown");
}
