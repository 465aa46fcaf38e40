//! Measures how far behind a consumer is: the age of the oldest event it has not processed.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::clock::Timestamp;
use crate::db::Db;

/// The interval at which the age is reported during a long step.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// The time for which a consumer's last look at the outbox counts as current.
const RECENT: Duration = Duration::from_secs(5);
/// No event waits.
const NONE: i64 = i64::MIN;

/// The lag of one consumer. Clones share it.
#[derive(Clone)]
pub(super) struct Lag {
    db: Db,
    name: &'static str,
    waiting: Arc<AtomicI64>,
    looked: Arc<Mutex<Instant>>,
}

impl Lag {
    pub(super) fn new(db: Db, name: &'static str) -> Self {
        Self { db, name, waiting: Arc::new(AtomicI64::new(NONE)), looked: Arc::new(Mutex::new(Instant::now())) }
    }

    /// Sets the instant since which the oldest event waits, if one does.
    pub(super) fn waits(&self, since: Option<Timestamp>) {
        self.waiting.store(since.map_or(NONE, |since| since.0), Ordering::Relaxed);
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Returns `true` if an event is known to wait.
    pub(super) fn is_waiting(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) != NONE
    }

    /// Reports the age after a step, which looked at the outbox if `looked`.
    pub(super) fn tell(&self, looked: bool) {
        if looked {
            *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
        metrics::gauge!("atrium_consumer_behind_seconds", "consumer" => self.name).set(self.seconds());
    }

    /// Reports the age periodically; never returns.
    pub(super) async fn grow(&self) {
        loop {
            tokio::time::sleep(TELL_EVERY).await;
            self.tell(false);
        }
    }

    /// Returns the age in seconds. A consumer that could not look at the outbox may be behind by that time.
    fn seconds(&self) -> f64 {
        let waiting = self.waiting.load(Ordering::Relaxed);
        let known = if waiting == NONE { 0 } else { self.db.now().0.saturating_sub(waiting).max(0) };
        let blind = self.looked.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        let blind = if blind > RECENT { blind } else { Duration::ZERO };
        Duration::from_millis(known.unsigned_abs()).max(blind).as_secs_f64()
    }
}
