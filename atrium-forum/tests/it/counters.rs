//! The numbers kept are the numbers counted, whatever happens in whatever order.

use atrium_core::clock::Timestamp;
use atrium_forum::categories::CategoryId;
use atrium_forum::flags::{Comment, FlagReason, actions::flag};
use atrium_forum::posts::{PostId, Reason};
use atrium_forum::review::{self, Decision};
use atrium_forum::topics::TopicId;
use atrium_forum::topics::actions::refile;
use atrium_forum::topics::marks::{Mark, mark};
use atrium_forum::{State, drift, reconcile};
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
            made.add(atrium_forum::topics::actions::ask(world.db(), &actor, new).await);
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
            let _ = refile(world.db(), &actor, topic, row.version, places[place], row.kind).await;
        }
        Act::Flag { who, post } => {
            let actor = world.actor(people[who]).await;
            let _ = flag(world.db(), &actor, made.post(post)?.1, FlagReason::Spam, &Comment::default()).await;
        }
        Act::Decide { keep } => {
            let reader = world.reader(world.support).await;
            let item = review::actions::queue(world.db(), &reader, None).await.unwrap().into_iter().next()?;
            let decision = if keep { Decision::Keep } else { Decision::Remove };
            let (actor, reason) = (world.actor(world.support).await, Reason::parse("Ainsi soit-il.").unwrap());
            let _ = review::actions::decide(world.db(), &actor, item.id, item.version, decision, &reason).await;
        }
        Act::Accept { post } => {
            let (topic, post) = made.post(post)?;
            let _ = mark(world.db(), &world.actor(world.support).await, topic, Mark::Accept(post)).await;
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
        let writer = world.db().writer();
        writer.execute_raw(Statement::from_string(writer.get_database_backend(), sql)).await.unwrap();
    }
    assert_eq!(drift(world.db()).await.unwrap().len(), 5, "a topic and four categories");
    assert_eq!(reconcile(world.db()).await.unwrap().len(), 5);
    world.assert_no_drift().await;
    assert_eq!(world.topic(topic).await.replies_public, 1);
    assert!(world.topic(topic).await.created_at > Timestamp(0));
}
