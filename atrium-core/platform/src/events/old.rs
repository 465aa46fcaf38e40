//! Removes old events, and consumers that no node has any more.

use std::collections::BTreeSet;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, EntityTrait, Statement, Value};

use super::Position;
use super::entity::consumer;
use super::read::newest;
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::jobs::{Job, Step};

/// The most events removed in one transaction.
const AT_ONCE: u64 = 500;

/// The oldest events before a position that have reached an age.
const OLDEST: &str = "SELECT id FROM (SELECT id, xid, at FROM atrium_outbox ORDER BY xid, id LIMIT 500) oldest \
    WHERE at < $1 AND (xid, id) < ($2, $3)";

/// The job that removes events of an age, except those that a cluster-wide consumer still has to process, and the
/// newest one.
///
/// A node whose index is before the oldest remaining event rebuilds it. A consumer that this node does not have,
/// and that no node has carried for as long as events are kept, is removed: it would keep events for ever.
#[derive(Debug)]
pub struct OldEvents {
    days: i64,
    consumers: Vec<&'static str>,
}

impl OldEvents {
    /// Creates the job that keeps events for `days` days; `consumers` are those of this node.
    #[must_use]
    pub fn new(days: u32, consumers: Vec<&'static str>) -> Self {
        Self { days: days.into(), consumers }
    }

    /// Removes the consumers that are gone, and returns the lowest position of the others.
    async fn lowest(&self, db: &Db, before: Timestamp) -> Result<Option<Position>> {
        let here: BTreeSet<_> = self.consumers.iter().copied().collect();
        let mut lowest = None;
        for row in consumer::Entity::find().all(db).await? {
            let is_gone = !here.contains(row.name.as_str()) && row.lease_until.is_none_or(|until| until < before);
            let position = Position { xid: row.xid, event: row.event_id };
            if is_gone && self.is_overtaken(db, position, before).await? {
                tracing::warn!(
                    consumer = row.name,
                    "no node has had this consumer for long: its position is forgotten"
                );
                let tx = db.begin().await?;
                consumer::Entity::delete_by_id(row.name).exec(&tx).await?;
                tx.commit().await?;
                continue;
            }
            lowest = Some(lowest.map_or(position, |lowest: Position| lowest.min(position)));
        }
        Ok(lowest)
    }

    /// Returns `true` if an event after `position` has reached the age of removal.
    async fn is_overtaken(&self, db: &Db, position: Position, before: Timestamp) -> Result<bool> {
        Ok(super::waiting_since(db, position).await?.is_some_and(|since| since < before))
    }

    async fn remove(&self, tx: &Tx, before: Timestamp, limit: Position) -> Result<u64> {
        let sql = format!("DELETE FROM atrium_outbox WHERE id IN ({OLDEST})");
        let done =
            tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values(before, limit)));
        Ok(done.await?.rows_affected())
    }
}

fn values(before: Timestamp, limit: Position) -> [Value; 3] {
    [before.0.into(), limit.xid.into(), limit.event.into()]
}

#[async_trait]
impl Job for OldEvents {
    async fn step(&self, db: &Db, now: Timestamp) -> Result<Step> {
        let before = now.plus_days(-self.days);
        let newest = newest(db).await?;
        // Invariant: the event at a consumer's position is kept; it shows the consumer that the outbox did not go
        // back.
        let limit = self.lowest(db, before).await?.map_or(newest, |lowest| lowest.min(newest));
        let look = format!("{OLDEST} LIMIT 1");
        let statement = Statement::from_sql_and_values(db.get_database_backend(), look, values(before, limit));
        if db.query_one_raw(statement).await?.is_none() {
            tell_held(db, before, newest, limit).await?;
            return Ok(Step::Done(0));
        }
        let tx = db.begin().await?;
        let rows = self.remove(&tx, before, limit).await?;
        tx.commit().await?;
        debug_assert!(rows <= AT_ONCE, "a step is small");
        Ok(if rows == 0 { Step::Done(0) } else { Step::More(rows) })
    }
}

/// Reports whether events are kept beyond their age because a consumer has not processed them.
async fn tell_held(db: &Db, before: Timestamp, newest: Position, limit: Position) -> Result<()> {
    let held = limit < newest && super::waiting_since(db, limit).await?.is_some_and(|since| since < before);
    metrics::gauge!("atrium_events_held").set(if held { 1.0 } else { 0.0 });
    if held {
        tracing::warn!(position = %limit, "old events are kept: a consumer has not taken them yet");
    }
    Ok(())
}
