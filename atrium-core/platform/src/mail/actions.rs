//! Looking at addresses that were refused, and having mail sent to them again.

use super::store::{self, Suppressed};
use crate::access::permissions::JOBS_RUN;
use crate::access::{Actor, Scope};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::events::{Act, DeclaredEvent, EventKind};
use crate::id::PersonId;

/// Mail goes to a person's address again.
const ADDRESS_RESTORED: EventKind = EventKind::new("core.mail.address_restored");

/// Returns the kinds of events of mail.
#[must_use]
pub(crate) fn declared_events() -> Vec<DeclaredEvent> {
    vec![ADDRESS_RESTORED.declared()]
}

/// Returns the people whose addresses a server refused, by number, `most` at most, after the number `after`.
///
/// # Errors
/// Returns `is_forbidden` if the actor may not run jobs, or an error if the database fails.
pub async fn suppressed(db: &Db, actor: &Actor, after: Option<PersonId>, most: u64) -> Result<Vec<Suppressed>> {
    actor.require(JOBS_RUN, Scope::Platform)?;
    store::suppressed(db, after, most).await
}

/// Has mail sent to a person's address again.
///
/// # Errors
/// Returns `is_forbidden` if the actor may not run jobs, `is_not_found` if no address of theirs was refused, or an error if
/// the database fails.
pub async fn restore(db: &Db, actor: &Actor, person: PersonId) -> Result<()> {
    actor.require(JOBS_RUN, Scope::Platform)?;
    let tx = db.begin().await?;
    if !store::restore(&tx, person).await? {
        return Err(Error::not_found(format!("a refused address of person {person}")));
    }
    tx.record(Act::new(actor, ADDRESS_RESTORED).on(format!("person:{person}"))).await?;
    tx.commit().await
}
