//! Actions on accounts: suspend and restore them.

use sea_orm::{ActiveValue, EntityTrait};

use super::Directory;
use super::kinds::{PERSON_RESTORED, PERSON_SUSPENDED};
use super::managed_person;
use super::people::subject;
use crate::access::actions::require_other_admin;
use crate::access::{self, Actor, PLATFORM_ADMIN, Scope, require_account, require_not_above};
use crate::audit::parse_reason;
use crate::credentials;
use crate::db::Tx;
use crate::directory::{Person, PersonId, PersonStatus, person, store};
use crate::error::{Error, Result};
use crate::events::{Act, EventKind};

impl Directory {
    /// Suspends a person's account from their next request on, and ends their sessions and one-time links. What they
    /// wrote stays.
    ///
    /// # Errors
    /// Returns `is_not_found` if the person does not exist or is invisible to the actor; `is_forbidden` on oneself and
    /// on people above the actor; `is_invalid` without a reason; `is_conflict` if the account is not in use or belongs
    /// to the last platform administrator.
    pub async fn suspend(&self, actor: &Actor, id: PersonId, reason: &str) -> Result<()> {
        let reason = parse_reason(reason)?;
        let tx = self.db().begin().await?;
        access::store::lock_policy(&tx).await?;
        let row = managed_person(&tx, actor, id).await?;
        if actor.person() == Some(id) {
            return Err(Error::forbidden("suspending oneself"));
        }
        let rights = self.access.rights_in(&tx, id).await?;
        require_not_above(actor, &rights)?;
        if rights.holds_role(PLATFORM_ADMIN, Scope::Platform, tx.now()) {
            require_other_admin(&tx, id).await?;
        }
        set(&tx, actor, &row, (PersonStatus::Active, PersonStatus::Suspended), PERSON_SUSPENDED, reason).await?;
        // Ends sessions after the account is closed: a session opened meanwhile has waited for the row, or is among
        // these.
        credentials::end_all(&tx, id).await?;
        tx.commit().await
    }

    /// Restores a suspended person's account. They sign in again.
    ///
    /// # Errors
    /// Returns `is_not_found` if the person does not exist or is invisible to the actor; `is_forbidden` also if the
    /// account would regain a right that the actor does not hold; `is_invalid` without a reason; `is_conflict` if the
    /// account is not suspended.
    pub async fn restore(&self, actor: &Actor, id: PersonId, reason: &str) -> Result<()> {
        let reason = parse_reason(reason)?;
        let tx = self.db().begin().await?;
        let row = managed_person(&tx, actor, id).await?;
        require_account(&tx, &self.access, actor, id).await?;
        set(&tx, actor, &row, (PersonStatus::Suspended, PersonStatus::Active), PERSON_RESTORED, reason).await?;
        credentials::end_all(&tx, id).await?;
        tx.commit().await
    }
}

async fn set(
    tx: &Tx,
    actor: &Actor,
    row: &Person,
    (from, to): (PersonStatus, PersonStatus),
    kind: EventKind,
    reason: String,
) -> Result<()> {
    if row.status != from {
        return Err(Error::conflict(format!("person {} is not {from:?}", row.id)));
    }
    let change =
        person::ActiveModel { id: ActiveValue::Unchanged(row.id), status: ActiveValue::Set(to), ..Default::default() };
    person::Entity::update(change).exec(tx).await?;
    store::bump_epochs(tx, &[row.id]).await?;
    tx.record(Act::new(actor, kind).on(subject(row.id)).because(reason)).await
}
