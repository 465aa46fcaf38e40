//! A position in the outbox.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;

/// A place in the commit order of the outbox: the writing transaction, then the event.
///
/// On SQLite the transaction is always 0: there is one writer, so ids are already in commit order. On PostgreSQL ids
/// become visible out of order and the pair is what orders them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Number of the writing transaction.
    pub xid: i64,
    /// Number of the event.
    pub event: i64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.xid, self.event)
    }
}

impl FromStr for Position {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let parsed = text.split_once(':').and_then(|(xid, event)| Some((xid.parse().ok()?, event.parse().ok()?)));
        let (xid, event) = parsed.ok_or_else(|| Error::bug(format!("`{text}` is not an outbox position")))?;
        Ok(Self { xid, event })
    }
}
