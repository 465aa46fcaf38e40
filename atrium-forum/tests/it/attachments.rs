//! Files of posts: sent with the form or by a program, and visible exactly as their post is.

use atrium_core::directory::PersonId;
use atrium_core::files::{self, FileId};
use atrium_forum::State;
use atrium_forum::posts::actions::{Edit, NewReply};
use atrium_forum::posts::{Body, PostId, Reason};
use atrium_forum::topics::TopicId;
use axum::body::Body as Bytes;
use axum::http::{Request, header};
use futures::stream;

use crate::world::{Answer, World, key};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n";

/// A GIF of one pixel.
const PICTURE: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;";

type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

impl World {
    async fn send_file(&self, person: PersonId) -> FileId {
        let actor = self.actor(person).await;
        let content = stream::iter([Ok(PDF.to_vec())]);
        self.atrium.files().send(&actor, "capture.pdf", content).await.unwrap().id
    }

    async fn reply_with(&self, person: PersonId, topic: TopicId, files: Vec<FileId>) -> atrium_core::Result<PostId> {
        let new = NewReply { body: Body::parse("Voir la capture.").unwrap(), files, key: key() };
        Ok(self.forum().posts().reply(&self.actor(person).await, topic, new).await?.post)
    }

    /// Asserts who reads a file, by page and as a program: only `readers`.
    async fn assert_read_by(&self, file: FileId, readers: &[PersonId]) {
        let all = [
            self.referent,
            self.colleague,
            self.head,
            self.pupil,
            self.support,
            self.developer,
            self.moderator,
            self.local_moderator,
        ];
        for person in all {
            let found = self.atrium.files().find(&self.actor(person).await, file).await;
            assert_eq!(found.is_ok(), readers.contains(&person), "person {person}");
        }
        let anonymous = self.get(&format!("/fichiers/{file}"), "").await;
        assert_eq!(anonymous.status.as_u16(), if readers.len() == all.len() { 200 } else { 404 });
    }

    async fn upload(&self, path: &str, cookie: &str, parts: &[Part<'_>]) -> Answer {
        let mut body = Vec::new();
        for (field, name, content) in parts {
            let name = name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
            let head = format!("--limite\r\nContent-Disposition: form-data; name=\"{field}\"{name}\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--limite--\r\n");
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=limite")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Bytes::from(body)).unwrap()).await
    }
}

#[tokio::test]
async fn a_file_is_seen_exactly_as_its_post_is() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let file = world.send_file(world.referent).await;
    let post = world.reply_with(world.referent, topic, vec![file]).await.unwrap();
    let everyone = [
        world.referent,
        world.colleague,
        world.head,
        world.pupil,
        world.support,
        world.developer,
        world.moderator,
        world.local_moderator,
    ];
    world.assert_read_by(file, &everyone).await;
    world.change(world.moderator, post, State::Hidden).await.unwrap();
    world.assert_read_by(file, &[world.referent, world.support, world.moderator]).await;
    world.change(world.moderator, post, State::Deleted).await.unwrap();
    world.assert_read_by(file, &[world.support, world.moderator]).await;
    world.change(world.moderator, post, State::Visible).await.unwrap();
    world.assert_read_by(file, &everyone).await;
}

#[tokio::test]
async fn the_file_of_a_post_that_waits_is_its_authors_and_the_moderators() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    let file = world.send_file(world.referent).await;
    let tx = world.db().begin().await.unwrap();
    files::attach(&tx, world.referent, "forum", &format!("post:{}", asked.post), &[file]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(asked.state, State::Pending);
    world.assert_read_by(file, &[world.referent, world.support, world.moderator]).await;
}

#[tokio::test]
async fn the_file_of_a_restricted_category_or_a_confidential_topic_stays_among_its_readers() {
    let world = World::new().await;
    let private = world.ask(world.referent, world.private, "Une organisation à revoir").await.unwrap().topic;
    let file = world.send_file(world.referent).await;
    world.reply_with(world.referent, private, vec![file]).await.unwrap();
    let denied = world.actor(world.pupil).await;
    assert!(world.atrium.files().find(&denied, file).await.unwrap_err().is_not_found());
    for seen in [world.referent, world.colleague, world.support] {
        world.atrium.files().find(&world.actor(seen).await, file).await.unwrap();
    }
    let sealed = world.ask_confidentially(world.referent, "Une affaire délicate").await.unwrap().topic;
    let file = world.send_file(world.referent).await;
    world.reply_with(world.referent, sealed, vec![file]).await.unwrap();
    for denied in [world.pupil, world.colleague, world.local_moderator] {
        assert!(world.atrium.files().find(&world.actor(denied).await, file).await.unwrap_err().is_not_found());
    }
    for seen in [world.referent, world.support] {
        world.atrium.files().find(&world.actor(seen).await, file).await.unwrap();
    }
    world.get(&format!("/fichiers/{file}"), "").await.assert_status(404);
}

#[tokio::test]
async fn only_ones_own_files_that_are_not_attached_can_be_attached() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let file = world.send_file(world.referent).await;
    assert!(world.reply_with(world.pupil, topic, vec![file]).await.unwrap_err().is_invalid());
    assert!(world.reply_with(world.pupil, topic, vec![FileId(9999)]).await.unwrap_err().is_invalid());
    world.reply_with(world.referent, topic, vec![file]).await.unwrap();
    assert!(world.reply_with(world.referent, topic, vec![file]).await.unwrap_err().is_invalid());
    assert_eq!(world.topic(topic).await.replies_public, 1, "nothing of what was refused is written");
    let mut many = Vec::new();
    for _ in 0..11 {
        many.push(world.send_file(world.pupil).await);
    }
    assert!(world.reply_with(world.pupil, topic, many).await.unwrap_err().is_invalid());
}

