//! Bounds costly computations: how many run at once, and how many may wait.
//!
//! Requests that take much processor time or memory run here, off the asynchronous threads: hashing, rendering,
//! comparing, searching. Their total cost at once is bounded: the slots times the cost of one.

use std::sync::LazyLock;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// The seconds after which a refused request may be sent again.
const RETRY_AFTER: u64 = 3;

/// Previews of texts. Visitors may ask for them, so they have slots of their own and cannot block posting.
pub static PREVIEWS: LazyLock<Slots> = LazyLock::new(|| Slots::new("previews", cores().min(2), 64, TURN));
/// Rendering and comparing texts that are kept.
pub static TEXTS: LazyLock<Slots> = LazyLock::new(|| Slots::new("texts", cores().min(4), 128, TURN));
/// Searches and suggestions.
#[cfg(feature = "search")]
pub(crate) static SEARCHES: LazyLock<Slots> = LazyLock::new(|| Slots::new("searches", cores().clamp(2, 16), 256, TURN));

/// The longest that a request waits for its turn.
const TURN: Duration = Duration::from_secs(10);

fn cores() -> usize {
    available_parallelism().map_or(2, usize::from)
}

/// A fixed number of slots for one kind of work, with a queue of fixed length.
#[derive(Debug)]
pub struct Slots {
    what: &'static str,
    free: Semaphore,
    /// Slots and places in the queue together.
    places: Semaphore,
    patience: Duration,
}

impl Slots {
    /// Creates slots for `at_once` pieces of work, called `what` in logs and metrics. `queue` more may wait, each
    /// for `patience` at most.
    #[must_use]
    pub const fn new(what: &'static str, at_once: usize, queue: usize, patience: Duration) -> Self {
        Self { what, free: Semaphore::const_new(at_once), places: Semaphore::const_new(at_once + queue), patience }
    }

    /// Runs `work` on a blocking thread once a slot is free. It keeps its slot until it ends, even if the caller is
    /// gone.
    ///
    /// # Errors
    /// Returns [`is_unavailable`](Error::is_unavailable), with a time to wait, if the queue is full or the turn
    /// does not come; an internal error if `work` panics.
    pub async fn run<T, F>(&'static self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let place = self.places.try_acquire().map_err(|_| self.refuse())?;
        let slot = match tokio::time::timeout(self.patience, self.free.acquire()).await {
            Ok(slot) => slot.map_err(|source| Error::internal("slots of work", source))?,
            Err(_) => return Err(self.refuse()),
        };
        let done = tokio::task::spawn_blocking(move || {
            let _held = (place, slot);
            work()
        });
        done.await.map_err(|source| Error::internal(format!("the work of {}", self.what), source))
    }

    fn refuse(&self) -> Error {
        metrics::counter!("atrium_work_refused_total", "work" => self.what).increment(1);
        Error::busy(self.what, RETRY_AFTER)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    #[tokio::test(flavor = "multi_thread")]
    async fn what_finds_no_place_is_refused_with_a_time_to_wait() {
        static SLOTS: Slots = Slots::new("tests", 1, 1, LONG);
        let (release, released) = mpsc::channel::<()>();
        let (begins, begun) = tokio::sync::oneshot::channel();
        let first = tokio::spawn(SLOTS.run(move || {
            let _ = begins.send(());
            released.recv()
        }));
        begun.await.unwrap();
        let mut second = Box::pin(SLOTS.run(|| 2));
        assert!(futures::poll!(&mut second).is_pending());
        let refused = SLOTS.run(|| 3).await.unwrap_err();
        assert!(refused.is_unavailable() && refused.retry_after().is_some());
        release.send(()).unwrap();
        assert_eq!(second.await.unwrap(), 2);
        first.await.unwrap().unwrap().unwrap();
        assert_eq!(SLOTS.run(|| 4).await.unwrap(), 4);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn work_whose_caller_has_gone_keeps_its_slot_to_its_end() {
        static SLOTS: Slots = Slots::new("tests", 1, 0, LONG);
        let (release, released) = mpsc::channel::<()>();
        let (begins, begun) = tokio::sync::oneshot::channel();
        let gone = tokio::spawn(SLOTS.run(move || {
            let _ = begins.send(());
            released.recv()
        }));
        begun.await.unwrap();
        gone.abort();
        assert!(gone.await.is_err());
        assert!(SLOTS.run(|| ()).await.unwrap_err().is_unavailable());
        release.send(()).unwrap();
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_slot_back() {
        static SLOTS: Slots = Slots::new("tests", 1, 0, LONG);
        assert!(SLOTS.run(|| panic!("as a test does")).await.is_err());
        assert!(SLOTS.run(|| ()).await.is_ok());
    }
}
