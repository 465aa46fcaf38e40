//! The tasks that deliver events to consumers.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::anchor::{Anchor, at_head};
use super::lag::Lag;
use super::lease::Lease;
use super::{Consumer, Delivery, Event, Position, at, newest, read_after, waiting_since};
use crate::db::Db;
use crate::error::{Error, Result};

/// The batch size of per-node consumers.
const NODE_BATCH: u64 = 500;
/// The batch size of cluster-wide consumers: a node that stops finishes its batch, and the batch of one that dies
/// is repeated.
const CLUSTER_BATCH: u64 = 50;
/// The polling interval while commits of other processes are not notified, and while an event waits for an older
/// transaction, whose end notifies no worker.
const POLL: Duration = Duration::from_secs(1);
/// The polling interval while every commit is notified, as a safety net.
const NET: Duration = Duration::from_secs(10);
/// The pause after a consumer failed.
const PAUSE: Duration = Duration::from_secs(2);
/// The longest that a batch may take after a stop; it is then offered again at the next start.
const GRACE: Duration = Duration::from_secs(5);
/// The longest that releasing a lease may take at a stop; it then expires.
const RELEASE: Duration = Duration::from_secs(2);
/// The failures of a cluster-wide consumer on the same events after which they are offered one by one, and on a
/// single event after which it is skipped.
const TRIES: u32 = 5;

/// Delivers events to one consumer until it is stopped.
///
/// Per-node work can be repeated, so a stop cancels it. Cluster-wide work is finished, batch by batch, unless it
/// takes too long. An event on which it always fails is logged and skipped, or it would hold up all later ones.
pub struct Worker {
    db: Db,
    consumer: Arc<dyn Consumer>,
    lease: Lease,
    stop: CancellationToken,
    progress: Progress,
    lag: Lag,
}

/// The state of a worker between two batches.
#[derive(Default)]
struct Progress {
    /// The position of a per-node consumer.
    anchor: Option<Anchor>,
    /// The failures on the next events.
    failures: u32,
    /// The position up to which events are offered one by one.
    careful: Option<Position>,
}

/// Tells whether there may be more to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Moved,
    Rested,
}

impl Worker {
    /// Creates a worker for `consumer` on the node `node`.
    #[must_use]
    pub fn new(db: Db, consumer: Arc<dyn Consumer>, node: String, stop: CancellationToken) -> Self {
        let lease = Lease::new(db.clone(), consumer.name(), node);
        let lag = Lag::new(db.clone(), consumer.name());
        Self { db, consumer, lease, stop, progress: Progress::default(), lag }
    }

    /// Lets a consumer of the cluster that has no position begin here, so that what happens from now on is delivered to it.
    pub(crate) async fn begin(&mut self) -> Result<()> {
        if self.consumer.delivery() == Delivery::PerCluster && self.lease.position().await?.is_none() {
            let start = self.beginning().await?.position;
            self.lease.begin_at(start).await?;
        }
        Ok(())
    }

