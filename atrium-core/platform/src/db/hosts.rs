//! A database of the host's: its pool is used for writing, and on PostgreSQL for everything. What the platform relies on is
//! checked first.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use super::connect::{Opened, Pools};
use super::limits::Limits;
use super::{Db, Inner};
use crate::clock::Clock;
use crate::error::{Error, Result};

use std::sync::Arc;

/// The connections that a host's PostgreSQL pool has at least: one each to read, to write and to migrate, and one spare.
#[cfg(feature = "postgres")]
const LEAST: u32 = 4;
/// The shortest time that a SQLite connection of the host's waits for another writer, in milliseconds.
#[cfg(feature = "sqlite")]
const WAIT: i64 = 1_000;

impl Db {
    /// Uses the host's own pool, a sea-orm connection or a pool of sqlx. [`close`](Self::close) leaves it open.
    ///
    /// On SQLite the pool writes, and reads go through connections of the platform's own to the same file; the pool must
    /// open a file in WAL mode, check foreign keys, and wait for other writers. On PostgreSQL (15 or later) the pool is
    /// used for everything; it must have four connections or more, in the isolation level `read committed`.
    ///
    /// # Errors
    /// Returns an error that names the setting if the pool lacks one of these, or an error if the database fails.
    pub async fn over(pool: impl Into<DatabaseConnection>, clock: Clock) -> Result<Self> {
        Self::over_within(pool.into(), Pools::default(), Limits::default(), clock).await
    }

    /// Uses the host's pool as [`over`](Self::over) does, with these limits.
    ///
    /// # Errors
    /// Returns the errors of that method.
    pub(crate) async fn over_within(
        pool: DatabaseConnection,
        pools: Pools,
        limits: Limits,
        clock: Clock,
    ) -> Result<Self> {
        let opened = match pool.get_database_backend() {
            #[cfg(feature = "sqlite")]
            DbBackend::Sqlite => sqlite(pool, pools, limits).await?,
            #[cfg(feature = "postgres")]
            DbBackend::Postgres => postgres(pool, limits).await?,
            other => return Err(lacks(&format!("it is a database of the kind {other:?}, and not one of this build"))),
        };
        let _ = &pools;
        let mut inner = Inner::of(opened, limits, clock);
        inner.is_hosts = true;
        Ok(Self(Arc::new(inner)))
    }
}

/// Returns the address of the file that a host's pool writes; `None` if its database is not SQLite.
#[cfg(feature = "sqlite")]
pub(crate) fn sqlite_url_of(pool: &DatabaseConnection) -> Option<String> {
    let is_sqlite = pool.get_database_backend() == DbBackend::Sqlite;
    let file = || pool.get_sqlite_connection_pool().connect_options().get_filename().display().to_string();
    is_sqlite.then(|| format!("sqlite://{}", file()))
}

fn lacks(what: &str) -> Error {
    Error::bug(format!("the host’s database pool cannot be used: {what}"))
}

/// Returns the one value that `sql` answers.
async fn ask<T: sea_orm::TryGetable>(pool: &DatabaseConnection, sql: &str) -> Result<T> {
    let row = pool.query_one_raw(Statement::from_string(pool.get_database_backend(), sql)).await?;
    let row = row.ok_or_else(|| Error::bug("a question without an answer"))?;
    Ok(row.try_get_by_index(0)?)
}

#[cfg(feature = "sqlite")]
async fn sqlite(pool: DatabaseConnection, pools: Pools, limits: Limits) -> Result<Opened> {
    use sea_orm::sqlx::ConnectOptions as _;

    use super::connect::PATIENCE;
    use super::readers::Readers;
    use super::shares::Shares;

    let options = (*pool.get_sqlite_connection_pool().connect_options()).clone();
    let mode: String = ask(&pool, "PRAGMA journal_mode").await?;
    if mode == "memory" {
        return Err(lacks("it is in memory, and the platform reads through connections of its own: open a file"));
    }
    if mode != "wal" {
        return Err(lacks(&format!(
            "its `journal_mode` is `{mode}`, in which reading waits for writing: open it with `SqliteJournalMode::Wal`"
        )));
    }
    if ask::<i64>(&pool, "PRAGMA foreign_keys").await? != 1 {
        return Err(lacks("its connections do not check foreign keys: open it with `foreign_keys(true)`"));
    }
    let wait: i64 = ask(&pool, "PRAGMA busy_timeout").await?;
    if wait < WAIT {
        return Err(lacks(&format!(
            "its connections wait {wait} milliseconds for another writer: open it with a `busy_timeout` of {WAIT} or more"
        )));
    }
    if ask::<i64>(&pool, "PRAGMA synchronous").await? < 2 {
        tracing::warn!("the host's database is not `synchronous = FULL`: a power cut may lose the last acts");
    }
    let options = options.pragma("query_only", "on").disable_statement_logging();
    let shares = Shares::of(pools.readers, limits.kept, |_| true, PATIENCE);
    let failed = |source| Error::internal("the host's database cannot be opened a second time", source);
    let readers = Readers::open(options, shares, limits.reading, Limits::patient().reading).await.map_err(failed)?;
    Ok(Opened::Sqlite { readers, writer: pool, ledger: None })
}

#[cfg(feature = "postgres")]
async fn postgres(pool: DatabaseConnection, limits: Limits) -> Result<Opened> {
    use super::connect::PATIENCE;
    use super::shares::Shares;

    let most = pool.get_postgres_connection_pool().options().get_max_connections();
    if most < LEAST {
        return Err(lacks(&format!("it has {most} connections: open it with `max_connections` of {LEAST} or more")));
    }
    let isolation: String = ask(&pool, "SHOW default_transaction_isolation").await?;
    if isolation != "read committed" {
        return Err(lacks(&format!("its isolation level is `{isolation}`: transactions rely on `read committed`")));
    }
    let version: i32 = ask(&pool, "SELECT current_setting('server_version_num')::int").await?;
    if version < 150_000 {
        return Err(lacks("its server is older than PostgreSQL 15"));
    }
    // One connection is left for the host, and one for the platform's own work.
    let readers = (most - 2).max(1);
    let shares = Shares::of(readers, limits.kept, |share| !share.is_own(), PATIENCE);
    let acts = (most / 2).max(1) as usize;
    Ok(Opened::Postgres { requests: pool.clone(), shares, writer: pool.clone(), acts, patient: pool })
}
