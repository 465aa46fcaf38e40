//! From when until when something holds.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// A span of time, open where nothing is said. The end is excluded: at that instant it no longer holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Validity {
    /// From when; always, when absent.
    pub from: Option<Timestamp>,
    /// Until when; for good, when absent.
    pub until: Option<Timestamp>,
}

impl Validity {
    /// Always.
    pub const ALWAYS: Self = Self { from: None, until: None };

    /// From `from` until `until`.
    #[must_use]
    pub fn new(from: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        Self { from, until }
    }

    /// Does it hold at `now`?
    #[must_use]
    pub fn holds(self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && !self.is_over(now)
    }

    /// Is it over at `now`?
    #[must_use]
    pub fn is_over(self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// The last instant at which it holds, whose day people name as its end; none when it has none.
    #[must_use]
    pub fn last(self) -> Option<Timestamp> {
        self.until.map(|until| Timestamp(until.0 - 1))
    }

    /// Is there no instant at which it holds?
    #[must_use]
    pub fn is_empty(self) -> bool {
        matches!((self.from, self.until), (Some(from), Some(until)) if until <= from)
    }
}
