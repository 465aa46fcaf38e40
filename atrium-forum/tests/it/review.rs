//! The queue.

use atrium_core::access::{Effect, Scope};
use atrium_core::db::count_queries;
use atrium_core::directory::PersonId;
use atrium_forum::State;
use atrium_forum::flags::{Comment, FlagReason};
use atrium_forum::posts::actions::Edited;
use atrium_forum::posts::{PostId, Reason};
use atrium_forum::review::{Decision, Item, ItemState};
use sea_orm::{ConnectionTrait, Statement};

use crate::world::World;

async fn queue(world: &World, by: PersonId) -> Vec<Item> {
    world.forum().review().queue(world.reader(by).await.actor(), None).await.unwrap()
}

async fn decide(world: &World, by: PersonId, item: &Item, what: Decision) -> atrium_core::Result<()> {
    let reason = Reason::parse("Décision motivée.").unwrap();
    world.forum().review().decide(&world.actor(by).await, item.id, item.version, what, &reason).await.map(drop)
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
    let decider = atrium_core::Argument::from("Marc Girard");
    assert_eq!((words.key.as_ref(), &words.args[0].1), ("forum-review-decided", &decider));
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
    world.forum().review().claim(&world.actor(world.moderator).await, item.id).await.unwrap();
    let support = world.actor(world.support).await;
    let taken = world.forum().review().claim(&support, item.id).await.unwrap_err();
    assert_eq!(taken.message().unwrap().key, "forum-review-claimed");
    assert!(decide(&world, world.support, &item, Decision::Keep).await.unwrap_err().is_conflict());
    world.pass_seconds(15 * 60 + 1);
    world.forum().review().claim(&world.actor(world.support).await, item.id).await.unwrap();
    world.forum().review().release(&world.actor(world.support).await, item.id).await.unwrap();
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
    let claim = world.forum().review().claim(&world.actor(world.referent).await, item.id).await.unwrap_err();
    assert!(claim.is_forbidden());
    let release = world.forum().review().release(&world.actor(world.referent).await, item.id).await.unwrap_err();
    assert!(release.is_forbidden());
    assert!(
        world.forum().review().queue(world.reader(world.pupil).await.actor(), None).await.unwrap_err().is_forbidden()
    );

    // The moderator of the platform does not read what is between referents.
    let private = world.ask(world.referent, world.private, "Entre nous seulement").await.unwrap();
    let by = world.actor(world.colleague).await;
    world.forum().flags().create(&by, private.post, 1, FlagReason::Other, &Comment::default()).await.unwrap();
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
            world.forum().flags().create(&by, post, 1, FlagReason::Rude, &Comment::default()).await.unwrap();
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
    assert_eq!(world.markdown(asked.post).await, "Rien ne se passe quand on clique.");
    let item = propose("Premier jet.").await;
    let newer = propose("Second jet.").await;
    assert_eq!(item.id, newer.id, "a later proposal takes the place of the one before");
    assert!(decide(&world, world.moderator, &item, Decision::Keep).await.unwrap_err().is_conflict());
    decide(&world, world.moderator, &newer, Decision::Keep).await.unwrap();
    let post = world.post(asked.post).await;
    assert_eq!(world.markdown(post.id).await, "Second jet.");
    assert!(world.html(post.id).await.contains("Second jet."));
}

#[tokio::test]
async fn a_change_that_was_proposed_under_other_rules_is_still_taken() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    world.change(world.moderator, asked.post, State::Visible).await.unwrap();
    let version = world.post(asked.post).await.version;
    world.edit(world.referent, asked.post, version, "Mieux dit.").await.unwrap();
    let (writer, long) = (world.db().writer(), "é".repeat(40_000));
    let sql = "UPDATE atrium_forum_revision SET markdown = $1 WHERE state = 'proposed'";
    let statement = Statement::from_sql_and_values(writer.get_database_backend(), sql, [long.clone().into()]);
    writer.execute_raw(statement).await.unwrap();
    let item = queue(&world, world.moderator).await.remove(0);
    decide(&world, world.moderator, &item, Decision::Keep).await.unwrap();
    assert_eq!(world.markdown(asked.post).await, *long);
}

