//! Who may handle whose account. Whoever can set a password can act as its owner: so only for people all of whose schools
//! the actor keeps, and never for somebody who was given what the actor does not have.

use crate::access::{Access, Actor, Effect, Origin, require_not_above};
use crate::db::Tx;
use crate::directory::PersonId;
use crate::directory::actions::managed_person;
use crate::error::{Error, Result};

/// Passes if the actor may handle the account of `person`: for pages that offer it. The acts check again.
///
/// # Errors
/// Not found, also when the actor may not know of them; forbidden; or the database failed.
pub async fn require_management(access: &Access, actor: &Actor, person: PersonId) -> Result<()> {
    let tx = access.db().begin().await?;
    require_managed(&tx, access, actor, person).await?;
    tx.rollback().await
}

/// [`require_management`], within the act's transaction.
pub(super) async fn require_managed(tx: &Tx, access: &Access, actor: &Actor, person: PersonId) -> Result<()> {
    if actor.rights().is_everything() {
        return managed_person(tx, actor, person).await.map(drop);
    }
    actor.require_person()?;
    managed_person(tx, actor, person).await?;
    let now = tx.now();
    // As if they were in use: a suspended account comes back with what it had.
    let rights = access.rights_once_active(tx, person).await?;
    require_not_above(actor, &rights)?;
    let given = rights.held().iter().filter(|role| matches!(role.origin, Origin::Assignment { .. }));
    for role in given.filter(|role| role.effect == Effect::Permit && !role.validity.is_over(now)) {
        let beyond = |permission: &&_| !actor.rights().check_throughout(**permission, role.scope, now);
        if let Some(permission) = role.permissions.iter().find(beyond) {
            return Err(Error::forbidden(format!("the account of person {person}, who may {permission}")));
        }
    }
    Ok(())
}
