//! Suspending accounts and restoring them.

use sea_orm::{ActiveValue, EntityTrait};

use super::managed_person;
use super::people::subject;
use crate::access::actions::require_other_admin;
use crate::access::{self, Access, Actor, PLATFORM_ADMIN, Scope, require_not_above};
use crate::audit::{self, parse_reason};
use crate::db::Tx;
use crate::directory::{PersonId, person, store};
use crate::error::{Error, Result};
use crate::events;

/// Takes every access from a person, from their next request on. What they wrote stays.
///
/// # Errors
/// Not found, also when the actor may not know of them; forbidden, also on oneself and on those above; invalid without a
/// reason; a conflict when they are not in use, or are the last platform administrator.
pub async fn suspend(access: &Access, actor: &Actor, id: PersonId, reason: &str) -> Result<()> {
    let reason = parse_reason(reason)?;
    let tx = access.db().begin().await?;
    access::store::lock_policy(&tx).await?;
    let row = managed_person(&tx, actor, id).await?;
    if actor.person() == Some(id) {
        return Err(Error::forbidden("suspending oneself"));
    }
    let rights = access.rights_in(&tx, id).await?;
    require_not_above(actor, &rights)?;
    if rights.holds_role(PLATFORM_ADMIN, Scope::Platform, tx.now()) {
        require_other_admin(&tx, id).await?;
    }
    set(tx, actor, &row, (person::Status::Active, person::Status::Suspended), "core.person.suspended", reason).await
}

/// Gives a suspended person their access back.
///
/// # Errors
/// Not found, also when the actor may not know of them; forbidden; invalid without a reason; a conflict when they are not
/// suspended, or would come back with more than the actor administers.
pub async fn restore(access: &Access, actor: &Actor, id: PersonId, reason: &str) -> Result<()> {
    let reason = parse_reason(reason)?;
    let tx = access.db().begin().await?;
    let row = managed_person(&tx, actor, id).await?;
    require_not_above(actor, &access.rights_once_active(&tx, id).await?)?;
    set(tx, actor, &row, (person::Status::Suspended, person::Status::Active), "core.person.restored", reason).await
}

async fn set(
    tx: Tx,
    actor: &Actor,
    row: &person::Model,
    (from, to): (person::Status, person::Status),
    action: &'static str,
    reason: String,
) -> Result<()> {
    if row.status != from {
        return Err(Error::conflict(format!("person {} is not {from:?}", row.id)));
    }
    let change =
        person::ActiveModel { id: ActiveValue::Unchanged(row.id), status: ActiveValue::Set(to), ..Default::default() };
    person::Entity::update(change).exec(&tx).await?;
    store::bump_epochs(&tx, &[row.id]).await?;
    audit::write(&tx, actor.record(action, subject(row.id)).because(reason)).await?;
    events::append(&tx, actor.event(action, subject(row.id))).await?;
    tx.commit().await
}