#[tokio::test]
async fn a_removal_says_why() {
    let world = World::new().await;
    world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    let item = queue(&world, world.moderator).await.remove(0);
    let actor = world.actor(world.moderator).await;
    let silent = world.forum().review().decide(&actor, item.id, item.version, Decision::Remove, &Reason::none()).await;
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
        world.forum().flags().create(&by, post, 1, FlagReason::Rude, &Comment::default()).await.unwrap();
    }
    let item = queue(&world, world.moderator).await.remove(0);
    let version = world.post(post).await.version;
    world.edit(world.pupil, post, version, "Bien pire.").await.unwrap();
    assert!(decide(&world, world.moderator, &item, Decision::Keep).await.unwrap_err().is_conflict());
    assert_eq!(world.post(post).await.state, State::Hidden);
}

#[tokio::test]
async fn nobody_shows_again_what_they_wrote_themselves() {
    let world = World::new().await;
    let own = world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    world.assign(world.referent, "moderator", Scope::Platform, Effect::Permit).await;
    let refused = world.change(world.referent, own.post, State::Visible).await.unwrap_err();
    assert_eq!(refused.message().unwrap().key, "forum-review-own");
    let cookie = world.session(world.referent).await;
    let restore = format!("/forum/messages/{}/restaurer", own.post);
    world.post_form(&restore, &cookie, &[("version", "1")]).await.assert_status(409);
    // Nor by way of another state.
    for state in [State::Hidden, State::Deleted] {
        world.change(world.referent, own.post, state).await.unwrap();
        assert!(world.change(world.referent, own.post, State::Visible).await.unwrap_err().is_conflict());
        let page = world.get(&world.topic(own.topic).await.url(), &cookie).await;
        assert!(!page.text.contains("/restaurer"), "what would be refused is not offered");
    }
    world.change(world.moderator, own.post, State::Visible).await.unwrap();
    world.assert_no_drift().await;
}

#[tokio::test]
async fn an_author_who_takes_a_post_back_decides_nothing() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    for author in [world.pupil, world.moderator] {
        let post = world.reply(author, topic, "Discutable.").await.unwrap().post;
        world.flag(world.head, post, FlagReason::Rude).await.unwrap();
        let item = queue(&world, world.support).await.remove(0);
        world.change(author, post, State::Deleted).await.unwrap();
        assert!(queue(&world, world.support).await.is_empty());
        let closed = world.forum().review().find(&world.atrium.operator(), item.id).await.unwrap();
        assert_eq!((closed.state, closed.decision, closed.decided_by), (ItemState::Withdrawn, None, None));
        assert!(closed.decided_at.is_some());
        assert_eq!(flag_states(&world, post).await, ["withdrawn"]);
        let late = decide(&world, world.support, &closed, Decision::Remove).await.unwrap_err();
        assert_eq!(late.message().unwrap().key, "forum-review-withdrawn");
    }
    // What a moderator takes away is decided, by them.
    let post = world.reply(world.pupil, topic, "Encore.").await.unwrap().post;
    world.flag(world.head, post, FlagReason::Rude).await.unwrap();
    let item = queue(&world, world.support).await.remove(0);
    world.change(world.moderator, post, State::Deleted).await.unwrap();
    let closed = world.forum().review().find(&world.atrium.operator(), item.id).await.unwrap();
    assert_eq!((closed.decision, closed.decided_by), (Some(Decision::Remove), Some(world.moderator)));
    assert_eq!(flag_states(&world, post).await, ["upheld"]);
}

/// Returns the states of the flags of a post.
async fn flag_states(world: &World, post: PostId) -> Vec<String> {
    let sql = "SELECT state FROM atrium_forum_flag WHERE post_id = $1 ORDER BY id";
    let read = Statement::from_sql_and_values(world.db().get_database_backend(), sql, [post.0.into()]);
    let rows = world.db().query_all_raw(read).await.unwrap();
    rows.iter().map(|row| row.try_get("", "state").unwrap()).collect()
}

