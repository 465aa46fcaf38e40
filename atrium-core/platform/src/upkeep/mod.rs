//! Daily upkeep of the database: chores done in small steps by one node, a while after its start and then once a
//! day.
//!
//! Core's own chores and the plugins' ([`Plugin::chores`](crate::plugin::Plugin::chores)) run one after the other.
//! The owner of a chore decides what it removes; this module decides when, and how much at once.

mod prune;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, Statement};
use tokio_util::sync::CancellationToken;

use crate::clock::Timestamp;
use crate::db::{Db, Lock};
use crate::error::Result;

pub use prune::Pruning;

/// The lock under which nodes run the chores one at a time.
const UPKEEP: Lock = Lock::named("core.upkeep");
/// The setting that holds the instant at which the chores were done last.
const DONE: &str = "core.upkeep";
/// The setting that holds the instant at which they were begun last.
const BEGUN: &str = "core.upkeep_begun";
/// The setting that holds the failures of the last run, a line for each chore; empty without failures.
const GIVEN_UP: &str = "core.upkeep_given_up";
/// The delay between a node's start and its chores: requests come first.
const AFTER_START: Duration = Duration::from_secs(60);
/// The interval at which a node checks whether the chores are due.
const LOOK: Duration = Duration::from_secs(3600);
/// The interval between two runs, in seconds.
const DAILY: i64 = 24 * 3600;
/// The shortest pause between two steps.
const PAUSE: Duration = Duration::from_millis(5);

/// Work that one node does once a day, step by step.
#[async_trait]
pub trait Chore: Send + Sync + 'static {
    /// Returns the name for logs and metrics, unique and stable, beginning with its owner: `forum.read_marks`.
    fn name(&self) -> &'static str;

    /// Does a part of the work that takes milliseconds, in a transaction of its own if it writes. `now` is the
    /// database's instant.
    ///
    /// # Errors
    /// An error ends the chore until the next day.
    async fn step(&self, db: &Db, now: Timestamp) -> Result<Step>;
}

/// The result of one step of a [`Chore`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// This many rows changed; there may be more to do.
    More(u64),
    /// This many rows changed, and the chore is done.
    Done(u64),
}

/// Runs `chores` a while after the start and then once a day, until `stop`.
pub(crate) async fn keep_up(db: Db, chores: Vec<Arc<dyn Chore>>, stop: CancellationToken) {
    let mut next = AFTER_START;
    let mut is_first = true;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(next) => {}
        }
        next = LOOK;
        match is_due(&db, is_first).await {
            Ok(false) => {}
            Ok(true) => {
                if let Err(error) = do_all(&db, &chores, &stop).await {
                    tracing::warn!(error = error.told(), "the daily upkeep was broken off");
                }
                is_first = false;
            }
            Err(error) => tracing::warn!(error = error.told(), "the daily upkeep could not begin"),
        }
    }
}

async fn is_due(db: &Db, is_first: bool) -> Result<bool> {
    let since = known(db).await?.done;
    Ok(is_first || since.is_none_or(|done| done.plus_seconds(DAILY) <= db.now()))
}

/// The last run of the chores, on any node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// The instant of the last beginning.
    pub(crate) begun: Option<Timestamp>,
    /// The beginning of the last completed run.
    pub(crate) done: Option<Timestamp>,
    /// The failures of the last run, a line for each chore.
    pub(crate) given_up: String,
}

/// Returns the last run of the chores.
pub(crate) async fn known(db: &Db) -> Result<Known> {
    let mut known = Known::default();
    let sql = "SELECT name, value FROM atrium_setting WHERE name IN ($1, $2, $3)";
    let names = [DONE.into(), BEGUN.into(), GIVEN_UP.into()];
    for row in db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, names)).await? {
        let (name, value): (String, String) = (row.try_get("", "name")?, row.try_get("", "value")?);
        let instant = || value.parse().ok().map(Timestamp);
        match name.as_str() {
            DONE => known.done = instant(),
            BEGUN => known.begun = instant(),
            _ => known.given_up = value,
        }
    }
    Ok(known)
}

/// Runs `chores` now, each to its end, unless another node runs them. Returns the number of rows each changed. A
/// failing chore is logged, and the others go on.
///
/// # Errors
/// Returns an error if the database fails outside of a chore.
pub(crate) async fn do_all(
    db: &Db,
    chores: &[Arc<dyn Chore>],
    stop: &CancellationToken,
) -> Result<Vec<(&'static str, u64)>> {
    let Some(alone) = db.try_advisory_lock(&UPKEEP).await? else { return Ok(Vec::new()) };
    let now = {
        let tx = db.begin().await?;
        let now = tx.database_now().await?;
        tx.rollback().await?;
        now
    };
    note(db, BEGUN, now.0.to_string()).await?;
    let (mut changed, mut given_up) = (Vec::new(), Vec::new());
    for chore in chores {
        let name = chore.name();
        let started = Instant::now();
        let (rows, done) = do_one(db, chore.as_ref(), now, stop).await;
        if rows > 0 {
            metrics::counter!("atrium_upkeep_rows_total", "chore" => name).increment(rows);
            tracing::info!(chore = name, rows, seconds = started.elapsed().as_secs_f64(), "daily upkeep");
        }
        if let Err(error) = done {
            metrics::counter!("atrium_upkeep_failures_total", "chore" => name).increment(1);
            tracing::warn!(chore = name, error = error.told(), "a chore of the daily upkeep was given up");
            given_up.push(format!("{name}: {}", error.told()));
        }
        changed.push((name, rows));
    }
    if !stop.is_cancelled() {
        note(db, GIVEN_UP, given_up.join("\n")).await?;
        note(db, DONE, now.0.to_string()).await?;
    }
    alone.end().await?;
    Ok(changed)
}

/// Steps until the chore is done, pausing after each step for as long as it took.
async fn do_one(db: &Db, chore: &dyn Chore, now: Timestamp, stop: &CancellationToken) -> (u64, Result<()>) {
    let mut rows = 0;
    while !stop.is_cancelled() {
        let started = Instant::now();
        match chore.step(db, now).await {
            Ok(Step::More(more)) => rows += more,
            Ok(Step::Done(last)) => return (rows + last, Ok(())),
            Err(error) => return (rows, Err(error)),
        }
        tokio::time::sleep(started.elapsed().max(PAUSE)).await;
    }
    (rows, Ok(()))
}

async fn note(db: &Db, name: &str, value: String) -> Result<()> {
    let tx = db.begin().await?;
    let sql = "INSERT INTO atrium_setting (name, value) VALUES ($1, $2) \
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    let values = [name.into(), value.into()];
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    tx.commit().await
}
