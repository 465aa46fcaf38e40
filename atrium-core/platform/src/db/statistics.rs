//! Keeps the statistics of tables, from which the database plans its queries, up to date as tables grow.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::Db;
use crate::error::Result;

/// Makes SQLite analyse tables that have grown tenfold since their last analysis, or never had one: at most a
/// thousand entries of each index, so that it takes milliseconds. Within that limit it keeps no samples of values,
/// and so does not plan a statement anew for each bound value.
const COUNT: &str = "PRAGMA analysis_limit = 1000; PRAGMA optimize = 0x10002";
/// Reads SQLite's statistics.
const COUNTED: &str = "SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY tbl, idx";
/// Makes every other connection reread the statistics: a connection only looks when the schema has changed.
const TELL: &str = "CREATE TABLE IF NOT EXISTS atrium_statistics (told); DROP TABLE atrium_statistics";
/// Finds tables of ours that have changed much since PostgreSQL last analysed them.
const CHANGED: &str = "SELECT relid::regclass::text AS name FROM pg_stat_user_tables \
    WHERE relname LIKE 'atrium\\_%' AND n_mod_since_analyze > 500 + n_live_tup / 10";

impl Db {
    /// Analyses tables that have changed much: at start, after bulk work and every hour. PostgreSQL analyses by
    /// itself, but a minute or more after bulk work.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn refresh_statistics(&self) -> Result<()> {
        let db = self.patient();
        if !db.is_postgres() {
            let before = db.counted().await;
            db.writer().execute_unprepared(COUNT).await?;
            if db.counted().await != before {
                db.writer().execute_unprepared(TELL).await?;
            }
            return Ok(());
        }
        let changed = db.writer().query_all_raw(Statement::from_string(DbBackend::Postgres, CHANGED)).await?;
        for row in changed {
            let name: String = row.try_get("", "name")?;
            db.writer().execute_unprepared(&format!("ANALYZE {name}")).await?;
        }
        Ok(())
    }

    /// Returns SQLite's statistics; empty before the first analysis.
    async fn counted(&self) -> Vec<(String, Option<String>, Option<String>)> {
        let rows = self.writer().query_all_raw(Statement::from_string(DbBackend::Sqlite, COUNTED)).await;
        let row = |row: &sea_orm::QueryResult| {
            Ok::<_, sea_orm::DbErr>((row.try_get("", "tbl")?, row.try_get("", "idx")?, row.try_get("", "stat")?))
        };
        rows.unwrap_or_default().iter().filter_map(|counted| row(counted).ok()).collect()
    }
}
