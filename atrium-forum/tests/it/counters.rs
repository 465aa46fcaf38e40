//! The numbers kept are the numbers counted, whatever happens in whatever order.

use atrium_core::clock::Timestamp;
use atrium_forum::State;
use atrium_forum::categories::CategoryId;
use atrium_forum::flags::{Comment, FlagReason};
use atrium_forum::posts::{PostId, Reason};
use atrium_forum::review::Decision;
use atrium_forum::topics::TopicId;
use atrium_forum::topics::marks::Mark;
use proptest::prelude::*;
use sea_orm::{ConnectionTrait, Statement};

use crate::world::World;

#[derive(Clone, Debug)]
enum Act {
    Ask { who: usize, place: usize, confidential: bool },
    Reply { who: usize, topic: usize },
    Change { who: usize, post: usize, to: usize },
    Move { who: usize, topic: usize, place: usize },
    Flag { who: usize, post: usize },
    Decide { keep: bool },
    Accept { post: usize },
    Edit { who: usize, post: usize },
}

fn act() -> impl Strategy<Value = Act> {
    let (who, many) = (0..5_usize, 0..40_usize);
    prop_oneof![
        2 => (who.clone(), 0..4_usize, any::<bool>())
            .prop_map(|(who, place, confidential)| Act::Ask { who, place, confidential }),
        5 => (who.clone(), many.clone()).prop_map(|(who, topic)| Act::Reply { who, topic }),
        5 => (who.clone(), many.clone(), 1..4_usize).prop_map(|(who, post, to)| Act::Change { who, post, to }),
        2 => (who.clone(), many.clone(), 0..4_usize).prop_map(|(who, topic, place)| Act::Move { who, topic, place }),
        3 => (who.clone(), many.clone()).prop_map(|(who, post)| Act::Flag { who, post }),
        2 => any::<bool>().prop_map(|keep| Act::Decide { keep }),
        1 => many.clone().prop_map(|post| Act::Accept { post }),
        1 => (who, many).prop_map(|(who, post)| Act::Edit { who, post }),
    ]
}

/// What has been made so far.
#[derive(Default)]
struct Made {
    topics: Vec<TopicId>,
    posts: Vec<(TopicId, PostId)>,
}

impl Made {
    fn add(&mut self, posted: atrium_core::Result<atrium_forum::posts::actions::Posted>) {
        let Ok(posted) = posted else { return };
        if posted.number == 1 {
            self.topics.push(posted.topic);
        }
        self.posts.push((posted.topic, posted.post));
    }

    fn topic(&self, index: usize) -> Option<TopicId> {
        Some(*self.topics.get(index % self.topics.len().max(1))?)
    }

    fn post(&self, index: usize) -> Option<(TopicId, PostId)> {
        Some(*self.posts.get(index % self.posts.len().max(1))?)
    }
}

/// Does it, or is refused: both must leave the numbers right.
async fn perform(world: &World, made: &mut Made, act: &Act) -> Option<()> {
    let people = [world.referent, world.colleague, world.support, world.pupil, world.moderator];
    let places: [CategoryId; 4] = [world.open, world.reviewed, world.newcomers, world.private];
    match *act {
        Act::Ask { who, place, confidential } => {
            let mut new = world.topic_in(places[place], "Un sujet de plus");
            new.confidential = confidential;
            let actor = world.actor(people[who]).await;
            made.add(world.forum().topics().create(&actor, new).await);
        }
        Act::Reply { who, topic } => made.add(world.reply(people[who], made.topic(topic)?, "Une réponse.").await),
        Act::Change { who, post, to } => {
            let to = [State::Pending, State::Visible, State::Hidden, State::Deleted][to];
            let _ = world.change(people[who], made.post(post)?.1, to).await;
        }
        Act::Move { who, topic, place } => {
            let topic = made.topic(topic)?;
            let row = world.topic(topic).await;
            let actor = world.actor(people[who]).await;
            let _ = world.forum().topics().refile(&actor, topic, row.version, places[place], row.kind).await;
        }
        Act::Flag { who, post } => {
            let actor = world.actor(people[who]).await;
            let revision = world.post(made.post(post)?.1).await.revision;
            let _ = world
                .forum()
                .flags()
                .create(&actor, made.post(post)?.1, revision, FlagReason::Spam, &Comment::default())
                .await;
        }
        Act::Decide { keep } => {
            let actor = world.actor(world.support).await;
            let item = world.forum().review().queue(&actor, None).await.unwrap().into_iter().next()?;
            let decision = if keep { Decision::Keep } else { Decision::Remove };
            let reason = Reason::parse("Ainsi soit-il.").unwrap();
            let _ = world.forum().review().decide(&actor, item.id, item.version, decision, &reason).await;
        }
        Act::Accept { post } => {
            let (topic, post) = made.post(post)?;
            let _ = world.forum().topics().mark(&world.actor(world.support).await, topic, Mark::Accept(post)).await;
        }
        Act::Edit { who, post } => {
            let (_, post) = made.post(post)?;
            let version = world.post(post).await.version;
            let _ = world.edit(people[who], post, version, "Un autre texte.").await;
        }
    }
    Some(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn kept_numbers_equal_counted_ones_after_anything(acts in prop::collection::vec(act(), 30..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            let mut made = Made::default();
            for act in &acts {
                perform(&world, &mut made, act).await;
                world.pass_seconds(60);
            }
            world.assert_no_drift().await;
            world.assert_acts_are_told().await;
        });
    }
}

