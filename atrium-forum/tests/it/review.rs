//! The queue.

use atrium_core::directory::PersonId;
use atrium_forum::State;
use atrium_forum::flags::{Comment, FlagReason, actions::flag};
use atrium_forum::posts::{Edited, Reason};
use atrium_forum::review::{Decision, LEASE_SECONDS, Model, actions};

use crate::world::World;

async fn queue(world: &World, by: PersonId) -> Vec<Model> {
    actions::queue(world.db(), &world.reader(by).await, None).await.unwrap()
}

async fn decide(world: &World, by: PersonId, item: &Model, what: Decision) -> atrium_core::Result<()> {
    let reason = Reason::parse("Décision motivée.").unwrap();
    actions::decide(world.db(), &world.actor(by).await, item.id, item.version, what, &reason).await.map(drop)
}

#[tokio::test]
async fn two_moderators_on_one_item_make_one_effect_and_one_clear_conflict() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    let item = queue(&world, world.moderator).await.remove(0);
    decide(&world, world.moderator, &item, Decision::Keep).await.unwrap();
    let late = decide(&world, world.support, &item, Decision::Remove).await.unwrap_err();
    assert!(late.is_conflict());
    let words = late.message().unwrap();
    assert_eq!((words.key.as_ref(), words.args[0].1.as_str()), ("forum-review-decided", "Marc Girard"));
    assert_eq!(world.post(asked.post).await.state, State::Visible);
    assert_eq!(world.topic(asked.topic).await.state, State::Visible);
    assert!(queue(&world, world.moderator).await.is_empty());
    world.assert_no_drift().await;
}

#[tokio::test]
async fn a_claim_keeps_others_away_until_its_lease_ends() {
    let world = World::new().await;
    world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    let item = queue(&world, world.moderator).await.remove(0);
    actions::claim(world.db(), &world.actor(world.moderator).await, item.id).await.unwrap();
    let support = world.actor(world.support).await;
    let taken = actions::claim(world.db(), &support, item.id).await.unwrap_err();
    assert_eq!(taken.message().unwrap().key, "forum-review-claimed");
    assert!(decide(&world, world.support, &item, Decision::Keep).await.unwrap_err().is_conflict());
    world.pass_seconds(LEASE_SECONDS + 1);
    actions::claim(world.db(), &world.actor(world.support).await, item.id).await.unwrap();
    actions::release(world.db(), &world.actor(world.support).await, item.id).await.unwrap();
    decide(&world, world.moderator, &item, Decision::Keep).await.unwrap();
}

#[tokio::test]
async fn a_moderator_acts_only_where_they_moderate_and_read() {
    let world = World::new().await;
    world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    let item = queue(&world, world.moderator).await.remove(0);
    assert!(queue(&world, world.local_moderator).await.is_empty(), "of another school");
    assert!(decide(&world, world.local_moderator, &item, Decision::Keep).await.unwrap_err().is_not_found());
    assert!(decide(&world, world.pupil, &item, Decision::Keep).await.unwrap_err().is_not_found());
    assert!(decide(&world, world.referent, &item, Decision::Keep).await.unwrap_err().is_forbidden());
    let claim = actions::claim(world.db(), &world.actor(world.referent).await, item.id).await.unwrap_err();
    assert!(claim.is_forbidden());
    let release = actions::release(world.db(), &world.actor(world.referent).await, item.id).await.unwrap_err();
    assert!(release.is_forbidden());
    assert!(actions::queue(world.db(), &world.reader(world.pupil).await, None).await.unwrap_err().is_forbidden());

    // The moderator of the platform does not read what is between referents.
    let private = world.ask(world.referent, world.private, "Entre nous seulement").await.unwrap();
    let by = world.actor(world.colleague).await;
    flag(world.db(), &by, private.post, FlagReason::Other, &Comment::default()).await.unwrap();
    let seen: Vec<_> = queue(&world, world.moderator).await.iter().map(|item| item.topic_id).collect();
    assert!(!seen.contains(&private.topic));
    assert!(queue(&world, world.support).await.iter().any(|item| item.topic_id == private.topic));
}

