//! Folds SQLite's write-ahead log into the database file while there are readers.
//!
//! SQLite copies the log into the file at commits, as far as no reader still needs what the file holds, and
//! restarts the log once no one reads from it. Overlapping readers never leave it such a moment: the log grows with
//! each write, and each read scans more of it. So when the log exceeds a bound, new readers wait until the running
//! reads have ended, for a second or two at most.

use std::pin::pin;
use std::time::Duration;

use sea_orm::DbErr;
use sea_orm::RuntimeErr;
use sea_orm::sqlx::sqlite::SqliteConnection;
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, Row as _};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::readers::Readers;
use super::reading::Reading;
use super::{Db, faults};
use crate::error::{Error, Result};

/// The interval at which the log is measured.
const LOOK: Duration = Duration::from_secs(2);
/// The longest that new readers wait for running reads.
const PAUSE: Duration = Duration::from_millis(750);
/// The longest that they wait once the queries of requests are broken off.
const LAST_PAUSE: Duration = Duration::from_secs(3);
/// The multiple of the bound from which queries of requests are broken off.
const FAR_OVER: u64 = 4;
/// The log line for a write-ahead log that cannot be folded in.
const HELD: &str = "the write-ahead log cannot be folded in yet: something reads from it for long";

/// The result of folding the write-ahead log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Folded {
    /// It was within the bound.
    Small,
    /// It was folded in, and is empty.
    Whole,
    /// A reader still uses it, or another process writes; to be retried later.
    Held,
}

impl Db {
    /// Returns the bytes in the write-ahead log; `None` on PostgreSQL.
    pub(crate) fn wal_bytes(&self) -> Option<u64> {
        Some(wal_bytes(self.readers()?))
    }

    pub(super) fn readers(&self) -> Option<&Readers> {
        match &self.0.reader {
            Reading::Sqlite(readers) => Some(readers),
            #[cfg(feature = "postgres")]
            Reading::Postgres(_) => None,
        }
    }

    /// Folds the write-ahead log in if it holds more than `bound` bytes.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn fold_wal(&self, bound: u64) -> Result<Folded> {
        let Some(readers) = self.readers() else { return Ok(Folded::Small) };
        let size = wal_bytes(readers);
        if size <= bound {
            return Ok(Folded::Small);
        }
        let failed = |source| Error::internal("the write-ahead log", source);
        // A connection of its own does not wait for locks; the writer's connection would keep writers waiting.
        let options = readers.options().clone().pragma("query_only", "off").busy_timeout(Duration::ZERO);
        let mut connection = options.connect().await.map_err(failed)?;
        // Most of it is copied while others read and write.
        checkpoint(&mut connection, "PASSIVE").await.map_err(failed)?;
        let writer = self.0.writer.get_sqlite_connection_pool();
        // The writer comes first: its holder may be about to read.
        let held = writer.acquire().await.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?;
        let pause = {
            let mut pause = pin!(readers.pause(PAUSE + LAST_PAUSE));
            match timeout(PAUSE, &mut pause).await {
                Ok(pause) => pause,
                Err(_) if size > bound.saturating_mul(FAR_OVER) => {
                    readers.break_off();
                    pause.await
                }
                Err(_) => None,
            }
        };
        let whole = match pause {
            Some(_) => checkpoint(&mut connection, "TRUNCATE").await.map_err(failed)?,
            None => false,
        };
        drop((pause, held));
        connection.close().await.map_err(failed)?;
        Ok(if whole { Folded::Whole } else { Folded::Held })
    }
}

/// Returns `true` if the whole log is in the file.
async fn checkpoint(connection: &mut SqliteConnection, how: &str) -> Result<bool, sqlx::Error> {
    let row = connection.fetch_one(AssertSqlSafe(format!("PRAGMA wal_checkpoint({how})"))).await?;
    Ok(row.try_get::<i64, _>(0)? == 0)
}

fn wal_bytes(readers: &Readers) -> u64 {
    let mut name = readers.options().get_filename().as_os_str().to_owned();
    name.push("-wal");
    std::fs::metadata(name).map_or(0, |file| file.len())
}

