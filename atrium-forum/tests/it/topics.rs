//! Asking, moving, marking.

use atrium_core::access::{Effect, Scope};
use atrium_forum::topics::actions::NewTopic;
use atrium_forum::topics::marks::Mark;
use atrium_forum::topics::{Kind, TopicId};
use atrium_forum::{State, topics};

use crate::world::World;

async fn put(
    world: &World,
    by: atrium_core::directory::PersonId,
    topic: TopicId,
    what: Mark,
) -> atrium_core::Result<topics::Topic> {
    world.forum().topics().mark(&world.actor(by).await, topic, what).await
}

#[tokio::test]
async fn only_those_whom_the_category_lets_ask_do() {
    let world = World::new().await;
    assert!(world.ask(world.pupil, world.open, "Puis-je demander").await.unwrap_err().is_forbidden());
    assert!(world.ask(world.pupil, world.private, "Puis-je demander").await.unwrap_err().is_not_found());
    let posted = world.ask(world.head, world.open, "Puis-je demander").await.unwrap();
    assert_eq!(world.topic(posted.topic).await.establishment_id, Some(world.school));
    world.assign(world.head, "leadership", Scope::Platform, Effect::Forbid).await;
    assert!(world.ask(world.head, world.open, "Puis-je demander").await.unwrap_err().is_forbidden());
}

#[tokio::test]
async fn the_same_key_opens_one_topic() {
    let world = World::new().await;
    let actor = world.actor(world.referent).await;
    let new = world.topic_in(world.open, "Une seule fois");
    let topics = world.forum().topics();
    let (a, b) = tokio::join!(topics.create(&actor, new.clone()), topics.create(&actor, new));
    assert_eq!(a.unwrap(), b.unwrap());
    world.assert_no_drift().await;
}

#[tokio::test]
async fn announcements_are_the_regions_and_schools_are_ones_own() {
    let world = World::new().await;
    let actor = world.actor(world.referent).await;
    let new = NewTopic { kind: Kind::Announcement, ..world.topic_in(world.open, "Grande nouvelle") };
    assert!(world.forum().topics().create(&actor, new).await.unwrap_err().is_invalid());
    let new = NewTopic { establishment: Some(world.elsewhere), ..world.topic_in(world.open, "D’ailleurs") };
    assert!(world.forum().topics().create(&actor, new).await.unwrap_err().is_invalid());
}

#[tokio::test]
async fn nothing_moves_into_a_category_that_reviews_first_but_by_a_moderator() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Au mauvais endroit").await.unwrap().topic;
    let world = &world;
    let go = |by, expected, to| async move {
        world.forum().topics().refile(&world.actor(by).await, topic, expected, to, Kind::Question).await
    };
    let refused = go(world.referent, 1, world.reviewed).await.unwrap_err();
    assert_eq!(refused.problems()[0].message.key, "forum-category-reviewed");
    assert!(go(world.referent, 1, world.newcomers).await.unwrap_err().is_invalid());
    assert!(go(world.colleague, 1, world.private).await.unwrap_err().is_forbidden());
    assert!(go(world.referent, 7, world.private).await.unwrap_err().is_conflict());
    assert_eq!(go(world.referent, 1, world.private).await.unwrap().version, 2);
    world.assert_no_drift().await;
    assert!(go(world.moderator, 2, world.reviewed).await.unwrap_err().is_not_found(), "moderators read first");
    assert_eq!(go(world.support, 2, world.reviewed).await.unwrap().category_id, world.reviewed);
    world.assert_no_drift().await;
}

#[tokio::test]
async fn moderating_where_a_topic_stands_gives_no_say_where_it_goes() {
    let world = World::new().await;
    let theirs = world.school_category("port", world.elsewhere).await;
    let others = world.school_category("tilleuls", world.school).await;
    let topic = world.ask(world.colleague, theirs, "Une affaire du port").await.unwrap().topic;
    let go = async |by, to| {
        let topic = world.topic(topic).await;
        world.forum().topics().refile(&world.actor(by).await, topic.id, topic.version, to, Kind::Question).await
    };
    for to in [world.open, world.reviewed, others] {
        let refused = go(world.local_moderator, to).await.unwrap_err();
        assert_eq!(refused.problems()[0].message.key, "forum-category-not-yours", "{to}");
    }
    let cookie = world.session(world.local_moderator).await;
    let form = world.get(&format!("{}/deplacer", world.topic(topic).await.url()), &cookie).await;
    assert!(form.text.contains("port") && !form.text.contains("messagerie"), "only what would be taken is offered");
    assert_eq!(go(world.support, others).await.unwrap().establishment_id, Some(world.school));
    assert_eq!(go(world.support, theirs).await.unwrap().establishment_id, Some(world.elsewhere));
    assert_eq!(go(world.colleague, world.open).await.unwrap().category_id, world.open, "the asker, where they ask");
    world.assert_no_drift().await;
}