    /// Runs until stopped; failures are logged and retried.
    pub async fn run(mut self) {
        let name = self.consumer.name();
        let (stop, lag) = (self.stop.clone(), self.lag.clone());
        let mut commits = self.db.subscribe();
        while !stop.is_cancelled() {
            commits.mark_unchanged();
            let moved = match self.consumer.delivery() {
                Delivery::PerCluster => tokio::select! {
                    moved = self.step() => moved,
                    () = lag.grow() => break,
                    () = patience(&stop) => break,
                },
                Delivery::PerNode => tokio::select! {
                    () = stop.cancelled() => break,
                    () = lag.grow() => break,
                    moved = self.step() => moved,
                },
            };
            lag.tell(moved.is_ok());
            let rested = match moved {
                Ok(Step::Moved) => continue,
                Ok(Step::Rested) => true,
                Err(error) => {
                    // The position is kept: the batch is offered again after the pause.
                    tracing::error!(consumer = name, error = error.told(), "events could not be consumed");
                    false
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                _ = commits.changed(), if rested => {}
                () = tokio::time::sleep(if rested { self.rest() } else { PAUSE }) => {}
            }
            // A resting worker knows that no event waits: it would have been notified.
            lag.tell(rested);
        }
        if self.consumer.delivery() == Delivery::PerCluster {
            match tokio::time::timeout(RELEASE, self.lease.release()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(consumer = name, %error, "the lease could not be given back"),
                Err(_) => tracing::warn!(consumer = name, "the lease is left to run out: the database does not answer"),
            }
        }
    }

    /// Returns the polling interval.
    fn rest(&self) -> Duration {
        if self.db.is_told() && !self.lag.is_waiting() { NET } else { POLL }
    }

    /// Delivers every readable event, for tests and commands that need the effects before they go on.
    ///
    /// # Errors
    /// Returns an error if the consumer or the database fails.
    pub async fn catch_up(&mut self) -> Result<()> {
        while self.step().await? == Step::Moved {}
        Ok(())
    }

    /// Delivers one batch.
    async fn step(&mut self) -> Result<Step> {
        match self.consumer.delivery() {
            Delivery::PerNode => self.step_of_node().await,
            Delivery::PerCluster => self.step_of_cluster().await,
        }
    }

    async fn step_of_node(&mut self) -> Result<Step> {
        let anchor = match self.progress.anchor.clone() {
            Some(anchor) if anchor.holds(&self.db).await? => anchor,
            Some(anchor) => {
                self.tell_lost(anchor.position);
                self.consumer.lost(&self.db).await?;
                self.beginning().await?
            }
            None => self.beginning().await?,
        };
        self.progress.anchor = Some(anchor.clone());
        let events = self.read(anchor.position, NODE_BATCH).await?;
        let Some(last) = events.last() else { return Ok(Step::Rested) };
        self.within_limit(self.consumer.consume(&self.db, &events)).await?;
        self.progress.anchor = Some(anchor.moved(last.position, last.at));
        Ok(Step::Moved)
    }

    async fn step_of_cluster(&mut self) -> Result<Step> {
        match self.lease.position().await? {
            None => self.begin().await?,
            Some(reached) if self.is_beyond(reached).await? => {
                self.tell_lost(reached);
                self.lease.correct(reached, newest(&self.db).await?).await?;
                return Ok(Step::Moved);
            }
            // Reading is cheap; taking a lease is a write.
            Some(reached) if self.read(reached, 1).await?.is_empty() => return Ok(Step::Rested),
            Some(_) => {}
        }
        let Some(from) = self.lease.take().await? else { return Ok(Step::Rested) };
        let careful = self.progress.careful.is_some_and(|careful| from < careful);
        let events = self.read(from, if careful { 1 } else { CLUSTER_BATCH }).await?;
        let Some(last) = events.last().map(|event| event.position) else { return Ok(Step::Rested) };
        let ours = match self.offer(&events).await {
            Ok(ours) => ours,
            Err(error) => self.passed_over(&events, error)?,
        };
        self.progress.failures = 0;
        let ours = ours && self.lease.reached(last).await?;
        Ok(if ours { Step::Moved } else { Step::Rested })
    }

    /// Returns `true` if the outbox ends before `reached`, as after a restore.
    async fn is_beyond(&self, reached: Position) -> Result<bool> {
        Ok(at(&self.db, reached).await?.is_none() && newest(&self.db).await? < reached)
    }

    fn tell_lost(&self, position: Position) {
        let name = self.consumer.name();
        tracing::warn!(consumer = name, %position, "the outbox went back, or no longer has what is to be read next");
        metrics::counter!("atrium_positions_lost_total", "consumer" => name).increment(1);
    }

    /// Cancels `work` if it takes longer than the consumer allows; it is retried after a pause.
    async fn within_limit<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let longest = self.consumer.longest();
        tokio::time::timeout(longest, work).await.unwrap_or_else(|_| {
            let name = self.consumer.name();
            metrics::counter!("atrium_consumer_overruns_total", "consumer" => name).increment(1);
            Err(Error::bug(format!("`{name}` took longer than {} s", longest.as_secs())))
        })
    }

    /// Returns the first position of a consumer without one.
    async fn beginning(&self) -> Result<Anchor> {
        match self.within_limit(self.consumer.position(&self.db)).await? {
            Some(kept) => Anchor::cast(&self.db, kept).await,
            None => at_head(&self.db).await,
        }
    }

    /// Returns the readable events after `from`, and updates the lag, which also counts events not yet readable.
    async fn read(&mut self, from: Position, limit: u64) -> Result<Vec<Event>> {
        let events = read_after(&self.db, from, limit).await?;
        let since = match events.first() {
            Some(event) => Some(event.at),
            None => waiting_since(&self.db, from).await?,
        };
        self.lag.waits(since);
        Ok(events)
    }

    /// Lets the consumer process `events` while the lease is renewed; returns `false` if the lease was lost.
    async fn offer(&self, events: &[Event]) -> Result<bool> {
        let work = self.within_limit(self.consumer.consume(&self.db, events));
        self.lease.hold(work).await.map_or(Ok(false), |done| done.map(|()| true))
    }

    /// Counts a failure; returns `Ok` if `events` is a single event that failed too often and is to be skipped.
    fn passed_over(&mut self, events: &[Event], error: Error) -> Result<bool> {
        if error.is_unavailable() {
            // The events are not the cause.
            return Err(error);
        }
        self.progress.failures += 1;
        if self.progress.failures < TRIES {
            return Err(error);
        }
        let (name, last) = (self.consumer.name(), events.last().map(|event| event.position));
        if let [event] = events {
            let (kind, subject) = (event.kind.as_str(), event.subject.as_str());
            tracing::error!(consumer = name, kind, subject, error = error.told(), "an event is passed over");
            metrics::counter!("atrium_events_passed_over_total", "consumer" => name).increment(1);
            return Ok(true);
        }
        self.progress.failures = 0;
        self.progress.careful = last;
        Err(error)
    }
}

/// Returns once a batch under way has had its time after a stop.
async fn patience(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(GRACE).await;
}
