//! Runs the jobs of one node when they are due.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::store::{self, JOBS};
use super::{ScheduledJob, Step, pause};
use crate::clock::{Timestamp, zone};
use crate::db::Db;
use crate::error::{Error, Result};

/// The delay between a node's start and its first jobs: requests come first.
const AFTER_START: Duration = Duration::from_secs(60);
/// The interval at which a node looks for jobs that are due.
const LOOK: Duration = Duration::from_secs(15);
/// The shortest pause between two steps.
const PAUSE: Duration = Duration::from_millis(5);
/// The most jobs that one node runs at once, so that a long one does not hold up the others.
const AT_ONCE: usize = 3;

/// The jobs of one node. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Scheduler {
    db: Db,
    jobs: Arc<[ScheduledJob]>,
    node: String,
    asked: Arc<Notify>,
    stop: CancellationToken,
}

/// What came of a job that was due.
#[derive(Debug)]
enum End {
    /// Another node has it.
    Elsewhere,
    /// It was broken off by a stop, or its lease was lost.
    BrokenOff,
    /// It did this much.
    Done(u64),
}

impl Scheduler {
    pub(crate) fn new(db: Db, jobs: Vec<ScheduledJob>, node: String, stop: CancellationToken) -> Self {
        Self { db, jobs: jobs.into(), node, asked: Arc::default(), stop }
    }

    /// Returns the jobs.
    pub(crate) fn jobs(&self) -> &[ScheduledJob] {
        &self.jobs
    }

    /// Looks for jobs that are due without waiting for the next look.
    pub(crate) fn look_now(&self) {
        self.asked.notify_one();
    }

    /// Notes in the database which jobs there are, so that what was never run is due in its time.
    pub(crate) async fn register(&self) -> Result<()> {
        let tx = self.db.begin().await?;
        let now = tx.database_now().await?;
        for job in self.jobs.iter() {
            store::register(&tx, job.id, job.schedule.next(now, zone())).await?;
        }
        tx.commit().await
    }

