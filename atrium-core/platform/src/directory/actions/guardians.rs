//! Actions on guardians, whose access follows from the pupils they answer for.

use sea_orm::{ActiveValue, ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::json;

use super::Directory;
use super::kinds::{GUARDIAN_LINKED, GUARDIAN_UNLINKED};
use super::{MANUAL, managed_person, tell};
use crate::access::{Actor, RightsChange, Scope, visible_person};
use crate::db::Tx;
use crate::directory::{PersonId, guardian, store};
use crate::error::{Error, Message, Result};

impl Directory {
    /// Makes an adult a guardian of a pupil by hand, beside what an import says. Has no effect if they are one by hand.
    ///
    /// # Errors
    /// Returns `is_not_found` if either person does not exist or is invisible to the actor; `is_forbidden` on oneself
    /// and where a guardian gets rights that the actor does not hold; `is_invalid` if both are the same person.
    pub async fn link_guardian(&self, actor: &Actor, adult: PersonId, child: PersonId) -> Result<()> {
        let tx = self.db().begin().await?;
        managed_person(&tx, actor, child).await?;
        visible_person(&tx, actor, adult).await?;
        if actor.person() == Some(adult) {
            return Err(Error::forbidden("making oneself a guardian"));
        }
        if guardian::Entity::find_by_id((adult, child, MANUAL.to_owned())).one(&tx).await?.is_some() {
            return Ok(());
        }
        let change = RightsChange::begin(&tx, &self.access, actor, vec![adult]).await?;
        link(&tx, actor, adult, child, MANUAL).await?;
        change.settle(&tx, &self.access, actor).await?;
        tx.commit().await
    }

    /// Removes an adult as a guardian of a pupil, whatever made them one. Has no effect if they are not one.
    ///
    /// # Errors
    /// Returns `is_not_found` if the pupil does not exist or is invisible to the actor, `is_forbidden` without the
    /// permission.
    pub async fn unlink_guardian(&self, actor: &Actor, adult: PersonId, child: PersonId) -> Result<()> {
        let tx = self.db().begin().await?;
        managed_person(&tx, actor, child).await?;
        if !store::guardians(&tx, child).await?.contains(&adult) {
            return Ok(());
        }
        let change = RightsChange::begin(&tx, &self.access, actor, vec![adult]).await?;
        unlink(&tx, actor, adult, child, None).await?;
        change.settle(&tx, &self.access, actor).await?;
        tx.commit().await
    }
}

/// Deletes the link of one source, or of all without one. The caller has checked the actor.
pub(super) async fn unlink(
    tx: &Tx,
    actor: &Actor,
    adult: PersonId,
    child: PersonId,
    source: Option<&str>,
) -> Result<()> {
    let of = Condition::all()
        .add(guardian::Column::GuardianId.eq(adult))
        .add(guardian::Column::ChildId.eq(child))
        .add_option(source.map(|source| guardian::Column::Source.eq(source)));
    guardian::Entity::delete_many().filter(of).exec(tx).await?;
    store::bump_epochs(tx, &[adult]).await?;
    let details = json!({ "child": child });
    tell(tx, actor, GUARDIAN_UNLINKED, format!("person:{adult}"), Scope::Platform, details).await
}

/// Writes the link. The caller has checked the actor.
pub(super) async fn link(tx: &Tx, actor: &Actor, adult: PersonId, child: PersonId, source: &str) -> Result<()> {
    if adult == child {
        return Err(Error::invalid_field("child", Message::new("directory-guardian-of-oneself")));
    }
    let row = guardian::ActiveModel {
        guardian_id: ActiveValue::Set(adult),
        child_id: ActiveValue::Set(child),
        source: ActiveValue::Set(source.to_owned()),
        source_key: ActiveValue::NotSet,
    };
    // The child's row comes first: a concurrent change of the child's memberships waits there, and so cannot miss
    // the new guardian.
    store::lock_person(tx, child).await?;
    guardian::Entity::insert(row).exec_without_returning(tx).await?;
    store::bump_epochs(tx, &[adult]).await?;
    let details = json!({ "child": child });
    tell(tx, actor, GUARDIAN_LINKED, format!("person:{adult}"), Scope::Platform, details).await
}
