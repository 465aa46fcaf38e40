//! What people are told of by mail, and what they are not.

use std::collections::{BTreeMap, BTreeSet};

use atrium_core::access::{Effect, Scope};
use atrium_core::directory::PersonId;
use atrium_core::notify::ByMail;
use atrium_forum::State;
use atrium_forum::topics::marks::Mark;
use serde_json::json;

use crate::world::World;

const CLAIRE: &str = "claire@lycee.example";

impl World {
    /// A world with mail, whose referent has an address.
    pub(crate) async fn with_claire() -> Self {
        let world = Self::with_mail().await;
        world.address(world.referent, CLAIRE).await;
        world
    }

    /// Chooses how a person is told of replies by mail; the bell stays as it is.
    async fn by_mail(&self, person: PersonId, by_mail: ByMail) {
        let notices = self.atrium.notices();
        let all: BTreeSet<String> = notices.kinds().into_iter().map(|kind| kind.key().to_owned()).collect();
        let by_mail = BTreeMap::from([("forum.reply".to_owned(), by_mail)]);
        notices.choose(&self.actor(person).await, &all, &by_mail).await.unwrap();
    }
}

pub(crate) fn header<'l>(letter: &'l str, name: &str) -> &'l str {
    let found = letter.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    found.unwrap_or_else(|| panic!("no {name} in: {letter}")).trim()
}

#[tokio::test]
async fn a_reply_is_mailed_with_its_beginning_and_the_way_to_it() {
    let world = World::with_claire().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let text = format!("**Videz** le <cache> & attendez.\n\n{}", "Encore. ".repeat(200));
    world.reply(world.colleague, asked.topic, &text).await.unwrap();
    world.until_told().await;
    let letters = world.letters().await;
    let [letter] = &letters[..] else { panic!("{letters:?}") };
    assert!(header(letter, "To").contains(CLAIRE), "{letter}");
    assert!(letter.contains("Bonjour Claire Aubert,"), "{letter}");
    assert!(letter.contains("Nouvelle réponse à votre sujet\u{a0}: «\u{a0}Des messages en double\u{a0}»."), "{letter}");
    assert!(letter.contains("Paul Bosc a écrit\u{a0}:"), "{letter}");
    assert!(letter.contains("> Videz le <cache> & attendez."), "as text: {letter}");
    assert!(letter.contains("Videz le &lt;cache&gt; &amp; attendez."), "escaped as HTML: {letter}");
    assert!(letter.matches("Encore.").count() < 200, "{letter}");
    let topic = world.topic(asked.topic).await;
    assert!(letter.contains(&format!("https://atrium.example{}", topic.url())), "{letter}");
    assert!(letter.contains("Choisir ce que vous recevez\u{a0}: https://atrium.example/compte/notifications"));
    assert_eq!(header(letter, "List-Id"), "<forum.reply.atrium.example>");

    world.reply(world.pupil, asked.topic, "Merci.").await.unwrap();
    world.until_told().await;
    let letters = world.letters().await;
    assert_eq!(letters.len(), 2);
    assert_eq!(header(&letters[0], "References"), header(&letters[1], "References"), "one conversation");
    assert_ne!(header(&letters[0], "Message-ID"), header(&letters[1], "Message-ID"));
}

#[tokio::test]
async fn letters_go_to_who_has_an_address_in_their_language() {
    let world = World::with_claire().await;
    let sql = format!("UPDATE atrium_person SET locale = 'en' WHERE id = {}", world.referent);
    sea_orm::ConnectionTrait::execute_unprepared(world.db().writer(), &sql).await.unwrap();
    for person in [world.referent, world.colleague] {
        let asked = world.ask(person, world.open, "Des messages en double").await.unwrap();
        world.reply(world.pupil, asked.topic, "Chez moi aussi.").await.unwrap();
    }
    world.until_told().await;
    let letters = world.letters().await;
    assert_eq!(letters.len(), 1, "the colleague has no address");
    assert!(letters[0].contains("Hello Claire Aubert,") && letters[0].contains("<html lang=\"en\">"), "{letters:?}");
}

#[tokio::test]
async fn what_is_switched_off_before_or_after_the_event_is_not_mailed() {
    let world = World::with_claire().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    world.by_mail(world.referent, ByMail::Never).await;
    world.reply(world.colleague, asked.topic, "Chez moi aussi.").await.unwrap();
    world.until_told().await;
    assert!(world.letters().await.is_empty());
    world.by_mail(world.referent, ByMail::AtOnce).await;
    world.reply(world.colleague, asked.topic, "Toujours.").await.unwrap();
    world.until_told().await;
    world.by_mail(world.referent, ByMail::Never).await;
    assert!(world.letters().await.is_empty(), "switched off before it was delivered");
}

#[tokio::test]
async fn mail_goes_without_the_bell_and_not_for_what_was_read() {
    let world = World::with_claire().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let referent = world.actor(world.referent).await;
    world.reply(world.colleague, asked.topic, "Chez moi aussi.").await.unwrap();
    world.until_told().await;
    let cookie = world.session(world.referent).await;
    world.get(&world.topic(asked.topic).await.url(), &cookie).await.assert_status(200);
    let letters = world.letters().await;
    assert!(letters.is_empty(), "they read it: {letters:?}");
    world.atrium.notices().choose(&referent, &BTreeSet::new(), &BTreeMap::new()).await.unwrap();
    world.reply(world.colleague, asked.topic, "Toujours.").await.unwrap();
    world.until_told().await;
    assert_eq!(world.unread(world.referent).await, 0);
    let letters = world.letters().await;
    assert!(letters.len() == 1 && letters[0].contains("> Toujours."), "{letters:?}");
}

