//! Work apart from requests: jobs run at an interval or at a time of day, queued tasks once for what an act left to be
//! done; each on one node at a time, and again after a failure.
//!
//! A job is done in small steps. Each run and each task is leased in SQL, so that one node has it and another one takes
//! over from a node that died; its end and its last error are kept there.

pub mod actions;
mod prune;
mod scheduler;
mod store;
mod tasks;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::ToSpan;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use crate::clock::Timestamp;
use crate::db::Db;
use crate::error::Result;

pub(crate) use prune::NIGHT;
pub use prune::Pruning;
pub(crate) use scheduler::Scheduler;
pub use store::JobStatus;
pub(crate) use store::statuses;
pub use tasks::{DeadTask, Outcome, QueueStatus, Task, TaskHandler, TaskId, TaskKind, TaskQueue, TaskRun};
pub(crate) use tasks::{TaskRunner, statuses as queue_statuses};

/// The shortest interval of a job.
const SHORTEST: Duration = Duration::from_secs(10);
/// The longest interval of a job.
const LONGEST: Duration = Duration::from_secs(400 * 86_400);
/// The pause after a first failure, in seconds; it doubles with each further one.
const FIRST_PAUSE: i64 = 60;
/// The longest pause after failures, in seconds.
const LONGEST_PAUSE: i64 = 3_600;

/// Work done step by step.
#[async_trait]
pub trait Job: Send + Sync + 'static {
    /// Does a part of the work that takes milliseconds, in a transaction of its own if it writes. `now` is the
    /// database's instant at the beginning of the run. A step may be repeated after a node died in it.
    ///
    /// # Errors
    /// An error ends the run; the job is tried again after a pause that doubles with each failure, an hour at most.
    async fn step(&self, db: &Db, now: Timestamp) -> Result<Step>;
}

/// The result of one step of a [`Job`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// This much was done, and there may be more to do: rows, messages.
    More(u64),
    /// This much was done, and the run has ended.
    Done(u64),
}

/// A job with its time.
///
/// ```
/// use atrium_platform::jobs::{Pruning, ScheduledJob};
///
/// // Every night, what was noted a year ago goes.
/// let old = Pruning::new("atrium_loans_reminder", "id", "at", 365);
/// let job = ScheduledJob::daily("loans.reminders", (3, 30), old);
/// ```
#[derive(Clone)]
pub struct ScheduledJob {
    id: &'static str,
    schedule: Schedule,
    job: Arc<dyn Job>,
}

/// When a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schedule {
    /// This long after it ended.
    Every(Duration),
    /// Each day at this hour and minute of the site's time zone.
    Daily(u8, u8),
}

impl ScheduledJob {
    /// Creates a job that runs `interval` after it ended the last time. Its id begins with its plugin's:
    /// `loans.reminders`.
    pub fn every(id: &'static str, interval: Duration, job: impl Job) -> Self {
        Self { id, schedule: Schedule::Every(interval), job: Arc::new(job) }
    }

    /// Creates a job that runs each day at an hour and minute of the site's time zone, or later that day if no node ran
    /// then.
    pub fn daily(id: &'static str, (hour, minute): (u8, u8), job: impl Job) -> Self {
        Self { id, schedule: Schedule::Daily(hour, minute), job: Arc::new(job) }
    }

    /// Returns its id.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Returns what is wrong with its schedule.
    pub(crate) fn mistake(&self) -> Option<String> {
        match self.schedule {
            Schedule::Every(interval) if !(SHORTEST..=LONGEST).contains(&interval) => {
                Some(format!("runs every {} s: expected 10 s to 400 days", interval.as_secs()))
            }
            Schedule::Daily(hour, minute) if time(hour, minute).is_none() => {
                Some(format!("runs at {hour}:{minute:02}, which is no time of day"))
            }
            _ => None,
        }
    }
}

/// Returns the pause after `failures` failures in a row, in seconds.
fn pause(failures: i64) -> i64 {
    let doublings = failures.saturating_sub(1).clamp(0, 20);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

fn time(hour: u8, minute: u8) -> Option<Time> {
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()
}

impl Schedule {
    /// Returns the first instant of this schedule after `now`.
    pub(crate) fn next(self, now: Timestamp, zone: &TimeZone) -> Timestamp {
        let later = now.plus_days(1);
        match self {
            Self::Every(interval) => now.plus_millis(i64::try_from(interval.as_millis()).unwrap_or(i64::MAX)),
            Self::Daily(hour, minute) => next_daily(now, zone, hour, minute).unwrap_or(later),
        }
    }
}

fn next_daily(now: Timestamp, zone: &TimeZone, hour: u8, minute: u8) -> Option<Timestamp> {
    let at = time(hour, minute)?;
    let today = jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned_datetime(zone.clone()).date();
    // The day after tomorrow: clocks that go forward may leave tomorrow without that time, which is then later.
    let days = (0..3).filter_map(|days| today.checked_add(days.days()).ok());
    let instants = days.filter_map(|day| day.to_datetime(at).to_zoned_datetime(zone.clone()).ok());
    instants.map(|instant| Timestamp(instant.timestamp().as_millisecond())).find(|instant| *instant > now)
}
