//! Mail to people: a queued task per recipient, composed when it is delivered, in the recipient's language and with the
//! rights that they have then; retried when the server asks for it, and no longer sent to addresses that it refused.
//!
//! Addresses and texts stay out of logs and errors. What leads to a letter, and who may refuse which, is decided elsewhere.

pub mod actions;
#[cfg(feature = "mail")]
mod answer;
#[cfg(feature = "mail")]
mod bounce_address;
mod deliver;
mod letter;
#[cfg(feature = "mail")]
mod message;
pub mod replies;
mod reply_address;
mod sender;
mod store;
#[cfg(feature = "mail")]
mod transport;

use serde::Serialize;

use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::PersonId;
use crate::jobs::{Pruning, ScheduledJob, Task};

pub(crate) use deliver::{Postman, queue};
pub use letter::{Composer, Letter, LetterKind, Letters, Recipient, Thread};
use reply_address::ReplyAddress;
pub use sender::Mail;
pub use store::Suppressed;
pub(crate) use store::refused_addresses;

use deliver::{DELIVERIES, Delivery};

/// Days for which nothing is sent to an address that the server refused.
const REFUSED_DAYS: u32 = 365;
/// Days for which it is known that a message came in: longer than one may reply to a letter.
const RECEIVED_DAYS: u32 = 120;

impl Tx {
    /// Queues a letter to a person. A second one of the same kind, `key` and person is not queued, within a week. It is
    /// composed when it is delivered, and not sent to people who are suspended or have no address.
    ///
    /// Returns `false` if there is such a letter already.
    ///
    /// # Errors
    /// Returns an error if the payload cannot be written as JSON or the database fails.
    pub async fn send_letter<P: Serialize>(
        &self,
        kind: LetterKind<P>,
        to: PersonId,
        key: &str,
        payload: &P,
    ) -> Result<bool> {
        let payload = serde_json::to_value(payload)
            .map_err(|source| Error::internal(format!("the payload of a letter `{}`", kind.key()), source))?;
        let unique = format!("{}:{key}:{to}", kind.key());
        self.enqueue(Task::new(DELIVERIES, unique, Delivery { kind: kind.key().to_owned(), to, payload })).await
    }
}

/// Returns the jobs of mail.
pub(crate) fn jobs() -> Vec<ScheduledJob> {
    vec![
        Pruning::new("atrium_mail_suppressed", "address_hash", "at", REFUSED_DAYS).nightly("core.refused_addresses"),
        Pruning::new("atrium_mail_received", "id", "at", RECEIVED_DAYS).nightly("core.received_mail"),
    ]
}
