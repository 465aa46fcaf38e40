//! Takes a message that came in, or refuses it.

use std::sync::Arc;

use super::incoming::Incoming;
use super::report::Report;
use super::{MailReply, Receivers, Refused, ReplyReceiver, bounces, received, trim};
use crate::access::{Access, Via};
use crate::db::Db;
use crate::directory::{self, PersonStatus};
use crate::error::{Error, Result};
use crate::mail::{Mail, ReplyAddress};

/// The most bytes of a message: what people write, with a picture or two that are left out.
pub(super) const MOST_BYTES: usize = 10 * 1024 * 1024;
/// The most characters of a text that a receiver is given: a longer one is refused before it is looked at.
const MOST_TEXT: usize = 200_000;

/// The most messages of one person within an hour.
const MOST_AN_HOUR: i64 = 30;
const HOUR: i64 = 60 * 60;

/// Takes the messages that come in: replies, and reports about deliveries. Cheap to clone.
#[derive(Clone)]
pub struct Inbox(Arc<Inner>);

struct Inner {
    db: Db,
    access: Access,
    mail: Mail,
    receivers: Receivers,
}

/// A reply by somebody who may be told what becomes of it.
struct Sender<'i> {
    address: ReplyAddress,
    receiver: &'i Arc<dyn ReplyReceiver>,
}

impl Inbox {
    pub(crate) fn new(db: Db, access: Access, mail: Mail, receivers: Receivers) -> Self {
        Self(Arc::new(Inner { db, access, mail, receivers }))
    }

    /// Takes a message as a server received it (RFC 5322), and returns why it was refused; `None` if its reply was taken or
    /// waits for a moderator, or its report was noted. The reason is noted, and told to the person if they wrote it.
    ///
    /// # Errors
    /// Returns `is_not_found` if this site takes no replies, or an error if the database fails: offer it again later.
    pub async fn take(&self, raw: &[u8]) -> Result<Option<Refused>> {
        let Inner { db, mail, .. } = &*self.0;
        if !mail.takes_replies() {
            return Err(Error::not_found("replies by mail"));
        }
        let read =
            if raw.len() > MOST_BYTES { Err(Refused::TooLarge) } else { Incoming::read(raw).ok_or(Refused::Malformed) };
        let message = match read.as_ref().ok().and_then(|message| message.id.as_deref()) {
            Some(id) => mail.digest_of_message(id.as_bytes()),
            None => mail.digest_of_message(raw),
        };
        if received::came_before(db, &message).await? {
            count("duplicate");
            return Ok(Some(Refused::Duplicate));
        }
        if let Ok(Incoming { to, report: Some(report), .. }) = &read {
            return self.take_report(&message, to, report).await;
        }
        let (sender, refused) = match read {
            Err(refused) => (None, Some(refused)),
            Ok(incoming) => match self.sender(&incoming).await? {
                Err(refused) => (None, Some(refused)),
                Ok(sender) => {
                    let refused = self.reply(&sender, &incoming, &message).await?;
                    (Some(sender), refused)
                }
            },
        };
        let tx = db.begin().await?;
        let from = sender.as_ref().map(|sender| (sender.address.person, &*sender.address.subject));
        received::note(&tx, &message, from, refused.map_or(received::TAKEN, Refused::key)).await?;
        if let (Some(sender), Some(refused)) = (&sender, refused.filter(|refused| refused.is_told())) {
            sender.receiver.refuse(&tx, sender.address.person, &sender.address.subject, refused, &message).await?;
        }
        tx.commit().await?;
        if let Some(refused) = refused {
            tracing::info!(reason = refused.key(), person = from.map(|(person, _)| person.0), "a message was refused");
        }
        count(refused.map_or(received::TAKEN, Refused::key));
        Ok(refused)
    }

    /// Takes a report about the delivery of a letter; one that is not about a letter of this site is refused. It is never answered.
    async fn take_report(&self, message: &str, to: &[String], report: &Report) -> Result<Option<Refused>> {
        let Inner { db, mail, .. } = &*self.0;
        let bounce = bounces::attribute(db, mail, to, report).await?;
        let refused = if bounce.is_none() { Some(Refused::UnknownReport) } else { None };
        let outcome = refused.map_or(received::REPORT, Refused::key);
        let tx = db.begin().await?;
        received::note(&tx, message, bounce.as_ref().map(|bounce| (bounce.person, "")), outcome).await?;
        if let Some(bounce) = &bounce {
            bounce.record(&tx).await?;
        }
        tx.commit().await?;
        match bounce {
            Some(bounce) => bounce.log(),
            None => tracing::info!(reason = outcome, "a message was refused"),
        }
        count(outcome);
        Ok(refused)
    }

    /// Returns who replies to what, or why that is not to be known.
    async fn sender(&self, incoming: &Incoming) -> Result<Result<Sender<'_>, Refused>> {
        let Inner { db, mail, receivers, .. } = &*self.0;
        if incoming.is_automatic {
            return Ok(Err(Refused::Automatic));
        }
        if incoming.from.iter().any(|address| mail.is_own(address)) {
            return Ok(Err(Refused::OwnAddress));
        }
        let Some(address) = incoming.to.iter().find_map(|to| mail.read_reply_address(to)) else {
            return Ok(Err(Refused::UnknownAddress));
        };
        let owner = address.subject.split(':').next().unwrap_or_default();
        let Some((_, receiver)) = receivers.iter().find(|(plugin, _)| *plugin == owner) else {
            return Ok(Err(Refused::UnknownAddress));
        };
        let person = match directory::person(db, address.person).await {
            Ok(person) if person.status == PersonStatus::Active => person,
            Ok(_) => return Ok(Err(Refused::NoAccount)),
            Err(error) if error.is_not_found() => return Ok(Err(Refused::NoAccount)),
            Err(error) => return Err(error),
        };
        let own = person.email.unwrap_or_default().to_lowercase();
        let is_theirs = matches!(&incoming.from[..], [from] if !own.is_empty() && from.to_lowercase() == own);
        Ok(if is_theirs { Ok(Sender { address, receiver }) } else { Err(Refused::WrongSender) })
    }

    /// Hands the reply to its receiver, with the rights that the person has now.
    async fn reply(&self, sender: &Sender<'_>, incoming: &Incoming, message: &str) -> Result<Option<Refused>> {
        let Inner { db, access, .. } = &*self.0;
        let ReplyAddress { person, subject, .. } = &sender.address;
        if sender.address.is_over(db.now()) {
            return Ok(Some(Refused::TooOld));
        }
        if incoming.text.len() > MOST_TEXT {
            return Ok(Some(Refused::Invalid));
        }
        if received::count_since(db, *person, db.now().plus_seconds(-HOUR)).await? >= MOST_AN_HOUR {
            return Ok(Some(Refused::TooOften));
        }
        let text = trim::own_text(&incoming.text);
        if text.is_empty() {
            return Ok(Some(Refused::Empty));
        }
        let actor = access.actor_for(*person, Via::Mail).await?;
        let reply = MailReply { subject: subject.clone(), text, key: format!("mail-{message}") };
        match sender.receiver.receive(db, &actor, reply).await {
            Ok(()) => Ok(None),
            Err(error) => Refused::of(error).map(Some),
        }
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("atrium_messages_received_total", "outcome" => outcome).increment(1);
}
