//! What follows from events: the trait consumers implement.

use std::time::Duration;

use async_trait::async_trait;

use super::{Event, Position};
use crate::db::Db;
use crate::error::Result;

/// How often an event is delivered across the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// On every node: indexes and caches. The consumer keeps its own position, or starts from now.
    PerNode,
    /// Once for the cluster, by whichever node holds the lease: mail, webhooks. At least once: be idempotent. An event on
    /// which it fails again and again is passed over.
    PerCluster,
}

/// Something that follows from events, after their commit.
#[async_trait]
pub trait Consumer: Send + Sync + 'static {
    /// Unique and stable: the key of its position.
    fn name(&self) -> &'static str;

    /// On every node, or once.
    fn delivery(&self) -> Delivery;

    /// Where it begins: on a node of its own, whenever that starts; for the cluster, the first time of all. `None` begins
    /// after what has happened so far.
    ///
    /// # Errors
    /// Its own storage failed.
    async fn position(&self, _db: &Db) -> Result<Option<Position>> {
        Ok(None)
    }

    /// The longest that [`position`](Self::position) or one batch may take before it is broken off and begun again.
    fn longest(&self) -> Duration {
        Duration::from_secs(2 * 60)
    }

    /// On a node of its own: the outbox went back, as after a restore or a fail-over to a server that was behind. What was
    /// derived from events is to be derived anew; [`position`](Self::position) is asked next.
    ///
    /// # Errors
    /// It could not; it is told again after a pause.
    async fn lost(&self, _db: &Db) -> Result<()> {
        Ok(())
    }

    /// Takes a batch in commit order; the last one's position counts as reached when this returns `Ok`.
    ///
    /// # Errors
    /// The batch will be offered again after a pause. Say [unavailable](crate::Error::unavailable) when it is not the
    /// events' doing: they are then offered until it works.
    async fn consume(&self, db: &Db, events: &[Event]) -> Result<()>;
}
