//! What follows from events: the trait consumers implement.

use async_trait::async_trait;

use super::{Event, Position};
use crate::db::Db;
use crate::error::Result;

/// How often an event is delivered across the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// On every node: indexes and caches. The consumer keeps its own position, or starts from now.
    PerNode,
    /// Once for the cluster, by whichever node holds the lease: mail, webhooks. At least once: be idempotent.
    PerCluster,
}

/// Something that follows from events, after their commit.
#[async_trait]
pub trait Consumer: Send + Sync + 'static {
    /// Unique and stable: the key of its position.
    fn name(&self) -> &'static str;

    /// On every node, or once.
    fn delivery(&self) -> Delivery;

    /// Where a per-node consumer stands when it starts; `None` starts after the newest event.
    ///
    /// # Errors
    /// Its own storage failed.
    async fn position(&self, _db: &Db) -> Result<Option<Position>> {
        Ok(None)
    }

    /// Takes a batch in commit order; the last one's position counts as reached when this returns `Ok`.
    ///
    /// # Errors
    /// The batch will be offered again after a pause.
    async fn consume(&self, db: &Db, events: &[Event]) -> Result<()>;
}
