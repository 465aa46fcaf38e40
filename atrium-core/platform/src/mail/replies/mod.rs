//! Replies by mail: to which address one replies, what a message that came in says, and why one is refused.
//!
//! The address of a reply names the person and the subject, and is signed: a message that reaches it was written by somebody
//! who had the letter. It must come from the person's own address, too. A plugin then does what the person asks, with the rights
//! that they have at that moment. Only that person is answered by mail, so that two programs do not answer each other for ever.
//!
//! Reports about the delivery of letters come into the same inbox, and are never answered.

#[cfg(feature = "mail")]
mod bounces;
#[cfg(feature = "mail")]
mod inbox;
#[cfg(feature = "mail")]
mod incoming;
#[cfg(feature = "mail")]
mod maildir;
#[cfg(not(feature = "mail"))]
mod no_inbox;
mod received;
mod refusal;
#[cfg(feature = "mail")]
mod report;
#[cfg(feature = "mail")]
mod trim;

use std::sync::Arc;

use async_trait::async_trait;

use crate::access::Actor;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::id::PersonId;

#[cfg(feature = "mail")]
pub use inbox::Inbox;
#[cfg(feature = "mail")]
pub(crate) use maildir::watch;
#[cfg(not(feature = "mail"))]
pub use no_inbox::Inbox;
pub use received::{Received, list};
pub use refusal::Refused;

/// The ends of the line above which one replies, in letters that take replies. What stands below it is the letter.
pub const ABOVE: (&str, &str) = ("##-", "-##");

/// A reply that somebody sent by mail.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailReply {
    /// What it replies to, as the letter's [thread](super::Thread) named it: `forum:12`.
    pub subject: String,
    /// What they wrote, without the letter below it.
    pub text: String,
    /// The same for the same message, however often it comes in: at most 64 letters, digits and dashes.
    pub key: String,
}

/// Takes the replies to the letters of a plugin, whose threads begin with its id.
#[async_trait]
pub trait ReplyReceiver: Send + Sync + 'static {
    /// Does what `from` asks with a reply. The same key means the same reply.
    ///
    /// # Errors
    /// Returns `is_not_found` or `is_forbidden` if they may not, `is_conflict` if the subject takes no replies, `is_invalid` if the
    /// text does not do: the message is refused, and the person told why. Any other error has it tried again.
    async fn receive(&self, db: &Db, from: &Actor, reply: MailReply) -> Result<()>;

    /// Queues a letter that tells `person` why their reply to `subject` was refused, once for each `key`.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn refuse(&self, _tx: &Tx, _person: PersonId, _subject: &str, _reason: Refused, _key: &str) -> Result<()> {
        Ok(())
    }
}

/// The receivers of a platform, by the id of their plugin.
pub(crate) type Receivers = Vec<(&'static str, Arc<dyn ReplyReceiver>)>;
