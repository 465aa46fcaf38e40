//! The tasks that carry events to consumers.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::anchor::{Anchor, at_head};
use super::lag::Lag;
use super::lease::{self, Lease};
use super::{Consumer, Delivery, Event, Position, at, newest, read_after, waiting_since};
use crate::db::Db;
use crate::error::{Error, Result};

/// Events offered at once on a node of their own.
const NODE_BATCH: u64 = 500;
/// Events offered at once for the cluster: a node that stops ends its batch first, and one that dies has it done again.
const CLUSTER_BATCH: u64 = 50;
/// How often the outbox is looked at though no bell rang: while the bell does not ring for other processes, and while an
/// event waits for an older transaction, whose end rings no bell.
const POLL: Duration = Duration::from_secs(1);
/// The same while the bell rings for everything: a net.
const NET: Duration = Duration::from_secs(10);
/// The pause after a consumer failed.
const PAUSE: Duration = Duration::from_secs(2);
/// How long a batch under way at a stop may take; then it is offered again at the next start.
const GRACE: Duration = Duration::from_secs(5);
/// How long giving a lease back may take at a stop; then it runs out.
const RELEASE: Duration = Duration::from_secs(2);
/// How often a lease is renewed while a batch takes its time.
const RENEWAL: Duration = Duration::from_secs(lease::SECONDS.unsigned_abs() / 3);
/// How often a cluster-wide consumer may fail on the same events before they are offered one by one, and on a single one
/// before it is passed over.
const TRIES: u32 = 5;

/// Carries events to one consumer until it is told to stop.
///
/// What a node does for itself can be done again and is broken off by a stop. What is done once for the cluster is
/// finished, batch by batch, unless it takes too long; an event on which it fails every time is written to the log and
/// passed over, or it would hold up all that follow.
pub struct Worker {
    db: Db,
    consumer: Arc<dyn Consumer>,
    lease: Lease,
    stop: CancellationToken,
    progress: Progress,
    lag: Lag,
}

/// Where a worker stands between two batches.
#[derive(Default)]
struct Progress {
    /// Of a consumer of this node's own.
    anchor: Option<Anchor>,
    /// Failures on the events that come next.
    failures: u32,
    /// Up to here, events are offered one by one.
    careful: Option<Position>,
}

/// Whether there may be more to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Moved,
    Rested,
}

impl Worker {
    /// A worker for `consumer` on the node named `node`.
    #[must_use]
    pub fn new(db: Db, consumer: Arc<dyn Consumer>, node: String, stop: CancellationToken) -> Self {
        let lease = Lease::new(db.clone(), consumer.name(), node);
        let lag = Lag::new(db.clone(), consumer.name());
        Self { db, consumer, lease, stop, progress: Progress::default(), lag }
    }

    /// Runs until stopped; failures are logged and retried.
    pub async fn run(mut self) {
        let name = self.consumer.name();
        let (stop, lag) = (self.stop.clone(), self.lag.clone());
        let mut bell = self.db.bell();
        while !stop.is_cancelled() {
            bell.mark_unchanged();
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
                    // The position stays: the batch is offered again, and not before the pause is over.
                    tracing::error!(consumer = name, error = error.told(), "events could not be consumed");
                    false
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                _ = bell.changed(), if rested => {}
                () = tokio::time::sleep(if rested { self.rest() } else { PAUSE }) => {}
            }
            // Whoever rests knows what waits: the bell would have rung.
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

    /// How long to rest when no bell rings.
    fn rest(&self) -> Duration {
        if self.db.is_told() && !self.lag.is_waiting() { NET } else { POLL }
    }

    /// Offers everything there is, once: for tests and commands that want effects before they go on.
    ///
    /// # Errors
    /// The consumer or the database failed.
    pub async fn catch_up(&mut self) -> Result<()> {
        while self.step().await? == Step::Moved {}
        Ok(())
    }

    /// Offers one batch.
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
            None => {
                let start = self.beginning().await?.position;
                self.lease.begin_at(start).await?;
            }
            Some(reached) if self.is_beyond(reached).await? => {
                self.tell_lost(reached);
                self.lease.correct(reached, newest(&self.db).await?).await?;
                return Ok(Step::Moved);
            }
            // Looking costs nothing; a lease is a write.
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

    /// Returns `true` if the outbox ends before `reached`: it went back, as after a restore.
    async fn is_beyond(&self, reached: Position) -> Result<bool> {
        Ok(at(&self.db, reached).await?.is_none() && newest(&self.db).await? < reached)
    }

    fn tell_lost(&self, position: Position) {
        let name = self.consumer.name();
        tracing::warn!(consumer = name, %position, "the outbox went back, or no longer has what is to be read next");
        metrics::counter!("atrium_positions_lost_total", "consumer" => name).increment(1);
    }

    /// Breaks `work` off when it takes longer than the consumer says; it is begun again after a pause.
    async fn within_limit<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let longest = self.consumer.longest();
        tokio::time::timeout(longest, work).await.unwrap_or_else(|_| {
            let name = self.consumer.name();
            metrics::counter!("atrium_consumer_overruns_total", "consumer" => name).increment(1);
            Err(Error::bug(format!("`{name}` took longer than {} s", longest.as_secs())))
        })
    }

    /// Where a consumer starts that has no position yet.
    async fn beginning(&self) -> Result<Anchor> {
        match self.within_limit(self.consumer.position(&self.db)).await? {
            Some(kept) => Anchor::cast(&self.db, kept).await,
            None => at_head(&self.db).await,
        }
    }

    /// What can be read after `from`. What waits is told as it is, whether it can be read or not.
    async fn read(&mut self, from: Position, limit: u64) -> Result<Vec<Event>> {
        let events = read_after(&self.db, from, limit).await?;
        let since = match events.first() {
            Some(event) => Some(event.at),
            None => waiting_since(&self.db, from).await?,
        };
        self.lag.waits(since);
        Ok(events)
    }

    /// Lets the consumer take `events` while the lease is renewed; says whether the lease is still this node's.
    async fn offer(&self, events: &[Event]) -> Result<bool> {
        tokio::select! {
            done = self.within_limit(self.consumer.consume(&self.db, events)) => done.map(|()| true),
            () = self.lose_lease() => Ok(false),
        }
    }

    /// Renews the lease; returns once another node has it.
    async fn lose_lease(&self) {
        loop {
            tokio::time::sleep(RENEWAL).await;
            match self.lease.take().await {
                Ok(Some(_)) => {}
                Ok(None) => return,
                // The lease holds for a while yet.
                Err(error) => tracing::warn!(%error, "a lease could not be renewed"),
            }
        }
    }

    /// Counts a failure: `Ok` when `events` is a single one that failed too often and is to be passed over.
    fn passed_over(&mut self, events: &[Event], error: Error) -> Result<bool> {
        if error.is_unavailable() {
            // Not the events' doing.
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

/// Returns once a batch under way at a stop has had its time.
async fn patience(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(GRACE).await;
}
