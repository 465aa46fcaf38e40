//! The trait of event consumers.

use std::time::Duration;

use async_trait::async_trait;

use super::{Event, Position};
use crate::db::Db;
use crate::error::Result;

/// The number of times an event is delivered across the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// On every node: indexes and caches. The consumer keeps its own position, or starts from now.
    PerNode,
    /// Once for the cluster, by the node that holds the lease: mail, webhooks. At least once: be idempotent. An
    /// event on which it keeps failing is skipped.
    PerCluster,
}

/// Reacts to events after their commit.
#[async_trait]
pub trait Consumer: Send + Sync + 'static {
    /// Returns the name, unique and stable: the key of its position.
    fn name(&self) -> &'static str;

    /// Returns whether events are delivered on every node or once.
    fn delivery(&self) -> Delivery;

    /// Returns the position to begin after: per node, at each start; per cluster, the first time only. `None`
    /// begins after the events so far.
    ///
    /// # Errors
    /// Returns an error if the consumer's own storage fails.
    async fn position(&self, _db: &Db) -> Result<Option<Position>> {
        Ok(None)
    }

    /// Returns the longest that [`position`](Self::position) or one batch may take before it is cancelled and
    /// retried.
    fn longest(&self) -> Duration {
        Duration::from_secs(2 * 60)
    }

    /// Called per node if the outbox went back, as after a restore or a fail-over to a server that was behind.
    /// Rebuild what was derived from events; [`position`](Self::position) is asked next.
    ///
    /// # Errors
    /// An error makes the pump call this again after a pause.
    async fn lost(&self, _db: &Db) -> Result<()> {
        Ok(())
    }

    /// Processes a batch in commit order. The position of the last event counts as reached when this returns `Ok`.
    ///
    /// # Errors
    /// An error makes the pump offer the batch again after a pause. Return an
    /// [unavailable](crate::Error::unavailable) error if the events are not its cause: they are then offered until
    /// the consumer succeeds.
    async fn consume(&self, db: &Db, events: &[Event]) -> Result<()>;
}