    /// Runs jobs as they are due, until the stop.
    pub(crate) async fn run(self) {
        let mut running = JoinSet::new();
        let mut at_work: BTreeSet<&'static str> = BTreeSet::new();
        let mut wait = AFTER_START;
        loop {
            tokio::select! {
                () = self.stop.cancelled() => break,
                () = self.asked.notified() => {}
                () = tokio::time::sleep(wait) => {}
                Some(ended) = running.join_next(), if !running.is_empty() => {
                    at_work.retain(|id| ended.as_ref().ok() != Some(id));
                }
            }
            wait = LOOK;
            // A clock that was set goes nowhere by itself: who set it runs what is due.
            if !self.db.clock().follows_machine() {
                continue;
            }
            let due = match self.due().await {
                Ok(due) => due,
                Err(error) => {
                    tracing::warn!(error = error.told(), "jobs that are due could not be looked for");
                    continue;
                }
            };
            for job in due {
                if running.len() < AT_ONCE && at_work.insert(job.id) {
                    let this = self.clone();
                    running.spawn(async move {
                        this.run_one(&job).await;
                        job.id
                    });
                }
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Returns the jobs of this node that are due and free.
    async fn due(&self) -> Result<Vec<ScheduledJob>> {
        let due = store::due(&self.db, self.db.now()).await?;
        let find = |id: &String| self.jobs.iter().find(|job| job.id == id).cloned();
        Ok(due.iter().filter_map(find).collect())
    }

    /// Runs the jobs that are due now, one after the other, and returns how much each did.
    pub(crate) async fn run_due(&self) -> Result<Vec<(&'static str, u64)>> {
        let mut done = Vec::new();
        for job in self.due().await? {
            if let End::Done(much) = self.run_one(&job).await {
                done.push((job.id, much));
            }
        }
        Ok(done)
    }

    async fn run_one(&self, job: &ScheduledJob) -> End {
        match self.try_one(job).await {
            Ok(end) => end,
            Err(error) => {
                tracing::warn!(job = job.id, error = error.told(), "a job could not be leased, or its end not noted");
                End::BrokenOff
            }
        }
    }

    async fn try_one(&self, job: &ScheduledJob) -> Result<End> {
        let Some(now) = store::take(&self.db, job.id, &self.node, pause).await? else { return Ok(End::Elsewhere) };
        let started = Instant::now();
        let mut done = 0;
        let held = JOBS.lease(self.db.clone(), job.id, self.node.clone());
        let ended = held.hold(AssertUnwindSafe(self.steps(job, now, &mut done)).catch_unwind()).await;
        let lease = (job.id, self.node.as_str());
        let seconds = started.elapsed().as_secs_f64();
        if done > 0 {
            metrics::counter!("atrium_job_done_total", "job" => job.id).increment(done);
            tracing::info!(job = job.id, done, seconds, "a scheduled job");
        }
        let failed = match ended {
            None => return Ok(End::BrokenOff),
            Some(Ok(Ok(true))) => {
                store::succeed(&self.db, lease, done, |now| job.schedule.next(now, zone())).await?;
                return Ok(End::Done(done));
            }
            Some(Ok(Ok(false))) => {
                // It stays due.
                held.release().await?;
                return Ok(End::BrokenOff);
            }
            Some(Ok(Err(error))) => error,
            Some(Err(_)) => Error::bug("the job panicked"),
        };
        store::fail(&self.db, lease, (done, &failed.told()), pause).await?;
        Ok(End::BrokenOff)
    }

    /// Steps until the job is done, pausing after each step for as long as it took; returns `false` if a stop came first.
    async fn steps(&self, job: &ScheduledJob, now: Timestamp, done: &mut u64) -> Result<bool> {
        while !self.stop.is_cancelled() {
            let started = Instant::now();
            match job.job.step(&self.db, now).await? {
                Step::More(more) => *done += more,
                Step::Done(last) => {
                    *done += last;
                    return Ok(true);
                }
            }
            tokio::time::sleep(started.elapsed().max(PAUSE)).await;
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::super::Schedule;
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        assert_eq!([1, 2, 3, 6, 7, 60, i64::MAX].map(pause), [60, 120, 240, 1_920, 3_600, 3_600, 3_600]);
    }

    #[test]
    fn a_daily_job_follows_the_clocks_of_the_zone() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let next = |text: &str, hour, minute| {
            let now = Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
            Schedule::Daily(hour, minute).next(now, &paris).to_rfc3339()
        };
        assert_eq!(next("2026-03-16T12:00:00Z", 3, 30), "2026-03-17T02:30:00Z");
        assert_eq!(next("2026-03-17T02:29:59Z", 3, 30), "2026-03-17T02:30:00Z");
        assert_eq!(next("2026-03-17T02:30:00Z", 3, 30), "2026-03-18T02:30:00Z");
        // The 29th has no 2:30, which is then 3:30; the 25th of October has two, of which the first counts.
        assert_eq!(next("2026-03-28T12:00:00Z", 2, 30), "2026-03-29T01:30:00Z");
        assert_eq!(next("2026-10-24T12:00:00Z", 2, 30), "2026-10-25T00:30:00Z");
        assert_eq!(next("2026-10-25T00:30:00Z", 2, 30), "2026-10-26T01:30:00Z");
    }

    proptest! {
        #[test]
        fn the_next_time_is_later_and_within_two_days(now in 0_i64..4_000_000_000_000, hour in 0_u8..24, minute in 0_u8..60) {
            let paris = TimeZone::get("Europe/Paris").unwrap();
            let next = Schedule::Daily(hour, minute).next(Timestamp(now), &paris);
            prop_assert!(next.0 > now && next.0 - now <= 26 * 3_600_000);
            let again = Schedule::Daily(hour, minute).next(next, &paris);
            prop_assert!((22 * 3_600_000..=26 * 3_600_000).contains(&(again.0 - next.0)));
        }
    }
}
