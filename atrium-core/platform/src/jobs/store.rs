//! The rows of jobs: when each is due, who runs it, how the last run ended.

use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};

use crate::clock::Timestamp;
use crate::db::{Connection, Db, Leased, Tx};
use crate::error::Result;

/// The rows of jobs.
pub(super) static JOBS: Leased = Leased { table: "atrium_job", key: "id", holder: "node", seconds: 60 };

/// What is noted of a run that ended with its process.
pub(super) const DIED: &str = "the process that ran it ended";

/// A job as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobStatus {
    /// The id.
    pub id: String,
    /// The instant from which it is due.
    pub due_at: Timestamp,
    /// `true` while a node runs it.
    pub is_running: bool,
    /// The beginning of the last run.
    pub begun_at: Option<Timestamp>,
    /// The end of the last run that came to one.
    pub ended_at: Option<Timestamp>,
    /// The length of the last run in milliseconds, once it has ended.
    pub millis: Option<i64>,
    /// How much the last run changed: rows, messages.
    pub done: i64,
    /// The failures in a row, up to now.
    pub failures: i64,
    /// The last error, without a secret.
    pub error: Option<String>,
    /// The instant of the last error.
    pub error_at: Option<Timestamp>,
}

impl JobStatus {
    fn of(row: &QueryResult, now: Timestamp) -> Result<Self> {
        let at = |name| Ok::<_, crate::Error>(row.try_get::<Option<i64>>("", name)?.map(Timestamp));
        let node: Option<String> = row.try_get("", "node")?;
        let (begun_at, ended_at) = (at("begun_at")?, at("ended_at")?);
        let length = |begun: Timestamp, ended: Timestamp| (ended >= begun).then_some(ended.0 - begun.0);
        Ok(Self {
            id: row.try_get("", "id")?,
            due_at: Timestamp(row.try_get("", "due_at")?),
            is_running: node.is_some() && at("lease_until")?.is_some_and(|until| until > now),
            begun_at,
            ended_at,
            millis: begun_at.zip(ended_at).and_then(|(begun, ended)| length(begun, ended)),
            done: row.try_get("", "done")?,
            failures: row.try_get("", "failures")?,
            error: row.try_get("", "error")?,
            error_at: at("error_at")?,
        })
    }
}

/// Returns every job that a node registered, by id; `now` tells which leases hold.
pub(crate) async fn statuses(conn: &impl Connection, now: Timestamp) -> Result<Vec<JobStatus>> {
    let sql = "SELECT id, due_at, node, lease_until, begun_at, ended_at, done, failures, error, error_at \
        FROM atrium_job ORDER BY id";
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    rows.iter().map(|row| JobStatus::of(row, now)).collect()
}

async fn execute<const N: usize>(tx: &Tx, sql: &str, values: [Value; N]) -> Result<u64> {
    let done = tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(done.rows_affected())
}

/// Notes a job that is new, due at `due`; an earlier due than that of a known one replaces it.
pub(super) async fn register(tx: &Tx, id: &str, due: Timestamp) -> Result<()> {
    let sql = "INSERT INTO atrium_job (id, due_at, done, failures) VALUES ($1, $2, 0, 0) \
        ON CONFLICT (id) DO UPDATE SET due_at = excluded.due_at WHERE atrium_job.due_at > excluded.due_at";
    execute(tx, sql, [id.into(), due.0.into()]).await.map(drop)
}

