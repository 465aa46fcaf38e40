//! What people are told of, and what they are not.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use atrium_core::access::{Effect, Scope};
use atrium_core::directory::PersonId;
use atrium_core::notify::Notice;
use atrium_forum::State;
use atrium_forum::flags::FlagReason;
use atrium_forum::topics::Kind;
use atrium_forum::topics::marks::Mark;
use serde_json::json;

use crate::world::World;

impl World {
    pub(crate) async fn notices(&self, person: PersonId) -> Vec<Notice> {
        let actor = self.actor(person).await;
        self.atrium.notices().list(&actor, None, 50).await.unwrap()
    }

    pub(crate) async fn unread(&self, person: PersonId) -> i64 {
        self.atrium.notices().unread(&self.actor(person).await).await.unwrap()
    }

    /// Waits until a person has so many unread notices.
    pub(crate) async fn until(&self, person: PersonId, unread: i64) {
        for _ in 0..600 {
            if self.unread(person).await == unread {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{} unread notices, not {unread}: {:?}", self.unread(person).await, self.notices(person).await);
    }

    /// Waits until every event so far was told: the support has a notice of one that comes after them.
    pub(crate) async fn until_told(&self) {
        let before = self.unread(self.support).await;
        let asked = self.ask(self.support, self.open, "Une question du support").await.unwrap();
        self.reply(self.colleague, asked.topic, "Une réponse.").await.unwrap();
        self.until(self.support, before + 1).await;
    }

    pub(crate) async fn kinds(&self, person: PersonId) -> Vec<&'static str> {
        self.notices(person).await.iter().map(|notice| notice.kind.key()).collect()
    }
}

#[tokio::test]
async fn replies_ring_the_bell_of_who_asked_until_the_topic_is_read() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let cookie = world.session(world.referent).await;
    assert!(!world.get("/forum", &cookie).await.text.contains("non lue"));
    world.reply(world.colleague, asked.topic, "Chez moi aussi.").await.unwrap();
    world.until(world.referent, 1).await;
    world.reply(world.pupil, asked.topic, "Moi aussi.").await.unwrap();
    world.until_told().await;

    let page = world.get("/notifications", &cookie).await;
    page.assert_status(200);
    assert!(page.text.contains("2 nouvelles réponses à votre sujet"), "{}", page.text);
    assert!(page.text.contains("Des messages en double"));
    let home = world.get("/forum", &cookie).await;
    assert!(home.text.contains("Notifications\u{a0}: 1 non lue"), "one topic is one notice");
    // Those who answered are told of nothing.
    assert!(world.notices(world.colleague).await.is_empty());

    let topic = world.topic(asked.topic).await;
    let read = world.get(&topic.url(), &cookie).await;
    assert!(!read.text.contains("1 non lue"), "reading it takes it off the bell of the same page");
    assert_eq!(world.unread(world.referent).await, 0);
    assert_eq!(world.kinds(world.referent).await, ["forum.reply"], "it stays in the list");
    world.reply(world.colleague, asked.topic, "Toujours.").await.unwrap();
    world.until(world.referent, 1).await;
    assert_eq!(world.notices(world.referent).await[0].times, 1, "counted anew");
}

#[tokio::test]
async fn what_is_hidden_is_taken_off_the_bell() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let reply = world.reply(world.pupil, asked.topic, "Publicité.").await.unwrap().post;
    world.until(world.referent, 1).await;
    world.change(world.support, reply, State::Hidden).await.unwrap();
    world.until(world.pupil, 1).await;
    world.until(world.referent, 0).await;
    assert!(world.notices(world.referent).await.is_empty());
    assert_eq!(world.kinds(world.pupil).await, ["forum.withheld"]);
    world.change(world.support, reply, State::Visible).await.unwrap();
    world.until(world.pupil, 2).await;
    assert_eq!(world.kinds(world.pupil).await, ["forum.published", "forum.withheld"]);
}

