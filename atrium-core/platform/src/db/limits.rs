//! The time limits of the database, and the connections that each use keeps for itself.

use std::time::Duration;

/// Limits of a session on PostgreSQL, and of reading on both databases. The former hold on the server, which ends what a frozen or vanished node left behind, and in this
/// process, which gives up a connection that went silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest that one statement may take.
    pub statement: Duration,
    /// The longest that a statement waits for a lock. Longer than `idle`, so that a transaction waiting for a
    /// frozen node goes on.
    pub lock: Duration,
    /// The longest that a transaction may be idle before the server ends it.
    pub idle: Duration,
    /// The longest that this process waits for an answer, including the wait for a connection.
    pub answer: Duration,
    /// The longest that one query of a request may read, on either database. The platform's own work has longer.
    pub reading: Duration,
    /// Connections that each use of the database keeps for itself: see [`Share`](super::Share).
    pub kept: u32,
}

impl Limits {
    /// Returns the limits for migrations and maintenance, whose statements may take minutes.
    #[must_use]
    pub(crate) fn patient() -> Self {
        let long = Duration::from_secs(15 * 60);
        Self {
            statement: long,
            lock: Duration::from_secs(60),
            answer: long + Duration::from_secs(10),
            reading: long,
            ..Self::default()
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            statement: seconds(10),
            lock: seconds(7),
            idle: seconds(4),
            answer: seconds(12),
            reading: seconds(5),
            kept: 1,
        }
    }
}
