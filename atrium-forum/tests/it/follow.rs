//! What is unread.

use atrium_forum::State;
use atrium_forum::topics::marks::Mark;
use atrium_forum::topics::{Kind, TopicId};
use sea_orm::{ConnectionTrait, Statement};

use crate::world::World;

/// Returns `true` if the topic is marked as unread on the page of its category.
async fn is_unread(world: &World, cookie: &str) -> bool {
    let page = world.get("/forum/messagerie", cookie).await;
    page.assert_status(200);
    page.text.contains("is-unread")
}

async fn read_all(world: &World, topic: TopicId) {
    let topic = world.topic(topic).await;
    let colleague = world.actor(world.colleague).await;
    world.forum().topics().mark_read(&colleague, topic.id, topic.last_visible_number).await.unwrap();
}

#[tokio::test]
async fn replies_make_unread_and_reading_ends_it() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let cookie = world.session(world.colleague).await;
    assert!(is_unread(&world, &cookie).await, "a new topic");
    let url = world.topic(asked.topic).await.url();
    world.get(&url, &cookie).await.assert_status(200);
    assert!(!is_unread(&world, &cookie).await);
    world.reply(world.pupil, asked.topic, "Chez moi aussi.").await.unwrap();
    assert!(is_unread(&world, &cookie).await);
    let home = world.get("/forum", &cookie).await;
    assert!(home.text.contains("is-unread"));
}

#[tokio::test]
async fn what_is_done_to_a_topic_never_makes_it_unread() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let reply = world.reply(world.pupil, asked.topic, "Chez moi aussi.").await.unwrap().post;
    let cookie = world.session(world.colleague).await;
    read_all(&world, asked.topic).await;
    let support = world.actor(world.support).await;
    for what in [Mark::Accept(reply), Mark::Official(reply), Mark::Lock, Mark::Pin, Mark::Unlock, Mark::Unpin] {
        world.forum().topics().mark(&support, asked.topic, what).await.unwrap();
        assert!(!is_unread(&world, &cookie).await, "{what:?}");
    }
    world.change(world.support, reply, State::Hidden).await.unwrap();
    world.change(world.support, reply, State::Visible).await.unwrap();
    let version = world.post(reply).await.version;
    world.edit(world.pupil, reply, version, "Chez moi aussi, hélas.").await.unwrap();
    let version = world.topic(asked.topic).await.version;
    world.forum().topics().refile(&support, asked.topic, version, world.open, Kind::Problem).await.unwrap();
    assert!(!is_unread(&world, &cookie).await);
}

#[tokio::test]
async fn a_reply_that_waited_is_unread_for_those_who_read_past_it() {
    let world = World::new().await;
    let asked = world.ask(world.support, world.newcomers, "Présentez-vous ici").await.unwrap();
    let waiting = world.reply(world.pupil, asked.topic, "Je suis nouveau.").await.unwrap();
    world.reply(world.support, asked.topic, "Bienvenue à tous.").await.unwrap();
    read_all(&world, asked.topic).await;
    world.change(world.moderator, waiting.post, State::Visible).await.unwrap();
    let cookie = world.session(world.colleague).await;
    let page = world.get("/forum/accueil", &cookie).await;
    assert!(page.text.contains("is-unread") && page.text.contains("#message-2"), "{}", page.text);
}

#[tokio::test]
async fn what_is_unread_is_listed_by_itself() {
    let world = World::new().await;
    let read = world.ask(world.referent, world.open, "Un sujet déjà lu").await.unwrap().topic;
    world.ask(world.referent, world.open, "Un sujet tout neuf").await.unwrap();
    let again = world.ask(world.referent, world.open, "Un sujet qui continue").await.unwrap().topic;
    read_all(&world, read).await;
    read_all(&world, again).await;
    world.reply(world.pupil, again, "Chez moi aussi.").await.unwrap();
    let cookie = world.session(world.colleague).await;
    for path in ["/forum?filtre=non-lus", "/forum/messagerie?filtre=non-lus"] {
        let page = world.get(path, &cookie).await;
        page.assert_status(200);
        assert!(page.text.contains("tout neuf") && page.text.contains("qui continue"), "{path}");
        assert!(!page.text.contains("déjà lu"), "{path}");
    }
    assert!(!world.get("/forum?filtre=non-lus", "").await.text.contains("tout neuf"), "visitors have read nothing");
}

