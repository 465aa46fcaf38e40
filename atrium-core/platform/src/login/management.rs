//! Decides who may handle an account. Setting a password means being able to act as its owner, so an actor may
//! handle only accounts of people whose schools they all manage and who hold no right that the actor lacks.

use crate::access::{Access, Actor, Standing, require_account};
use crate::db::Tx;
use crate::directory::PersonId;
use crate::directory::actions::managed_person;
use crate::directory::store::lock_person;
use crate::error::Result;
use crate::login::Login;

impl Login {
    /// Passes if the actor may handle the account of `person`, for pages that offer it. The actions check again.
    ///
    /// # Errors
    /// Returns `is_not_found` if the person does not exist or is invisible to the actor, `is_forbidden` if the actor
    /// lacks the permission, or an error if the database fails.
    pub async fn require_management(&self, actor: &Actor, person: PersonId) -> Result<()> {
        let tx = self.db().begin().await?;
        require_managed(&tx, &self.access, actor, person).await?;
        tx.rollback().await
    }

    /// Returns `true` if the actor may handle the account of `person`, for pages that show the person anyway.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn may_manage(&self, actor: &Actor, person: PersonId) -> Result<bool> {
        match self.access.directory().managed_person(actor, person).await {
            Ok(_) => Ok(Standing::of(&self.access, actor, person).await?.is_held),
            Err(error) if error.is_forbidden() || error.is_not_found() || error.is_sign_in_required() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Does the work of [`Login::require_management`] within the action's transaction. The person's rights do not widen until
/// `tx` ends.
pub(super) async fn require_managed(tx: &Tx, access: &Access, actor: &Actor, person: PersonId) -> Result<()> {
    if !actor.rights().is_everything() {
        actor.require_person()?;
    }
    managed_person(tx, actor, person).await?;
    lock_person(tx, person).await?;
    require_account(tx, access, actor, person).await
}
