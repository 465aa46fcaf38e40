//! Queues: the tasks of one kind, with what does them and how often it is tried.

use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;
use serde::de::DeserializeOwned;

use super::TaskKind;
use super::store::Taken;
use crate::db::Db;
use crate::error::Result;

/// The most attempts at a task, unless its queue says otherwise: some six hours.
const ATTEMPTS: u32 = 12;
/// The most tasks of a kind that one node does at once, unless its queue says otherwise.
const AT_ONCE: usize = 4;

/// Does the tasks of one kind.
#[async_trait]
pub trait TaskHandler<P>: Send + Sync + 'static {
    /// Does a task. It may be repeated: after a failure, or after a node died in it.
    ///
    /// # Errors
    /// An error, a panic and an attempt of more than five minutes make it tried again after a pause that doubles with each
    /// attempt, an hour at most. Administrators see the error: no secret, no address.
    async fn run(&self, db: &Db, task: TaskRun<P>) -> Result<Outcome>;
}

/// One attempt at a task.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TaskRun<P> {
    /// The task's key, unique in its kind.
    pub key: String,
    /// The payload.
    pub payload: P,
    /// The number of this attempt, from 1.
    pub attempt: u32,
    /// `true` if the task is given up when this attempt fails.
    pub is_last: bool,
}

/// How an attempt that did not fail ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The task is done.
    Done,
    /// Trying again would not help: the task is given up for this reason, which administrators see.
    GivenUp(String),
}

/// The tasks of one kind.
#[derive(Clone)]
pub struct TaskQueue {
    kind: &'static str,
    handler: Arc<dyn Handle>,
    attempts: u32,
    at_once: usize,
}

impl TaskQueue {
    /// Creates the queue of `kind`, whose tasks `handler` does: 12 attempts, 4 at once on each node.
    pub fn new<P>(kind: TaskKind<P>, handler: impl TaskHandler<P>) -> Self
    where
        P: DeserializeOwned + Send + 'static,
    {
        let handler = Arc::new(Typed { handler, payload: PhantomData });
        Self { kind: kind.key, handler, attempts: ATTEMPTS, at_once: AT_ONCE }
    }

    /// Sets how often a task is tried before it is given up, 1 at least.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets how many tasks one node does at once, 1 at least.
    #[must_use]
    pub fn at_once(mut self, most: usize) -> Self {
        self.at_once = most.max(1);
        self
    }

    /// Returns the key of its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Returns the most attempts at a task.
    pub(super) fn most_attempts(&self) -> i64 {
        i64::from(self.attempts)
    }

    /// Returns the most tasks that a node does at once.
    pub(super) fn most_at_once(&self) -> usize {
        self.at_once
    }

    /// Does `task`.
    pub(super) async fn handle(&self, db: &Db, task: Taken) -> Result<Outcome> {
        self.handler.handle(db, task, self.attempts).await
    }
}

/// A handler without the type of its payload.
#[async_trait]
trait Handle: Send + Sync {
    async fn handle(&self, db: &Db, task: Taken, most: u32) -> Result<Outcome>;
}

struct Typed<P, H> {
    handler: H,
    payload: PhantomData<fn() -> P>,
}

#[async_trait]
impl<P, H> Handle for Typed<P, H>
where
    P: DeserializeOwned + Send + 'static,
    H: TaskHandler<P>,
{
    async fn handle(&self, db: &Db, task: Taken, most: u32) -> Result<Outcome> {
        let Ok(payload) = serde_json::from_str(&task.payload) else {
            return Ok(Outcome::GivenUp("its payload is not that of its kind".to_owned()));
        };
        let attempt = u32::try_from(task.attempt).unwrap_or(u32::MAX);
        let run = TaskRun { key: task.key, payload, attempt, is_last: attempt >= most };
        self.handler.run(db, run).await
    }
}
