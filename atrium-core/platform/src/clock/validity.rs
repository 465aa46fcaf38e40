//! The span of time during which something holds.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// A span of time, unbounded where a bound is absent. The end is excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Validity {
    /// The first instant; unbounded when absent.
    pub from: Option<Timestamp>,
    /// The instant at which it ends (excluded); unbounded when absent.
    pub until: Option<Timestamp>,
}

impl Validity {
    /// The unbounded span.
    pub const ALWAYS: Self = Self { from: None, until: None };

    /// Creates the span from `from` until `until`.
    #[must_use]
    pub fn new(from: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        Self { from, until }
    }

    /// Returns `true` if the span contains `now`.
    #[must_use]
    pub fn holds(self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && !self.is_over(now)
    }

    /// Returns `true` if the span ended at or before `now`.
    #[must_use]
    pub fn is_over(self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Returns the last instant of the span, whose day is shown as its end; `None` without an end.
    #[must_use]
    pub fn last(self) -> Option<Timestamp> {
        self.until.map(|until| Timestamp(until.0 - 1))
    }

    /// Returns `true` if the span contains no instant.
    #[must_use]
    pub fn is_empty(self) -> bool {
        matches!((self.from, self.until), (Some(from), Some(until)) if until <= from)
    }
}
