//! Opens the pools: what SQLite needs to be safe and quick, what PostgreSQL needs.

use std::time::Duration;

use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use crate::error::{Error, Result};

/// How many connections are kept.
#[derive(Clone, Copy, Debug)]
pub struct Pools {
    /// Connections that read; on PostgreSQL, all of them.
    pub readers: u32,
    /// Does a commit survive a power cut? Demonstrations and tests on SQLite need not wait for the disk.
    pub durable: bool,
}

impl Default for Pools {
    fn default() -> Self {
        Self { readers: 8, durable: true }
    }
}

/// How long a PostgreSQL connection may go unused.
const IDLE: Duration = Duration::from_secs(10 * 60);
/// How long a PostgreSQL connection lives.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// The reading and the writing connection of `url`.
pub(super) async fn connect(url: &str, pools: Pools) -> Result<(DatabaseConnection, DatabaseConnection)> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let mut options = common(url);
        options.max_connections(pools.readers.max(2)).min_connections(1);
        // A server that failed over, or a firewall that forgets, leaves connections that only look open.
        options.test_before_acquire(true).idle_timeout(IDLE).max_lifetime(LIFETIME);
        let pool = open(options).await?;
        return Ok((pool.clone(), pool));
    }
    if !url.starts_with("sqlite:") {
        return Err(Error::bug("the database address starts with neither `sqlite:` nor `postgres://`"));
    }
    let mut writer = common(url);
    writer.max_connections(1).min_connections(1);
    sqlite_options(&mut writer, false, pools.durable);
    // The writer goes first: it creates the file and sets the journal mode that readers then find.
    let writer = open(writer).await?;
    let mut reader = common(url);
    reader.max_connections(pools.readers.max(1)).min_connections(1);
    sqlite_options(&mut reader, true, pools.durable);
    Ok((open(reader).await?, writer))
}

fn common(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).acquire_timeout(Duration::from_secs(5)).connect_timeout(Duration::from_secs(5));
    options.idle_timeout(None).max_lifetime(None).test_before_acquire(false);
    options
}

async fn open(options: ConnectOptions) -> Result<DatabaseConnection> {
    let place = place(options.get_url());
    let failed = |source| Error::internal(format!("the database `{place}` cannot be opened"), source);
    Database::connect(options).await.map_err(failed)
}

/// Where the database is, without who asks or their password.
fn place(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
            format!("{scheme}://{}", rest.split('?').next().unwrap_or_default())
        }
        None => url.to_owned(),
    }
}

#[cfg(feature = "sqlite")]
fn sqlite_options(options: &mut ConnectOptions, read_only: bool, durable: bool) {
    use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};

    options.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .synchronous(if durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off })
            .statement_cache_capacity(256)
            .pragma("cache_size", "-4000")
            .pragma("secure_delete", "on")
            .pragma("temp_store", "memory");
        match read_only {
            true => sqlite.pragma("query_only", "on"),
            false => sqlite.journal_mode(SqliteJournalMode::Wal),
        }
    });
}

#[cfg(not(feature = "sqlite"))]
fn sqlite_options(_options: &mut ConnectOptions, _read_only: bool, _durable: bool) {}
