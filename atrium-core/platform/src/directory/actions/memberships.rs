//! Actions on memberships. A profile is a fact of the school, set by the people who manage its records and never by
//! oneself.

use sea_orm::{ActiveValue, ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::json;

use super::Directory;
use super::kinds::{MEMBERSHIP_BEGUN, MEMBERSHIP_ENDED};
use super::{MANUAL, bump_family, family, tell};
use crate::access::permissions::PERSON_EDIT;
use crate::access::{Actor, RightsChange, Scope, Validity, visible_person};
use crate::db::Tx;
use crate::directory::{
    EstablishmentId, Membership, MembershipId, PersonId, PersonStatus, Profile, group_member, membership, store,
};
use crate::error::{Error, Message, Result};

impl Directory {
    /// Adds a membership of a school by hand, beside what an import says; an ended one begins again.
    ///
    /// # Errors
    /// Returns `is_forbidden` on oneself and where the place gives more than the actor holds; `is_not_found` if the
    /// person or the school does not exist or is invisible to the actor; `is_invalid` for the guardian profile, which
    /// comes with a pupil; `is_conflict` if the person has that place by hand already.
    pub async fn add_membership(
        &self,
        actor: &Actor,
        person: PersonId,
        establishment: EstablishmentId,
        profile: Profile,
        validity: Validity,
    ) -> Result<MembershipId> {
        actor.require(PERSON_EDIT, Scope::Establishment(establishment))?;
        if actor.person() == Some(person) {
            return Err(Error::forbidden("giving oneself a place"));
        }
        let tx = self.db().begin().await?;
        let row = visible_person(&tx, actor, person).await?;
        if row.status == PersonStatus::Erased {
            return Err(Error::conflict(format!("person {person} is erased")));
        }
        let family = family(&tx, person).await?;
        let change = RightsChange::begin(&tx, &self.access, actor, family).await?;
        let id = enter(&tx, actor, person, establishment, profile, validity, MANUAL).await?;
        change.settle(&tx, &self.access, actor).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Ends a membership now, and with the last one of a school the person's groups there. The same place from another
    /// source stays.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such membership or it is invisible to the actor, `is_forbidden` also where
    /// the place gives more than the actor holds.
    pub async fn end_membership(&self, actor: &Actor, id: MembershipId) -> Result<()> {
        if !actor.rights().is_everything() {
            actor.require_person()?;
        }
        let tx = self.db().begin().await?;
        let row = store::membership(&tx, id).await?;
        visible_person(&tx, actor, row.person_id)
            .await
            .map_err(|error| if error.is_not_found() { Error::not_found(format!("membership {id}")) } else { error })?;
        actor.require(PERSON_EDIT, Scope::Establishment(row.establishment_id))?;
        let family = family(&tx, row.person_id).await?;
        let change = RightsChange::begin(&tx, &self.access, actor, family).await?;
        leave(&tx, actor, &row, None).await?;
        change.settle(&tx, &self.access, actor).await?;
        tx.commit().await
    }
}

/// Writes the membership. The caller has checked the actor.
pub(super) async fn enter(
    tx: &Tx,
    actor: &Actor,
    person: PersonId,
    establishment: EstablishmentId,
    profile: Profile,
    validity: Validity,
    source: &str,
) -> Result<MembershipId> {
    if validity.is_empty() || validity.is_over(tx.now()) {
        return Err(Error::invalid_field("valid_until", Message::new("access-validity-over")));
    }
    if profile == Profile::Guardian && source == MANUAL {
        return Err(Error::invalid_field("profile", Message::new("directory-guardian-comes-with-pupil")));
    }
    store::establishment(tx, establishment).await?;
    let same = membership::Entity::find()
        .filter(membership::Column::PersonId.eq(person))
        .filter(membership::Column::EstablishmentId.eq(establishment))
        .filter(membership::Column::Profile.eq(profile))
        .filter(membership::Column::Source.eq(source));
    let found = same.one(tx).await?;
    let mut row = membership::ActiveModel {
        person_id: ActiveValue::Set(person),
        establishment_id: ActiveValue::Set(establishment),
        profile: ActiveValue::Set(profile),
        source: ActiveValue::Set(source.to_owned()),
        valid_from: ActiveValue::Set(validity.from),
        valid_until: ActiveValue::Set(validity.until),
        ..Default::default()
    };
    let id = match found {
        Some(found) if !Validity::new(found.valid_from, found.valid_until).is_over(tx.now()) => {
            return Err(Error::conflict_with(
                "the place is held already",
                Message::new("directory-membership-held-already"),
            ));
        }
        Some(found) => {
            row.id = ActiveValue::Unchanged(found.id);
            membership::Entity::update(row).exec(tx).await?;
            found.id
        }
        None => membership::Entity::insert(row).exec(tx).await?.last_insert_id,
    };
    bump_family(tx, person).await?;
    let details = json!({ "membership": id, "profile": profile.key(), "from": validity.from, "until": validity.until });
    let scope = Scope::Establishment(establishment);
    tell(tx, actor, MEMBERSHIP_BEGUN, format!("person:{person}"), scope, details).await?;
    Ok(id)
}

/// Ends the membership now. Who is in the school no longer leaves its groups: those of `source`, or all without one. The
/// caller has checked the actor.
pub(super) async fn leave(tx: &Tx, actor: &Actor, row: &Membership, source: Option<&str>) -> Result<()> {
    let now = tx.now();
    if row.validity().is_over(now) {
        return Ok(());
    }
    let ended = membership::ActiveModel {
        id: ActiveValue::Unchanged(row.id),
        valid_until: ActiveValue::Set(Some(now)),
        ..Default::default()
    };
    membership::Entity::update(ended).exec(tx).await?;
    if !store::schools_of(tx, row.person_id, now).await?.contains(&row.establishment_id) {
        let groups = store::groups(tx, row.establishment_id).await?;
        let members = group_member::Entity::delete_many()
            .filter(group_member::Column::PersonId.eq(row.person_id))
            .filter(group_member::Column::GroupId.is_in(groups.iter().map(|group| group.id)))
            .filter(Condition::all().add_option(source.map(|source| group_member::Column::Source.eq(source))));
        members.exec(tx).await?;
    }
    bump_family(tx, row.person_id).await?;
    let details = json!({ "membership": row.id, "profile": row.profile.key() });
    let scope = Scope::Establishment(row.establishment_id);
    tell(tx, actor, MEMBERSHIP_ENDED, format!("person:{}", row.person_id), scope, details).await
}
