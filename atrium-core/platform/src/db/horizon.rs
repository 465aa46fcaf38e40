//! Computes the horizon on PostgreSQL: the transaction number below which every transaction of this database has
//! ended.
//!
//! Transaction numbers are the whole cluster's, and so is `pg_snapshot_xmin`: a transaction left open in another
//! database would hold it back for as long. Therefore each of our transactions announces itself before it has a
//! number, by a shared advisory lock, which belongs to this database alone and ends with the transaction, however
//! that ends. The lock's number is a lower bound of the number that the transaction may get: the end of what had
//! completed when it began.
//!
//! A reader takes the end of what has completed first, the locks second, and looks at rows last. A transaction
//! numbered below that end had its number, hence its lock, before. If the lock is seen, the horizon lies below; if
//! it is not, the transaction has ended, and a row that it committed is visible: PostgreSQL releases locks after it
//! makes commits visible.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};

use super::{Db, Lock};
use crate::error::{Error, Result};

/// The name that the first half of our locks' numbers is hashed from.
const UNDER_WAY: Lock = Lock::named("core.transactions");

/// Returns the first half of our locks' numbers.
fn class() -> i32 {
    let [a, b, c, d, ..] = UNDER_WAY.key().to_be_bytes();
    i32::from_be_bytes([a, b, c, d])
}

/// Announces that `tx` is under way. It has not written yet.
pub(super) async fn announce(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT pg_advisory_xact_lock_shared({}, pg_snapshot_xmax(pg_current_snapshot())::text::bigint::bit(32)::int4)",
        class()
    );
    tx.execute_unprepared(&sql).await.map(drop)
}

/// Returns the transaction number below which every commit has happened, on PostgreSQL. Rows must be read by a
/// later query.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn horizon(conn: &impl ConnectionTrait) -> Result<i64> {
    let sql = format!(
        "WITH ended AS MATERIALIZED (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS xmax), \
              under_way AS (SELECT (xmax - objid::bigint) & 4294967295 AS back, xmax FROM pg_locks, ended \
                  WHERE locktype = 'advisory' AND classid = {}::oid AND objsubid = 2 \
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) \
         SELECT least((SELECT xmax FROM ended), (SELECT min(xmax - back) FROM under_way WHERE back < 2147483648)) AS horizon",
        class().cast_unsigned()
    );
    let row = conn.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    Ok(row.ok_or_else(|| Error::bug("a question without an answer"))?.try_get("", "horizon")?)
}

/// A transaction that has been open for a while on the PostgreSQL server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenTransaction {
    /// The process id on the server.
    pub pid: i32,
    /// The application name of the session.
    pub application: String,
    /// The database it is connected to.
    pub database: String,
    /// Seconds since it began.
    pub seconds: i64,
    /// `true` if it holds back events of this database.
    pub holds_events: bool,
}

impl Db {
    /// Returns the oldest open transaction of the PostgreSQL server, in any database, as far as this role may see
    /// it; `None` on SQLite.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn oldest_transaction(&self) -> Result<Option<OpenTransaction>> {
        if !self.is_postgres() {
            return Ok(None);
        }
        let sql = format!(
            "SELECT pid, coalesce(application_name, '') AS application, coalesce(datname, '') AS database, \
                    extract(epoch FROM clock_timestamp() - xact_start)::bigint AS seconds, \
                    EXISTS (SELECT 1 FROM pg_locks WHERE pg_locks.pid = activity.pid AND locktype = 'advisory' \
                        AND classid = {}::oid AND objsubid = 2 AND datname = current_database()) AS holds_events \
             FROM pg_stat_activity AS activity \
             WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND backend_type = 'client backend' \
             ORDER BY xact_start, pid LIMIT 1",
            class().cast_unsigned()
        );
        let row = self.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        let read = |row: sea_orm::QueryResult| {
            Ok::<_, DbErr>(OpenTransaction {
                pid: row.try_get("", "pid")?,
                application: row.try_get("", "application")?,
                database: row.try_get("", "database")?,
                seconds: row.try_get("", "seconds")?,
                holds_events: row.try_get("", "holds_events")?,
            })
        };
        Ok(row.map(read).transpose()?)
    }
}
