//! The rows of queued tasks.

use sea_orm::{ConnectionTrait, QueryResult, Value};

use super::TaskId;
use crate::clock::Timestamp;
use crate::db::{Connection, Db, Leased, Tx, statement};
use crate::error::{Error, Result};
use crate::jobs::pause;
use crate::jobs::store::DIED;

/// The rows of tasks.
pub(super) static TASKS: Leased = Leased { table: "atrium_task", key: "id", holder: "node", seconds: 60 };

/// The most characters kept of an error.
const LONGEST_ERROR: usize = 500;
/// The most tasks of dead nodes that one look gives back.
const BURIED: u64 = 100;

/// A task that this node has taken.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub(super) id: i64,
    pub(super) key: String,
    pub(super) payload: String,
    pub(super) attempt: i64,
}

/// The tasks of one kind as the database has them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueueStatus {
    /// The key of the kind.
    pub kind: String,
    /// How many wait, also for their time.
    pub waiting: i64,
    /// How many nodes are doing.
    pub running: i64,
    /// How many were given up.
    pub dead: i64,
    /// The instant from which the longest waiting one is due.
    pub due_at: Option<Timestamp>,
}

/// A task that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadTask {
    /// The id.
    pub id: TaskId,
    /// The key of its kind.
    pub kind: String,
    /// Its own key, unique in its kind.
    pub key: String,
    /// The instant at which it was queued.
    pub queued_at: Timestamp,
    /// The instant at which it was given up.
    pub dead_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// The last error.
    pub error: String,
}

async fn execute<const N: usize>(tx: &Tx, sql: &str, values: [Value; N]) -> Result<u64> {
    Ok(tx.execute_raw(statement(tx, sql, values)).await?.rows_affected())
}

/// Adds a task; returns `false` if there is one of its kind and key.
pub(super) async fn insert(
    tx: &Tx,
    (kind, key): (&str, &str),
    payload: &str,
    (now, due): (Timestamp, Timestamp),
) -> Result<bool> {
    let sql = "INSERT INTO atrium_task (kind, unique_key, payload, queued_at, due_at, attempts) \
        VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (kind, unique_key) DO NOTHING";
    Ok(execute(tx, sql, [kind.into(), key.into(), payload.into(), now.0.into(), due.0.into()]).await? == 1)
}

/// Returns `true` if a task of this kind is due and free at `now`.
pub(super) async fn any_due(db: &Db, kind: &str, now: Timestamp) -> Result<bool> {
    let sql = "SELECT 1 AS one FROM atrium_task WHERE kind = $1 AND due_at <= $2 AND done_at IS NULL AND dead_at IS NULL \
        AND (node IS NULL OR lease_until <= $2) LIMIT 1";
    Ok(db.query_one_raw(statement(db, sql, [kind.into(), now.0.into()])).await?.is_some())
}

/// Leases the tasks of a kind that are due longest to `node`, `most` at most. Those whose node died are given back first:
/// the attempt counts, as a task that takes its process down must not do so for ever.
pub(super) async fn take(db: &Db, kind: &str, node: &str, (most, attempts): (usize, i64)) -> Result<Vec<Taken>> {
    let tx = db.begin().await?;
    // The nodes' clocks may differ by minutes.
    let now = tx.database_now().await?;
    bury(&tx, kind, now, attempts).await?;
    // Two nodes that take the same rows would wait for each other; SQLite has one writer at a time.
    let skip = if db.is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "UPDATE atrium_task SET node = $1, lease_until = $2, begun_at = $3, attempts = attempts + 1 WHERE id IN \
         (SELECT id FROM atrium_task WHERE kind = $4 AND due_at <= $3 AND done_at IS NULL AND dead_at IS NULL \
         AND node IS NULL ORDER BY due_at, id LIMIT {most}{skip}) RETURNING id, unique_key, payload, attempts"
    );
    let until = now.plus_seconds(TASKS.seconds);
    let values = [node.into(), until.0.into(), now.0.into(), kind.into()];
    let rows = tx.query_all_raw(statement(&tx, &sql, values)).await?;
    let taken = |row: &QueryResult| {
        Ok(Taken {
            id: row.try_get("", "id")?,
            key: row.try_get("", "unique_key")?,
            payload: row.try_get("", "payload")?,
            attempt: row.try_get("", "attempts")?,
        })
    };
    let mut taken = rows.iter().map(taken).collect::<Result<Vec<_>>>()?;
    tx.commit().await?;
    taken.sort_unstable_by_key(|task| task.id);
    Ok(taken)
}

