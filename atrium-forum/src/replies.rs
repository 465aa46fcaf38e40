//! Replies by mail: a reply to a letter about a topic is a reply in the topic.

use async_trait::async_trait;
use atrium_core::access::{Actor, Via};
use atrium_core::db::{Db, Tx};
use atrium_core::directory::PersonId;
use atrium_core::mail::replies::{MailReply, Refused, ReplyReceiver};
use atrium_core::mail::{Composer, Letter, LetterKind, Letters, Recipient};
use atrium_core::plugin::PluginContext;
use atrium_core::web::{LetterText, Printing};
use atrium_core::{Error, Message, Result};
use serde::{Deserialize, Serialize};

use crate::ids::TopicId;
use crate::posts::actions::NewReply;
use crate::posts::{Body, Posts, WriteKey};
use crate::reader::Reader;
use crate::topics;

/// A reply by mail was refused.
const REFUSED: LetterKind<RefusedReply> = LetterKind::new("forum.reply_refused");

/// What a letter about a refused reply is about.
#[derive(Debug, Serialize, Deserialize)]
struct RefusedReply {
    topic: TopicId,
    /// The key of the reason.
    reason: String,
}

/// Takes replies by mail.
pub(crate) struct ForumReplies;

/// Returns the letters about replies by mail.
pub(crate) fn letters(cx: &PluginContext) -> Letters {
    Letters::new(REFUSED, RefusedLetter(cx.clone()))
}

#[async_trait]
impl ReplyReceiver for ForumReplies {
    async fn receive(&self, db: &Db, from: &Actor, reply: MailReply) -> Result<()> {
        let topic = topics::topic_of(&reply.subject).ok_or_else(|| Error::not_found("a topic of the forum"))?;
        let body = Body::parse(&reply.text).map_err(|message| Error::invalid_field("body", message))?;
        let key = WriteKey::parse(&reply.key).map_err(|message| Error::invalid_field("key", message))?;
        Posts::of(db).reply(from, topic, NewReply { body, key, files: Vec::new() }).await.map(drop)
    }

    async fn refuse(&self, tx: &Tx, person: PersonId, subject: &str, reason: Refused, key: &str) -> Result<()> {
        let Some(topic) = topics::topic_of(subject) else { return Ok(()) };
        let payload = RefusedReply { topic, reason: reason.key().to_owned() };
        tx.send_letter(REFUSED, person, key, &payload).await.map(drop)
    }
}

/// Composes the letter about a refused reply.
struct RefusedLetter(PluginContext);

#[async_trait]
impl Composer<RefusedReply> for RefusedLetter {
    async fn compose(&self, db: &Db, to: &Recipient, refused: RefusedReply) -> Result<Option<Letter>> {
        let cx = &self.0;
        let locale = cx.locale_of(to);
        let actor = cx.access.actor_for(to.person, Via::System).await?;
        let reader = Reader::of(db, &actor).await?;
        let topic = topics::store::some(db, reader.visibility(), &[refused.topic]).await?.into_iter().next();
        let say = |message: Message| cx.say(locale, &message);
        let subject = match &topic {
            Some(topic) => say(Message::new("forum-letter-refused").with("topic", topic.title.as_str())),
            None => say(Message::new("forum-letter-refused-untitled")),
        };
        let mut text = LetterText::new(locale, subject)
            .greeting(say(Message::new("letter-greeting").with("name", to.name.as_str())))
            .paragraph(say(Message::new("forum-letter-refused-text")))
            .paragraph(say(Message::new(format!("mail-refused-{}", refused.reason))))
            .closing(say(Message::new("forum-letter-refused-why")));
        let url = topic.and_then(|topic| cx.whole_url(&topic.url()));
        if let Some(url) = url {
            text = text.action(say(Message::new("forum-letter-open")), url);
        }
        cx.letter(locale, &text).map(Some)
    }
}
