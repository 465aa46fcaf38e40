//! Flagging.

use atrium_core::access::{Actor, Effect, Scope};
use atrium_core::directory::{PersonId, Profile};
use atrium_forum::State;
use atrium_forum::flags::{Comment, FlagReason};
use atrium_forum::posts::{PostId, Reason, StateCause};
use serde_json::json;

use crate::world::World;

async fn report(world: &World, by: PersonId, post: PostId) -> atrium_core::Result<()> {
    let comment = Comment::parse("Le nom d’un élève.").unwrap();
    let revision = world.post(post).await.revision;
    world
        .forum()
        .flags()
        .create(&world.actor(by).await, post, revision, FlagReason::PersonalData, &comment)
        .await
        .map(drop)
}

#[tokio::test]
async fn one_flag_per_person_and_the_third_person_hides() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.pupil, topic, "Samir habite au 3.").await.unwrap().post;
    report(&world, world.referent, post).await.unwrap();
    let again = report(&world, world.referent, post).await.unwrap_err();
    assert_eq!(again.message().unwrap().key, "forum-flag-again");
    report(&world, world.colleague, post).await.unwrap();
    assert_eq!(world.post(post).await.state, State::Visible);
    report(&world, world.head, post).await.unwrap();
    let hidden = world.post(post).await;
    assert_eq!(
        (hidden.state, hidden.state_cause, hidden.state_reason.as_str()),
        (State::Hidden, StateCause::Flags, "")
    );
    let author = world.session(world.pupil).await;
    assert!(world.get(&world.topic(topic).await.url(), &author).await.text.contains("après plusieurs signalements"));
    assert_eq!(world.topic(topic).await.replies_public, 0);
    world.assert_no_drift().await;

    let items = world.forum().review().queue(world.reader(world.moderator).await.actor(), None).await.unwrap();
    assert_eq!(items.iter().map(|item| (item.post_id, item.score)).collect::<Vec<_>>(), [(post, 3)]);
}

#[tokio::test]
async fn a_moderator_who_writes_the_word_flags_is_quoted() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let post = world.reply(world.pupil, asked.topic, "Discutable.").await.unwrap();
    let (actor, reason) = (world.actor(world.moderator).await, Reason::parse("flags").unwrap());
    world.forum().posts().change_state(&actor, post.post, State::Hidden, 1, &reason).await.unwrap();
    assert_eq!(world.post(post.post).await.state_cause, StateCause::Said);
    let author = world.session(world.pupil).await;
    let page = world.get(&world.topic(asked.topic).await.url(), &author).await;
    assert!(
        page.text.contains("</b> <span>flags</span></p>") && !page.text.contains("plusieurs signalements"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn ones_own_and_what_one_does_not_see_is_not_flagged() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.private, "Entre nous seulement").await.unwrap();
    assert!(report(&world, world.referent, asked.post).await.unwrap_err().is_forbidden());
    assert!(report(&world, world.pupil, asked.post).await.unwrap_err().is_not_found());
    let open = world.ask(world.referent, world.open, "Devant tout le monde").await.unwrap();
    let visitor = Actor::anonymous(world.db().now());
    let refused =
        world.forum().flags().create(&visitor, open.post, 1, FlagReason::Spam, &Comment::default()).await.unwrap_err();
    assert!(refused.is_sign_in_required());
    let silenced = world.person("Zoé Igal", Some((world.school, Profile::Student))).await;
    world.assign(silenced, "student", Scope::Platform, Effect::Forbid).await;
    assert!(report(&world, silenced, open.post).await.unwrap_err().is_forbidden());
}

#[tokio::test]
async fn a_few_readers_do_not_hide_what_the_region_wrote() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.support, topic, "Nous regardons.").await.unwrap().post;
    for by in [world.pupil, world.colleague, world.head, world.referent] {
        report(&world, by, post).await.unwrap();
    }
    assert_eq!(world.post(post).await.state, State::Visible);
    let queue = world.forum().review().queue(world.reader(world.moderator).await.actor(), None).await.unwrap();
    assert!(queue.iter().any(|item| item.post_id == post), "moderators decide");
}

#[tokio::test]
async fn an_edited_post_is_flagged_again_and_people_are_counted_once() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.pupil, topic, "Samir habite au 3.").await.unwrap().post;
    report(&world, world.referent, post).await.unwrap();
    world.edit(world.pupil, post, 1, "Samir habite au 4.").await.unwrap();
    report(&world, world.referent, post).await.unwrap();
    let again = report(&world, world.referent, post).await.unwrap_err();
    assert_eq!(again.message().unwrap().key, "forum-flag-again");
    report(&world, world.colleague, post).await.unwrap();
    assert_eq!(world.post(post).await.state, State::Visible, "two people, three flags");
    report(&world, world.head, post).await.unwrap();
    assert_eq!(world.post(post).await.state, State::Hidden);
    let moderator = world.session(world.moderator).await;
    let queue = world.get("/forum/moderation", &moderator).await.text;
    assert_eq!(queue.matches("version antérieure").count(), 1, "{queue}");
}

#[tokio::test]
async fn a_flag_is_about_the_text_that_was_read() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.pupil, topic, "Samir habite au 3.").await.unwrap().post;
    let cookie = world.session(world.referent).await;
    let page = format!("/forum/messages/{post}/signaler");
    assert!(world.get(&page, &cookie).await.text.contains(r#"name="revision" value="1""#));
    world.edit(world.pupil, post, 1, "Samir habite au 4.").await.unwrap();
    let typed = [("reason", "rude"), ("note", "Une adresse."), ("revision", "1")];
    let stale = world.post_form(&page, &cookie, &typed).await;
    stale.assert_status(409);
    for shown in ["a été modifié", "au 4.", "Une adresse.", r#"name="revision" value="2""#] {
        assert!(stale.text.contains(shown), "{shown}: {}", stale.text);
    }
    let typed = [("reason", "rude"), ("note", "Une adresse."), ("revision", "2")];
    world.post_form(&page, &cookie, &typed).await.assert_status(303);
    world.post_form(&page, &cookie, &typed).await.assert_status(409);
    let shown = world.get(&page, &cookie).await;
    assert!(shown.text.contains("déjà signalé") && !shown.text.contains("Envoyer le signalement"), "{}", shown.text);
}

#[tokio::test]
async fn programs_flag_the_revision_they_read() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.pupil, topic, "Samir habite au 3.").await.unwrap().post;
    let cookie = world.session(world.referent).await;
    let read = world.get(&format!("/api/v1/forum/topics/{topic}"), &cookie).await.json();
    assert_eq!((&read["posts"][1]["id"], &read["posts"][1]["revision"]), (&json!(post), &json!(1)));
    let path = format!("/api/v1/forum/posts/{post}/flags");
    let send = async |revision: i64| {
        let body = json!({"reason": "rude", "revision": revision});
        world.post_json(&path, &cookie, &body).await
    };
    send(1).await.assert_status(204);
    send(1).await.assert_status(409);
    world.edit(world.pupil, post, 1, "Samir habite au 4.").await.unwrap();
    send(1).await.assert_status(409);
    send(2).await.assert_status(204);
    let wrong = world.post_json(&path, &cookie, &json!({"reason": "?", "revision": 2})).await;
    wrong.assert_status(422);
    let own = world.session(world.pupil).await;
    world.post_json(&path, &own, &json!({"reason": "rude", "revision": 2})).await.assert_status(403);
}