#[tokio::test]
async fn a_deleted_topic_is_in_no_figure_of_what_is_unread() {
    let world = World::new().await;
    let moderator = world.actor(world.moderator).await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    world.forum().topics().mark_read(&moderator, asked.topic, 1).await.unwrap();
    world.reply(world.pupil, asked.topic, "Chez moi aussi.").await.unwrap();
    let cookie = world.session(world.moderator).await;
    assert!(world.get("/forum", &cookie).await.text.contains("un non lu"));
    world.change(world.support, asked.post, State::Deleted).await.unwrap();
    assert!(world.reader(world.moderator).await.sees(&world.topic(asked.topic).await), "by its address");
    let home = world.get("/forum", &cookie).await;
    assert!(!home.text.contains("un non lu") && !home.text.contains("en double"), "{}", home.text);
}

#[tokio::test]
async fn figures_of_what_is_unread_are_those_of_the_lists() {
    let world = World::new().await;
    let ask = async |place, title: &str| world.ask(world.referent, place, title).await.unwrap().topic;
    let (old, old_but_begun) = (ask(world.open, "Un vieux sujet").await, ask(world.open, "Un vieux commencé").await);
    read_all(&world, old_but_begun).await;
    world.reply(world.pupil, old_but_begun, "Une suite.").await.unwrap();
    world.pass_seconds(40 * 24 * 3600);
    let (read, begun) = (ask(world.open, "Un sujet lu").await, ask(world.open, "Un sujet commencé").await);
    read_all(&world, read).await;
    read_all(&world, begun).await;
    world.reply(world.pupil, begun, "Une suite.").await.unwrap();
    ask(world.open, "Un sujet neuf").await;
    ask(world.private, "Un sujet entre nous").await;
    let hidden = world.ask(world.referent, world.open, "Un sujet masqué").await.unwrap();
    world.change(world.support, hidden.post, State::Hidden).await.unwrap();
    let cookie = world.session(world.colleague).await;
    let home = world.get("/forum", &cookie).await;
    assert!(home.text.contains("3 non lus") && home.text.contains("un non lu"), "{}", home.text);
    let list = world.get("/forum/messagerie?filtre=non-lus", &cookie).await;
    assert!(!list.text.contains(&world.topic(old).await.url()) && !list.text.contains("Un sujet lu"), "{}", list.text);
    for title in ["Un vieux commencé", "Un sujet commencé", "Un sujet neuf"] {
        assert!(list.text.contains(title), "{title}");
    }
    let pupil = world.session(world.pupil).await;
    let home = world.get("/forum", &pupil).await;
    // What they answered they have read.
    assert!(home.text.contains("2 non lus") && !home.text.contains("un non lu"), "{}", home.text);
}

async fn marks(world: &World) -> i64 {
    let sql = "SELECT count(*) AS n FROM atrium_forum_read";
    let row = world.db().query_one_raw(Statement::from_string(world.db().get_database_backend(), sql)).await.unwrap();
    row.unwrap().try_get("", "n").unwrap()
}

#[tokio::test]
async fn what_was_read_is_forgotten_at_an_age_and_stays_read() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    read_all(&world, asked.topic).await;
    world.pass_seconds(399 * 24 * 3600);
    let recent = world.ask(world.referent, world.open, "Un message perdu").await.unwrap();
    read_all(&world, recent.topic).await;
    assert!(world.atrium.run_due_jobs().await.unwrap().contains(&("forum.read_marks", 0)));
    world.pass_seconds(2 * 24 * 3600);
    assert!(world.atrium.run_due_jobs().await.unwrap().contains(&("forum.read_marks", 2)), "the asker's, too");
    assert_eq!(marks(&world).await, 2, "the marks of the recent topic stay");
    let cookie = world.session(world.colleague).await;
    assert!(!is_unread(&world, &cookie).await, "a topic that old counts as read");
    world.reply(world.pupil, asked.topic, "Chez moi aussi.").await.unwrap();
    assert!(is_unread(&world, &cookie).await, "one that is written in again counts as new");
}