#[tokio::test]
async fn a_form_with_files_makes_a_post_and_sent_again_makes_no_other() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let (path, cookie) = (world.topic(topic).await.url(), world.session(world.pupil).await);
    let form = |files: &[Part<'static>]| {
        let fields: [Part; 2] = [("key", None, b"cle-des-fichiers"), ("body", None, "Voilà l’écran.".as_bytes())];
        [&fields[..], files].concat()
    };
    let files: [Part; 3] =
        [("files", Some("écran.gif"), PICTURE), ("files", Some("notice.pdf"), PDF), ("files", Some(""), b"")];
    let first = world.upload(&format!("{path}/reponses"), &cookie, &form(&files)).await;
    first.assert_status(303);
    let again = world.upload(&format!("{path}/reponses"), &cookie, &form(&files)).await;
    assert_eq!(first.location(), again.location());
    let page = world.get(&path, &cookie).await.text;
    assert_eq!(page.matches("Voilà l’écran.").count(), 1);
    assert!(page.contains("alt=\"écran.png\""), "{page}");
    assert!(page.contains("notice.pdf</span>"));
    assert!(page.contains("PDF, 17\u{a0}octets"));
    // The same words with another file are another post.
    world
        .upload(&format!("{path}/reponses"), &cookie, &form(&[("files", Some("autre.txt"), b"abc")]))
        .await
        .assert_status(303);
    assert_eq!(world.topic(topic).await.replies_public, 2);
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_beside_the_field_and_nothing_typed_is_lost() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let (path, cookie) = (world.topic(topic).await.url(), world.session(world.pupil).await);
    let parts: [Part; 4] = [
        ("key", None, b"cle-des-fichiers"),
        ("body", None, "Un long récit.".as_bytes()),
        ("files", Some("notice.pdf"), PDF),
        ("files", Some("virus.exe"), b"MZ\x90\0"),
    ];
    let back = world.upload(&format!("{path}/reponses"), &cookie, &parts).await;
    back.assert_status(422);
    for told in ["Un long récit.", "virus.exe", "id=\"f-files-error\"", "notice.pdf (PDF, 17"] {
        assert!(back.text.contains(told), "{told}: {}", back.text);
    }
    assert_eq!(world.topic(topic).await.replies_public, 0);
    // Sent again without the other one; the file that came is ticked.
    let id = back.text.split("name=\"file\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [("key", "cle-des-fichiers"), ("body", "Un long récit."), ("file", &*id)];
    world.post_form(&format!("{path}/reponses"), &cookie, &fields).await.assert_status(303);
    assert!(world.get(&path, &cookie).await.text.contains("notice.pdf</span>"));
    // A preview keeps them, too.
    let parts: [Part; 4] = [
        ("key", None, b"une-autre-cle"),
        ("body", None, "Un autre récit.".as_bytes()),
        ("files", Some("plan.pdf"), PDF),
        ("preview", None, b"1"),
    ];
    let preview = world.upload(&format!("{path}/reponses"), &cookie, &parts).await;
    preview.assert_status(200);
    assert!(preview.text.contains("plan.pdf (PDF"));
}