#[tokio::test]
async fn who_lost_access_is_told_of_nothing() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.private, "Le portail de l’entrée").await.unwrap();
    world.reply(world.support, asked.topic, "Nous regardons.").await.unwrap();
    world.until(world.referent, 1).await;
    world.assign(world.referent, "digital_referent", Scope::Platform, Effect::Forbid).await;
    assert!(!world.reader(world.referent).await.sees(&world.topic(asked.topic).await));
    world.reply(world.support, asked.topic, "C’est réparé.").await.unwrap();
    world.until_told().await;
    assert!(world.notices(world.referent).await.is_empty());
    assert_eq!(world.unread(world.referent).await, 0, "what cannot be shown is not counted");
}

#[tokio::test]
async fn a_confidential_topic_tells_only_those_who_read_it() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Un souci personnel").await.unwrap();
    let reply = world.reply(world.pupil, asked.topic, "Videz le cache.").await.unwrap().post;
    let support = world.actor(world.support).await;
    world.forum().topics().mark(&support, asked.topic, Mark::Accept(reply)).await.unwrap();
    world.until(world.pupil, 1).await;
    world.forum().topics().mark(&support, asked.topic, Mark::Restrict).await.unwrap();
    world.until(world.pupil, 0).await;
    assert!(!world.reader(world.pupil).await.sees(&world.topic(asked.topic).await));
    assert!(world.notices(world.pupil).await.is_empty());
    assert_eq!(world.kinds(world.referent).await, ["forum.reply"], "who asked still reads it");
}

#[tokio::test]
async fn answers_and_decisions_are_told_to_whom_they_concern() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let reply = world.reply(world.colleague, asked.topic, "Videz le cache.").await.unwrap().post;
    let support = world.actor(world.support).await;
    world.forum().topics().mark(&support, asked.topic, Mark::Accept(reply)).await.unwrap();
    world.until(world.colleague, 1).await;
    assert_eq!(world.kinds(world.colleague).await, ["forum.accepted"]);
    world.forum().topics().mark(&support, asked.topic, Mark::Official(reply)).await.unwrap();
    world.until(world.referent, 2).await;
    assert_eq!(world.kinds(world.referent).await, ["forum.official", "forum.reply"]);
    // One's own acts are not told.
    let referent = world.actor(world.referent).await;
    let version = world.topic(asked.topic).await.version;
    world.forum().topics().refile(&referent, asked.topic, version, world.open, Kind::Problem).await.ok();
    world.reply(world.referent, asked.topic, "Merci !").await.unwrap();
    world.until_told().await;
    assert_eq!(world.unread(world.referent).await, 2);
}

#[tokio::test]
async fn enough_flags_tell_the_author_too() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let reply = world.reply(world.pupil, asked.topic, "N’importe quoi.").await.unwrap().post;
    for person in [world.referent, world.colleague, world.support] {
        world.flag(person, reply, FlagReason::Spam).await.ok();
    }
    world.until_told().await;
    let hidden = world.post(reply).await.state != State::Visible;
    assert_eq!(world.kinds(world.pupil).await.contains(&"forum.withheld"), hidden);
}

#[tokio::test]
async fn a_kind_that_is_switched_off_is_not_told() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let cookie = world.session(world.referent).await;
    let page = world.get("/compte/notifications", &cookie).await;
    page.assert_status(200);
    assert!(page.text.contains("Une réponse à l’un de mes sujets"));
    let chosen = world.post_form("/compte/notifications", &cookie, &[("kinds", "forum.official")]).await;
    assert_eq!(chosen.location(), "/compte/notifications");
    world.reply(world.colleague, asked.topic, "Chez moi aussi.").await.unwrap();
    world.until_told().await;
    assert_eq!(world.unread(world.referent).await, 0);
    let referent = world.actor(world.referent).await;
    let choices = world.atrium.notices().choices(&referent).await.unwrap();
    let on: Vec<_> = choices.iter().filter(|choice| choice.is_on).map(|choice| choice.kind.key()).collect();
    assert_eq!(on, ["forum.official"]);
    let unknown = BTreeSet::from(["forum.unknown".to_owned()]);
    assert!(world.atrium.notices().choose(&referent, &unknown, &BTreeMap::new()).await.unwrap_err().is_invalid());
}

