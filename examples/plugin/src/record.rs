//! What every act leaves behind it: an event for those who follow, a line in the audit record.

use atrium_core::access::{Actor, Scope};
use atrium_core::audit::Changes;
use atrium_core::db::Tx;
use atrium_core::directory::EstablishmentId;
use atrium_core::{Result, audit, events};

/// Writes both in the transaction of the action itself.
pub(crate) async fn act(
    tx: &Tx,
    actor: &Actor,
    action: &'static str,
    subject: String,
    school: EstablishmentId,
) -> Result<()> {
    changed(tx, actor, action, subject, school, Changes::new()).await
}

/// Does the same as [`act`] for an action that changes fields, which the record lists.
pub(crate) async fn changed(
    tx: &Tx,
    actor: &Actor,
    action: &'static str,
    subject: String,
    school: EstablishmentId,
    changes: Changes,
) -> Result<()> {
    let scope = Scope::Establishment(school);
    events::append(tx, actor.event(action, subject.clone()).within(scope)).await?;
    let record = actor.record(action, subject).within(scope);
    audit::write(tx, if changes.is_empty() { record } else { record.with(changes) }).await
}
