//! Replies by mail.

use std::path::{Path, PathBuf};
use std::time::Duration;

use atrium_core::access::{Effect, Scope};
use atrium_core::directory::PersonId;
use atrium_core::mail::replies::Refused;
use atrium_forum::topics::TopicId;
use atrium_forum::topics::marks::Mark;
use axum::body::Body as Bytes;
use axum::http::{Request, header};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use tempfile::TempDir;

use crate::world::World;

const LETTER: &str = "Le lun. 30 nov. 2026 à 10:12, ATRIUM <assistance@example.fr> a écrit :\r\n\r\n\
    > ##- Répondez au-dessus de cette ligne -##\r\n>\r\n> Bonjour,\r\n> une réponse.\r\n";

/// A forum whose letters take replies.
struct Site {
    world: World,
    topic: TopicId,
}

impl Site {
    async fn new() -> Self {
        Self::with_inbox(None).await
    }

    async fn with_inbox(inbox: Option<PathBuf>) -> Self {
        let world = World::with(|mut settings, dir| {
            settings.mail_url = Some(format!("file://{}/mail", dir.display()));
            settings.mail_from = Some("ATRIUM <assistance@example.fr>".to_owned());
            settings.mail_replies = Some("reponse@example.fr".to_owned());
            settings.mail_inbox = inbox;
            settings
        })
        .await;
        let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
        let site = Self { world, topic };
        for (person, name) in [(site.world.referent, "claire"), (site.world.pupil, "samir"), (site.world.head, "odile")]
        {
            site.sql(&format!("UPDATE atrium_person SET email = '{name}@lycee.example' WHERE id = {person}")).await;
        }
        site
    }

    async fn sql(&self, sql: &str) {
        let tx = self.world.db().begin().await.unwrap();
        tx.execute_unprepared(sql).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Returns the address with which a person replies to the topic.
    fn address(&self, person: PersonId) -> String {
        let mail = &self.world.atrium.context().mail;
        mail.reply_address(person, &format!("forum:{}", self.topic), self.world.db().now()).unwrap()
    }

    /// A reply of the referent.
    fn reply(&self, id: &str, text: &str) -> String {
        self.message("Claire Aubert <Claire@Lycee.example>", &self.address(self.world.referent), id, text)
    }

    fn message(&self, from: &str, to: &str, id: &str, text: &str) -> String {
        format!(
            "From: {from}\r\nTo: ATRIUM <{to}>\r\nSubject: Re: Des messages en double\r\nMessage-ID: <{id}@lycee.example>\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n\r\n{LETTER}"
        )
    }

    async fn take(&self, message: &str) -> Option<Refused> {
        self.world.atrium.inbox().take(message.as_bytes()).await.unwrap()
    }

    /// Returns the texts of the replies in the topic.
    async fn replies(&self) -> Vec<String> {
        let db = self.world.db();
        let sql = "SELECT markdown FROM atrium_forum_post WHERE topic_id = $1 AND number > 1 ORDER BY number";
        let query = Statement::from_sql_and_values(db.get_database_backend(), sql, [self.topic.0.into()]);
        db.query_all_raw(query).await.unwrap().iter().map(|row| row.try_get("", "markdown").unwrap()).collect()
    }
}

#[tokio::test]
async fn a_reply_by_mail_is_a_reply_of_the_topic() {
    let site = Site::new().await;
    let message = site.reply("1", "Merci, **cela** marche.\r\n\r\n-- \r\nClaire");
    assert_eq!(site.take(&message).await, None);
    assert_eq!(site.replies().await, ["Merci, **cela** marche."]);
    assert_eq!(site.take(&message).await, Some(Refused::Duplicate));
    site.sql("DELETE FROM atrium_mail_received").await;
    assert_eq!(site.take(&message).await, None, "as after a stop before it was noted");
    assert_eq!(site.replies().await.len(), 1, "one message is one reply");

    let rows = atrium_core::mail::replies::list(site.world.db(), &site.world.atrium.operator(), None, 9).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].person.as_ref().unwrap().0, site.world.referent);
    assert_eq!((&*rows[0].subject, rows[0].refused), (&*format!("forum:{}", site.topic), None));
}

#[tokio::test]
async fn a_letter_takes_the_reply_of_its_person() {
    let site = Site::new().await;
    site.world.reply(site.world.pupil, site.topic, "Videz le cache.").await.unwrap();
    site.world.until_told().await;
    let letters = site.world.letters().await;
    let [letter] = &letters[..] else { panic!("{letters:?}") };
    let address = letter.lines().find_map(|line| line.strip_prefix("Reply-To: ")).unwrap();
    assert_eq!(address, site.address(site.world.referent));
    assert!(letter.contains("##- "), "{letter}");
    let message = site.message("claire@lycee.example", address, "1", "C’est fait.");
    assert_eq!(site.take(&message).await, None);
    assert_eq!(site.replies().await, ["Videz le cache.", "C’est fait."]);
}

