//! Every template of the forum, rendered with the data of real pages.

use atrium_core::access::{Effect, Scope};
use atrium_core::catalogue::{ServiceState, StateChange};
use atrium_core::testing::assert_templates;
use atrium_forum::State;
use atrium_forum::flags::FlagReason;
use atrium_forum::posts::PostId;
use atrium_forum::topics::TopicId;

use super::world::World;

/// A topic with what readers may see of one: a long answer with marks, an edit, a hidden post, a flag.
struct Talk {
    topic: TopicId,
    first: PostId,
    answer: PostId,
    hidden: PostId,
}

impl Talk {
    async fn on(world: &World) -> Self {
        let asked = world.ask(world.referent, world.open, "Le casier reste vide").await.unwrap();
        let answer = world.reply(world.support, asked.topic, "Videz le cache, puis **réessayez**.").await.unwrap().post;
        let hidden = world.reply(world.pupil, asked.topic, "Rien à voir avec la question.").await.unwrap().post;
        world.flag(world.referent, hidden, FlagReason::OffTopic).await.unwrap();
        world.change(world.moderator, hidden, State::Hidden).await.unwrap();
        world.edit(world.referent, asked.post, 1, "Rien ne se passe, *vraiment* rien.").await.unwrap();
        world.flag(world.pupil, answer, FlagReason::Other).await.ok();
        Self { topic: asked.topic, first: asked.post, answer, hidden }
    }
}

/// Has a service of the catalogue not work as usual.
async fn degrade(world: &World, service: &str) {
    let catalogue = world.atrium.catalogue();
    let version = catalogue.service(service).unwrap().version;
    let change =
        StateChange { state: ServiceState::Degraded, note_fr: "Retour à midi.".to_owned(), note_en: String::new() };
    catalogue.set_state(&world.atrium.operator(), service, version, change).await.unwrap();
}

/// Opens the pages of a post, and sends each of their forms empty.
async fn open_post(world: &World, cookie: &str, post: PostId) {
    for page in ["", "/modifier", "/versions", "/moderer", "/signaler"] {
        let path = format!("/forum/messages/{post}{page}");
        world.get(&path, cookie).await;
        world.post_form(&path, cookie, &[]).await;
    }
    let stale = [("title", "Autre titre"), ("body", "Un texte *plus* court."), ("version", "0"), ("preview", "1")];
    world.post_form(&format!("/forum/messages/{post}/modifier"), cookie, &stale).await;
    world.post_form(&format!("/forum/messages/{post}/modifier"), cookie, &stale[..3]).await;
}

#[tokio::test]
async fn every_template_renders_in_every_language_and_escapes_every_text() {
    let world = World::new().await;
    let samples = world.atrium.record_templates();
    let (referent, moderator) = (world.session(world.referent).await, world.session(world.moderator).await);
    let support = world.session(world.support).await;
    let admin = world.person("Denis Roux", None).await;
    world.assign(admin, "platform_admin", Scope::Platform, Effect::Permit).await;
    let admin = world.session(admin).await;
    world.get("/administration/forum", &admin).await.assert_status(200);
    world.post_form("/administration/forum/par-service", &admin, &[]).await.assert_status(303);
    let people = [String::new(), referent.clone(), support.clone(), moderator.clone(), admin.clone()];
    degrade(&world, "casier").await;
    let talk = Talk::on(&world).await;
    let waiting = world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    let confidential = world.ask_confidentially(world.referent, "Un dossier sensible").await.unwrap();
    let url = world.topic(talk.topic).await.url();
    world.post_form(&format!("/forum/messages/{}/accepter", talk.answer), &referent, &[]).await;
    world.post_form(&format!("/forum/messages/{}/officielle", talk.answer), &support, &[]).await;
    world.atrium.index_now().await.unwrap();
    for cookie in &people {
        for path in ["/forum", "/forum/messagerie", "/forum/casier", "/forum/annonces", "/administration/forum"] {
            world.get(path, cookie).await;
        }
        for view in ["?filtre=unread", "?filtre=mine", "?filtre=unanswered", "?filtre=rien"] {
            world.get(&format!("/forum{view}"), cookie).await;
        }
        for path in ["/forum/nouveau", "/forum/messagerie/nouveau", "/forum/moderation", "/forum/moderation/decisions"]
        {
            world.get(path, cookie).await;
        }
        for topic in [talk.topic, waiting.topic, confidential.topic] {
            let url = world.topic(topic).await.url();
            for page in ["", "/deplacer"] {
                world.get(&format!("{url}{page}"), cookie).await;
                world.post_form(&format!("{url}{page}"), cookie, &[]).await;
            }
        }
        for post in [talk.first, talk.answer, talk.hidden] {
            open_post(&world, cookie, post).await;
        }
        world.get("/forum/similaires?titre=casier+vide", cookie).await;
        let preview = [("title", "Le casier est vide"), ("body", "Il est *vide*."), ("preview", "1")];
        world.post_form("/forum/messagerie/nouveau", cookie, &preview).await;
        world.post_form(&format!("{url}/reponses"), cookie, &preview[1..]).await;
        world.post_form(&format!("{url}/reponses"), cookie, &[]).await;
    }
    for path in ["/administration/forum/nouvelle", "/administration/forum/messagerie"] {
        world.get(path, &admin).await.assert_status(200);
        let narrower = [
            ("name", "Messagerie"),
            ("slug", "messagerie"),
            ("sees", "signed_in"),
            ("asks", "signed_in"),
            ("answers", "signed_in"),
            ("moderation", "open"),
            ("version", "1"),
        ];
        world.post_form(path, &admin, &narrower).await;
    }
    world.post_form("/forum/moderation/1/masquer", &moderator, &[]).await;
    let restricted = world.ask(world.referent, world.open, "Le nom d’un élève").await.unwrap().topic;
    let restrict = format!("/forum/sujets/{restricted}/restreindre");
    for fields in [&[][..], &[("confirm", "1")]] {
        world.post_form(&restrict, &moderator, fields).await;
        world.get(&restrict, &moderator).await;
    }
    assert_templates(&samples, "forum/");
}
