//! Advisory locks by name, hashed to PostgreSQL's numbers here only.
//!
//! SQLite does not need them: there is one node, and its single writer excludes others already.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement, TransactionTrait};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Db, Tx};
use crate::error::{Error, Result};

/// The interval at which a lock held by another node is asked for again.
const ASK_AGAIN: Duration = Duration::from_millis(100);
/// The interval at which a wait for a lock is logged.
const TELL_EVERY: Duration = Duration::from_secs(10);
/// The interval at which the holder of a lock shows the server that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// The name of an advisory lock: `core.migrate`. Unique among all names of the platform and its plugins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    name: &'static str,
    part: Cow<'static, str>,
}

impl Lock {
    /// Creates the lock called `name`, which begins with its owner: `core.migrate`, `forum.counters`.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        Self { name, part: Cow::Borrowed("") }
    }

    /// Returns the lock for one `part` of what `self` locks.
    #[must_use]
    pub fn of(&self, part: impl Into<String>) -> Self {
        Self { name: self.name, part: Cow::Owned(part.into()) }
    }

    /// Returns the lock's number: the first eight bytes of the SHA-256 of name and part.
    #[must_use]
    pub fn key(&self) -> i64 {
        let digest = Sha256::new().chain_update(self.name).chain_update([0]).chain_update(&*self.part).finalize();
        i64::from_be_bytes(std::array::from_fn(|at| digest[at]))
    }
}

impl Tx {
    /// Waits for `lock` and holds it until the transaction ends.
    ///
    /// # Errors
    /// Returns `is_unavailable` if another transaction holds it for longer than the lock time-out.
    pub async fn lock(&self, lock: &Lock) -> Result<()> {
        if self.db().is_postgres() {
            self.execute_raw(asking("SELECT pg_advisory_xact_lock($1)", lock)).await?;
        }
        Ok(())
    }
}

impl Db {
    /// Waits until no other node holds `lock`, and holds it until the returned value is dropped or
    /// [`ended`](AdvisoryLock::end). A holder that froze loses it within seconds.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn advisory_lock(&self, lock: &Lock) -> Result<AdvisoryLock> {
        let mut told = Instant::now();
        loop {
            if let Some(alone) = self.try_advisory_lock(lock).await? {
                return Ok(alone);
            }
            if told.elapsed() > TELL_EVERY {
                told = Instant::now();
                tracing::info!(lock = lock.name, "waiting for another node");
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }
}

impl Db {
    /// Takes `lock` as [`advisory_lock`](Self::advisory_lock) does, without waiting: `None` while another node holds it.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn try_advisory_lock(&self, lock: &Lock) -> Result<Option<AdvisoryLock>> {
        if !self.is_postgres() {
            return Ok(Some(AdvisoryLock(None)));
        }
        // A transaction without writes has no number of its own, so it holds no event back.
        let tx = self.writer().begin().await?;
        let row = tx.query_one_raw(asking("SELECT pg_try_advisory_xact_lock($1) AS held", lock)).await?;
        if row.is_some_and(|row| row.try_get("", "held").unwrap_or(false)) {
            return Ok(Some(AdvisoryLock::holding(tx)));
        }
        tx.rollback().await?;
        Ok(None)
    }
}

fn asking(sql: &str, lock: &Lock) -> Statement {
    Statement::from_sql_and_values(sea_orm::DbBackend::Postgres, sql, [lock.key().into()])
}

/// The right to do something while no other node does; see [`Db::advisory_lock`].
#[derive(Debug)]
#[must_use]
pub struct AdvisoryLock(Option<Held>);

/// A lock held by a task of its own, which releases it on a message or when its channel closes.
#[derive(Debug)]
struct Held {
    end: oneshot::Sender<()>,
    ended: JoinHandle<Result<()>>,
}

impl AdvisoryLock {
    fn holding(tx: DatabaseTransaction) -> Self {
        let (end, asked) = oneshot::channel();
        Self(Some(Held { end, ended: tokio::spawn(hold(tx, asked)) }))
    }

    /// Releases the lock.
    ///
    /// # Errors
    /// Returns an error if the lock was lost: another node may have done the same work.
    pub async fn end(self) -> Result<()> {
        let Some(held) = self.0 else { return Ok(()) };
        // A task that has ended already returns the reason below.
        let _ = held.end.send(());
        held.ended.await.map_err(|source| Error::internal("the holder of a lock", source))?
    }
}

/// Holds `tx` open until asked to end, and keeps its session from being idle for too long, as that of a frozen node
/// would be.
async fn hold(tx: DatabaseTransaction, mut asked: oneshot::Receiver<()>) -> Result<()> {
    loop {
        tokio::select! {
            _ = &mut asked => return Ok(tx.commit().await?),
            () = tokio::time::sleep(HEARTBEAT) => {
                tx.execute_unprepared("SELECT 1").await?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_told_from_others_by_its_name_and_its_part() {
        let lock = Lock::named("core.test");
        assert_eq!(lock.key(), Lock::named("core.test").key());
        let keys = [lock.key(), lock.of("a").key(), lock.of("b").key(), Lock::named("core.testa").key()];
        let distinct: std::collections::BTreeSet<_> = keys.into_iter().collect();
        assert_eq!(distinct.len(), keys.len());
    }
}
