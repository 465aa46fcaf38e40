//! Opens the pools: what SQLite needs to be safe and quick, what PostgreSQL needs.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use super::causes;
use super::ledger::{self, Ledger};
use super::limits::Limits;
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

/// Connections of a PostgreSQL pool for migrations and maintenance.
#[cfg(feature = "postgres")]
const PATIENT: u32 = 2;

/// The pools of one database.
pub(super) enum Opened {
    Sqlite {
        reader: DatabaseConnection,
        writer: DatabaseConnection,
        ledger: Arc<Ledger>,
    },
    #[cfg(feature = "postgres")]
    Postgres {
        pool: DatabaseConnection,
        patient: DatabaseConnection,
    },
}

/// Opens the pools of `url`.
pub(super) async fn connect(url: &str, pools: Pools, limits: Limits) -> Result<Opened> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return postgres(url, pools, limits).await;
    }
    if !url.starts_with("sqlite:") {
        return Err(Error::bug("the database address starts with neither `sqlite:` nor `postgres://`"));
    }
    if let Some(cause) = causes::sqlite_path(url).and_then(|path| causes::of_file(path.as_ref())) {
        return Err(cannot_be_opened(url, cause));
    }
    let ledger = Arc::new(Ledger::default());
    let mut writer = common(url);
    writer.max_connections(1).min_connections(1);
    sqlite_options(&mut writer, false, pools.durable);
    ledger::keep(&mut writer, ledger.clone());
    // The writer goes first: it creates the file and sets the journal mode that readers then find.
    let writer = open(writer).await?;
    let mut reader = common(url);
    reader.max_connections(pools.readers.max(1)).min_connections(1);
    sqlite_options(&mut reader, true, pools.durable);
    Ok(Opened::Sqlite { reader: open(reader).await?, writer, ledger })
}

#[cfg(feature = "postgres")]
async fn postgres(url: &str, pools: Pools, limits: Limits) -> Result<Opened> {
    let mut options = common(url);
    options.max_connections(pools.readers.max(2)).min_connections(0);
    super::postgres::sessions(&mut options, limits);
    let pool = open(options).await?;
    let mut patient = common(url);
    patient.max_connections(PATIENT).min_connections(0).connect_lazy(true);
    super::postgres::sessions(&mut patient, Limits::patient());
    patient.idle_timeout(Duration::from_secs(30));
    Ok(Opened::Postgres { pool, patient: open(patient).await? })
}

#[cfg(not(feature = "postgres"))]
async fn postgres(_url: &str, _pools: Pools, _limits: Limits) -> Result<Opened> {
    Err(Error::bug("built without the feature `postgres`"))
}

fn common(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).acquire_timeout(Duration::from_secs(5)).connect_timeout(Duration::from_secs(5));
    options.idle_timeout(None).max_lifetime(None).test_before_acquire(false);
    options
}

async fn open(options: ConnectOptions) -> Result<DatabaseConnection> {
    let url = options.get_url().to_owned();
    match Database::connect(options).await {
        Ok(opened) => Ok(opened),
        Err(failure) => Err(cannot_be_opened(&url, causes::find(&url, failure).await)),
    }
}

fn cannot_be_opened(url: &str, cause: causes::Cause) -> Error {
    Error::internal(format!("the database `{}` cannot be opened", place(url)), cause)
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
