//! The database handles of the platform: a [`Db`] to read with and to open transactions on, a [`Tx`] to write in.
//!
//! One writer at a time: on SQLite, reads go through connections that refuse to write and every transaction takes the one
//! writer with `BEGIN IMMEDIATE`; on PostgreSQL each has a pool. Queries live in the rooms' `store.rs`, not here.

mod causes;
mod connect;
mod connection;
mod constants;
mod count;
mod error;
mod faults;
#[cfg(feature = "postgres")]
mod gate;
mod health;
mod horizon;
mod hosts;
mod joined;
mod lease;
mod ledger;
mod limits;
mod locks;
mod migrate;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(feature = "sqlite")]
mod readers;
mod reading;
mod rows;
mod schema;
mod shares;
#[cfg(feature = "sqlite")]
mod snapshot;
mod statistics;
mod text;
mod tx;
#[cfg(feature = "sqlite")]
mod wal;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};
#[cfg(feature = "postgres")]
use tokio::sync::Semaphore;
use tokio::sync::watch;

use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Result};

pub(crate) use causes::sqlite_path;
use connect::Opened;
pub use connect::Pools;
pub use connection::Connection;
pub(crate) use connection::{into_rows, statement};
use constants::with_constant_limits;
pub use count::{count_queries, hear_statements};
use faults::tell;
use health::Health;
pub use horizon::OpenTransaction;
pub(crate) use horizon::horizon;
#[cfg(feature = "sqlite")]
pub(crate) use hosts::sqlite_url_of;
pub use joined::Joined;
pub(crate) use lease::{Lease, Leased};
use ledger::Ledger;
pub use limits::Limits;
pub use locks::{AdvisoryLock, Lock};
pub(crate) use migrate::newer_schema;
pub use migrate::{Migrator, SqlMigration, migrate_with_lock};
use reading::Reading;
pub use rows::count_rows;
pub use schema::core_migrator;
use shares::Turn;
pub use shares::{Share, reading_as};
#[cfg(feature = "sqlite")]
pub(crate) use snapshot::{Snapshot, end_sign_ins, examine_pages, is_in_use, snapshot_into};
pub(crate) use text::QueryText;
pub use tx::Tx;
#[cfg(feature = "sqlite")]
pub(crate) use wal::look_after_wal;

/// The longest that closing may take; connections that do not answer are dropped.
const CLOSING: Duration = Duration::from_secs(5);

/// The platform's database, its clock, and what notifies of committed events. Cheap to clone.
///
/// As a sea-orm connection it only reads; writing takes a [`Tx`].
#[derive(Clone, Debug)]
pub struct Db(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    reader: Reading,
    writer: DatabaseConnection,
    /// The transactions that requests may have open at once, on PostgreSQL; the platform's own work has one more.
    #[cfg(feature = "postgres")]
    acts: Option<Arc<Semaphore>>,
    /// SQLite's own count of transactions on the writing connection.
    ledger: Option<Arc<Ledger>>,
    /// Whether PostgreSQL answers.
    #[cfg(feature = "postgres")]
    gate: Option<Arc<gate::Gate>>,
    /// For statements that may take minutes, on PostgreSQL.
    patient: Option<Db>,
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "SQLite has no peer to wait for"))]
    limits: Limits,
    health: Arc<Health>,
    clock: Clock,
    commits: watch::Sender<u64>,
    /// Whether commits of other processes are notified, too.
    is_told: AtomicBool,
    /// Whether the pool that writes is the host's, which stays open.
    is_hosts: bool,
}

impl Db {
    /// Connects to `url`: `sqlite://path` (created when missing) or `postgres://…`.
    ///
    /// # Errors
    /// Returns an error if the database cannot be reached or opened.
    pub async fn connect(url: &str, pools: Pools, clock: Clock) -> Result<Self> {
        Self::connect_within(url, pools, Limits::default(), clock).await
    }

