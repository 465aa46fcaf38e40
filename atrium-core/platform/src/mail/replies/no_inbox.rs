//! Stands for the inbox in a program without mail.

use super::{Receivers, Refused};
use crate::access::Access;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::mail::Mail;

/// Takes no messages: the program was built without the feature `mail`.
#[derive(Clone, Debug)]
pub struct Inbox(());

impl Inbox {
    pub(crate) fn new(_: Db, _: Access, _: Mail, _: Receivers) -> Self {
        Self(())
    }

    /// Refuses every message.
    ///
    /// # Errors
    /// Returns `is_not_found`: this site takes no replies.
    pub async fn take(&self, _raw: &[u8]) -> Result<Option<Refused>> {
        Err(Error::not_found("replies by mail"))
    }
}