#[tokio::test]
async fn what_may_not_be_read_at_delivery_is_not_mailed() {
    let world = World::with_claire().await;
    let asked = world.ask(world.referent, world.private, "Le portail de l’entrée").await.unwrap();
    world.reply(world.support, asked.topic, "Nous regardons.").await.unwrap();
    world.until_told().await;
    world.assign(world.referent, "digital_referent", Scope::Platform, Effect::Forbid).await;
    assert!(world.letters().await.is_empty(), "lost access");

    world.address(world.colleague, "paul@lycee.example").await;
    let asked = world.ask(world.colleague, world.open, "Des messages en double").await.unwrap();
    let hidden = world.reply(world.pupil, asked.topic, "Publicité secrète.").await.unwrap().post;
    world.reply(world.support, asked.topic, "Videz le cache.").await.unwrap();
    world.until_told().await;
    world.change(world.support, hidden, State::Hidden).await.unwrap();
    world.until_told().await;
    let letters = world.letters().await;
    assert!(letters.iter().all(|letter| !letter.contains("Publicité secrète")), "{letters:?}");
    assert!(letters.len() == 1 && letters[0].contains("> Videz le cache."), "{letters:?}");

    let suspended = format!("UPDATE atrium_person SET status = 'suspended' WHERE id = {}", world.colleague);
    world.reply(world.support, asked.topic, "C’est réparé.").await.unwrap();
    world.until_told().await;
    sea_orm::ConnectionTrait::execute_unprepared(world.db().writer(), &suspended).await.unwrap();
    assert_eq!(world.letters().await.len(), 1, "suspended between the event and the delivery");
}

#[tokio::test]
async fn decisions_and_official_answers_are_mailed_and_a_withheld_text_is_not_quoted() {
    let world = World::with_claire().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let reply = world.reply(world.colleague, asked.topic, "Videz le cache.").await.unwrap().post;
    let support = world.actor(world.support).await;
    world.forum().topics().mark(&support, asked.topic, Mark::Official(reply)).await.unwrap();
    world.until_told().await;
    let letters = world.letters().await;
    assert!(letters.iter().any(|letter| letter.contains("Votre sujet a une réponse officielle")), "{letters:?}");
    assert!(letters.len() == 2 && letters.iter().all(|letter| letter.contains("> Videz le cache.")), "{letters:?}");

    world.address(world.pupil, "samir@lycee.example").await;
    let reply = world.reply(world.pupil, asked.topic, "Publicité.").await.unwrap().post;
    world.until_told().await;
    world.letters().await;
    world.change(world.support, reply, State::Hidden).await.unwrap();
    world.until(world.pupil, 1).await;
    let letters = world.letters().await;
    let withheld = letters.iter().find(|letter| letter.contains("samir@lycee.example")).unwrap();
    assert!(withheld.contains("Votre message n’est plus publié") && !withheld.contains("Publicité."), "{withheld}");
}

#[tokio::test]
async fn everyone_chooses_their_own_mail_on_the_page_and_by_program() {
    let world = World::with_claire().await;
    let cookie = world.session(world.referent).await;
    let page = world.get("/compte/notifications", &cookie).await;
    assert!(page.text.contains(CLAIRE) && page.text.contains("name=\"mail-forum.reply\""), "{}", page.text);
    let path = "/compte/notifications";
    let sent = [("kinds", "forum.reply"), ("mail-forum.reply", "never"), ("mail-forum.accepted", "at_once")];
    assert_eq!(world.post_form(path, &cookie, &sent).await.location(), path);
    let kinds = world.get("/api/v1/account/notification-kinds", &cookie).await.json();
    let of = |kinds: &serde_json::Value, key: &str| {
        let found = kinds.as_array().unwrap().iter().find(|kind| kind["kind"] == key).unwrap().clone();
        (found["on"].as_bool().unwrap(), found["mail"].as_str().unwrap().to_owned())
    };
    assert_eq!(of(&kinds, "forum.reply"), (true, "never".to_owned()));
    assert_eq!(of(&kinds, "forum.accepted"), (false, "at_once".to_owned()));
    assert_eq!(of(&kinds, "forum.official"), (false, "at_once".to_owned()), "as the kind says");
    let other = world.session(world.colleague).await;
    let kinds = world.get("/api/v1/account/notification-kinds", &other).await.json();
    assert_eq!(of(&kinds, "forum.reply"), (true, "at_once".to_owned()), "of the referent alone");

    let path = "/api/v1/account/notification-kinds";
    let put = async |body: serde_json::Value| world.call(&cookie, ("PUT", path), None, &body).await;
    let chosen = put(json!({ "on": ["forum.reply"], "mail": { "forum.reply": "at_once" } })).await;
    chosen.assert_status(200);
    assert_eq!(of(&chosen.json(), "forum.reply"), (true, "at_once".to_owned()));
    assert_eq!(of(&chosen.json(), "forum.accepted"), (false, "at_once".to_owned()), "not named");
    put(json!({ "on": [], "mail": { "forum.reply": "often" } })).await.assert_status(422);
    put(json!({ "on": [], "mail": { "forum.unknown": "never" } })).await.assert_status(422);
    world.post_form("/compte/notifications", &cookie, &[("mail-forum.reply", "often")]).await.assert_status(422);
    world.call("", ("PUT", path), None, &json!({ "on": [] })).await.assert_status(401);
    assert_ne!(world.post_form("/compte/notifications", "", &sent).await.status, 303);
    let kinds = world.get(path, &other).await.json();
    assert_eq!(of(&kinds, "forum.reply"), (true, "at_once".to_owned()), "a visitor chooses nothing");
}