/// Measures the log, and folds it in when it holds more than `bound` bytes, until told to stop.
pub(crate) async fn look_after_wal(db: Db, bound: u64, stop: CancellationToken) {
    while let Some(size) = db.wal_bytes() {
        metrics::gauge!("atrium_wal_bytes").set(size as f64);
        let folding = async {
            match db.fold_wal(bound).await {
                Ok(Folded::Small) => {}
                Ok(Folded::Whole) => {
                    metrics::counter!("atrium_wal_folds_total", "outcome" => "whole").increment(1);
                    tracing::info!(megabytes = size >> 20, "the write-ahead log was folded in");
                }
                Ok(Folded::Held) => {
                    metrics::counter!("atrium_wal_folds_total", "outcome" => "held").increment(1);
                    if faults::is_news(HELD) {
                        tracing::warn!(megabytes = size >> 20, "{HELD}");
                    }
                }
                Err(error) => tracing::warn!(error = error.told(), "the write-ahead log could not be folded in"),
            }
            tokio::time::sleep(LOOK).await;
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = folding => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};
    use tokio::task::JoinHandle;

    use super::super::{Limits, Pools, Share, reading_as};
    use super::*;
    use crate::clock::Clock;

    const MEGABYTE: u64 = 1 << 20;
    const BOUND: u64 = 2 * MEGABYTE;

    async fn database(reading: Duration) -> (tempfile::TempDir, Db) {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("test.sqlite").display());
        let limits = Limits { reading, ..Limits::default() };
        let pools = Pools { readers: 8, durable: false };
        let db = Db::connect_within(&url, pools, limits, Clock::system()).await.unwrap();
        db.writer().execute_unprepared("CREATE TABLE written (bytes BLOB)").await.unwrap();
        (dir, db)
    }

    async fn write_a_megabyte(db: &Db) {
        let tx = db.begin().await.unwrap();
        tx.execute_unprepared("INSERT INTO written VALUES (randomblob(1048576))").await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Reads the table as it is now, and never ends.
    async fn read_for_ever(db: Db) -> Result<(), DbErr> {
        let sql =
            "WITH RECURSIVE n (i) AS (SELECT count(*) FROM written UNION ALL SELECT i FROM n) SELECT count(*) FROM n";
        db.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.map(drop)
    }

    async fn begin_to_read(db: &Db, under_way: usize) -> JoinHandle<Result<(), DbErr>> {
        let reads = tokio::spawn(reading_as(Share::List, read_for_ever(db.clone())));
        while db.readers().unwrap().under_way() < under_way {
            tokio::task::yield_now().await;
        }
        // Its thread has begun once a quick query of another has been answered, or soon after: one write more makes sure.
        db.query_one_raw(Statement::from_string(DbBackend::Sqlite, "SELECT 1")).await.unwrap();
        reads
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn readers_that_overlap_make_the_log_grow_and_a_pause_folds_it_in() {
        let (_dir, db) = database(Duration::from_secs(3600)).await;
        let mut reads = begin_to_read(&db, 1).await;
        for _ in 0..12 {
            write_a_megabyte(&db).await;
            let next = begin_to_read(&db, 2).await;
            reads.abort();
            let _ = reads.await;
            reads = next;
            while db.readers().unwrap().under_way() > 1 {
                tokio::task::yield_now().await;
            }
        }
        let size = db.wal_bytes().unwrap();
        assert!(size > BOUND * FAR_OVER, "SQLite alone bounds it: {size}");
        assert_eq!(db.fold_wal(size).await.unwrap(), Folded::Small);
        assert_eq!(db.fold_wal(BOUND).await.unwrap(), Folded::Whole, "far over the bound, who reads for ever is ended");
        assert_eq!(db.wal_bytes(), Some(0));
        assert!(super::super::is_overlong(&reads.await.unwrap().unwrap_err()));
        db.close().await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_log_is_bounded_while_readers_overlap_constantly() {
        let (_dir, db) = database(Duration::from_millis(50)).await;
        let reading: Vec<_> = (0..3)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(reading_as(Share::List, async move {
                    while read_for_ever(db.clone()).await.is_err_and(|error| super::super::is_overlong(&error)) {}
                }))
            })
            .collect();
        for _ in 0..32 {
            write_a_megabyte(&db).await;
            db.fold_wal(BOUND).await.unwrap();
            let size = db.wal_bytes().unwrap();
            assert!(size < BOUND * (FAR_OVER + 2), "{size}");
        }
        reading.iter().for_each(JoinHandle::abort);
        db.close().await.unwrap();
    }
}