#[tokio::test]
async fn reconciling_repairs_what_drifted_and_says_so() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Un sujet compté").await.unwrap().topic;
    world.reply(world.pupil, topic, "Une réponse.").await.unwrap();
    for sql in ["UPDATE atrium_forum_topic SET replies_public = 7", "UPDATE atrium_forum_category SET posts_staff = 99"]
    {
        write(&world, sql).await;
    }
    assert_eq!(world.forum().drift().await.unwrap().len(), 5, "a topic and four categories");
    assert_eq!(world.forum().reconcile().await.unwrap().len(), 5);
    world.assert_no_drift().await;
    assert_eq!(world.topic(topic).await.replies_public, 1);
    assert!(world.topic(topic).await.created_at > Timestamp(0));
}

#[tokio::test]
async fn a_number_that_was_given_is_not_given_again() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Un sujet compté").await.unwrap().topic;
    world.reply(world.pupil, topic, "Une réponse.").await.unwrap();
    write(&world, "UPDATE atrium_forum_topic SET last_number = 9, replies_staff = 7, last_visible_number = 1").await;
    assert_eq!(world.forum().reconcile().await.unwrap().len(), 1, "its category was right");
    let row = world.topic(topic).await;
    assert_eq!((row.last_number, row.replies_staff, row.last_visible_number), (9, 1, 2));
    assert_eq!(row.last_visible_author_id, world.pupil);
    world.assert_no_drift().await;
    write(&world, "UPDATE atrium_forum_topic SET last_number = 1").await;
    world.forum().reconcile().await.unwrap();
    assert_eq!(world.reply(world.pupil, topic, "Une autre.").await.unwrap().number, 3);
}

#[tokio::test]
async fn a_reply_that_comes_while_numbers_are_repaired_is_counted() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Un sujet compté").await.unwrap().topic;
    world.reply(world.pupil, topic, "Une réponse.").await.unwrap();
    write(&world, "UPDATE atrium_forum_topic SET replies_public = 7").await;
    let replying = world.db().begin().await.unwrap();
    for sql in [
        "UPDATE atrium_forum_topic SET last_number = 3, last_visible_number = 3, replies_public = replies_public + 1, \
         replies_staff = replies_staff + 1",
        "INSERT INTO atrium_forum_post (topic_id, number, author_id, quality, markdown, html, renderer, state, \
         state_reason, revision, version, write_key, created_at) SELECT topic_id, 3, author_id, quality, markdown, html, \
         renderer, state, state_reason, revision, version, 'une-autre-cle', created_at FROM atrium_forum_post \
         WHERE number = 2",
    ] {
        replying.execute_unprepared(sql).await.unwrap();
    }
    let forum = world.forum();
    let repairing = tokio::spawn(async move { forum.reconcile().await });
    // On SQLite there is one writer, who waits without saying so.
    while world.db().is_postgres() && !somebody_waits(&world).await {
        tokio::task::yield_now().await;
    }
    let sql = "UPDATE atrium_forum_category SET posts_public = posts_public + 1, posts_staff = posts_staff + 1 \
               WHERE slug = 'messagerie'";
    replying.execute_unprepared(sql).await.unwrap();
    replying.commit().await.unwrap();
    repairing.await.unwrap().unwrap();
    world.assert_no_drift().await;
    assert_eq!((world.topic(topic).await.last_number, world.topic(topic).await.replies_public), (3, 2));
}

async fn somebody_waits(world: &World) -> bool {
    let sql = "SELECT 1 AS one FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let waiting = Statement::from_string(world.db().get_database_backend(), sql);
    world.db().query_one_raw(waiting).await.unwrap().is_some()
}

async fn write(world: &World, sql: &str) {
    world.db().writer().execute_unprepared(sql).await.unwrap();
}
