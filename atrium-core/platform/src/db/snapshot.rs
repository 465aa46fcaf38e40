//! Copies SQLite databases while others write, and checks copies before they are used.

use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, Row as _};
use sea_orm::{DatabaseConnection, SqlxSqliteConnector};

use super::{Migrator, newer_schema};
use crate::error::{Error, Result};

/// The longest wait for other programs that hold a database.
const WAIT: Duration = Duration::from_secs(2);

/// Writes a consistent copy of `from` into the new file `to`, while programs go on using `from`.
///
/// # Errors
/// Returns an error if `from` cannot be read, `to` exists or cannot be written, or the copy is damaged.
pub(crate) async fn snapshot_into(from: &Path, to: &Path) -> Result<()> {
    let failed = |source| Error::internal(format!("`{}` cannot be copied", from.display()), source);
    let mut connection = options(from).read_only(true).connect().await.map_err(failed)?;
    let name = to.to_string_lossy().replace('\'', "''");
    connection.execute(AssertSqlSafe(format!("VACUUM INTO '{name}'"))).await.map_err(failed)?;
    connection.close().await.map_err(failed)?;
    // SQLite does not sync the copy to the disk.
    let synced = std::fs::File::open(to).and_then(|file| file.sync_all());
    synced.map_err(|source| Error::internal(format!("`{}` cannot be written", to.display()), source))?;
    Snapshot::open(to).await?.close().await
}

/// Returns up to three problems found in the pages of the database at `path`. Reads the whole file; programs go on
/// using it.
///
/// # Errors
/// Returns an error if the file cannot be opened or is not a database.
pub(crate) async fn examine_pages(path: &Path) -> Result<Vec<String>> {
    let failed = |source| Error::internal(format!("`{}` cannot be read", path.display()), source);
    let mut connection = options(path).read_only(true).connect().await.map_err(failed)?;
    let rows = match connection.fetch_all("PRAGMA integrity_check(3)").await {
        // The damage is such that the check itself fails.
        Err(sea_orm::sqlx::Error::Database(refusal)) if refusal.code().is_some_and(|code| code == "11") => {
            return Ok(vec![refusal.message().to_owned()]);
        }
        rows => rows.map_err(failed)?,
    };
    connection.close().await.map_err(failed)?;
    let verdicts = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>().map_err(failed)?;
    Ok(verdicts.into_iter().filter(|verdict| verdict != "ok").map(|verdict| verdict.replace('\n', " ")).collect())
}

/// Returns `true` if another program has the database at `path` open. Otherwise the file is left without a journal
/// beside it.
///
/// # Errors
/// Returns an error if the file cannot be opened.
pub(crate) async fn is_in_use(path: &Path) -> Result<bool> {
    let failed = |source| Error::internal(format!("`{}` cannot be opened", path.display()), source);
    let mut connection = options(path).connect().await.map_err(failed)?;
    // Leaving the platform's journal mode takes an exclusive lock on the file.
    let alone = connection.execute("PRAGMA journal_mode = DELETE").await;
    connection.close().await.map_err(failed)?;
    match alone {
        Ok(_) => Ok(false),
        Err(sea_orm::sqlx::Error::Database(refusal)) if refusal.code().is_some_and(|code| code == "5") => Ok(true),
        Err(other) => Err(failed(other)),
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).busy_timeout(WAIT).disable_statement_logging()
}

/// A copy that no program uses.
pub(crate) struct Snapshot(DatabaseConnection);

impl Snapshot {
    /// Opens the copy at `path` and checks all of it.
    ///
    /// # Errors
    /// Returns an error if the file is damaged or not a database.
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        let failed = |source| Error::internal(format!("`{}` is not a sound database", path.display()), source);
        let mut connection: SqliteConnection = options(path).immutable(true).connect().await.map_err(failed)?;
        let row = connection.fetch_one("PRAGMA quick_check").await.map_err(failed)?;
        let verdict: String = row.try_get(0).map_err(failed)?;
        connection.close().await.map_err(failed)?;
        if verdict != "ok" {
            return Err(Error::bug(format!("`{}` is damaged: {verdict}", path.display())));
        }
        let pool = sea_orm::sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
        let pool = pool.connect_with(options(path).immutable(true)).await.map_err(failed)?;
        Ok(Self(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool)))
    }

    /// Refuses a copy of another program's database, or one that a newer version of the platform has migrated.
    ///
    /// # Errors
    /// Returns an error if the copy is one of these or cannot be read.
    pub(crate) async fn require_usable(&self, migrators: &[Migrator]) -> Result<()> {
        for migrator in migrators {
            let unknown = migrator.unknown(&self.0).await?;
            if !unknown.is_empty() {
                return Err(newer_schema(&unknown));
            }
        }
        let manager = sea_orm_migration::SchemaManager::new(&self.0);
        if manager.has_table("atrium_migrations_core").await? {
            Ok(())
        } else {
            Err(Error::bug("this is a database of another program"))
        }
    }

    /// Closes the file.
    ///
    /// # Errors
    /// Returns an error if the driver cannot close it.
    pub(crate) async fn close(self) -> Result<()> {
        Ok(self.0.close().await?)
    }
}

/// Deletes what must not come back with an old state: sessions that were closed since, links that were used since.
///
/// # Errors
/// Returns an error if the database at `path` cannot be written.
pub(crate) async fn end_sign_ins(path: &Path) -> Result<()> {
    let failed = |source| Error::internal(format!("`{}` cannot be written", path.display()), source);
    let mut connection = options(path).connect().await.map_err(failed)?;
    let sql = "DELETE FROM atrium_session; DELETE FROM atrium_login_link; DELETE FROM atrium_login_device";
    connection.execute(sql).await.map_err(failed)?;
    // A backup of an older version has no such table.
    let table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'atrium_api_token'";
    if connection.fetch_optional(table).await.map_err(failed)?.is_some() {
        connection.execute("DELETE FROM atrium_api_token").await.map_err(failed)?;
    }
    connection.close().await.map_err(failed)
}
