//! A form that is sent again: after a double click, and from a page that the browser went back to.

use atrium_forum::State;
use atrium_forum::topics::marks::Mark;

use crate::world::World;

#[tokio::test]
async fn a_reply_sent_again_under_another_key_is_one_reply() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let url = world.topic(topic).await.url();
    let (reply, cookie) = (format!("{url}/reponses"), world.session(world.pupil).await);
    let send = async |text: &str, key: &str| {
        let sent = world.post_form(&reply, &cookie, &[("body", text), ("key", key)]).await;
        sent.assert_status(303);
        sent.location().to_owned()
    };
    let first = send("Chez moi aussi.\r\nDepuis lundi.", "premiere-cle").await;
    assert!(first.ends_with("#message-2"));
    world.reply(world.colleague, topic, "Et chez moi.").await.unwrap();
    assert_eq!(send("Chez moi aussi.\nDepuis lundi.", "deuxieme-cle").await, first);
    let told = world.post_form(&reply, &cookie, &[("body", "Chez moi aussi.\nDepuis lundi.")]).await;
    let flash = told.headers.get("set-cookie").unwrap().to_str().unwrap();
    assert!(flash.contains("forum-flash-sent-before"), "{flash}");
    assert_eq!(world.topic(topic).await.last_number, 3);

    assert!(send("Chez moi aussi. Depuis mardi.", "troisieme-cle").await.ends_with("#message-4"), "another text");
    let other = world.session(world.head).await;
    let by_another = world.post_form(&reply, &other, &[("body", "Chez moi aussi.\nDepuis lundi.")]).await;
    assert!(by_another.location().ends_with("#message-5"), "another's reply");
    world.pass_seconds(2 * 60 * 60);
    assert!(send("Chez moi aussi. Depuis mardi.", "quatrieme-cle").await.ends_with("#message-6"), "said again later");
}

#[tokio::test]
async fn a_reply_that_its_author_deleted_may_be_sent_again() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let (url, cookie) = (world.topic(topic).await.url(), world.session(world.pupil).await);
    let post = world.reply(world.pupil, topic, "Chez moi aussi.").await.unwrap().post;
    world.change(world.pupil, post, State::Deleted).await.unwrap();
    let again = world.post_form(&format!("{url}/reponses"), &cookie, &[("body", "Chez moi aussi.")]).await;
    assert!(again.location().ends_with("#message-3"), "{}", again.location());
}

#[tokio::test]
async fn a_topic_sent_again_under_another_key_is_one_topic() {
    let world = World::new().await;
    let cookie = world.session(world.referent).await;
    let send = async |path: &str, title: &str, key: &str| {
        let fields = [("title", title), ("body", "Rien ne se passe."), ("kind", "question"), ("key", key)];
        let sent = world.post_form(path, &cookie, &fields).await;
        sent.assert_status(303);
        sent.location().to_owned()
    };
    let first = send("/forum/messagerie/nouveau", "Des messages en double", "premiere-cle").await;
    assert_eq!(send("/forum/messagerie/nouveau", "Des messages en double", "deuxieme-cle").await, first);
    assert_ne!(send("/forum/messagerie/nouveau", "Des messages en triple", "troisieme-cle").await, first);
    assert_ne!(send("/forum/accueil/nouveau", "Des messages en double", "quatrieme-cle").await, first);
}

#[tokio::test]
async fn an_edit_sent_again_is_done_and_not_stale() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.pupil, topic, "Version une").await.unwrap().post;
    let (url, cookie) = (format!("/forum/messages/{post}/modifier"), world.session(world.pupil).await);
    for _ in 0..2 {
        let fields = [("body", "Version deux"), ("version", "1")];
        world.post_form(&url, &cookie, &fields).await.assert_status(303);
    }
    assert_eq!(world.post(post).await.version, 2);
    world.edit(world.moderator, post, 2, "Version du modérateur").await.unwrap();
    world.post_form(&url, &cookie, &[("body", "Version deux"), ("version", "1")]).await.assert_status(409);

    let waits = world.ask(world.referent, world.reviewed, "Un sujet relu avant").await.unwrap();
    world.change(world.moderator, waits.post, State::Visible).await.unwrap();
    let (url, cookie) = (format!("/forum/messages/{}/modifier", waits.post), world.session(world.referent).await);
    let version = world.post(waits.post).await.version.to_string();
    for _ in 0..2 {
        let fields = [("title", "Un sujet relu avant"), ("body", "Autrement"), ("version", &version)];
        let sent = world.post_form(&url, &cookie, &fields).await;
        sent.assert_status(303);
        let flash = sent.headers.get("set-cookie").unwrap().to_str().unwrap();
        assert!(flash.contains("edit-proposed"), "{flash}");
    }
}

#[tokio::test]
async fn a_quotation_opens_no_reply_box_where_one_cannot_reply() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    world.reply(world.pupil, topic, "Chez moi aussi.").await.unwrap();
    let url = world.topic(topic).await.url();
    let (cookie, boxed) = (world.session(world.pupil).await, format!("action=\"{url}/reponses\""));
    let quoting = format!("{url}?citer=2");
    assert!(world.get(&quoting, &cookie).await.text.contains(&boxed));
    let visitor = world.get(&quoting, "").await;
    visitor.assert_status(200);
    assert!(!visitor.text.contains(&boxed) && !visitor.text.contains("<textarea"));
    world.forum().topics().mark(&world.actor(world.moderator).await, topic, Mark::Lock).await.unwrap();
    let locked = world.get(&quoting, &cookie).await.text;
    assert!(!locked.contains(&boxed) && locked.contains("Ce sujet est verrouillé"), "{locked}");
    let late = world.post_form(&format!("{url}/reponses"), &cookie, &[("body", "Trop tard.")]).await;
    late.assert_status(409);
    assert!(late.text.contains("Trop tard."), "what was typed comes back");
}
