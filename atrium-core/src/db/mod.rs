//! The database handles of the platform: a [`Db`] to read with and to open transactions on, a [`Tx`] to write in.
//!
//! One writer at a time: on SQLite, reads go through a pool that refuses to write and every transaction takes the one
//! writer with `BEGIN IMMEDIATE`; on PostgreSQL both are one pool. Queries live in the rooms' `store.rs`, not here.

mod connect;
mod count;
mod locks;
mod migrate;
mod schema;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use tokio::sync::watch;

use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Result};

pub use connect::Pools;
pub use count::count_queries;
pub use locks::{Alone, Lock};
pub use migrate::{Migrator, SqlMigration, migrate_with_lock};
pub use schema::core_migrator;

/// The platform's database, its clock, and the bell that rings when events are committed. Cheap to clone.
///
/// As a sea-orm connection it reads only: writing asks for a [`Tx`].
#[derive(Clone, Debug)]
pub struct Db(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    clock: Clock,
    bell: watch::Sender<u64>,
}

impl Db {
    /// Connects to `url`: `sqlite://path` (created when missing) or `postgres://…`.
    ///
    /// # Errors
    /// The database cannot be reached or opened.
    pub async fn connect(url: &str, pools: Pools, clock: Clock) -> Result<Self> {
        let (reader, writer) = connect::connect(url, pools).await?;
        Ok(Self(Arc::new(Inner { reader, writer, clock, bell: watch::Sender::new(0) })))
    }

    /// The present instant, as the injected clock has it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The injected clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Opens a transaction that may write. Dropped without [`Tx::commit`], it leaves nothing.
    ///
    /// # Errors
    /// The database cannot be reached, or its writer stays busy for longer than the busy time-out.
    pub async fn begin(&self) -> Result<Tx> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        count::one_more();
        let inner = self.0.writer.begin_with_options(options).await?;
        Ok(Tx { inner, db: self.clone(), rings: AtomicBool::new(false) })
    }

    /// The connection that writes: for migrations and maintenance commands, which manage their own transactions.
    #[must_use]
    pub fn writer(&self) -> &DatabaseConnection {
        &self.0.writer
    }

    /// Is this PostgreSQL?
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.0.writer.get_database_backend() == DbBackend::Postgres
    }

    /// A receiver that changes whenever events may have been committed.
    #[must_use]
    pub fn bell(&self) -> watch::Receiver<u64> {
        self.0.bell.subscribe()
    }

    /// Wakes whoever waits on the [`bell`](Self::bell).
    pub fn ring(&self) {
        self.0.bell.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Closes every connection once the running queries end.
    ///
    /// # Errors
    /// The driver could not close a connection.
    pub async fn close(self) -> Result<()> {
        if !self.is_postgres() {
            // What the journal holds goes into the file, so that a copy of the file is a copy of the data.
            let checkpoint = self.0.writer.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await;
            if let Err(error) = checkpoint {
                tracing::warn!(%error, "the SQLite journal could not be folded in");
            }
        }
        self.0.reader.close_by_ref().await?;
        self.0.writer.close_by_ref().await?;
        Ok(())
    }
}

/// An open transaction that may write.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
    db: Db,
    rings: AtomicBool,
}

impl Tx {
    /// Makes what was written durable, then wakes the event consumers if events were appended.
    ///
    /// # Errors
    /// The database refused: nothing was written.
    pub async fn commit(self) -> Result<()> {
        count::one_more();
        self.inner.commit().await?;
        if self.rings.load(Ordering::Relaxed) {
            self.db.ring();
        }
        Ok(())
    }

    /// Forgets what was written. Dropping does the same, later.
    ///
    /// # Errors
    /// The connection was lost; nothing was written all the same.
    pub async fn rollback(self) -> Result<()> {
        self.inner.rollback().await.map_err(Error::from)
    }

    /// The present instant, as the injected clock has it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.db.now()
    }

    /// The present instant by the database's clock, which all nodes share: for leases and waits that more than one node
    /// measures. On SQLite, and where the injected clock does not follow the machine's, the injected clock's.
    ///
    /// # Errors
    /// The database failed.
    pub async fn database_now(&self) -> Result<Timestamp> {
        database_now(self, &self.db).await
    }

    /// The database this transaction was opened on.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Asks that the commit rings the bell.
    pub(crate) fn ring_on_commit(&self) {
        self.rings.store(true, Ordering::Relaxed);
    }
}

async fn database_now(conn: &impl ConnectionTrait, db: &Db) -> Result<Timestamp> {
    if !db.is_postgres() || !db.clock().follows_machine() {
        return Ok(db.now());
    }
    let sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now";
    let row = conn.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    Ok(Timestamp(row.ok_or_else(|| Error::bug("a question without an answer"))?.try_get("", "now")?))
}

macro_rules! delegate_connection {
    ($type:ty, |$this:ident| $inner:expr) => {
        #[async_trait]
        impl ConnectionTrait for $type {
            fn get_database_backend(&self) -> DbBackend {
                let $this = self;
                $inner.get_database_backend()
            }
            async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
                let $this = self;
                count::one_more();
                $inner.execute_raw(stmt).await
            }
            async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
                let $this = self;
                count::one_more();
                $inner.execute_unprepared(sql).await
            }
            async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
                let $this = self;
                count::one_more();
                $inner.query_one_raw(stmt).await
            }
            async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
                let $this = self;
                count::one_more();
                $inner.query_all_raw(stmt).await
            }
        }
    };
}

delegate_connection!(Db, |this| this.0.reader);
delegate_connection!(Tx, |this| this.inner);