#[tokio::test]
async fn a_topic_that_moves_is_pinned_no_longer_and_announces_only_where_that_is_allowed() {
    let world = World::new().await;
    let theirs = world.school_category("port", world.elsewhere).await;
    let actor = world.actor(world.local_moderator).await;
    let new = NewTopic { kind: Kind::Announcement, ..world.topic_in(theirs, "La réunion du port") };
    let topic = world.forum().topics().create(&actor, new).await.unwrap().topic;
    put(&world, world.local_moderator, topic, Mark::Pin).await.unwrap();
    let anyone = world.school_category("tilleuls", world.school).await;
    let refused = world.forum().topics().refile(&actor, topic, 2, anyone, Kind::Announcement).await.unwrap_err();
    assert_eq!(refused.problems()[0].field, "kind");
    let moved = world.forum().topics().refile(&actor, topic, 2, anyone, Kind::Discussion).await.unwrap();
    assert!(!moved.pinned && moved.category_id == anyone);
}

#[tokio::test]
async fn the_asker_accepts_a_reply_of_this_topic_only() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Comment faire ceci").await.unwrap();
    let other = world.ask(world.colleague, world.open, "Comment faire cela").await.unwrap();
    let reply = world.reply(world.pupil, asked.topic, "Comme ceci.").await.unwrap().post;
    let elsewhere = world.reply(world.pupil, other.topic, "Comme cela.").await.unwrap().post;
    assert!(put(&world, world.colleague, asked.topic, Mark::Accept(reply)).await.unwrap_err().is_forbidden());
    assert!(put(&world, world.referent, asked.topic, Mark::Accept(elsewhere)).await.unwrap_err().is_conflict());
    assert!(put(&world, world.referent, asked.topic, Mark::Accept(asked.post)).await.unwrap_err().is_conflict());
    let topic = put(&world, world.referent, asked.topic, Mark::Accept(reply)).await.unwrap();
    assert_eq!(topic.accepted_post_id, Some(reply));
}

#[tokio::test]
async fn the_question_opens_again_when_its_accepted_answer_goes() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Comment faire ceci").await.unwrap();
    let reply = world.reply(world.pupil, asked.topic, "Comme ceci.").await.unwrap().post;
    put(&world, world.referent, asked.topic, Mark::Accept(reply)).await.unwrap();
    put(&world, world.support, asked.topic, Mark::Official(reply)).await.unwrap();
    let topic = world.change(world.pupil, reply, State::Deleted).await.unwrap();
    assert_eq!((topic.accepted_post_id, topic.official_post_id), (None, None));
    assert!(put(&world, world.referent, asked.topic, Mark::Accept(reply)).await.unwrap_err().is_conflict());
}

#[tokio::test]
async fn only_the_region_answers_officially_and_only_moderators_lock_and_pin() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Comment faire ceci").await.unwrap();
    let reply = world.reply(world.developer, asked.topic, "Comme ceci.").await.unwrap().post;
    for by in [world.referent, world.pupil, world.moderator] {
        assert!(put(&world, by, asked.topic, Mark::Official(reply)).await.unwrap_err().is_forbidden());
    }
    assert!(put(&world, world.developer, asked.topic, Mark::Official(reply)).await.is_ok());
    for what in [Mark::Lock, Mark::Pin, Mark::Unlock, Mark::Unpin] {
        assert!(put(&world, world.referent, asked.topic, what).await.unwrap_err().is_forbidden());
        assert!(put(&world, world.developer, asked.topic, what).await.unwrap_err().is_forbidden());
    }
    put(&world, world.moderator, asked.topic, Mark::Lock).await.unwrap();
    let refused = world.reply(world.pupil, asked.topic, "Trop tard ?").await.unwrap_err();
    assert_eq!(refused.message().unwrap().key, "forum-topic-locked");
    assert!(world.reply(world.moderator, asked.topic, "Dernier mot.").await.is_ok());
    let reader = world.reader(world.referent).await;
    let (topic, post) = (world.topic(asked.topic).await, world.post(asked.post).await);
    assert!(!reader.may_edit(&topic, &post), "what is locked is not changed by its author");
}

#[tokio::test]
async fn an_unknown_category_is_told_beside_the_field_and_nothing_is_lost() {
    let world = World::new().await;
    let cookie = world.session(world.referent).await;
    let fields = [("category", "zzz"), ("title", "Une question de tablettes"), ("body", "Elles ne s’allument plus.")];
    let answer = world.post_form("/forum/nouveau", &cookie, &fields).await;
    answer.assert_status(422);
    assert!(answer.text.contains("Elles ne s’allument plus.") && answer.text.contains("f-category-error"));
}