#[tokio::test]
async fn programs_read_and_mark_their_own_notices_alone() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    world.reply(world.colleague, asked.topic, "Chez moi aussi.").await.unwrap();
    world.until(world.referent, 1).await;
    let (mine, other) = (world.session(world.referent).await, world.session(world.colleague).await);
    let found = world.get("/api/v1/account/notifications", &mine).await.json();
    assert_eq!((found["unread"].as_i64(), found["items"][0]["kind"].as_str()), (Some(1), Some("forum.reply")));
    assert_eq!(found["items"][0]["text"], "Nouvelle réponse à votre sujet");
    let id = found["items"][0]["id"].as_i64().unwrap();
    let read = format!("/api/v1/account/notifications/{id}/read");
    world.post_json(&read, &other, &json!({})).await.assert_status(404);
    world.post_form(&format!("/notifications/{id}/lue"), &other, &[]).await.assert_status(404);
    assert_eq!(world.unread(world.referent).await, 1);
    let all = "/api/v1/account/notifications/read";
    world.post_json(all, &mine, &json!({ "until": "2001-01-01T00:00:00Z" })).await.assert_status(200);
    assert_eq!(world.unread(world.referent).await, 1, "older ones alone");
    world.post_json(&read, &mine, &json!({})).await.assert_status(204);
    assert_eq!(world.unread(world.referent).await, 0);
    for path in ["/api/v1/account/notifications", "/api/v1/account/notification-kinds"] {
        world.get(path, "").await.assert_status(401);
    }
    assert!(world.get("/notifications", "").await.location().starts_with("/connexion"));
    world.get("/api/v1/account/notifications?after=hier", &mine).await.assert_status(422);
}

#[tokio::test]
async fn a_page_of_notices_goes_on_where_the_last_one_ended() {
    let world = World::new().await;
    for title in ["Premier sujet", "Deuxième sujet", "Troisième sujet"] {
        let asked = world.ask(world.referent, world.open, title).await.unwrap();
        world.reply(world.colleague, asked.topic, "Chez moi aussi.").await.unwrap();
    }
    world.until(world.referent, 3).await;
    let referent = world.actor(world.referent).await;
    let notices = world.atrium.notices().clone();
    let first = notices.list(&referent, None, 2).await.unwrap();
    let rest = notices.list(&referent, Some((first[1].at, first[1].id)), 2).await.unwrap();
    let titles: Vec<_> = first.iter().chain(&rest).map(|notice| notice.about.title.as_str()).collect();
    assert_eq!(titles, ["Troisième sujet", "Deuxième sujet", "Premier sujet"]);
    let cookie = world.session(world.referent).await;
    let until = first[0].at.0.to_string();
    world.post_form("/notifications/lues", &cookie, &[("until", &until)]).await.assert_status(303);
    assert_eq!(world.unread(world.referent).await, 0);
}

#[tokio::test]
async fn a_page_that_stays_open_is_told_of_each_change() {
    let world = World::new().await;
    let cookie = world.session(world.referent).await;
    let once = world.get("/notifications/nombre", &cookie).await;
    assert_eq!(once.json(), json!({ "count": "", "label": "Notifications" }));
    assert_ne!(world.get("/notifications/nombre", "").await.status, 200, "a visitor has no bell");

    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let mut events = world.events("/notifications/nombre", &cookie).await;
    assert_eq!(events.next("unread").await, json!({ "count": "", "label": "Notifications" }));
    world.reply(world.colleague, asked.topic, "Chez moi aussi.").await.unwrap();
    assert_eq!(events.next("unread").await, json!({ "count": "1", "label": "Notifications\u{a0}: 1 non lue" }));
    world.get(&world.topic(asked.topic).await.url(), &cookie).await;
    assert_eq!(events.next("unread").await["count"], "");

    world.atrium.platform().stop().await.unwrap();
    events.end().await;
}