#[tokio::test]
async fn what_nobody_wrote_or_somebody_else_is_refused_without_an_answer() {
    let site = Site::new().await;
    let address = site.address(site.world.referent);
    let claire = "claire@lycee.example";
    let forged = address.replace("reponse+", "reponse+1");
    for (refused, message) in [
        (Refused::WrongSender, site.message("eve@elsewhere.example", &address, "a", "Bonjour.")),
        (Refused::WrongSender, site.message("samir@lycee.example", &address, "b", "Bonjour.")),
        (Refused::WrongSender, site.message("claire@lycee.example, eve@elsewhere.example", &address, "c", "Bonjour.")),
        (Refused::UnknownAddress, site.message(claire, &forged, "d", "Bonjour.")),
        (Refused::UnknownAddress, site.message(claire, "reponse@example.fr", "e", "Bonjour.")),
        (Refused::OwnAddress, site.message("assistance@example.fr", &address, "f", "Bonjour.")),
        (Refused::OwnAddress, site.message(&address, &address, "g", "Bonjour.")),
        (Refused::Automatic, format!("Auto-Submitted: auto-replied\r\n{}", site.reply("h", "Je suis absente."))),
        (Refused::Automatic, format!("Return-Path: <>\r\n{}", site.reply("i", "Undelivered"))),
        (Refused::Malformed, "\r\n\r\nrien".to_owned()),
        (Refused::TooLarge, site.reply("j", &"a".repeat(11 * 1024 * 1024))),
    ] {
        assert_eq!(site.take(&message).await, Some(refused), "{}", &message[..message.len().min(300)]);
    }
    assert!(site.replies().await.is_empty());
    assert!(site.world.letters().await.is_empty());
    assert_eq!(site.take(&site.reply("k", "")).await, Some(Refused::Empty));
    let letters = site.world.letters().await;
    assert!(letters.len() == 1 && letters[0].contains("claire@lycee.example"), "{letters:?}");
}

#[tokio::test]
async fn a_person_whose_reply_is_refused_is_told_why() {
    let site = Site::new().await;
    let support = site.world.actor(site.world.support).await;
    site.world.forum().topics().mark(&support, site.topic, Mark::Lock).await.unwrap();
    assert_eq!(site.take(&site.reply("1", "Encore une chose.")).await, Some(Refused::Closed));
    let letters = site.world.letters().await;
    let [letter] = &letters[..] else { panic!("{letters:?}") };
    assert!(letter.contains("Auto-Submitted: auto-generated"), "{letter}");
    assert!(!letter.contains("Encore une chose"), "letters hold no texts");
    assert!(site.replies().await.is_empty());
}

#[tokio::test]
async fn rights_are_those_of_the_moment() {
    let site = Site::new().await;
    let samir = site.message("samir@lycee.example", &site.address(site.world.pupil), "1", "Moi aussi.");
    let support = site.world.actor(site.world.support).await;
    site.world.forum().topics().mark(&support, site.topic, Mark::Restrict).await.unwrap();
    assert_eq!(site.take(&samir).await, Some(Refused::NotAllowed));
    site.sql(&format!("UPDATE atrium_person SET status = 'suspended' WHERE id = {}", site.world.referent)).await;
    assert_eq!(site.take(&site.reply("2", "Bonjour.")).await, Some(Refused::NoAccount));
    assert_eq!(site.replies().await.len(), 0);
}

#[tokio::test]
async fn texts_and_their_number_are_bounded() {
    let site = Site::new().await;
    assert_eq!(site.take(&site.reply("long", &"a".repeat(32_001))).await, Some(Refused::Invalid));
    assert_eq!(site.take(&site.reply("blank", "&nbsp;")).await, Some(Refused::Invalid));
    for number in 0..28 {
        assert_eq!(site.take(&site.reply(&number.to_string(), &format!("Point {number}."))).await, None);
    }
    assert_eq!(site.take(&site.reply("more", "Et encore.")).await, Some(Refused::TooOften));
}

#[tokio::test]
async fn programs_with_the_permission_deliver() {
    let site = Site::new().await;
    let message = site.reply("1", "Merci.");
    let send = async |cookie: &str| {
        let request = Request::post("/api/v1/mail/messages")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "message/rfc822")
            .header("sec-fetch-site", "same-origin");
        site.world.send(request.body(Bytes::from(message.clone())).unwrap()).await
    };
    send("").await.assert_status(401);
    send(&site.world.session(site.world.support).await).await.assert_status(403);
    let admin = site.world.person("Denis Admin", None).await;
    site.world.assign(admin, "platform_admin", Scope::Platform, Effect::Permit).await;
    let admin = site.world.session(admin).await;
    let answer = send(&admin).await;
    answer.assert_status(200);
    assert_eq!(answer.json(), json!({ "refused": null }));
    assert_eq!(send(&admin).await.json(), json!({ "refused": "duplicate" }));
    assert_eq!(site.replies().await, ["Merci."]);

    let list = "/api/v1/administration/mail/received";
    assert_eq!(site.world.get(list, &admin).await.json()[0]["subject"], format!("forum:{}", site.topic));
    site.world.get(list, &site.world.session(site.world.developer).await).await.assert_status(403);
    let page = site.world.get("/administration/courriel", &admin).await;
    assert!(page.text.contains("Courriels reçus") && page.text.contains("Claire Aubert"), "{}", page.text);
}

#[tokio::test]
async fn a_maildir_is_emptied() {
    let maildir = TempDir::new().unwrap();
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir(maildir.path().join(part)).unwrap();
    }
    let site = Site::with_inbox(Some(maildir.path().to_owned())).await;
    let arrived = maildir.path().join("tmp").join("1.host");
    std::fs::write(&arrived, site.reply("1", "Merci.")).unwrap();
    std::fs::rename(arrived, maildir.path().join("new").join("1.host")).unwrap();
    wait_for(&maildir.path().join("cur").join("1.host:2,S")).await;
    assert_eq!(site.replies().await, ["Merci."]);
}

async fn wait_for(path: &Path) {
    for _ in 0..600 {
        if path.exists() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no {}", path.display());
}
