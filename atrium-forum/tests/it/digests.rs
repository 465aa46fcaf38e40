//! Digests: once a morning or once a week, of what is unread, on however many nodes.

use std::collections::{BTreeMap, BTreeSet};

use atrium_core::access::{Effect, Scope};
use atrium_core::notify::ByMail;
use atrium_core::web::dates;
use atrium_forum::State;
use atrium_forum::topics::TopicId;
use tempfile::TempDir;

use crate::letters::header;
use crate::world::World;

const HOUR: i64 = 3_600;

impl World {
    /// A world whose referent is told of everything in digests of this pace, and one of their topics.
    async fn with_digests(pace: ByMail) -> (Self, TopicId) {
        let world = Self::with_claire().await;
        let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
        let notices = world.atrium.notices();
        let all: BTreeSet<String> = notices.kinds().into_iter().map(|kind| kind.key().to_owned()).collect();
        let by_mail: BTreeMap<_, _> = all.iter().map(|kind| (kind.clone(), pace)).collect();
        notices.choose(&world.actor(world.referent).await, &all, &by_mail).await.unwrap();
        (world, asked.topic)
    }

    /// Sets the clock to an instant.
    fn at(&self, text: &str) {
        self.db().clock().set(dates::parse_instant(text).unwrap());
    }

    /// Has the referent's topic answered, and waits until it was told.
    async fn answered(&self, topic: TopicId) {
        self.reply(self.colleague, topic, "Chez moi aussi.").await.unwrap();
        self.until_told().await;
    }

    /// Runs the jobs that are due, and returns all letters so far.
    async fn morning(&self) -> Vec<String> {
        self.atrium.run_due_jobs().await.unwrap();
        self.letters().await
    }
}

#[tokio::test]
async fn a_digest_lists_what_is_unread_at_seven_and_nothing_twice() {
    let (world, topic) = World::with_digests(ByMail::Daily).await;
    world.answered(topic).await;
    world.answered(topic).await;
    assert!(world.morning().await.is_empty(), "nothing at once");
    world.at("2026-03-17T05:59:00Z");
    assert!(world.morning().await.is_empty(), "not before seven");
    world.at("2026-03-17T06:00:00Z");
    let letters = world.morning().await;
    let [letter] = &letters[..] else { panic!("{letters:?}") };
    assert!(letter.contains("Subject: ") && letter.contains("une notification non lue"), "{letter}");
    assert!(letter.contains("* Des messages en double") && letter.contains("2 nouvelles réponses"), "{letter}");
    assert!(letter.contains("https://atrium.example/forum/sujets/"), "{letter}");
    assert_eq!(header(letter, "List-Id"), "<digests.atrium.example>");
    assert_eq!(world.morning().await.len(), 1, "once");
    world.at("2026-03-18T06:00:00Z");
    assert_eq!(world.morning().await.len(), 1, "nothing new, no letter");

    world.answered(topic).await;
    world.at("2026-03-19T06:00:00Z");
    let cookie = world.session(world.referent).await;
    world.get(&world.topic(topic).await.url(), &cookie).await.assert_status(200);
    assert_eq!(world.morning().await.len(), 1, "it was read on the site");
}

#[tokio::test]
async fn a_weekly_digest_comes_on_monday() {
    let (world, topic) = World::with_digests(ByMail::Weekly).await;
    world.answered(topic).await;
    for day in 17..=22 {
        world.at(&format!("2026-03-{day}T06:30:00Z"));
        assert!(world.morning().await.is_empty(), "{day}");
    }
    world.at("2026-03-23T06:00:00Z");
    assert_eq!(world.morning().await.len(), 1);
    world.at("2026-03-30T06:00:00Z");
    assert_eq!(world.morning().await.len(), 1, "nothing new");
}

#[tokio::test]
async fn each_day_has_one_digest_also_when_the_clocks_change() {
    let (world, topic) = World::with_digests(ByMail::Daily).await;
    world.at("2026-03-27T12:00:00Z");
    world.morning().await;
    let before = world.letters().await.len();
    // Every hour of four days and nights around the change, at which 3:00 follows 1:59.
    let mut digests = Vec::new();
    for hour in 0..4 * 24 {
        if hour % 24 == 0 {
            world.answered(topic).await;
        }
        world.pass_seconds(HOUR);
        let so_far = world.morning().await.len() - before;
        if so_far > digests.len() {
            digests.push(world.db().now().to_rfc3339());
        }
    }
    assert_eq!(
        digests,
        ["2026-03-28T06:00:00Z", "2026-03-29T05:00:00Z", "2026-03-30T05:00:00Z", "2026-03-31T05:00:00Z"]
    );
}

#[tokio::test]
async fn two_nodes_send_each_digest_once() {
    let (world, topic) = World::with_digests(ByMail::Daily).await;
    world.answered(topic).await;
    let dir = TempDir::new().unwrap();
    let other = world.node(&dir).await;
    world.at("2026-03-17T06:00:00Z");
    let (one, two) = tokio::join!(world.atrium.run_due_jobs(), other.run_due_jobs());
    one.unwrap();
    two.unwrap();
    let (one, two) = tokio::join!(world.atrium.run_due_tasks(), other.run_due_tasks());
    assert_eq!(one.unwrap() + two.unwrap(), 1, "one task for one letter");
    assert_eq!(world.letters().await.len(), 1);
    other.stop().await.unwrap();
}

#[tokio::test]
async fn a_digest_leaves_out_what_may_no_longer_be_read_or_is_no_longer_wanted() {
    let (world, topic) = World::with_digests(ByMail::Daily).await;
    let reply = world.reply(world.pupil, topic, "Publicité.").await.unwrap().post;
    let asked = world.ask(world.referent, world.private, "Le portail de l’entrée").await.unwrap();
    world.reply(world.support, asked.topic, "Nous regardons.").await.unwrap();
    world.until_told().await;
    world.at("2026-03-17T06:00:00Z");
    world.atrium.run_due_jobs().await.unwrap();
    // Between the digest and its delivery.
    world.change(world.support, reply, State::Hidden).await.unwrap();
    world.assign(world.referent, "digital_referent", Scope::Platform, Effect::Forbid).await;
    assert!(world.letters().await.is_empty());

    world.answered(topic).await;
    world.at("2026-03-18T06:00:00Z");
    let letters = world.morning().await;
    assert!(letters.len() == 1 && !letters[0].contains("Le portail"), "{letters:?}");
    let link = header(&letters[0], "List-Unsubscribe").trim_matches(['<', '>']).to_owned();
    let done = world.post_form(link.strip_prefix("https://atrium.example").unwrap(), "", &[]).await;
    assert!(done.text.contains("les récapitulatifs"), "{}", done.text);
    let choices = world.atrium.notices().choices(&world.actor(world.referent).await).await.unwrap();
    assert!(choices.iter().all(|choice| choice.by_mail == ByMail::Never), "{choices:?}");
    world.answered(topic).await;
    world.at("2026-03-19T06:00:00Z");
    assert_eq!(world.morning().await.len(), 1);
}
