//! Calling somebody by name.

use atrium_core::access::{Effect, Scope};
use atrium_core::directory::Profile;
use atrium_forum::State;

use crate::world::World;

#[tokio::test]
async fn a_text_calls_those_who_may_read_it() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.private, "Entre nous").await.unwrap();
    let text = "Vu avec @PAUL BOSC et @Odile Caron, voir `@Léa Faure`.\n\n> @Rémi Esposito l’a dit.";
    world.reply(world.developer, asked.topic, text).await.unwrap();
    world.until(world.colleague, 1).await;
    world.until(world.referent, 1).await;
    assert_eq!(world.kinds(world.colleague).await, ["forum.mention"], "capitals do not matter");
    assert_eq!(world.kinds(world.referent).await, ["forum.reply"], "who asked is told of the reply");
    assert!(world.notices(world.head).await.is_empty(), "the head of the school does not read this category");
    assert!(world.notices(world.support).await.is_empty(), "a quotation calls nobody");
    assert!(world.notices(world.developer).await.is_empty(), "and neither does code");
}

#[tokio::test]
async fn an_edited_text_calls_once() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let reply = world.reply(world.colleague, asked.topic, "Demandons.").await.unwrap().post;
    let edit = async |text: &str| {
        let version = world.post(reply).await.version;
        world.edit(world.colleague, reply, version, text).await.unwrap();
    };
    edit("Demandons à @Samir Diop.").await;
    world.until(world.pupil, 1).await;
    let pupil = world.actor(world.pupil).await;
    world.atrium.notices().mark_all_read(&pupil, pupil.now()).await.unwrap();
    edit("Demandons donc à @Samir Diop.").await;
    edit("Demandons.").await;
    edit("Demandons encore à @Samir Diop, et à @Odile Caron.").await;
    world.until(world.head, 1).await;
    assert_eq!(world.unread(world.pupil).await, 0, "he was called already");
}

#[tokio::test]
async fn what_waits_for_a_moderator_calls_once_it_is_published() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let reply = world.reply(world.colleague, asked.topic, "Bonjour @Odile Caron").await.unwrap().post;
    world.until(world.head, 1).await;
    world.change(world.moderator, reply, State::Hidden).await.unwrap();
    world.until(world.head, 0).await;

    let announced = world.ask(world.support, world.reviewed, "Une annonce").await.unwrap();
    let first = world.reply(world.referent, announced.topic, "Qu’en dit @Odile Caron ?").await.unwrap().post;
    world.until_told().await;
    assert_eq!(world.unread(world.head).await, 0, "it waits");
    world.change(world.moderator, first, State::Visible).await.unwrap();
    world.until(world.head, 1).await;
}

#[tokio::test]
async fn a_name_of_several_people_calls_the_one_of_the_conversation() {
    let world = World::new().await;
    let namesake = world.person("Paul Bosc", Some((world.school, Profile::Teacher))).await;
    world.assign(namesake, "digital_referent", Scope::Establishment(world.school), Effect::Permit).await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    world.reply(world.referent, asked.topic, "Bonjour @Paul Bosc").await.unwrap();
    world.until_told().await;
    assert_eq!((world.unread(world.colleague).await, world.unread(namesake).await), (0, 0), "which of them?");
    world.reply(world.colleague, asked.topic, "Je regarde.").await.unwrap();
    world.reply(world.referent, asked.topic, "Merci @Paul Bosc !").await.unwrap();
    world.until(world.colleague, 1).await;
    assert_eq!(world.unread(namesake).await, 0);
}