    /// Connects as [`connect`](Self::connect) does, with these limits on the time PostgreSQL may take.
    ///
    /// # Errors
    /// Returns an error if the database cannot be reached or opened.
    pub async fn connect_within(url: &str, pools: Pools, limits: Limits, clock: Clock) -> Result<Self> {
        let opened = connect::connect(url, pools, limits).await?;
        Ok(Self(Arc::new(Inner::of(opened, limits, clock))))
    }

    /// Returns the present instant, as the injected clock has it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Returns the injected clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Opens a transaction that may write. It is rolled back if dropped without [`Tx::commit`].
    ///
    /// # Errors
    /// Returns an error if the database cannot be reached or its writer stays busy for longer than the busy
    /// time-out.
    pub async fn begin(&self) -> Result<Tx> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        count::one_more();
        if let Some(part) = joined::begin(self).await {
            let (inner, rings) = part.inspect_err(|error| self.note(error))?;
            return Ok(Tx::part_of(inner, self.clone(), rings));
        }
        let announced = async {
            let turn = self.turn_to_act().await?;
            let inner = self.0.writer.begin_with_options(options).await?;
            if self.is_postgres() {
                horizon::announce(&inner).await?;
            }
            Ok((inner, turn))
        };
        match self.pass(announced).await {
            Ok((inner, turn)) => Ok(Tx::new(inner, self.clone(), turn)),
            Err(error) => {
                self.note(&error);
                Err(error.into())
            }
        }
    }

    /// Waits until a request may open one more transaction, where they are limited.
    async fn turn_to_act(&self) -> Result<Option<Turn>, DbErr> {
        #[cfg(feature = "postgres")]
        if let Some(acts) = self.0.acts.as_ref().filter(|_| !Share::current().is_own()) {
            return shares::take_one(acts, connect::PATIENCE).await.map(Some);
        }
        Ok(None)
    }

    /// Returns the database for migrations and maintenance, whose statements may take minutes: on PostgreSQL on
    /// connections of their own, on SQLite this very handle.
    #[must_use]
    pub fn patient(&self) -> &Self {
        self.0.patient.as_ref().unwrap_or(self)
    }

    /// Returns `true` while PostgreSQL is known to be away: queries are refused at once.
    #[must_use]
    pub fn is_away(&self) -> bool {
        #[cfg(feature = "postgres")]
        return self.0.gate.as_ref().is_some_and(|gate| gate.is_away());
        #[cfg(not(feature = "postgres"))]
        false
    }

    /// Runs `query` within the limits of PostgreSQL; refuses it while PostgreSQL is away.
    async fn pass<T>(&self, query: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        #[cfg(feature = "postgres")]
        if let Some(gate) = &self.0.gate {
            return gate.pass(self.0.limits.answer, query).await;
        }
        query.await
    }

    /// Runs `commit` within the limits of PostgreSQL.
    async fn pass_commit(&self, commit: impl Future<Output = Result<(), DbErr>>) -> Result<(), DbErr> {
        #[cfg(feature = "postgres")]
        if let Some(gate) = &self.0.gate {
            return gate.pass_commit(self.0.limits.answer, commit).await;
        }
        commit.await
    }

    /// Returns the connection that writes: for migrations and maintenance commands, which manage their own
    /// transactions.
    #[must_use]
    pub fn writer(&self) -> &DatabaseConnection {
        &self.0.writer
    }

    /// Returns `true` on PostgreSQL.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.0.writer.get_database_backend() == DbBackend::Postgres
    }

    /// Returns a receiver that changes whenever events may have been committed.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.0.commits.subscribe()
    }

    /// Wakes every [subscriber](Self::subscribe).
    pub(crate) fn notify(&self) {
        self.0.commits.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Returns `true` while [subscribers](Self::subscribe) are notified of what other processes commit, too.
    pub(crate) fn is_told(&self) -> bool {
        self.0.is_told.load(Ordering::Relaxed)
    }

    /// Notes whether [subscribers](Self::subscribe) are notified of what other processes commit, too.
    pub(crate) fn set_told(&self, is_told: bool) {
        self.0.is_told.store(is_told, Ordering::Relaxed);
    }

    /// Closes every connection once its running queries end, within seconds; a connection that does not answer is
    /// dropped.
    ///
    /// # Errors
    /// Returns an error if the driver cannot close a connection.
    pub async fn close(self) -> Result<()> {
        if !self.is_postgres() && !self.0.is_hosts {
            // Folds the journal into the file, so that a copy of the file is a copy of the data.
            let checkpoint = self.0.writer.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await;
            if let Err(error) = checkpoint {
                tracing::warn!(%error, "the SQLite journal could not be folded in");
            }
        }
        let patient = self.0.patient.as_ref().map(|patient| &patient.0.writer);
        let closing = async {
            if !(self.0.is_hosts && self.is_postgres()) {
                self.0.reader.close().await?;
            }
            if self.0.is_hosts {
                return Ok(());
            }
            for pool in [Some(&self.0.writer), patient].into_iter().flatten() {
                pool.close_by_ref().await?;
            }
            Ok(())
        };
        tokio::time::timeout(CLOSING, closing).await.unwrap_or_else(|_| {
            tracing::warn!("connections that do not answer were given up");
            Ok(())
        })
    }
}