/// Gives back the tasks of a kind whose lease has ended.
async fn bury(tx: &Tx, kind: &str, now: Timestamp, most: i64) -> Result<()> {
    let skip = if tx.db().is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "SELECT id, attempts, begun_at, lease_until FROM atrium_task WHERE kind = $1 AND node IS NOT NULL \
         AND lease_until <= $2 ORDER BY lease_until, id LIMIT {BURIED}{skip}"
    );
    for row in tx.query_all_raw(statement(tx, &sql, [kind.into(), now.0.into()])).await? {
        let (id, attempts): (i64, i64) = (row.try_get("", "id")?, row.try_get("", "attempts")?);
        let (begun, until): (i64, i64) = (row.try_get("", "begun_at")?, row.try_get("", "lease_until")?);
        let due = Timestamp(begun).plus_seconds(pause(attempts));
        let dead = (attempts >= most).then_some(now.0);
        let sql = "UPDATE atrium_task SET node = NULL, lease_until = NULL, error = $1, error_at = $2, due_at = $3, \
            dead_at = $4 WHERE id = $5";
        execute(tx, sql, [DIED.into(), until.into(), due.0.into(), dead.into(), id.into()]).await?;
        tell_failure(kind, dead.is_some(), DIED);
    }
    Ok(())
}

/// Counts and logs a failed attempt.
pub(super) fn tell_failure(kind: &str, is_dead: bool, error: &str) {
    metrics::counter!("atrium_task_failures_total", "kind" => kind.to_owned()).increment(1);
    if is_dead {
        tracing::error!(task = kind, error, "a queued task was given up, and waits for an administrator");
    } else {
        tracing::warn!(task = kind, error, "a queued task failed, and is tried again");
    }
}

/// Notes that a task is done. Without effect if another node took it meanwhile.
pub(super) async fn succeed(db: &Db, task: &Taken, node: &str) -> Result<()> {
    let tx = db.begin().await?;
    let now = tx.database_now().await?;
    let sql = "UPDATE atrium_task SET node = NULL, lease_until = NULL, payload = '', error = NULL, error_at = NULL, \
        done_at = $1 WHERE id = $2 AND node = $3 AND attempts = $4";
    execute(&tx, sql, [now.0.into(), task.id.into(), node.into(), task.attempt.into()]).await?;
    tx.commit().await
}

/// Notes that a task failed: it is due again after a pause, or given up. Without effect if another node took it meanwhile.
pub(super) async fn fail(db: &Db, task: &Taken, node: &str, (error, is_dead): (&str, bool)) -> Result<()> {
    let tx = db.begin().await?;
    let now = tx.database_now().await?;
    let error: String = error.chars().take(LONGEST_ERROR).collect();
    let (due, dead) = (now.plus_seconds(pause(task.attempt)), is_dead.then_some(now.0));
    let sql = "UPDATE atrium_task SET node = NULL, lease_until = NULL, error = $1, error_at = $2, due_at = $3, \
        dead_at = $4 WHERE id = $5 AND node = $6 AND attempts = $7";
    let (id, attempt) = (task.id.into(), task.attempt.into());
    let values = [error.into(), now.0.into(), due.0.into(), dead.into(), id, node.into(), attempt];
    execute(&tx, sql, values).await?;
    tx.commit().await
}

/// Gives every task of `node` back: a stop is no failure.
pub(super) async fn give_back(db: &Db, node: &str) -> Result<u64> {
    let tx = db.begin().await?;
    let sql = "UPDATE atrium_task SET node = NULL, lease_until = NULL, attempts = attempts - 1 WHERE node = $1";
    let given = execute(&tx, sql, [node.into()]).await?;
    tx.commit().await?;
    Ok(given)
}

