//! Removes the rows of a table that have reached an age, a bounded number at once.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::{Job, ScheduledJob, Step};
use crate::clock::Timestamp;
use crate::db::{Connection, Db, Tx};
use crate::error::Result;
use crate::settings::Setting;

/// The most rows removed in one transaction.
const AT_ONCE: u64 = 500;
/// A day in seconds.
const DAY: i64 = 24 * 3_600;
/// The hour and minute of nightly jobs.
pub(crate) const NIGHT: (u8, u8) = (3, 30);

/// Removes the rows of one table some days after an instant that each row holds.
///
/// ```
/// # use atrium_platform::jobs::Pruning;
/// // `atrium_loans_reminder (id, at)`, with an index on `at`, kept for a year.
/// let job = Pruning::new("atrium_loans_reminder", "id", "at", 365).nightly("loans.reminders");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Pruning {
    table: &'static str,
    key: &'static str,
    at: &'static str,
    age: Age,
}

/// The age at which rows go.
#[derive(Clone, Copy, Debug)]
enum Age {
    Seconds(i64),
    Never,
    /// After the days of a setting, 0 for never.
    BySetting(&'static Setting<i64>),
}

impl Pruning {
    /// Creates a job that removes rows of `table` `days` days after the instant in their column `at`, which has
    /// an index. The columns `key` (`"id"`, `"person_id, topic_id"`) identify a row.
    #[must_use]
    pub const fn new(table: &'static str, key: &'static str, at: &'static str, days: u32) -> Self {
        Self { table, key, at, age: Age::Seconds(days as i64 * DAY) }
    }

    /// Creates the same with the days of a setting, read when the job runs; 0 keeps the rows for ever.
    #[must_use]
    pub const fn by_setting(
        table: &'static str,
        key: &'static str,
        at: &'static str,
        days: &'static Setting<i64>,
    ) -> Self {
        Self { table, key, at, age: Age::BySetting(days) }
    }

    /// Removes rows `seconds` seconds after the instant instead.
    #[must_use]
    pub const fn after_seconds(mut self, seconds: i64) -> Self {
        self.age = Age::Seconds(seconds);
        self
    }

    /// Returns the job `id` that does it every night.
    #[must_use]
    pub fn nightly(self, id: &'static str) -> ScheduledJob {
        ScheduledJob::daily(id, NIGHT, self)
    }

    /// Keeps every row for ever if the age is `0` days.
    #[must_use]
    pub const fn zero_keeps_all(mut self) -> Self {
        if matches!(self.age, Age::Seconds(0)) {
            self.age = Age::Never;
        }
        self
    }

    /// Returns the instant before which rows are removed; `None` to remove none.
    async fn before(&self, conn: &impl Connection, now: Timestamp) -> Result<Option<Timestamp>> {
        match self.age {
            Age::Seconds(seconds) => Ok(Some(now.plus_seconds(-seconds))),
            Age::Never => Ok(None),
            Age::BySetting(setting) => {
                let days = setting.read(conn).await?;
                Ok((days != 0).then(|| now.plus_seconds(days.saturating_mul(-DAY))))
            }
        }
    }

    /// Returns the query for the keys of the rows to remove, oldest first, `most` at most.
    fn rows(&self, most: u64) -> String {
        let Self { table, key, at, .. } = self;
        format!("SELECT {key} FROM {table} WHERE {at} < $1 ORDER BY {at} LIMIT {most}")
    }

    /// Removes `most` rows at most in `tx`, and returns their number.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn remove(&self, tx: &Tx, now: Timestamp, most: u64) -> Result<u64> {
        let Some(before) = self.before(tx, now).await? else { return Ok(0) };
        self.remove_before(tx, before, most).await
    }

    async fn remove_before(&self, tx: &Tx, before: Timestamp, most: u64) -> Result<u64> {
        let Self { table, key, .. } = self;
        // Two transactions that remove the same rows would wait for each other.
        let skip = match tx.get_database_backend() {
            DbBackend::Postgres => " FOR UPDATE SKIP LOCKED",
            _ => "",
        };
        let sql = format!("DELETE FROM {table} WHERE ({key}) IN ({}{skip})", self.rows(most));
        let values = [before.0.into()];
        let done = tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        Ok(done.rows_affected())
    }
}

#[async_trait]
impl Job for Pruning {
    async fn step(&self, db: &Db, now: Timestamp) -> Result<Step> {
        let Some(before) = self.before(db, now).await? else { return Ok(Step::Done(0)) };
        // A read blocks no other transaction.
        let values = [before.0.into()];
        let look = format!("SELECT 1 AS one FROM ({}) found LIMIT 1", self.rows(AT_ONCE));
        let found = db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), look, values)).await?;
        if found.is_none() {
            return Ok(Step::Done(0));
        }
        let tx = db.begin().await?;
        let rows = self.remove_before(&tx, before, AT_ONCE).await?;
        tx.commit().await?;
        Ok(if rows == 0 { Step::Done(0) } else { Step::More(rows) })
    }
}
