//! How far behind a consumer is, as people feel it: the age of the oldest event it has not taken.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::clock::Timestamp;
use crate::db::Db;

/// How often the age is told while a step takes its time.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// A consumer that looked at the outbox less long ago than this knows what waits.
const RECENT: Duration = Duration::from_secs(5);
/// Nothing waits.
const NONE: i64 = i64::MIN;

/// The figure of one consumer. Clones share it.
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

    /// Notes since when the oldest event waits, if one does.
    pub(super) fn waits(&self, since: Option<Timestamp>) {
        self.waiting.store(since.map_or(NONE, |since| since.0), Ordering::Relaxed);
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Returns `true` if an event waits, as far as is known.
    pub(super) fn is_waiting(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) != NONE
    }

    /// Tells the age after a step, which found out what waits if `looked`.
    pub(super) fn tell(&self, looked: bool) {
        if looked {
            *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
        metrics::gauge!("atrium_consumer_behind_seconds", "consumer" => self.name).set(self.seconds());
    }

    /// Tells the age again and again; never returns.
    pub(super) async fn grow(&self) {
        loop {
            tokio::time::sleep(TELL_EVERY).await;
            self.tell(false);
        }
    }

    /// The age in seconds. A consumer that cannot look may be as far behind as it has not looked.
    fn seconds(&self) -> f64 {
        let waiting = self.waiting.load(Ordering::Relaxed);
        let known = if waiting == NONE { 0 } else { self.db.now().0.saturating_sub(waiting).max(0) };
        let blind = self.looked.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        let blind = if blind > RECENT { blind } else { Duration::ZERO };
        Duration::from_millis(known.unsigned_abs()).max(blind).as_secs_f64()
    }
}