#[tokio::test]
async fn a_form_with_files_that_comes_after_the_session_keeps_its_text() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let path = world.topic(topic).await.url();
    let parts: [Part; 2] = [("body", None, "Un récit bien long.".as_bytes()), ("files", Some("notice.pdf"), PDF)];
    let answer = world.upload(&format!("{path}/reponses"), "", &parts).await;
    answer.assert_status(401);
    assert!(answer.text.contains("Un récit bien long."), "{}", answer.text);
}

#[tokio::test]
async fn a_question_has_files_and_programs_read_and_write_them() {
    let world = World::new().await;
    let cookie = world.session(world.referent).await;
    let asked: [Part; 6] = [
        ("key", None, b"cle-des-fichiers"),
        ("category", None, b"messagerie"),
        ("title", None, "Des messages en double".as_bytes()),
        ("kind", None, b"question"),
        ("body", None, "Voir la notice.".as_bytes()),
        ("files", Some("notice.pdf"), PDF),
    ];
    let made = world.upload("/forum/nouveau", &cookie, &asked).await;
    made.assert_status(303);
    assert!(world.get(made.location(), "").await.text.contains("notice.pdf</span>"));

    let id = made.location().rsplit('/').next().unwrap().split('-').next().unwrap().to_owned();
    let file = world.send_file(world.referent).await;
    let reply = serde_json::json!({ "body": "Et la suite.", "files": [file] });
    world.post_json(&format!("/api/v1/forum/topics/{id}/posts"), &cookie, &reply).await.assert_status(201);
    let posts = world.get(&format!("/api/v1/forum/topics/{id}"), &cookie).await.json();
    assert_eq!(posts["posts"][0]["files"][0]["name"], "notice.pdf");
    assert_eq!(posts["posts"][1]["files"][0]["url"], format!("/fichiers/{file}"));
    let taken = serde_json::json!({ "body": "Encore.", "files": [file] });
    let refused = world.post_json(&format!("/api/v1/forum/topics/{id}/posts"), &cookie, &taken).await;
    refused.assert_status(422);
    assert_eq!(refused.json()["errors"][0]["field"], "files");
}

