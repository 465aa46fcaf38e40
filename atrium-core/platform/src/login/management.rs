//! Who may handle whose account. Whoever can set a password can act as its owner: so only for people all of whose schools
//! the actor keeps, and never for somebody who holds what the actor does not.

use crate::access::{Access, Actor, Standing, require_account};
use crate::db::Tx;
use crate::directory::PersonId;
use crate::directory::actions::{kept_person, managed_person};
use crate::directory::store::lock_person;
use crate::error::Result;

/// Passes if the actor may handle the account of `person`: for pages that offer it. The acts check again.
///
/// # Errors
/// Not found, also when the actor may not know of them; forbidden; or the database failed.
pub async fn require_management(access: &Access, actor: &Actor, person: PersonId) -> Result<()> {
    let tx = access.db().begin().await?;
    require_managed(&tx, access, actor, person).await?;
    tx.rollback().await
}

/// May the actor handle the account of `person`? For pages that show the person anyway.
///
/// # Errors
/// The database failed.
pub async fn may_manage(access: &Access, actor: &Actor, person: PersonId) -> Result<bool> {
    match kept_person(access.db(), actor, person).await {
        Ok(_) => Ok(Standing::of(access, actor, person).await?.is_held),
        Err(error) if error.is_forbidden() || error.is_not_found() || error.is_sign_in_required() => Ok(false),
        Err(error) => Err(error),
    }
}

/// [`require_management`], within the act's transaction. What they hold does not widen until `tx` ends.
pub(super) async fn require_managed(tx: &Tx, access: &Access, actor: &Actor, person: PersonId) -> Result<()> {
    if !actor.rights().is_everything() {
        actor.require_person()?;
    }
    managed_person(tx, actor, person).await?;
    lock_person(tx, person).await?;
    require_account(tx, access, actor, person).await
}
