//! Looking at scheduled jobs and queued tasks, having a job run now, and deciding on tasks that were given up.

use serde_json::json;

use super::store::{self, JobStatus};
use super::tasks::store as task_store;
use super::{DeadTask, QueueStatus, TaskId};
use crate::access::permissions::JOBS_RUN;
use crate::access::{Actor, Scope};
use crate::db::Db;
use crate::error::{Error, Message, Result};
use crate::events::{Act, EventKind};

/// A job was made due by hand.
pub(crate) const JOB_ASKED: EventKind = EventKind::new("core.job.asked");
/// Tasks that were given up were put back into the queue.
pub(crate) const TASK_RETRIED: EventKind = EventKind::new("core.task.retried");
/// A task that was given up was dropped.
pub(crate) const TASK_DROPPED: EventKind = EventKind::new("core.task.dropped");

/// Returns every job that a node of the site registered, by id.
///
/// # Errors
/// Returns `is_forbidden` if the actor may not run jobs, or an error if the database fails.
pub(crate) async fn list(db: &Db, actor: &Actor) -> Result<Vec<JobStatus>> {
    actor.require(JOBS_RUN, Scope::Platform)?;
    store::statuses(db, db.now()).await
}

/// Makes a job due now; a node takes it within seconds.
///
/// # Errors
/// Returns `is_forbidden` if the actor may not run jobs, `is_not_found` if there is no such job, `is_conflict` if a node
/// runs it, or an error if the database fails.
pub(crate) async fn ask(db: &Db, actor: &Actor, id: &str) -> Result<()> {
    actor.require(JOBS_RUN, Scope::Platform)?;
    let known = store::statuses(db, db.now()).await?;
    if known.iter().all(|job| job.id != id) {
        return Err(Error::not_found(format!("job `{id}`")));
    }
    let tx = db.begin().await?;
    if !store::ask(&tx, id).await? {
        return Err(Error::conflict_with(format!("job `{id}` runs"), Message::new("job-is-running")));
    }
    tx.record(Act::new(actor, JOB_ASKED).on(format!("job:{id}"))).await?;
    tx.commit().await
}

/// Returns the queues that hold tasks, by kind.
///
/// # Errors
/// Returns `is_forbidden` if the actor may not run jobs, or an error if the database fails.
pub(crate) async fn queues(db: &Db, actor: &Actor) -> Result<Vec<QueueStatus>> {
    actor.require(JOBS_RUN, Scope::Platform)?;
    task_store::statuses(db).await
}

/// Returns the tasks that were given up, newest first, `most` at most, below the id `before` if there is one.
///
/// # Errors
/// Returns `is_forbidden` if the actor may not run jobs, or an error if the database fails.
pub(crate) async fn dead(db: &Db, actor: &Actor, before: Option<TaskId>, most: u64) -> Result<Vec<DeadTask>> {
    actor.require(JOBS_RUN, Scope::Platform)?;
    task_store::dead(db, before, most).await
}

/// Puts a task that was given up back into the queue, due now.
///
/// # Errors
/// Returns `is_forbidden` if the actor may not run jobs, `is_not_found` if no task of this id was given up, or an error if
/// the database fails.
pub(crate) async fn retry(db: &Db, actor: &Actor, id: TaskId) -> Result<()> {
    actor.require(JOBS_RUN, Scope::Platform)?;
    let tx = db.begin().await?;
    let task = task_store::one_dead(&tx, id).await?;
    if !task_store::revive(&tx, id).await? {
        return Err(decided(id));
    }
    let act = Act::new(actor, TASK_RETRIED).on(format!("task:{}", task.kind));
    tx.record(act.noting(json!({ "task": task.key }))).await?;
    tx.commit().await
}

/// Puts every task of a kind that was given up back into the queue, due now, and returns how many there were.
///
/// # Errors
/// Returns `is_forbidden` if the actor may not run jobs, or an error if the database fails.
pub(crate) async fn retry_all(db: &Db, actor: &Actor, kind: &str) -> Result<u64> {
    actor.require(JOBS_RUN, Scope::Platform)?;
    let tx = db.begin().await?;
    let tasks = task_store::revive_all(&tx, kind).await?;
    if tasks > 0 {
        let act = Act::new(actor, TASK_RETRIED).on(format!("task:{kind}"));
        tx.record(act.noting(json!({ "tasks": tasks }))).await?;
    }
    tx.commit().await?;
    Ok(tasks)
}

/// Drops a task that was given up.
///
/// # Errors
/// Returns `is_forbidden` if the actor may not run jobs, `is_not_found` if no task of this id was given up, or an error if
/// the database fails.
pub(crate) async fn drop(db: &Db, actor: &Actor, id: TaskId) -> Result<()> {
    actor.require(JOBS_RUN, Scope::Platform)?;
    let tx = db.begin().await?;
    let task = task_store::one_dead(&tx, id).await?;
    if !task_store::drop_dead(&tx, id).await? {
        return Err(decided(id));
    }
    let act = Act::new(actor, TASK_DROPPED).on(format!("task:{}", task.kind));
    tx.record(act.noting(json!({ "task": task.key }))).await?;
    tx.commit().await
}

/// Returns the error for a task on which another administrator decided in the same moment.
fn decided(id: TaskId) -> Error {
    Error::not_found(format!("a task `{id}` that was given up"))
}
