//! Nodes' clocks differ and go back: what comes later still stands after what came before.

use atrium_forum::flags::FlagReason;
use atrium_forum::posts::Reason;
use atrium_forum::review::Decision;

use crate::world::World;

/// The clock of the next request's node is an hour behind.
fn go_back(world: &World) {
    let clock = world.db().clock();
    clock.set(clock.now().plus_seconds(-3600));
}

/// Returns the numbers of the topics that a visitor is shown, page by page.
async fn listed(world: &World) -> Vec<i64> {
    let mut seen = Vec::new();
    let mut path = "/api/v1/forum/topics?category=messagerie".to_owned();
    loop {
        let page = world.get(&path, "").await.json();
        seen.extend(page["topics"].as_array().unwrap().iter().map(|topic| topic["id"].as_i64().unwrap()));
        let Some(next) = page["next"].as_str() else { return seen };
        path = format!("/api/v1/forum/topics?category=messagerie&avant={next}");
    }
}

#[tokio::test]
async fn what_was_written_last_comes_first() {
    let world = World::new().await;
    let first = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let second = world.ask(world.referent, world.open, "Un dossier introuvable").await.unwrap().topic;
    go_back(&world);
    let third = world.ask(world.referent, world.open, "Une image qui manque").await.unwrap().topic;
    assert_eq!(listed(&world).await, [third.0, second.0, first.0]);
    go_back(&world);
    let reply = world.reply(world.pupil, first, "Chez moi aussi.").await.unwrap().post;
    assert_eq!(listed(&world).await, [first.0, third.0, second.0]);
    world.change(world.support, reply, atrium_forum::State::Hidden).await.unwrap();
    assert_eq!(listed(&world).await, [third.0, second.0, first.0], "back where its question stands");
    world.assert_no_drift().await;
}

#[tokio::test]
async fn a_list_is_paged_exactly_once_while_the_clock_goes_back() {
    let world = World::new().await;
    let mut asked = Vec::new();
    for number in 0..45 {
        asked.push(world.ask(world.referent, world.open, &format!("Sujet numéro {number}")).await.unwrap().topic.0);
        if number % 4 == 0 {
            go_back(&world);
        }
    }
    asked.reverse();
    assert_eq!(listed(&world).await, asked);
}

#[tokio::test]
async fn what_was_written_since_is_unread() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let cookie = world.session(world.colleague).await;
    let read = world.topic(topic).await;
    let colleague = world.actor(world.colleague).await;
    world.forum().topics().mark_read(&colleague, topic, read.last_visible_number).await.unwrap();
    let unread = async || world.get("/forum/messagerie?filtre=non-lus", &cookie).await.text.contains("is-unread");
    assert!(!unread().await);
    world.db().clock().set(world.db().now().plus_seconds(-3600));
    world.reply(world.pupil, topic, "Chez moi aussi.").await.unwrap();
    assert!(unread().await, "a reply");
    world.get(&world.topic(topic).await.url(), &cookie).await.assert_status(200);
    assert!(!unread().await);
    world.ask(world.referent, world.open, "Un dossier introuvable").await.unwrap();
    assert!(unread().await, "a topic");
}

#[tokio::test]
async fn the_latest_decision_comes_first() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let support = world.actor(world.support).await;
    let mut decided = Vec::new();
    for text in ["Un.", "Deux.", "Trois."] {
        let post = world.reply(world.pupil, topic, text).await.unwrap().post;
        world.flag(world.head, post, FlagReason::Rude).await.unwrap();
        let item = world.forum().review().queue(&support, None).await.unwrap().remove(0);
        let reason = Reason::parse("Rien à redire.").unwrap();
        world.forum().review().decide(&support, item.id, item.version, Decision::Keep, &reason).await.unwrap();
        decided.insert(0, item.id);
        go_back(&world);
    }
    let history = world.forum().review().history(&support, None).await.unwrap();
    assert_eq!(history.iter().map(|item| item.id).collect::<Vec<_>>(), decided);
    let rest = world.forum().review().history(&support, Some((history[0].closed_number.unwrap(), history[0].id))).await;
    assert_eq!(rest.unwrap().iter().map(|item| item.id).collect::<Vec<_>>(), decided[1..]);
}