/// Returns the queues that hold tasks, by kind. What is done does not count.
pub(crate) async fn statuses(conn: &impl Connection) -> Result<Vec<QueueStatus>> {
    let sql = "SELECT kind, COUNT(*) FILTER (WHERE node IS NULL) AS waiting, \
        COUNT(*) FILTER (WHERE node IS NOT NULL) AS running, MIN(due_at) FILTER (WHERE node IS NULL) AS due_at \
        FROM atrium_task WHERE done_at IS NULL AND dead_at IS NULL GROUP BY kind ORDER BY kind";
    let rows = conn.query_all_raw(statement(conn, sql, [])).await?;
    let of = |row: &QueryResult| {
        Ok(QueueStatus {
            kind: row.try_get("", "kind")?,
            waiting: row.try_get("", "waiting")?,
            running: row.try_get("", "running")?,
            dead: 0,
            due_at: row.try_get::<Option<i64>>("", "due_at")?.map(Timestamp),
        })
    };
    let mut all = rows.iter().map(of).collect::<Result<Vec<_>>>()?;
    let sql = "SELECT kind, COUNT(*) AS dead FROM atrium_task WHERE dead_at IS NOT NULL GROUP BY kind ORDER BY kind";
    for row in conn.query_all_raw(statement(conn, sql, [])).await? {
        let (kind, dead): (String, i64) = (row.try_get("", "kind")?, row.try_get("", "dead")?);
        match all.iter_mut().find(|queue| queue.kind == kind) {
            Some(queue) => queue.dead = dead,
            None => all.push(QueueStatus { kind, waiting: 0, running: 0, dead, due_at: None }),
        }
    }
    all.sort_by(|a, b| a.kind.cmp(&b.kind));
    Ok(all)
}

/// Returns tasks that were given up, newest first, `most` at most, below the id `before` if there is one.
pub(in crate::jobs) async fn dead(conn: &impl Connection, before: Option<TaskId>, most: u64) -> Result<Vec<DeadTask>> {
    let sql = format!(
        "SELECT id, kind, unique_key, queued_at, dead_at, attempts, error FROM atrium_task \
         WHERE dead_at IS NOT NULL AND id < $1 ORDER BY id DESC LIMIT {most}"
    );
    let before = before.map_or(i64::MAX, |before| before.0);
    let rows = conn.query_all_raw(statement(conn, &sql, [before.into()])).await?;
    rows.iter().map(of_dead).collect()
}

/// Returns one task that was given up.
///
/// # Errors
/// Returns `is_not_found` if there is none of this id, or an error if the database fails.
pub(in crate::jobs) async fn one_dead(conn: &impl Connection, id: TaskId) -> Result<DeadTask> {
    let sql = "SELECT id, kind, unique_key, queued_at, dead_at, attempts, error FROM atrium_task \
        WHERE dead_at IS NOT NULL AND id = $1";
    let row = conn.query_one_raw(statement(conn, sql, [id.0.into()])).await?;
    of_dead(&row.ok_or_else(|| Error::not_found(format!("a task `{id}` that was given up")))?)
}

fn of_dead(row: &QueryResult) -> Result<DeadTask> {
    Ok(DeadTask {
        id: TaskId(row.try_get("", "id")?),
        kind: row.try_get("", "kind")?,
        key: row.try_get("", "unique_key")?,
        queued_at: Timestamp(row.try_get("", "queued_at")?),
        dead_at: Timestamp(row.try_get("", "dead_at")?),
        attempts: row.try_get("", "attempts")?,
        error: row.try_get::<Option<String>>("", "error")?.unwrap_or_default(),
    })
}

/// Puts a task that was given up back into the queue, due now, with all of its attempts; returns `false` if another
/// administrator decided on it.
pub(in crate::jobs) async fn revive(tx: &Tx, id: TaskId) -> Result<bool> {
    let now = tx.database_now().await?;
    let sql = "UPDATE atrium_task SET dead_at = NULL, attempts = 0, due_at = $1 WHERE id = $2 AND dead_at IS NOT NULL";
    tx.ring_on_commit();
    Ok(execute(tx, sql, [now.0.into(), id.0.into()]).await? == 1)
}

/// Puts every task of a kind that was given up back into the queue, as [`revive`] does; returns how many.
pub(in crate::jobs) async fn revive_all(tx: &Tx, kind: &str) -> Result<u64> {
    let now = tx.database_now().await?;
    let sql =
        "UPDATE atrium_task SET dead_at = NULL, attempts = 0, due_at = $1 WHERE kind = $2 AND dead_at IS NOT NULL";
    tx.ring_on_commit();
    execute(tx, sql, [now.0.into(), kind.into()]).await
}

/// Ends a task that was given up; returns `false` if another administrator decided on it. Its key stays taken for as long
/// as that of a task that is done.
pub(in crate::jobs) async fn drop_dead(tx: &Tx, id: TaskId) -> Result<bool> {
    let now = tx.database_now().await?;
    let sql = "UPDATE atrium_task SET dead_at = NULL, done_at = $1, payload = '' WHERE id = $2 AND dead_at IS NOT NULL";
    Ok(execute(tx, sql, [now.0.into(), id.0.into()]).await? == 1)
}
