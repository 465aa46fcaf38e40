//! The progress of filling an index, for the log, `/readyz` and pages.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The interval between log lines.
const TELL_EVERY: Duration = Duration::from_secs(10);
/// No filling is under way, or its size is unknown.
const UNKNOWN: u64 = 0;

/// The subjects read, and their total.
#[derive(Default)]
pub(super) struct Progress {
    done: AtomicU64,
    all: AtomicU64,
    told: Mutex<Option<Instant>>,
}

impl Progress {
    /// Begins, with `done` of `all` subjects read already.
    pub(super) fn begin(&self, done: u64, all: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.all.store(all, Ordering::Relaxed);
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Adds subjects that were read; logs the progress now and then.
    pub(super) fn add(&self, subjects: u64) {
        let done = self.done.fetch_add(subjects, Ordering::Relaxed) + subjects;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
            *told = Some(Instant::now());
            tracing::info!(subjects = done, percent = self.percent(), "the search index is being filled");
        }
    }

    pub(super) fn end(&self) {
        self.all.store(UNKNOWN, Ordering::Relaxed);
    }

    pub(super) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Returns the progress from 0 to 99; `None` while no filling is under way.
    pub(super) fn percent(&self) -> Option<u8> {
        match self.all.load(Ordering::Relaxed) {
            UNKNOWN => None,
            all => Some(u8::try_from((self.done() * 100 / all).min(99)).unwrap_or(99)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_known_only_while_there_is_some() {
        let progress = Progress::default();
        assert_eq!(progress.percent(), None);
        progress.begin(0, 300);
        progress.add(150);
        assert_eq!(progress.percent(), Some(50));
        progress.add(400);
        assert_eq!(progress.percent(), Some(99), "things were written meanwhile");
        progress.end();
        assert_eq!(progress.percent(), None);
    }
}
