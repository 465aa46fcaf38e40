//! What the database knows of its tables when it chooses how to answer: kept up as they grow.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::Db;
use crate::error::Result;

/// Has SQLite count tables that have grown tenfold since they were counted, or never were: of each index at most a thousand
/// entries, so that it takes milliseconds. Within that limit it keeps no samples of values, and so does not plan a
/// statement anew for each value that is bound.
const COUNT: &str = "PRAGMA analysis_limit = 1000; PRAGMA optimize = 0x10002";
/// What SQLite has counted.
const COUNTED: &str = "SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY tbl, idx";
/// Has every other connection read again what was counted: a connection only looks when the schema has changed.
const TELL: &str = "CREATE TABLE IF NOT EXISTS atrium_statistics (told); DROP TABLE atrium_statistics";
/// Tables of ours of which much has changed since PostgreSQL counted them.
const CHANGED: &str = "SELECT relid::regclass::text AS name FROM pg_stat_user_tables \
    WHERE relname LIKE 'atrium\\_%' AND n_mod_since_analyze > 500 + n_live_tup / 10";

impl Db {
    /// Has the database count what has changed much: at a start, after bulk work and every hour. PostgreSQL counts by itself,
    /// a minute or more after bulk work.
    ///
    /// # Errors
    /// The database failed.
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

    /// What SQLite has counted; nothing before it counts for the first time.
    async fn counted(&self) -> Vec<(String, Option<String>, Option<String>)> {
        let rows = self.writer().query_all_raw(Statement::from_string(DbBackend::Sqlite, COUNTED)).await;
        let row = |row: &sea_orm::QueryResult| {
            Ok::<_, sea_orm::DbErr>((row.try_get("", "tbl")?, row.try_get("", "idx")?, row.try_get("", "stat")?))
        };
        rows.unwrap_or_default().iter().filter_map(|counted| row(counted).ok()).collect()
    }
}