/// Returns the ids of jobs that are due and free at `now`, the longest due first.
pub(super) async fn due(db: &Db, now: Timestamp) -> Result<Vec<String>> {
    let sql =
        "SELECT id FROM atrium_job WHERE due_at <= $1 AND (node IS NULL OR lease_until <= $1) ORDER BY due_at, id";
    let found = Statement::from_sql_and_values(db.get_database_backend(), sql, [now.0.into()]);
    db.query_all_raw(found).await?.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

/// Leases a job to `node` if it is due and free; returns the beginning of the run.
///
/// A run whose lease has ended without a word died with its process. It counts as a failure, and the pause after failures
/// counts from its beginning: a job that takes its process down does not do so at every start.
pub(super) async fn take(db: &Db, id: &str, node: &str, pause: impl Fn(i64) -> i64) -> Result<Option<Timestamp>> {
    let tx = db.begin().await?;
    // The nodes' clocks may differ by minutes.
    let now = tx.database_now().await?;
    bury(&tx, id, now, pause).await?;
    let sql = "UPDATE atrium_job SET node = $1, lease_until = $2, begun_at = $3 \
        WHERE id = $4 AND due_at <= $3 AND node IS NULL";
    let values = [node.into(), now.plus_seconds(JOBS.seconds).0.into(), now.0.into(), id.into()];
    let taken = execute(&tx, sql, values).await? == 1;
    tx.commit().await?;
    Ok(taken.then_some(now))
}

/// Notes the failure of a run whose lease has ended, if there is one.
async fn bury(tx: &Tx, id: &str, now: Timestamp, pause: impl Fn(i64) -> i64) -> Result<()> {
    let sql = "SELECT node, lease_until, begun_at FROM atrium_job \
        WHERE id = $1 AND node IS NOT NULL AND lease_until <= $2";
    let found = Statement::from_sql_and_values(tx.get_database_backend(), sql, [id.into(), now.0.into()]);
    let Some(row) = tx.query_one_raw(found).await? else { return Ok(()) };
    let (node, until): (String, i64) = (row.try_get("", "node")?, row.try_get("", "lease_until")?);
    let begun: Option<i64> = row.try_get("", "begun_at")?;
    let until = Timestamp(until);
    let from = begun.map_or(until.plus_seconds(-JOBS.seconds), Timestamp);
    // A node that renews its lease meanwhile keeps the job.
    let failure = Failure { at: until, from, error: DIED, done: None, lease: Some(until) };
    note_failure(tx, (id, &node), failure, pause).await
}

/// How a run failed.
struct Failure<'a> {
    /// The instant of the failure.
    at: Timestamp,
    /// The instant from which the pause before the next run counts.
    from: Timestamp,
    error: &'a str,
    /// How much it changed, if that is known.
    done: Option<u64>,
    /// The end of the lease that the run must still have.
    lease: Option<Timestamp>,
}

/// Notes that the run of a job by a node failed, if the node still has the job; it is due again after a pause.
async fn note_failure(
    tx: &Tx,
    (id, node): (&str, &str),
    failure: Failure<'_>,
    pause: impl Fn(i64) -> i64,
) -> Result<()> {
    let Failure { at, from, error, done, lease } = failure;
    let sql = "SELECT failures FROM atrium_job WHERE id = $1";
    let found = Statement::from_sql_and_values(tx.get_database_backend(), sql, [id.into()]);
    let before: i64 = tx.query_one_raw(found).await?.map_or(Ok(0), |row| row.try_get("", "failures"))?;
    let failures = before.saturating_add(1);
    let sql = "UPDATE atrium_job SET node = NULL, lease_until = NULL, ended_at = $1, \
        done = COALESCE(CAST($2 AS BIGINT), done), failures = $3, error = $4, error_at = $1, due_at = $5 \
        WHERE id = $6 AND node = $7 AND lease_until = COALESCE(CAST($8 AS BIGINT), lease_until)";
    let done = done.map(|done| i64::try_from(done).unwrap_or(i64::MAX));
    let due = from.plus_seconds(pause(failures));
    let lease = lease.map(|until| until.0);
    let (at, due) = (at.0.into(), due.0.into());
    let values = [at, done.into(), failures.into(), error.into(), due, id.into(), node.into(), lease.into()];
    if execute(tx, sql, values).await? == 1 {
        metrics::counter!("atrium_job_failures_total", "job" => id.to_owned()).increment(1);
        tracing::warn!(job = id, failures, error, "a scheduled job failed, and is tried again");
    }
    Ok(())
}

/// Notes a run that ended well.
pub(super) async fn succeed(
    db: &Db,
    (id, node): (&str, &str),
    done: u64,
    next: impl Fn(Timestamp) -> Timestamp,
) -> Result<()> {
    let tx = db.begin().await?;
    let now = tx.database_now().await?;
    let sql = "UPDATE atrium_job SET node = NULL, lease_until = NULL, ended_at = $1, done = $2, failures = 0, due_at = $3 \
        WHERE id = $4 AND node = $5";
    let done = i64::try_from(done).unwrap_or(i64::MAX);
    execute(&tx, sql, [now.0.into(), done.into(), next(now).0.into(), id.into(), node.into()]).await?;
    tx.commit().await
}

/// Notes a run that failed; it is due again after a pause.
pub(super) async fn fail(
    db: &Db,
    lease: (&str, &str),
    (done, error): (u64, &str),
    pause: impl Fn(i64) -> i64,
) -> Result<()> {
    let tx = db.begin().await?;
    let now = tx.database_now().await?;
    let failure = Failure { at: now, from: now, error, done: Some(done), lease: None };
    note_failure(&tx, lease, failure, pause).await?;
    tx.commit().await
}

/// Makes a job due now, unless a node runs it; returns `false` then.
pub(super) async fn ask(tx: &Tx, id: &str) -> Result<bool> {
    let now = tx.database_now().await?;
    let sql = "UPDATE atrium_job SET due_at = CASE WHEN due_at < $1 THEN due_at ELSE $1 END \
        WHERE id = $2 AND (node IS NULL OR lease_until <= $1)";
    Ok(execute(tx, sql, [now.0.into(), id.into()]).await? == 1)
}