#[tokio::test]
async fn those_who_may_edit_a_post_take_its_files_off() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let (file, other) = (world.send_file(world.pupil).await, world.send_file(world.pupil).await);
    let post = world.reply_with(world.pupil, topic, vec![file, other]).await.unwrap();
    let posts = world.forum().posts();
    assert!(posts.remove_file(&world.actor(world.colleague).await, post, file).await.unwrap_err().is_forbidden());
    let elsewhere = world.reply(world.pupil, topic, "Rien.").await.unwrap().post;
    let own = world.actor(world.pupil).await;
    assert!(posts.remove_file(&own, elsewhere, file).await.unwrap_err().is_not_found());
    let cookie = world.session(world.pupil).await;
    assert!(world.get(&format!("/forum/messages/{post}/modifier"), &cookie).await.text.contains("capture.pdf"));
    let path = format!("/forum/messages/{post}/fichiers/{file}/retirer");
    let before = world.get(&world.topic(topic).await.url(), &cookie).await.text;
    assert_eq!(before.matches("capture.pdf</span>").count(), 2);
    world.post_form(&path, &cookie, &[]).await.assert_status(303);
    world.get(&format!("/fichiers/{file}"), &cookie).await.assert_status(404);
    let after = world.get(&world.topic(topic).await.url(), &cookie).await.text;
    assert_eq!(after.matches("capture.pdf</span>").count(), 1, "the page is made anew");
    let removed = world
        .call(&cookie, ("DELETE", &format!("/api/v1/forum/posts/{post}/files/{other}")), None, &serde_json::json!({}))
        .await;
    removed.assert_status(204);
    assert!(posts.remove_file(&world.actor(world.moderator).await, post, other).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn those_who_may_edit_a_post_add_files_and_the_form_keeps_what_came() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let file = world.send_file(world.pupil).await;
    let post = world.reply_with(world.pupil, topic, vec![file]).await.unwrap();
    let cookie = world.session(world.pupil).await;
    let path = format!("/forum/messages/{post}/modifier");
    let form = |version: &'static [u8], files: &[Part<'static>]| {
        let fields: [Part; 2] = [("version", None, version), ("body", None, b"Voir la capture.")];
        [&fields[..], files].concat()
    };
    let before = world.get(&path, &cookie).await.text;
    assert!(before.contains("enctype=\"multipart/form-data\"") && before.contains("name=\"files\""), "{before}");
    let refused = world.upload(&path, &cookie, &form(b"1", &[("files", Some("virus.exe"), b"MZ\x90\0")])).await;
    refused.assert_status(422);
    assert!(refused.text.contains("id=\"f-files-error\""), "{}", refused.text);

    let added = form(b"1", &[("files", Some("notice.pdf"), b"%PDF-1.7\n2 0 obj\n")]);
    let denied = world.upload(&path, &world.session(world.colleague).await, &added).await;
    denied.assert_status(403);
    let page = world.get(&world.topic(topic).await.url(), &cookie).await.text;
    assert!(!page.contains("notice.pdf</span>"));
    world.upload(&path, &cookie, &added).await.assert_status(303);
    let page = world.get(&world.topic(topic).await.url(), &cookie).await.text;
    assert!(page.contains("notice.pdf</span>") && page.contains("capture.pdf</span>"), "{page}");
    // Sent again, it adds none; another file over a version that is no longer there is kept for the form.
    world.upload(&path, &cookie, &added).await.assert_status(303);
    let stale = world.upload(&path, &cookie, &form(b"1", &[("files", Some("suite.txt"), b"abc")])).await;
    stale.assert_status(409);
    assert!(stale.text.contains("suite.txt ("), "{}", stale.text);
    let page = world.get(&world.topic(topic).await.url(), &cookie).await.text;
    assert_eq!(page.matches("notice.pdf</span>").count(), 1);
    assert!(!page.contains("suite.txt"));
}

#[tokio::test]
async fn programs_add_files_to_a_post_up_to_the_limit() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.pupil, topic, "Voir la capture.").await.unwrap().post;
    let edit = |expected, files| Edit {
        title: None,
        body: Body::parse("Voir la capture.").unwrap(),
        expected,
        reason: Reason::none(),
        files,
    };
    let posts = world.forum().posts();
    let own = world.actor(world.pupil).await;
    let foreign = world.send_file(world.referent).await;
    assert!(posts.edit(&own, post, edit(1, vec![foreign])).await.unwrap_err().is_invalid());
    let mut ten = Vec::new();
    for _ in 0..10 {
        ten.push(world.send_file(world.pupil).await);
    }
    let (_, _, after) = posts.edit(&own, post, edit(1, ten)).await.unwrap();
    assert_eq!(after.version, 2);
    let over = world.send_file(world.pupil).await;
    assert!(posts.edit(&own, post, edit(2, vec![over])).await.unwrap_err().is_invalid());
    // What was refused is not attached.
    assert!(world.atrium.files().find(&world.actor(world.colleague).await, over).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_change_that_waits_for_review_takes_no_files() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    world.change(world.moderator, asked.post, State::Visible).await.unwrap();
    let post = world.forum().posts().find(&world.actor(world.referent).await, asked.post).await.unwrap();
    let file = world.send_file(world.referent).await;
    let edit = Edit {
        title: None,
        body: Body::parse("Un autre texte.").unwrap(),
        expected: post.version,
        reason: Reason::none(),
        files: vec![file],
    };
    let own = world.actor(world.referent).await;
    let error = world.forum().posts().edit(&own, post.id, edit).await.unwrap_err();
    assert!(error.is_invalid());
    assert!(world.atrium.files().find(&world.actor(world.colleague).await, file).await.unwrap_err().is_not_found());
    let page = world.get(&format!("/forum/messages/{}/modifier", post.id), &world.session(world.referent).await).await;
    assert!(!page.text.contains("name=\"files\""), "{}", page.text);
}
