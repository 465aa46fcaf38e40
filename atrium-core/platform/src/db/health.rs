//! Tracks whether the database can be written: failed writes note a fault, `/readyz` reports it, and a task retries
//! until a write succeeds.

use std::sync::Weak;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, RuntimeErr, Statement};

use super::{Db, Inner, ledger};
use crate::error::{Error, Result};

/// The interval at which a database that could not be written is tried again.
const AGAIN: Duration = Duration::from_secs(1);
/// The time for which the result of a trial is reused.
const BELIEVED: Duration = Duration::from_secs(1);
/// The longest that a trial may take.
const PATIENCE: Duration = Duration::from_secs(4);
/// The size of a trial that shows that writing works again: more than an action writes.
const LARGE: usize = 64 * 1024;
/// The setting that is written.
const NAME: &str = "core.written";

/// The last known state of writing.
#[derive(Debug, Default)]
pub(super) struct Health(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The failure, until a trial succeeds.
    fault: Option<String>,
    tried: Option<(Instant, bool)>,
}

impl Health {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a fault; returns `true` if it is the first.
    fn fail(&self, fault: String) -> bool {
        self.state().fault.replace(fault).is_none()
    }
}

/// Returns the database's code for `error`.
pub(super) fn code_of(error: &DbErr) -> Option<String> {
    use sea_orm::sqlx::Error as Driver;

    let (DbErr::Exec(RuntimeErr::SqlxError(source))
    | DbErr::Query(RuntimeErr::SqlxError(source))
    | DbErr::Conn(RuntimeErr::SqlxError(source))) = error
    else {
        return None;
    };
    match &**source {
        Driver::Database(refusal) => refusal.code().map(std::borrow::Cow::into_owned),
        _ => None,
    }
}

/// Returns `true` if `error` says that the database cannot be written, whatever the statement.
fn says_unwritable(error: &DbErr, postgres: bool) -> bool {
    if !postgres {
        return ledger::breaks_the_connection(error);
    }
    // A full disk, a read-only server, input or output, corrupt data or index.
    code_of(error).is_some_and(|code| ["53100", "25006", "58030", "XX001", "XX002"].contains(&code.as_str()))
}

impl Db {
    /// Notes a fault if a failed write says that the database cannot be written.
    pub(super) fn note(&self, error: &DbErr) {
        if !says_unwritable(error, self.is_postgres()) {
            return;
        }
        if let Some(ledger) = &self.0.ledger {
            ledger.condemn();
        }
        if self.0.health.fail(error.to_string()) {
            tracing::error!(%error, "the database cannot be written: the node is not ready until it can");
            metrics::gauge!("atrium_database_writable").set(0.0);
            tokio::spawn(try_until_written(Arc::downgrade(&self.0)));
        }
    }

    /// Returns the reason the database cannot be written, from the last failed write; `None` while writes succeed.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        self.0.health.state().fault.clone()
    }

    /// Returns `true` if the database can be written. It is tried: on SQLite by a write, larger than an action's the first
    /// time and small from then on, on PostgreSQL by asking whether the server takes writes; at most once a second.
    pub async fn is_writable(&self) -> bool {
        let tried = self.0.health.state().tried;
        if let Some((_, writable)) = tried.filter(|(at, _)| at.elapsed() < BELIEVED) {
            return writable && self.fault().is_none();
        }
        let trial = self.try_writing(tried.is_none());
        let writable = matches!(tokio::time::timeout(PATIENCE, trial).await, Ok(Ok(true)));
        self.0.health.state().tried = Some((Instant::now(), writable));
        writable && self.fault().is_none()
    }

    /// Tries to write, as the first call of [`is_writable`](Self::is_writable) does, for a process beside the node
    /// that writes: `None` while another process keeps the writer busy.
    ///
    /// # Errors
    /// Returns an error if the database cannot be written.
    pub(crate) async fn examine_writing(&self) -> Result<Option<bool>> {
        match tokio::time::timeout(PATIENCE, self.try_writing(true)).await {
            Ok(Err(error)) if self.fault().is_none() && error.is_unavailable() => Ok(None),
            Ok(tried) => tried.map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Returns the role and the schema of PostgreSQL if the role may not create tables in the schema.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    #[cfg(feature = "postgres")]
    pub(crate) async fn refused_schema(&self) -> Result<Option<(String, String)>> {
        if !self.is_postgres() {
            return Ok(None);
        }
        let sql = "SELECT current_user::text AS role, coalesce(current_schema(), 'public')::text AS schema \
                   WHERE NOT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)";
        let row = self.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        let read = |row: sea_orm::QueryResult| Ok::<_, DbErr>((row.try_get("", "role")?, row.try_get("", "schema")?));
        Ok(row.map(read).transpose()?)
    }

    async fn try_writing(&self, large: bool) -> Result<bool> {
        if self.fault().is_some() {
            return Ok(false);
        }
        if self.is_postgres() {
            let sql = "SELECT current_setting('transaction_read_only') = 'off' AS writable";
            let row = self.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
            return Ok(row.ok_or_else(|| Error::bug("a question without an answer"))?.try_get("", "writable")?);
        }
        // A small write may find room in the journal when the disk is full.
        if large {
            self.write_some("·".repeat(LARGE / 2)).await?;
        }
        self.write_some(String::new()).await.map(|()| true)
    }

    /// Commits a write of `padding`.
    async fn write_some(&self, padding: String) -> Result<()> {
        let tx = self.begin().await?;
        let sql = "INSERT INTO atrium_setting (name, value) VALUES ($1, $2) \
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        let values = [NAME.into(), format!("{}{padding}", self.now().0).into()];
        tx.execute_raw(Statement::from_sql_and_values(self.writer().get_database_backend(), sql, values)).await?;
        tx.commit().await
    }
}

/// Retries a write until it succeeds, then logs it and clears the fault.
async fn try_until_written(inner: Weak<Inner>) {
    loop {
        tokio::time::sleep(AGAIN).await;
        let Some(inner) = inner.upgrade() else { return };
        let db = Db(inner);
        if !matches!(tokio::time::timeout(PATIENCE, db.write_some("·".repeat(LARGE / 2))).await, Ok(Ok(()))) {
            continue;
        }
        // Writes the small value over the large one, which gives its space back.
        if let Err(error) = db.write_some(String::new()).await {
            tracing::debug!(error = error.told(), "the trial stays large");
        }
        let mut state = db.0.health.state();
        state.fault = None;
        state.tried = Some((Instant::now(), true));
        drop(state);
        tracing::warn!("the database can be written again");
        metrics::gauge!("atrium_database_writable").set(1.0);
        return;
    }
}
