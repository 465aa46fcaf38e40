//! Delivers one letter to one person.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Letters, Mail, Recipient, store};
use crate::db::Db;
use crate::directory::{self, PersonStatus};
use crate::error::{Error, Result};
use crate::id::PersonId;
use crate::jobs::{Outcome, TaskHandler, TaskKind, TaskQueue, TaskRun};

/// Letters that wait for their delivery.
pub(super) const DELIVERIES: TaskKind<Delivery> = TaskKind::new("core.mail");
/// The most attempts at a letter: some eighteen hours, as servers that are down are back the next day.
const ATTEMPTS: u32 = 22;
/// The most letters that a node has under way.
const AT_ONCE: usize = 4;

/// A letter that waits: ids, no text.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Delivery {
    pub(super) kind: String,
    pub(super) to: PersonId,
    pub(super) payload: Value,
}

/// Delivers the letters of every kind.
pub(crate) struct Postman {
    mail: Mail,
    letters: Vec<Letters>,
}

impl Postman {
    pub(crate) fn new(mail: Mail, letters: Vec<Letters>) -> Self {
        Self { mail, letters }
    }

    /// Returns the recipient with their address; `None` for people who are suspended or have none.
    async fn recipient(&self, db: &Db, person: PersonId) -> Result<Option<(Recipient, String)>> {
        let row = match directory::person(db, person).await {
            Ok(row) if row.status == PersonStatus::Active => row,
            Ok(_) => return Ok(None),
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some(address) = row.email.filter(|address| !address.is_empty()) else { return Ok(None) };
        Ok(Some((Recipient { person, name: row.display_name, locale: row.locale }, address)))
    }
}

/// Returns the queue of letters.
pub(crate) fn queue(postman: Postman) -> TaskQueue {
    TaskQueue::new(DELIVERIES, postman).attempts(ATTEMPTS).at_once(AT_ONCE)
}

/// Counts a letter that came to an end.
fn count(ended: &'static str) -> Outcome {
    metrics::counter!("atrium_letters_total", "outcome" => ended).increment(1);
    Outcome::Done
}

#[async_trait]
impl TaskHandler<Delivery> for Postman {
    async fn run(&self, db: &Db, task: TaskRun<Delivery>) -> Result<Outcome> {
        let Delivery { kind, to, payload } = task.payload;
        if !self.mail.is_on() {
            return Ok(count("off"));
        }
        let letters = self.letters.iter().find(|letters| letters.kind() == kind);
        let letters = letters.ok_or_else(|| Error::bug(format!("no plugin composes the letter `{kind}`")))?;
        let Some((recipient, address)) = self.recipient(db, to).await? else { return Ok(count("no_address")) };
        if store::is_suppressed(db, &self.mail.hash(&address)).await? {
            return Ok(count("suppressed"));
        }
        let Some(letter) = letters.compose(db, &recipient, payload).await? else { return Ok(count("withheld")) };
        self.hand_over(db, letter, (&recipient, &address), &task.key).await
    }
}

#[cfg(not(feature = "mail"))]
impl Postman {
    async fn hand_over(&self, _: &Db, _: super::Letter, _: (&Recipient, &str), _: &str) -> Result<Outcome> {
        Ok(count("off"))
    }
}

#[cfg(feature = "mail")]
impl Postman {
    /// Hands a letter to the server, and notes what it says of the address.
    async fn hand_over(
        &self,
        db: &Db,
        letter: super::Letter,
        (recipient, address): (&Recipient, &str),
        unique: &str,
    ) -> Result<Outcome> {
        use super::answer::Refusal;
        use lettre::Address;
        use lettre::address::Envelope;
        use lettre::message::Mailbox;

        let Some(way) = self.mail.way() else { return Ok(count("off")) };
        let Ok(email) = address.parse::<Address>() else { return Ok(count("malformed_address")) };
        let sender = self.mail.bounce_address(recipient.person, address, db.now());
        let sender = sender.and_then(|sender| sender.parse().ok()).unwrap_or_else(|| way.from.email.clone());
        let envelope = Envelope::new(Some(sender), vec![email.clone()]);
        let envelope = envelope.map_err(|_| Error::bug("a letter has no envelope"))?;
        let to = Mailbox::new(Some(recipient.name.clone()), email);
        let message = super::message::message(&self.mail, (&way.from, to), letter, (unique, db.now()))?;
        match way.transport.send(&message, &envelope, address).await {
            Ok(()) => Ok(count("sent")),
            Err(Refusal::Later(why)) => Err(Error::bug(why)),
            Err(Refusal::Letter(why)) => {
                count("refused");
                Ok(Outcome::GivenUp(why))
            }
            Err(Refusal::Address(code)) => {
                let tx = db.begin().await?;
                store::suppress(&tx, &self.mail.hash(address), recipient.person, &code).await?;
                tx.commit().await?;
                tracing::warn!(person = recipient.person.0, code, "a mail server refused an address");
                Ok(count("address_refused"))
            }
        }
    }
}
