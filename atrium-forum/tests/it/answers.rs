//! What becomes of the accepted and the official answer when their texts change.

use atrium_core::directory::PersonId;
use atrium_forum::posts::{PostId, Reason};
use atrium_forum::review::{self, Decision, Why};
use atrium_forum::topics::TopicId;
use atrium_forum::topics::marks::Mark;

use crate::world::World;

async fn put(world: &World, by: PersonId, topic: TopicId, what: Mark) {
    world.forum().topics().mark(&world.actor(by).await, topic, what).await.unwrap();
}

/// Returns an official answer of the referent's.
async fn official(world: &World) -> (TopicId, PostId) {
    let topic = world.ask(world.colleague, world.open, "Comment faire ceci").await.unwrap().topic;
    let post = world.reply(world.referent, topic, "Comme ceci.").await.unwrap().post;
    put(world, world.support, topic, Mark::Official(post)).await;
    (topic, post)
}

async fn waiting(world: &World) -> Vec<review::Item> {
    world.forum().review().queue(world.reader(world.support).await.actor(), None).await.unwrap()
}

async fn decide(world: &World, by: PersonId, item: &review::Item, decision: Decision) -> atrium_core::Result<()> {
    let (actor, reason) = (world.actor(by).await, Reason::parse("Relu.").unwrap());
    world.forum().review().decide(&actor, item.id, item.version, decision, &reason).await.map(drop)
}

#[tokio::test]
async fn an_official_answer_changed_by_its_author_or_a_moderator_is_asked_of_the_region_again() {
    let world = World::new().await;
    for by in [world.referent, world.moderator] {
        let (topic, post) = official(&world).await;
        world.edit(by, post, 1, "Tout autrement.").await.unwrap();
        assert_eq!(world.topic(topic).await.official_post_id, None);
        let items = waiting(&world).await;
        assert_eq!(items.iter().map(|item| (item.post_id, item.reason)).collect::<Vec<_>>(), [(post, Why::Official)]);
        world.edit(by, post, 2, "Encore autrement.").await.unwrap();
        let item = waiting(&world).await.pop().unwrap();

        let refused = decide(&world, world.moderator, &item, Decision::Keep).await.unwrap_err();
        assert!(refused.is_forbidden(), "the Region says what its answer is");
        assert!(decide(&world, world.moderator, &item, Decision::Remove).await.unwrap_err().is_forbidden());
        decide(&world, world.support, &item, Decision::Keep).await.unwrap();
        assert_eq!(world.topic(topic).await.official_post_id, Some(post));
        assert!(waiting(&world).await.is_empty());
    }
}

#[tokio::test]
async fn the_region_may_leave_a_changed_answer_without_its_mark_and_hides_nothing() {
    let world = World::new().await;
    let (topic, post) = official(&world).await;
    world.edit(world.referent, post, 1, "Tout autrement.").await.unwrap();
    let moderator = world.session(world.moderator).await;
    let queue = world.get("/forum/moderation", &moderator).await.text;
    assert!(queue.contains("Réponse officielle modifiée") && queue.contains("habilitée"), "{queue}");
    assert!(!queue.contains("de nouveau officielle"), "{queue}");
    let item = waiting(&world).await.pop().unwrap();
    decide(&world, world.support, &item, Decision::Remove).await.unwrap();
    assert_eq!(world.topic(topic).await.official_post_id, None);
    assert_eq!(world.post(post).await.state, atrium_forum::State::Visible);
    let support = world.session(world.support).await;
    let history = world.get("/forum/moderation/decisions", &support).await.text;
    assert!(history.contains("Laissée sans mention officielle"), "{history}");
}

#[tokio::test]
async fn the_region_changes_its_own_answer_and_marking_another_settles_what_waits() {
    let world = World::new().await;
    let (topic, post) = official(&world).await;
    world.edit(world.support, post, 1, "Comme cela.").await.unwrap();
    assert_eq!(world.topic(topic).await.official_post_id, Some(post), "the Region said so");
    assert!(waiting(&world).await.is_empty());

    world.edit(world.referent, post, 2, "Tout autrement.").await.unwrap();
    assert_eq!(waiting(&world).await.len(), 1);
    let other = world.reply(world.support, topic, "Voici.").await.unwrap().post;
    put(&world, world.support, topic, Mark::Official(other)).await;
    assert!(waiting(&world).await.is_empty(), "the Region has answered");
    assert_eq!(world.topic(topic).await.official_post_id, Some(other));
}

#[tokio::test]
async fn a_change_that_a_moderator_approves_is_the_regions_only_if_they_speak_for_it() {
    let world = World::new().await;
    for (by, kept) in [(world.moderator, false), (world.support, true)] {
        let asked = world.ask(world.support, world.reviewed, "Comment faire ceci").await.unwrap();
        let post = world.reply(world.referent, asked.topic, "Comme ceci.").await.unwrap().post;
        world.change(world.support, post, atrium_forum::State::Visible).await.unwrap();
        put(&world, world.support, asked.topic, Mark::Official(post)).await;
        world.edit(world.referent, post, 2, "Tout autrement.").await.unwrap();
        assert_eq!(world.topic(asked.topic).await.official_post_id, Some(post), "nothing has changed yet");
        let item = waiting(&world).await.into_iter().find(|item| item.reason == Why::Edit).unwrap();
        decide(&world, by, &item, Decision::Keep).await.unwrap();
        assert_eq!(world.topic(asked.topic).await.official_post_id.is_some(), kept);
    }
}

#[tokio::test]
async fn an_accepted_answer_that_is_rewritten_says_so_until_it_is_accepted_again() {
    let world = World::new().await;
    let topic = world.ask(world.colleague, world.open, "Comment faire ceci").await.unwrap().topic;
    let post = world.reply(world.referent, topic, "Première version.").await.unwrap().post;
    world.edit(world.referent, post, 1, "Comme ceci.").await.unwrap();
    put(&world, world.colleague, topic, Mark::Accept(post)).await;
    let reader = world.session(world.pupil).await;
    let (url, api) = (world.topic(topic).await.url(), format!("/api/v1/forum/topics/{topic}"));
    assert!(!world.get(&url, &reader).await.text.contains("après avoir été acceptée"), "changed before, not after");
    world.edit(world.referent, post, 2, "Tout autrement.").await.unwrap();
    assert!(world.get(&url, &reader).await.text.contains("Modifiée après avoir été acceptée"));
    assert_eq!(world.get(&api, &reader).await.json()["posts"][1]["rewritten"], true);
    assert_eq!(world.topic(topic).await.accepted_post_id, Some(post));
    put(&world, world.colleague, topic, Mark::Accept(post)).await;
    assert!(!world.get(&url, &reader).await.text.contains("après avoir été acceptée"));
    assert_eq!(world.get(&api, &reader).await.json()["posts"][1]["rewritten"], false);
}
