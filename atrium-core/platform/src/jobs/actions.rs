//! Looking at scheduled jobs, and having one run now.

use super::store::{self, JobStatus};
use crate::access::permissions::JOBS_RUN;
use crate::access::{Actor, Scope};
use crate::db::Db;
use crate::error::{Error, Message, Result};
use crate::events::{Act, EventKind};

/// A job was made due by hand.
pub(crate) const JOB_ASKED: EventKind = EventKind::new("core.job.asked");

/// Returns every job that a node of the site registered, by id.
///
/// # Errors
/// Returns `is_forbidden` if the actor may not run jobs, or an error if the database fails.
pub(crate) async fn list(db: &Db, actor: &Actor) -> Result<Vec<JobStatus>> {
    actor.require(JOBS_RUN, Scope::Platform)?;
    store::statuses(db, db.now()).await
}

/// Makes a job due now; a node takes it within seconds.
///
/// # Errors
/// Returns `is_forbidden` if the actor may not run jobs, `is_not_found` if there is no such job, `is_conflict` if a node
/// runs it, or an error if the database fails.
pub(crate) async fn ask(db: &Db, actor: &Actor, id: &str) -> Result<()> {
    actor.require(JOBS_RUN, Scope::Platform)?;
    let known = store::statuses(db, db.now()).await?;
    if known.iter().all(|job| job.id != id) {
        return Err(Error::not_found(format!("job `{id}`")));
    }
    let tx = db.begin().await?;
    if !store::ask(&tx, id).await? {
        return Err(Error::conflict_with(format!("job `{id}` runs"), Message::new("job-is-running")));
    }
    tx.record(Act::new(actor, JOB_ASKED).on(format!("job:{id}"))).await?;
    tx.commit().await
}