#[tokio::test]
async fn nobody_decides_on_their_own_post() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.support, topic, "Nous regardons.").await.unwrap().post;
    world.flag(world.pupil, post, FlagReason::Other).await.unwrap();
    let item = queue(&world, world.support).await.remove(0);
    let own = decide(&world, world.support, &item, Decision::Keep).await.unwrap_err();
    assert_eq!(own.message().unwrap().key, "forum-review-own");
    decide(&world, world.moderator, &item, Decision::Keep).await.unwrap();
}

#[tokio::test]
async fn decisions_are_told_to_those_who_moderate_there() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.pupil, topic, "Le numéro de Samir.").await.unwrap().post;
    world.flag(world.head, post, FlagReason::Rude).await.unwrap();
    let item = queue(&world, world.moderator).await.remove(0);
    decide(&world, world.moderator, &item, Decision::Remove).await.unwrap();
    world.pass_seconds(60);
    let withdrawn = world.reply(world.pupil, topic, "Discutable.").await.unwrap().post;
    world.flag(world.head, withdrawn, FlagReason::Rude).await.unwrap();
    world.change(world.pupil, withdrawn, State::Deleted).await.unwrap();
    let private = world.ask(world.referent, world.private, "Entre nous seulement").await.unwrap().post;
    world.flag(world.colleague, private, FlagReason::Rude).await.unwrap();
    let item = queue(&world, world.support).await.remove(0);
    decide(&world, world.support, &item, Decision::Keep).await.unwrap();

    let told = async |by| world.forum().review().history(world.reader(by).await.actor(), None).await;
    let posts = |items: Vec<Item>| items.into_iter().map(|item| item.post_id).collect::<Vec<_>>();
    assert_eq!(posts(told(world.support).await.unwrap()), [private, withdrawn, post]);
    assert_eq!(posts(told(world.moderator).await.unwrap()), [withdrawn, post], "who does not read it is not told");
    assert!(told(world.local_moderator).await.unwrap().is_empty(), "of another school");
    for by in [world.referent, world.pupil] {
        assert!(told(by).await.unwrap_err().is_forbidden());
    }
    assert!(
        world.forum().review().history(world.visitor().await.actor(), None).await.unwrap_err().is_sign_in_required()
    );

    let cookie = world.session(world.moderator).await;
    assert!(world.get("/forum", &cookie).await.text.contains("File de modération\u{a0}: rien n’attend"));
    let queue = world.get("/forum/moderation", &cookie).await;
    assert!(queue.text.contains("href=\"/forum/moderation/decisions\""));
    let page = world.get("/forum/moderation/decisions", &cookie).await;
    page.assert_status(200);
    for words in [
        "Décidé par Marc Girard",
        "Décision motivée.",
        "Retiré par son auteur",
        "Message 2, Samir Diop",
        &post.to_string(),
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(!page.text.contains("Entre nous"));
    world.get("/forum/moderation/decisions", &world.session(world.pupil).await).await.assert_status(403);
}

#[tokio::test]
async fn paging_through_decisions_gives_each_once() {
    let world = World::new().await;
    let mut expected = Vec::new();
    for number in 0..45 {
        let asked = world.ask(world.referent, world.reviewed, &format!("À relire numéro {number}")).await.unwrap();
        world.change(world.moderator, asked.post, State::Visible).await.unwrap();
        expected.insert(0, asked.post);
        if number % 30 == 0 {
            world.pass_seconds(1);
        }
    }
    let cookie = world.session(world.moderator).await;
    let (mut path, mut seen, mut costs) = ("/forum/moderation/decisions".to_owned(), Vec::new(), Vec::new());
    loop {
        let (page, queries) = count_queries(world.get(&path, &cookie)).await;
        page.assert_status(200);
        costs.push(queries);
        seen.extend(
            page.text
                .split("href=\"/forum/messages/")
                .skip(1)
                .map(|rest| PostId(rest.split('"').next().unwrap().parse().unwrap())),
        );
        let Some(next) = page.text.split("rel=\"next\" href=\"").nth(1) else { break };
        path = next.split('"').next().unwrap().replace("&#x3D;", "=");
    }
    assert_eq!(seen, expected);
    assert_eq!((costs.len(), costs[1]), (3, costs[2]), "twenty rows cost what five do");
    world.get("/forum/moderation/decisions?apres=x", &cookie).await.assert_status(400);
}
