//! Who sees what.

use atrium_core::access::{Effect, Scope};
use atrium_core::directory::Profile;
use atrium_forum::State;
use atrium_forum::topics::marks::Mark;

use crate::world::World;

#[tokio::test]
async fn a_confidential_topic_is_for_the_asker_their_school_and_the_region() {
    let world = World::new().await;
    let asked = world.ask_confidentially(world.referent, "Une affaire délicate").await.unwrap();
    let topic = world.topic(asked.topic).await;
    for (who, sees) in [
        (world.referent, true),
        (world.head, true),
        (world.support, true),
        (world.developer, true),
        (world.colleague, false),
        (world.pupil, false),
        (world.moderator, false),
        (world.local_moderator, false),
    ] {
        assert_eq!(world.reader(who).await.sees(&topic), sees, "{who}");
    }
    assert!(!world.visitor().await.sees(&topic));
    assert!(world.reply(world.colleague, asked.topic, "Bonjour").await.unwrap_err().is_not_found());
    assert!(world.reply(world.support, asked.topic, "Je m’en occupe.").await.is_ok());
    // A category's public counts do not reveal it.
    let open = world.reader(world.pupil).await.category(world.open).unwrap().row.clone();
    assert_eq!((open.topics_public, open.posts_public, open.topics_staff), (0, 0, 1));
    world.assert_no_drift().await;
}

#[tokio::test]
async fn a_forbid_takes_a_school_away_from_the_region() {
    let world = World::new().await;
    let asked = world.ask_confidentially(world.referent, "Une affaire délicate").await.unwrap();
    let topic = world.topic(asked.topic).await;
    world.assign(world.developer, "region_developer", Scope::Establishment(world.school), Effect::Forbid).await;
    assert!(!world.reader(world.developer).await.sees(&topic));
}

#[tokio::test]
async fn lists_in_sql_and_the_rule_agree_on_every_topic_for_everybody() {
    let world = World::new().await;
    let mut topics = Vec::new();
    for place in [world.open, world.reviewed, world.newcomers, world.private] {
        for by in [world.referent, world.colleague] {
            topics.push(world.ask(by, place, "Un sujet parmi d’autres").await.unwrap());
        }
    }
    topics.push(world.ask_confidentially(world.referent, "Une affaire délicate").await.unwrap());
    topics.push(world.ask_confidentially(world.colleague, "Une autre affaire").await.unwrap());
    world.change(world.support, topics[0].post, State::Hidden).await.unwrap();
    world.change(world.support, topics[2].post, State::Visible).await.unwrap();
    world.change(world.support, topics[6].post, State::Deleted).await.unwrap();
    let outsider = world.person("Zoé Igal", Some((world.elsewhere, Profile::Guardian))).await;
    for who in [
        world.referent,
        world.colleague,
        world.head,
        world.pupil,
        world.support,
        world.developer,
        world.moderator,
        world.local_moderator,
        outsider,
    ] {
        let reader = world.reader(who).await;
        let cookie = world.session(who).await;
        let list = world.get("/api/v1/forum/topics", &cookie).await.json();
        let mut listed: Vec<_> =
            list["topics"].as_array().unwrap().iter().map(|topic| topic["id"].as_i64().unwrap()).collect();
        listed.sort_unstable();
        let mut seen = Vec::new();
        for posted in &topics {
            let topic = world.topic(posted.topic).await;
            if reader.sees(&topic) && topic.state != State::Deleted {
                seen.push(topic.id.0);
            }
            let status = world.get(&topic.url(), &cookie).await.status;
            assert_eq!(status.is_success(), reader.sees(&topic), "{who} {}", topic.id);
        }
        assert_eq!(listed, seen, "{who}");
    }
}

#[tokio::test]
async fn what_is_not_visible_is_in_no_page_no_list_and_no_name() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let reply = world.reply(world.pupil, asked.topic, "Mot-secret-du-message").await.unwrap();
    let url = world.topic(asked.topic).await.url();
    for state in [State::Hidden, State::Deleted] {
        world.change(world.support, reply.post, state).await.unwrap();
        for path in [&url, "/forum", "/forum/messagerie", &format!("/api/v1/forum/topics/{}", asked.topic)] {
            let page = world.get(path, "").await;
            page.assert_status(200);
            assert!(!page.text.contains("Mot-secret"), "{path}");
            assert!(!page.text.contains("Samir Diop"), "{path}: last post by");
        }
        let quoted = world.get(&format!("{url}?citer=2"), "").await;
        assert!(!quoted.text.contains("Mot-secret"));
        let cookie = world.session(world.support).await;
        let quoted = world.get(&format!("{url}?citer=2"), &cookie).await;
        assert!(!quoted.text.contains("&gt; Mot-secret"), "not quoted even by those who read it");
    }
}

#[tokio::test]
async fn filters_and_order_tell_nothing_of_what_is_hidden() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.newcomers, "Présentez-vous ici").await.unwrap();
    world.change(world.support, asked.post, State::Visible).await.unwrap();
    let before = world.topic(asked.topic).await;
    world.pass_seconds(3600);
    world.reply(world.pupil, asked.topic, "En attente.").await.unwrap();
    let after = world.topic(asked.topic).await;
    assert_eq!((before.last_visible_at, before.replies_public), (after.last_visible_at, after.replies_public));
    let unanswered = world.get("/forum/accueil?filtre=sans-reponse", "").await;
    assert!(unanswered.text.contains("Présentez-vous ici"), "a reply that waits answers nothing yet");
    let bad = world.get("/forum/accueil?avant=hidden", "").await;
    bad.assert_status(400);
}

#[tokio::test]
async fn a_moderator_takes_a_topic_out_of_sight_and_gives_it_back() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Le nom d’un élève").await.unwrap().topic;
    let denied = world.forum().topics().mark(&world.actor(world.referent).await, topic, Mark::Restrict).await;
    assert!(denied.unwrap_err().is_forbidden());
    world.forum().topics().mark(&world.actor(world.support).await, topic, Mark::Restrict).await.unwrap();
    let hidden = world.topic(topic).await;
    assert!(!world.visitor().await.sees(&hidden) && !world.reader(world.pupil).await.sees(&hidden));
    assert!(world.reader(world.referent).await.sees(&hidden), "the asker still does");
    world.assert_no_drift().await;
    world.forum().topics().mark(&world.actor(world.support).await, topic, Mark::Open).await.unwrap();
    assert!(world.visitor().await.sees(&world.topic(topic).await));
    world.assert_no_drift().await;
}
