//! The SQLite connections that read. Each query has a time limit, and really ends when it is over or its caller is
//! gone.
//!
//! A connection's thread goes on with a query whose caller has gone. SQLite asks a handler every few thousand steps
//! whether to go on; the handler says no once the time is over, or at once when the caller has gone.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sea_orm::sqlx::sqlite::{Sqlite, SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};
use sea_orm::{DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;

use super::reading::Reads;
use super::shares::{Pause, Share, Shares, Turn};
use super::{faults, ledger};

/// The steps of SQLite's virtual machine between two calls of the handler: less than a millisecond.
const STEPS: i32 = 5_000;
/// The log line for a query that took too long.
const OVER: &str = "a query took too long and was ended";

/// The connections that read.
#[derive(Debug)]
pub(super) struct Readers {
    options: SqliteConnectOptions,
    shares: Shares,
    idle: Mutex<Vec<Reader>>,
    /// The terms of all queries under way.
    terms: Mutex<Vec<(Share, Arc<Term>)>>,
    /// The longest that a query of a request may take.
    longest: Duration,
    /// The longest that a query of the platform's own work may take.
    longest_work: Duration,
}

#[derive(Debug)]
struct Reader {
    connection: SqliteConnection,
    term: Arc<Term>,
}

/// When the query under way on a connection ends.
#[derive(Debug)]
struct Term {
    opened: Instant,
    /// In milliseconds since `opened`.
    until: AtomicU64,
}

impl Term {
    fn new() -> Self {
        Self { opened: Instant::now(), until: AtomicU64::new(u64::MAX) }
    }

    fn begin(&self, longest: Duration) {
        let until = u64::try_from((self.opened.elapsed() + longest).as_millis()).unwrap_or(u64::MAX);
        self.until.store(until, Ordering::SeqCst);
    }

    fn end_now(&self) {
        self.until.store(0, Ordering::SeqCst);
    }

    fn is_over(&self) -> bool {
        self.opened.elapsed().as_millis() >= u128::from(self.until.load(Ordering::Relaxed))
    }
}

#[async_trait]
impl Reads for Arc<Readers> {
    async fn execute(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        let mut seat = self.seat().await?;
        let done = bound(stmt).execute(seat.connection()).await;
        seat.end(done, DbErr::Exec).map(ExecResult::from)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let mut seat = self.seat().await?;
        let done = seat.connection().execute(AssertSqlSafe(sql.to_owned())).await;
        seat.end(done, DbErr::Exec).map(ExecResult::from)
    }

    async fn query_one(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut seat = self.seat().await?;
        let done = bound(stmt).fetch_optional(seat.connection()).await;
        Ok(seat.end(done, DbErr::Query)?.map(QueryResult::from))
    }

    async fn query_all(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut seat = self.seat().await?;
        let done = bound(stmt).fetch_all(seat.connection()).await;
        Ok(seat.end(done, DbErr::Query)?.into_iter().map(QueryResult::from).collect())
    }

    async fn close(&self) -> Result<(), DbErr> {
        let all = self.shares.pause(Duration::MAX).await;
        self.shares.close();
        drop(all);
        let idle = std::mem::take(&mut *self.idle());
        for reader in idle {
            let closed = reader.connection.close().await;
            closed.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?;
        }
        Ok(())
    }
}

impl Readers {
    /// Opens the first of the connections; the others are opened when they are needed.
    pub(super) async fn open(
        options: SqliteConnectOptions,
        shares: Shares,
        longest: Duration,
        longest_work: Duration,
    ) -> Result<Arc<Self>, sqlx::Error> {
        let (idle, terms) = (Mutex::default(), Mutex::default());
        let readers = Self { options, shares, idle, terms, longest, longest_work };
        let first = readers.connect().await?;
        readers.put_back(first);
        Ok(Arc::new(readers))
    }

    /// Returns the options that the connections are opened with.
    pub(super) fn options(&self) -> &SqliteConnectOptions {
        &self.options
    }

    /// Does what [`Shares::pause`] does.
    pub(super) async fn pause(&self, longest: Duration) -> Option<Pause> {
        self.shares.pause(longest).await
    }

    /// Ends the queries of requests that are under way.
    pub(super) fn break_off(&self) {
        let terms = self.terms.lock().unwrap_or_else(PoisonError::into_inner);
        terms.iter().filter(|(share, _)| !share.is_own()).for_each(|(_, term)| term.end_now());
    }

    /// Returns the number of queries under way.
    #[cfg(test)]
    pub(super) fn under_way(&self) -> usize {
        self.terms.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Reader>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn connect(&self) -> Result<Reader, sqlx::Error> {
        let mut connection = self.options.connect().await?;
        let term = Arc::new(Term::new());
        let asked = term.clone();
        connection.lock_handle().await?.set_progress_handler(STEPS, move || !asked.is_over());
        Ok(Reader { connection, term })
    }

    fn put_back(&self, reader: Reader) {
        self.idle().push(reader);
    }

    /// Waits for a connection, and begins the term of one query on it.
    async fn seat(self: &Arc<Self>) -> Result<Seat, DbErr> {
        let share = Share::current();
        let turn = self.shares.take(share).await?;
        // The connection used last caches the most of the file.
        let idle = self.idle().pop();
        let reader = match idle {
            Some(reader) => reader,
            None => self.connect().await.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?,
        };
        reader.term.begin(if share == Share::Work { self.longest_work } else { self.longest });
        self.terms.lock().unwrap_or_else(PoisonError::into_inner).push((share, reader.term.clone()));
        Ok(Seat { readers: self.clone(), share, reader: Some(reader), turn: Some(turn), ended: false })
    }
}

fn bound(stmt: Statement) -> sqlx::query::Query<'static, Sqlite, SqlxValues> {
    let values = stmt.values.unwrap_or_else(|| Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(stmt.sql), SqlxValues(values))
}

/// A connection taken for one query.
struct Seat {
    readers: Arc<Readers>,
    share: Share,
    reader: Option<Reader>,
    turn: Option<Turn>,
    ended: bool,
}

impl Seat {
    fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.reader.as_mut().expect("a seat has its connection until it is dropped").connection
    }

    /// Ends the query: returns the connection, or drops a broken one.
    fn end<T>(mut self, done: Result<T, sqlx::Error>, kind: fn(RuntimeErr) -> DbErr) -> Result<T, DbErr> {
        self.ended = true;
        let error = match done {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        let crashed = matches!(error, sqlx::Error::WorkerCrashed);
        let error = kind(RuntimeErr::SqlxError(error.into()));
        if crashed || ledger::breaks_the_connection(&error) {
            // Another is opened in its place.
            self.forget_term();
            self.reader = None;
        }
        if super::is_overlong(&error) {
            metrics::counter!("atrium_database_queries_ended_total", "share" => self.share.name()).increment(1);
            if faults::is_news(OVER) {
                tracing::warn!(share = self.share.name(), "{OVER}");
            }
        }
        Err(error)
    }

    fn forget_term(&self) {
        let Some(reader) = &self.reader else { return };
        let mut terms = self.readers.terms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = terms.iter().position(|(_, term)| Arc::ptr_eq(term, &reader.term)) {
            terms.swap_remove(at);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.forget_term();
        let Some(mut reader) = self.reader.take() else { return };
        if self.ended {
            self.readers.put_back(reader);
            return;
        }
        reader.term.end_now();
        metrics::counter!("atrium_database_queries_abandoned_total", "share" => self.share.name()).increment(1);
        let (readers, turn) = (self.readers.clone(), self.turn.take());
        // Without a runtime there are no more reads: the connection is closed.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            // The thread answers in order: after the answer, the query has ended.
            if reader.connection.ping().await.is_ok() {
                readers.put_back(reader);
            }
            drop(turn);
        });
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DbBackend};

    use super::super::{Db, Limits, Pools, reading_as};
    use super::*;
    use crate::clock::Clock;

    const ENDLESS: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    fn endless() -> Statement {
        Statement::from_string(DbBackend::Sqlite, ENDLESS)
    }

    fn quick() -> Statement {
        Statement::from_string(DbBackend::Sqlite, "SELECT 1 AS one")
    }

    async fn database(readers: u32, reading: Duration) -> (tempfile::TempDir, Db) {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("test.sqlite").display());
        let limits = Limits { reading, ..Limits::default() };
        let db = Db::connect_within(&url, Pools { readers, durable: false }, limits, Clock::system()).await.unwrap();
        (dir, db)
    }

    #[tokio::test]
    async fn a_query_of_a_request_that_never_ends_is_ended_and_its_connection_reads_again() {
        let (_dir, db) = database(1, Duration::from_millis(20)).await;
        let error = reading_as(Share::List, db.query_one_raw(endless())).await.unwrap_err();
        assert!(super::super::is_overlong(&error), "{error}");
        let error = crate::Error::from(error);
        assert!(error.is_unavailable() && error.retry_after().is_some());
        assert!(reading_as(Share::List, db.query_one_raw(quick())).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_query_that_nobody_waits_for_any_more_ends() {
        let (_dir, db) = database(1, Duration::from_secs(3600)).await;
        let read = db.clone();
        let abandoned = tokio::spawn(async move { read.query_one_raw(endless()).await });
        // The only connection is taken once the abandoned query has it.
        while db.readers().unwrap().under_way() == 0 {
            tokio::task::yield_now().await;
        }
        abandoned.abort();
        assert!(db.query_one_raw(quick()).await.unwrap().is_some(), "its connection is given back");
    }

    #[tokio::test]
    async fn queries_of_one_kind_that_never_end_leave_the_other_kinds_served() {
        let (_dir, db) = database(8, Duration::from_secs(3600)).await;
        let slow: Vec<_> = (0..24)
            .map(|_| {
                let read = db.clone();
                tokio::spawn(reading_as(Share::List, async move { read.query_one_raw(endless()).await }))
            })
            .collect();
        while db.readers().unwrap().under_way() < 3 {
            tokio::task::yield_now().await;
        }
        for share in [Share::Identity, Share::Work, Share::Page, Share::Administration, Share::Api] {
            assert!(reading_as(share, db.query_one_raw(quick())).await.unwrap().is_some(), "{share:?}");
        }
        slow.iter().for_each(tokio::task::JoinHandle::abort);
        assert!(reading_as(Share::List, db.query_one_raw(quick())).await.unwrap().is_some());
        db.close().await.unwrap();
    }
}