impl Inner {
    fn of(opened: Opened, limits: Limits, clock: Clock) -> Self {
        let (health, commits) = (Arc::new(Health::default()), watch::Sender::new(0));
        match opened {
            #[cfg(feature = "sqlite")]
            Opened::Sqlite { readers, writer, ledger } => Self {
                reader: Reading::Sqlite(readers),
                writer,
                #[cfg(feature = "postgres")]
                acts: None,
                ledger,
                #[cfg(feature = "postgres")]
                gate: None,
                patient: None,
                limits,
                health,
                clock,
                commits,
                is_told: AtomicBool::new(false),
                is_hosts: false,
            },
            #[cfg(feature = "postgres")]
            Opened::Postgres { requests, shares, writer, acts, patient } => {
                let gate = gate::Gate::new(postgres::probe(&writer));
                let of = |requests, shares, writer: DatabaseConnection, acts, patient, limits| Self {
                    reader: Reading::Postgres(Arc::new(reading::Pooled { requests, own: writer.clone(), shares })),
                    writer,
                    acts,
                    ledger: None,
                    gate: Some(gate.clone()),
                    patient,
                    limits,
                    health: health.clone(),
                    clock: clock.clone(),
                    commits: commits.clone(),
                    is_told: AtomicBool::new(false),
                    is_hosts: false,
                };
                let whole = shares::Shares::of(connect::PATIENT, 0, |_| false, connect::PATIENCE);
                let patient = of(patient.clone(), whole, patient, None, None, Limits::patient());
                let acts = Some(Arc::new(Semaphore::new(acts)));
                of(requests, shares, writer, acts, Some(Db(Arc::new(patient))), limits)
            }
        }
    }
}

/// Returns `true` if `error` is that of a query that took longer than it may: SQLite's interruption, PostgreSQL's
/// cancellation.
pub(crate) fn is_overlong(error: &DbErr) -> bool {
    health::code_of(error).is_some_and(|code| matches!(code.as_str(), "9" | "57014"))
}

async fn database_now(conn: &impl ConnectionTrait, db: &Db) -> Result<Timestamp> {
    if !db.is_postgres() || !db.clock().follows_machine() {
        return Ok(db.now());
    }
    let sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now";
    let row = conn.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    Ok(Timestamp(row.ok_or_else(|| Error::bug("a question without an answer"))?.try_get("", "now")?))
}

#[async_trait]
impl ConnectionTrait for Db {
    fn get_database_backend(&self) -> DbBackend {
        self.0.writer.get_database_backend()
    }
    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        let stmt = with_constant_limits(stmt);
        count::hear(&stmt);
        self.pass(self.0.reader.execute(stmt)).await
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        count::one_more();
        self.pass(self.0.reader.execute_unprepared(sql)).await
    }
    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        let stmt = with_constant_limits(stmt);
        count::hear(&stmt);
        self.pass(self.0.reader.query_one(stmt)).await
    }
    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let stmt = with_constant_limits(stmt);
        count::hear(&stmt);
        self.pass(self.0.reader.query_all(stmt)).await
    }
}
