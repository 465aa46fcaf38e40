//! A transaction that may write. Once a statement in it failed, it refuses to go on and to be committed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};

use super::constants::with_constant_limits;
use super::error::is_lost;
use super::ledger::Entry;
use super::shares::Turn;
use super::{Db, count, database_now};
use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// An open transaction that may write.
///
/// A failed statement dooms the transaction: the database may have ended it, and later statements would stand
/// alone.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
    db: Db,
    rings: AtomicBool,
    doom: AtomicU8,
    /// SQLite's count of transactions when it began.
    began: Option<Entry>,
    /// Released once the transaction has ended.
    turn: Option<Turn>,
    /// Of a part of a host's transaction: what makes that transaction's commit notify.
    joined: Option<Arc<AtomicBool>>,
}

const SOUND: u8 = 0;
const FAILED: u8 = 1;
const LOST: u8 = 2;

impl Tx {
    pub(super) fn new(inner: DatabaseTransaction, db: Db, turn: Option<Turn>) -> Self {
        let began = db.0.ledger.as_ref().map(|ledger| ledger.entry());
        Self { inner, db, rings: AtomicBool::new(false), doom: AtomicU8::new(SOUND), began, turn, joined: None }
    }

    /// Creates a transaction that is a part of a host's: a savepoint, which ends with the host's transaction.
    pub(super) fn part_of(inner: DatabaseTransaction, db: Db, rings: Arc<AtomicBool>) -> Self {
        let doom = AtomicU8::new(SOUND);
        Self { inner, db, rings: AtomicBool::new(false), doom, began: None, turn: None, joined: Some(rings) }
    }

    /// Commits the changes, then wakes the event consumers if events were appended.
    ///
    /// # Errors
    /// Returns an error if the database refuses the commit or an earlier statement failed; then no change was
    /// written. If the connection is lost during the commit, the changes may have been written.
    pub async fn commit(self) -> Result<()> {
        let Self { inner, db, rings, doom, began, turn: _turn, joined } = self;
        count::one_more();
        match doom.into_inner() {
            SOUND => {}
            LOST => return Err(Error::unavailable("the transaction was lost")),
            _ => return Err(Error::bug("a transaction in which a statement failed was to be committed")),
        }
        if let Err(error) = db.pass_commit(inner.commit()).await {
            db.note(&error);
            return Err(error.into());
        }
        // Invariant: a commit is acknowledged only if SQLite itself has committed, never at the end of a savepoint.
        if let (Some(ledger), Some(began)) = (&db.0.ledger, began)
            && !ledger.committed_since(began)
        {
            ledger.condemn();
            tracing::error!("SQLite did not commit a transaction that was to be committed");
            return Err(Error::unavailable("the writer"));
        }
        match (rings.into_inner(), joined) {
            (true, Some(later)) => later.store(true, Ordering::SeqCst),
            (true, None) => db.notify(),
            (false, _) => {}
        }
        Ok(())
    }

    /// Rolls the changes back. Dropping does the same, later.
    ///
    /// # Errors
    /// Returns an error if the connection is lost; the changes are rolled back in that case too.
    pub async fn rollback(self) -> Result<()> {
        let Self { inner, db, turn: _turn, .. } = self;
        db.pass_commit(inner.rollback()).await.map_err(Error::from)
    }

    /// Returns the present instant, as the injected clock has it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.db.now()
    }

    /// Returns the present instant by the database's clock, which all nodes share, for leases and waits measured by
    /// several nodes. On SQLite, and if the injected clock does not follow the machine's, returns the injected
    /// clock's instant.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn database_now(&self) -> Result<Timestamp> {
        database_now(self, &self.db).await
    }

    /// Returns the database this transaction was opened on.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Makes the commit notify the subscribers.
    pub(crate) fn ring_on_commit(&self) {
        self.rings.store(true, Ordering::Relaxed);
    }

    /// Runs `query`, unless an earlier statement failed.
    async fn run<T>(&self, query: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        match self.doom.load(Ordering::SeqCst) {
            SOUND => {}
            LOST => return Err(DbErr::Conn(RuntimeErr::Internal("the transaction was lost".to_owned()))),
            _ => return Err(DbErr::Custom("a statement of the transaction failed before".to_owned())),
        }
        // Stays in place if this future is dropped half-way.
        self.doom.store(LOST, Ordering::SeqCst);
        let done = self.db.pass(query).await;
        match &done {
            Err(error) => {
                self.db.note(error);
                self.doom.store(if is_lost(error) { LOST } else { FAILED }, Ordering::SeqCst);
            }
            Ok(_) if self.was_rolled_back() => {
                return Err(DbErr::Conn(RuntimeErr::Internal("SQLite rolled the transaction back".to_owned())));
            }
            Ok(_) => self.doom.store(SOUND, Ordering::SeqCst),
        }
        done
    }

    fn was_rolled_back(&self) -> bool {
        let (Some(ledger), Some(began)) = (&self.db.0.ledger, self.began) else { return false };
        ledger.rolled_back_since(began)
    }
}

#[async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }
    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        let stmt = with_constant_limits(stmt);
        count::hear(&stmt);
        self.run(self.inner.execute_raw(stmt)).await
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        count::one_more();
        self.run(self.inner.execute_unprepared(sql)).await
    }
    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        let stmt = with_constant_limits(stmt);
        count::hear(&stmt);
        self.run(self.inner.query_one_raw(stmt)).await
    }
    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let stmt = with_constant_limits(stmt);
        count::hear(&stmt);
        self.run(self.inner.query_all_raw(stmt)).await
    }
}
