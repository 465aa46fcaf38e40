//! Opens the connection pools, with the settings that each database needs to be safe and quick.

#[cfg(feature = "sqlite")]
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use super::causes;
#[cfg(feature = "sqlite")]
use super::ledger::{self, Ledger};
use super::limits::Limits;
#[cfg(feature = "sqlite")]
use super::readers::Readers;
use super::shares::Shares;
use crate::error::{Error, Result};

/// The sizes of the pools.
#[derive(Clone, Copy, Debug)]
pub struct Pools {
    /// The connections that read. On PostgreSQL, half as many more write and do the platform's own work.
    pub readers: u32,
    /// `true` if a commit survives a power cut. Demonstrations and tests on SQLite need not wait for the disk.
    pub durable: bool,
}

impl Default for Pools {
    fn default() -> Self {
        Self { readers: 8, durable: true }
    }
}

/// The longest that a query waits for a connection.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// Connections of a PostgreSQL pool for migrations and maintenance.
#[cfg(feature = "postgres")]
pub(super) const PATIENT: u32 = 2;

/// The pools of one database.
pub(super) enum Opened {
    #[cfg(feature = "sqlite")]
    Sqlite { readers: Arc<Readers>, writer: DatabaseConnection, ledger: Option<Arc<Ledger>> },
    #[cfg(feature = "postgres")]
    Postgres {
        /// Reads for requests.
        requests: DatabaseConnection,
        shares: Shares,
        /// Writes, and reads for the platform's own work.
        writer: DatabaseConnection,
        /// Transactions that requests may have open at once.
        acts: usize,
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
    sqlite(url, pools, limits).await
}

#[cfg(feature = "sqlite")]
async fn sqlite(url: &str, pools: Pools, limits: Limits) -> Result<Opened> {
    use sea_orm::sqlx::ConnectOptions as _;
    use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};

    let ledger = Arc::new(Ledger::default());
    let mut writer = common(url);
    writer.max_connections(1).min_connections(1);
    let durable = pools.durable;
    writer.map_sqlx_sqlite_opts(move |sqlite| tuned(sqlite, durable).journal_mode(SqliteJournalMode::Wal));
    ledger::keep(&mut writer, ledger.clone());
    // The writer opens first: it creates the file and sets the journal mode that the readers find.
    let writer = open(writer).await?;
    let failed = |source| Error::internal(format!("the database `{}` cannot be opened", place(url)), source);
    let options: SqliteConnectOptions = url.parse().map_err(failed)?;
    let options = tuned(options, durable).pragma("query_only", "on").disable_statement_logging();
    let shares = Shares::of(pools.readers, limits.kept, |_| true, PATIENCE);
    let readers = Readers::open(options, shares, limits.reading, Limits::patient().reading).await.map_err(failed)?;
    Ok(Opened::Sqlite { readers, writer, ledger: Some(ledger) })
}

#[cfg(not(feature = "sqlite"))]
async fn sqlite(_url: &str, _pools: Pools, _limits: Limits) -> Result<Opened> {
    Err(Error::bug("built without the feature `sqlite`"))
}

#[cfg(feature = "postgres")]
async fn postgres(url: &str, pools: Pools, limits: Limits) -> Result<Opened> {
    let readers = pools.readers.max(2);
    let mut requests = common(url);
    requests.max_connections(readers).min_connections(0);
    super::postgres::sessions(&mut requests, Limits { statement: limits.reading, ..limits });
    let mut options = common(url);
    // One more than requests may take, for the platform's own work.
    let acts = (readers / 2).max(2);
    options.max_connections(acts + 1).min_connections(0);
    super::postgres::sessions(&mut options, limits);
    let writer = open(options).await?;
    let mut patient = common(url);
    patient.max_connections(PATIENT).min_connections(0).connect_lazy(true);
    super::postgres::sessions(&mut patient, Limits::patient());
    patient.idle_timeout(Duration::from_secs(30));
    let shares = Shares::of(readers, limits.kept, |share| !share.is_own(), PATIENCE);
    let (requests, patient) = (open(requests).await?, open(patient).await?);
    Ok(Opened::Postgres { requests, shares, writer, acts: acts as usize, patient })
}

#[cfg(not(feature = "postgres"))]
async fn postgres(_url: &str, _pools: Pools, _limits: Limits) -> Result<Opened> {
    Err(Error::bug("built without the feature `postgres`"))
}

fn common(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).acquire_timeout(PATIENCE).connect_timeout(Duration::from_secs(5));
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

/// Returns the address of the database without user and password.
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
fn tuned(
    sqlite: sea_orm::sqlx::sqlite::SqliteConnectOptions,
    durable: bool,
) -> sea_orm::sqlx::sqlite::SqliteConnectOptions {
    use sea_orm::sqlx::sqlite::SqliteSynchronous;

    sqlite
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .synchronous(if durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off })
        .statement_cache_capacity(256)
        .pragma("cache_size", "-4000")
        .pragma("secure_delete", "on")
        .pragma("temp_store", "memory")
}