#[tokio::test]
async fn rejected_flags_bring_the_post_back_and_upheld_ones_keep_it_away() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    for (decision, state) in [(Decision::Keep, State::Visible), (Decision::Remove, State::Hidden)] {
        let post = world.reply(world.pupil, topic, "Discutable.").await.unwrap().post;
        for by in [world.referent, world.colleague, world.head] {
            let by = world.actor(by).await;
            flag(world.db(), &by, post, FlagReason::Rude, &Comment::default()).await.unwrap();
        }
        assert_eq!(world.post(post).await.state, State::Hidden);
        let item = queue(&world, world.moderator).await.remove(0);
        decide(&world, world.moderator, &item, decision).await.unwrap();
        assert_eq!(world.post(post).await.state, state);
        assert!(queue(&world, world.moderator).await.is_empty());
        world.assert_no_drift().await;
    }
}

#[tokio::test]
async fn a_proposed_change_is_taken_or_refused_whole() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    world.change(world.moderator, asked.post, State::Visible).await.unwrap();
    assert!(queue(&world, world.moderator).await.is_empty(), "acting on the post decides its item");
    let propose = |text: &'static str| {
        let world = &world;
        async move {
            let version = world.post(asked.post).await.version;
            assert_eq!(world.edit(world.referent, asked.post, version, text).await.unwrap(), Edited::Proposed);
            queue(world, world.moderator).await.remove(0)
        }
    };
    let item = propose("Refusé.").await;
    decide(&world, world.moderator, &item, Decision::Remove).await.unwrap();
    assert_eq!(world.post(asked.post).await.markdown, "Rien ne se passe quand on clique.");
    let item = propose("Premier jet.").await;
    let newer = propose("Second jet.").await;
    assert_eq!(item.id, newer.id, "a later proposal takes the place of the one before");
    assert!(decide(&world, world.moderator, &item, Decision::Keep).await.unwrap_err().is_conflict());
    decide(&world, world.moderator, &newer, Decision::Keep).await.unwrap();
    let post = world.post(asked.post).await;
    assert_eq!(post.markdown, "Second jet.");
    assert!(post.html.contains("Second jet."));
}

#[tokio::test]
async fn a_removal_says_why() {
    let world = World::new().await;
    world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    let item = queue(&world, world.moderator).await.remove(0);
    let actor = world.actor(world.moderator).await;
    let silent = actions::decide(world.db(), &actor, item.id, item.version, Decision::Remove, &Reason::none()).await;
    assert!(silent.unwrap_err().is_invalid());
}

#[tokio::test]
async fn nobody_approves_a_text_they_have_not_seen() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    let item = queue(&world, world.moderator).await.remove(0);
    let edited = world.edit(world.referent, asked.post, 1, "Tout autre chose.").await.unwrap();
    assert_eq!(edited, Edited::Published, "a text that waits is its author's to change");
    let late = decide(&world, world.moderator, &item, Decision::Keep).await.unwrap_err();
    assert_eq!(late.message().unwrap().key, "forum-review-changed");
    assert_eq!(world.post(asked.post).await.state, State::Pending);
    let item = queue(&world, world.moderator).await.remove(0);
    decide(&world, world.moderator, &item, Decision::Keep).await.unwrap();
    assert_eq!(world.post(asked.post).await.state, State::Visible);

    // The same of a post that flags have hidden.
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.pupil, topic, "Discutable.").await.unwrap().post;
    for by in [world.referent, world.colleague, world.head] {
        let by = world.actor(by).await;
        flag(world.db(), &by, post, FlagReason::Rude, &Comment::default()).await.unwrap();
    }
    let item = queue(&world, world.moderator).await.remove(0);
    let version = world.post(post).await.version;
    world.edit(world.pupil, post, version, "Bien pire.").await.unwrap();
    assert!(decide(&world, world.moderator, &item, Decision::Keep).await.unwrap_err().is_conflict());
    assert_eq!(world.post(post).await.state, State::Hidden);
}

#[tokio::test]
async fn nobody_decides_on_their_own_post() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.support, topic, "Nous regardons.").await.unwrap().post;
    flag(world.db(), &world.actor(world.pupil).await, post, FlagReason::Other, &Comment::default()).await.unwrap();
    let item = queue(&world, world.support).await.remove(0);
    let own = decide(&world, world.support, &item, Decision::Keep).await.unwrap_err();
    assert_eq!(own.message().unwrap().key, "forum-review-own");
    decide(&world, world.moderator, &item, Decision::Keep).await.unwrap();
}
