//! Does the queued tasks of one node as they are due.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::queue::{Outcome, TaskQueue};
use super::store::{self, TASKS, Taken};
use crate::db::Db;
use crate::error::{Error, Result};

/// The interval at which a node looks for tasks that are due, beside what its own commits tell.
const LOOK: Duration = Duration::from_secs(5);
/// The interval at which the figures of queues are taken.
const FIGURES: Duration = Duration::from_secs(15);
/// The longest that one attempt may take.
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// The longest that tasks under way may take after a stop; they are then given back.
const GRACE: Duration = Duration::from_secs(5);

/// The queues of one node. Cheap to clone.
#[derive(Clone)]
pub(crate) struct TaskRunner {
    db: Db,
    queues: Arc<[TaskQueue]>,
    node: String,
    stop: CancellationToken,
}

impl TaskRunner {
    pub(crate) fn new(db: Db, queues: Vec<TaskQueue>, node: String, stop: CancellationToken) -> Self {
        Self { db, queues: queues.into(), node, stop }
    }

    /// Returns the kinds of its tasks.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.queues.iter().map(TaskQueue::kind)
    }

    /// Does tasks as they are due, until the stop.
    pub(crate) async fn run(self) {
        let mut commits = self.db.subscribe();
        let mut running: JoinSet<&'static str> = JoinSet::new();
        let mut at_work: BTreeMap<&'static str, usize> = BTreeMap::new();
        let mut counted: Option<Instant> = None;
        while !self.stop.is_cancelled() {
            commits.mark_unchanged();
            // A clock that was set goes nowhere by itself: who set it does what is due.
            if self.db.clock().follows_machine() {
                self.fill(&mut running, &mut at_work).await;
                if counted.is_none_or(|at| at.elapsed() >= FIGURES) {
                    self.tell_figures().await;
                    counted = Some(Instant::now());
                }
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                _ = commits.changed() => {}
                () = tokio::time::sleep(LOOK) => {}
                Some(ended) = running.join_next(), if !running.is_empty() => note_end(ended, &mut at_work),
            }
            while let Some(ended) = running.try_join_next() {
                note_end(ended, &mut at_work);
            }
        }
        let drained = async { while running.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, drained).await.is_err() {
            running.shutdown().await;
        }
        if let Err(error) = store::give_back(&self.db, &self.node).await {
            tracing::warn!(error = error.told(), "queued tasks are left until their leases end");
        }
    }

    /// Takes as many tasks of each kind as may still be done at once.
    async fn fill(&self, running: &mut JoinSet<&'static str>, at_work: &mut BTreeMap<&'static str, usize>) {
        for queue in self.queues.iter() {
            let busy = at_work.entry(queue.kind()).or_default();
            let taken = match self.take(queue, queue.most_at_once().saturating_sub(*busy)).await {
                Ok(taken) => taken,
                Err(error) => {
                    let kind = queue.kind();
                    tracing::warn!(task = kind, error = error.told(), "queued tasks could not be taken");
                    continue;
                }
            };
            for task in taken {
                *busy += 1;
                let (this, queue) = (self.clone(), queue.clone());
                running.spawn(async move {
                    this.run_one(&queue, task).await;
                    queue.kind()
                });
            }
        }
    }

    /// Takes tasks of a queue that are due, `most` at most.
    async fn take(&self, queue: &TaskQueue, most: usize) -> Result<Vec<Taken>> {
        // Reading is cheap; taking is a write.
        if most == 0 || !store::any_due(&self.db, queue.kind(), self.db.now()).await? {
            return Ok(Vec::new());
        }
        store::take(&self.db, queue.kind(), &self.node, (most, queue.most_attempts())).await
    }

    /// Does the tasks that are due now, those of a kind side by side, until there are none, and returns how many
    /// attempts that took.
    pub(crate) async fn run_due(&self) -> Result<usize> {
        let mut done = 0;
        for queue in self.queues.iter() {
            loop {
                let taken = self.take(queue, queue.most_at_once()).await?;
                if taken.is_empty() {
                    break;
                }
                done += taken.len();
                futures::future::join_all(taken.into_iter().map(|task| self.run_one(queue, task))).await;
            }
        }
        Ok(done)
    }

    async fn run_one(&self, queue: &TaskQueue, task: Taken) {
        let kind = queue.kind();
        if let Err(error) = self.try_one(queue, task).await {
            tracing::warn!(task = kind, error = error.told(), "the end of a queued task was not noted");
        }
    }

    async fn try_one(&self, queue: &TaskQueue, task: Taken) -> Result<()> {
        let kind = queue.kind();
        let lease = TASKS.lease(self.db.clone(), task.id, self.node.clone());
        let work = AssertUnwindSafe(tokio::time::timeout(LONGEST, queue.handle(&self.db, task.clone()))).catch_unwind();
        let Some(ended) = lease.hold(work).await else { return Ok(()) };
        let (error, is_dead) = match ended {
            Ok(Ok(Ok(Outcome::Done))) => {
                metrics::counter!("atrium_task_done_total", "kind" => kind).increment(1);
                return store::succeed(&self.db, &task, &self.node).await;
            }
            Ok(Ok(Ok(Outcome::GivenUp(why)))) => (why, true),
            Ok(Ok(Err(error))) => (error.told(), false),
            Ok(Err(_)) => (Error::bug(format!("it took longer than {} s", LONGEST.as_secs())).told(), false),
            Err(_) => ("it panicked".to_owned(), false),
        };
        let is_dead = is_dead || task.attempt >= queue.most_attempts();
        store::tell_failure(kind, is_dead, &error);
        store::fail(&self.db, &task, &self.node, (&error, is_dead)).await
    }

    /// Sets the figures of every queue of this node.
    async fn tell_figures(&self) {
        let all = match store::statuses(&self.db).await {
            Ok(all) => all,
            Err(error) => {
                tracing::warn!(error = error.told(), "the queues could not be counted");
                return;
            }
        };
        let now = self.db.now();
        for kind in self.kinds() {
            let queue = all.iter().find(|queue| queue.kind == kind);
            let behind = queue.and_then(|queue| queue.due_at).map_or(0, |due| (now.0 - due.0).max(0) / 1000);
            let figures = [
                ("waiting", queue.map_or(0, |queue| queue.waiting)),
                ("running", queue.map_or(0, |queue| queue.running)),
                ("dead", queue.map_or(0, |queue| queue.dead)),
            ];
            for (state, number) in figures {
                metrics::gauge!("atrium_tasks", "kind" => kind, "state" => state).set(as_figure(number));
            }
            metrics::gauge!("atrium_task_behind_seconds", "kind" => kind).set(as_figure(behind));
        }
    }
}

/// Returns a count as a figure; beyond what one holds exactly, the difference does not matter.
fn as_figure(number: i64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Notes that one task less of its kind is under way.
fn note_end(ended: Result<&'static str, tokio::task::JoinError>, at_work: &mut BTreeMap<&'static str, usize>) {
    // Panics of handlers are caught, so that each task returns its kind.
    if let Ok(kind) = ended
        && let Some(busy) = at_work.get_mut(kind)
    {
        *busy = busy.saturating_sub(1);
    }
}
