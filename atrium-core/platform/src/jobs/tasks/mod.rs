//! Queued tasks: what an act leaves to be done later, put into the queue in the act's own transaction, so that none is
//! lost and none tells of what was rolled back.
//!
//! Each task is done by one node, at least once: a node that died in it leaves it to another one when its lease ends.
//! A failure is tried again after longer and longer pauses; what fails too often is given up, and waits for an
//! administrator, who has it tried again or dropped.

mod queue;
mod runner;
pub(super) mod store;

use std::marker::PhantomData;

use serde::Serialize;

use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Error, Result};

pub use queue::{Outcome, TaskHandler, TaskQueue, TaskRun};
pub(crate) use runner::TaskRunner;
pub(crate) use store::statuses;
pub use store::{DeadTask, QueueStatus};

crate::id_type! {
    /// Identifies a queued task.
    pub struct TaskId;
}

/// A kind of queued tasks, whose payload is a `P`. Its key begins with its plugin's: `loans.reminder`.
#[derive(Debug)]
pub struct TaskKind<P> {
    key: &'static str,
    payload: PhantomData<fn() -> P>,
}

impl<P> Clone for TaskKind<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for TaskKind<P> {}

impl<P> TaskKind<P> {
    /// Creates a kind.
    #[must_use]
    pub const fn new(key: &'static str) -> Self {
        Self { key, payload: PhantomData }
    }
}

/// A task to be done once the transaction that queues it is committed.
///
/// ```
/// use atrium_platform::access::Access;
/// use atrium_platform::jobs::{Task, TaskKind};
///
/// const REMIND: TaskKind<i64> = TaskKind::new("loans.remind");
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # let access = Access::open(&format!("sqlite://{}", dir.path().join("rights.sqlite").display())).await?;
/// let tx = access.db().begin().await?;
/// // … the rows of the act, in the same transaction
/// assert!(tx.enqueue(Task::new(REMIND, "loan:12", 12)).await?);
/// assert!(!tx.enqueue(Task::new(REMIND, "loan:12", 12)).await?, "it is in the queue already");
/// tx.commit().await?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[must_use]
pub struct Task<P> {
    kind: TaskKind<P>,
    key: String,
    payload: P,
    due: Option<Timestamp>,
}

impl<P> Task<P> {
    /// Creates a task, due at once. A second one of the same kind and `key` is not queued, within a week after the end of
    /// the first. Administrators see the key: ids, no names.
    pub fn new(kind: TaskKind<P>, key: impl Into<String>, payload: P) -> Self {
        Self { kind, key: key.into(), payload, due: None }
    }

    /// Sets the instant from which it is due.
    pub fn due_at(mut self, due: Timestamp) -> Self {
        self.due = Some(due);
        self
    }
}

impl Tx {
    /// Puts a task into the queue; returns `false` if there is one of its kind and key. Nodes take it once the transaction
    /// is committed.
    ///
    /// # Errors
    /// Returns an error if the payload cannot be written as JSON or the database fails.
    pub async fn enqueue<P: Serialize>(&self, task: Task<P>) -> Result<bool> {
        let payload = serde_json::to_string(&task.payload)
            .map_err(|source| Error::internal(format!("the payload of a task `{}`", task.kind.key), source))?;
        let now = self.now();
        let due = task.due.unwrap_or(now);
        let is_new = store::insert(self, (task.kind.key, &task.key), &payload, (now, due)).await?;
        if is_new {
            self.ring_on_commit();
        }
        Ok(is_new)
    }
}
