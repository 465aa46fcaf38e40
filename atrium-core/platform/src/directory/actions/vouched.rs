//! What a source vouches for beside names: memberships, groups, children and roles. Each row keeps its source, and ends
//! when the source no longer vouches for it; rows of other sources stay.

use std::collections::BTreeSet;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::external::{ExternalGroup, ExternalIdentity, ExternalRole, Unresolved};
use super::kinds::PERSON_CREATED;
use super::{groups, guardians, memberships, tell};
use crate::access::actions::{NewAssignment, grant_in, withdraw_in};
use crate::access::store as access_store;
use crate::access::{Access, Actor, Assignment, Effect, PLATFORM_ADMIN, RoleId, Scope, Validity, Via, is_profile};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::directory::{
    Establishment, EstablishmentId, Membership, PersonId, Profile, Uai, guardian, store, unknown_school,
};
use crate::error::Result;

/// The seconds after which an unknown school is noted again.
const DAY: i64 = 24 * 3600;

/// A place in a school.
pub(super) type Held = (EstablishmentId, Profile);
/// Memberships to begin, and rows of the source to end.
pub(super) type Places<'a> = (Vec<Held>, Vec<&'a Membership>);

/// Returns the memberships to begin, and those of `source` to end; `None` if the rows match the identity.
pub(super) fn difference<'a>(
    held: &'a [Membership],
    wanted: &BTreeSet<Held>,
    source: &str,
    db: &Db,
) -> Option<Places<'a>> {
    let now = db.now();
    let live = |row: &&Membership| row.valid_until.is_none_or(|until| now < until);
    let own = |row: &&Membership| live(row) && row.source == source;
    let has = |place: &Held| held.iter().filter(own).any(|row| (row.establishment_id, row.profile) == *place);
    let new: Vec<_> = wanted.iter().filter(|place| !has(place)).copied().collect();
    let told = |row: &&Membership| !wanted.contains(&(row.establishment_id, row.profile));
    let gone: Vec<_> = held.iter().filter(own).filter(told).collect();
    (!new.is_empty() || !gone.is_empty()).then_some((new, gone))
}

/// What an identity says, written into the rows of one person.
pub(super) struct Vouching<'v> {
    pub(super) access: &'v Access,
    pub(super) actor: &'v Actor,
    pub(super) source: &'v str,
    pub(super) schools: &'v [Establishment],
}

impl Vouching<'_> {
    /// Returns the known schools and profiles of `identity`.
    pub(super) fn places(&self, identity: &ExternalIdentity) -> BTreeSet<Held> {
        let place = |(uai, profile): &(Uai, Profile)| Some((self.school(uai)?, *profile));
        identity.memberships.iter().filter_map(place).collect()
    }

    fn school(&self, uai: &Uai) -> Option<EstablishmentId> {
        self.schools.iter().find(|school| school.uai == uai.as_str()).map(|school| school.id)
    }

    /// Begins and ends memberships. Returns `true` if one began.
    pub(super) async fn memberships(&self, tx: &Tx, person: PersonId, wanted: &BTreeSet<Held>) -> Result<bool> {
        let held = store::memberships(tx, person).await?;
        let Some((new, gone)) = difference(&held, wanted, self.source, tx.db()) else { return Ok(false) };
        for row in gone {
            memberships::leave(tx, self.actor, row, Some(self.source)).await?;
        }
        let widens = !new.is_empty();
        for (school, profile) in new {
            memberships::enter(tx, self.actor, person, school, profile, Validity::ALWAYS, self.source).await?;
        }
        Ok(widens)
    }

    /// Enters and leaves groups, which are made when they are missing. A group of a school that the person is not in is
    /// not entered.
    pub(super) async fn groups(
        &self,
        tx: &Tx,
        person: PersonId,
        wanted: &[ExternalGroup],
        unresolved: &mut Vec<Unresolved>,
    ) -> Result<bool> {
        let schools = store::schools_of(tx, person, tx.now()).await?;
        let mut ids = BTreeSet::new();
        for group in wanted {
            match self.school(&group.school).filter(|school| schools.contains(school)) {
                Some(school) => {
                    ids.extend(groups::find_or_make(tx, self.actor, school, group, self.source).await?);
                }
                None if self.school(&group.school).is_none() => {
                    unresolved.push(Unresolved::School(group.school.clone()))
                }
                None => unresolved.push(Unresolved::Group(group.name.clone())),
            }
        }
        groups::follow_source(tx, self.actor, person, &ids, self.source).await
    }

    /// Makes the person the guardian of children, by their keys at the same issuer.
    pub(super) async fn children(
        &self,
        tx: &Tx,
        person: PersonId,
        identity: &ExternalIdentity,
        unresolved: &mut Vec<Unresolved>,
    ) -> Result<bool> {
        let mut ids = BTreeSet::new();
        for key in &identity.children {
            match store::person_by_identity(tx, identity.issuer.trim(), key.trim()).await? {
                Some(child) if child.id != person => drop(ids.insert(child.id)),
                _ => unresolved.push(Unresolved::Child(key.clone())),
            }
        }
        let rows = guardian::Entity::find().filter(guardian::Column::GuardianId.eq(person)).all(tx).await?;
        for row in rows.iter().filter(|row| row.source == self.source && !ids.contains(&row.child_id)) {
            guardians::unlink(tx, self.actor, person, row.child_id, Some(self.source)).await?;
        }
        let has = |id: PersonId| rows.iter().any(|row| row.child_id == id);
        let is_told = |id: PersonId| rows.iter().any(|row| row.child_id == id && row.source == self.source);
        for child in ids.iter().copied().filter(|id| !is_told(*id)) {
            guardians::link(tx, self.actor, person, child, self.source).await?;
        }
        Ok(ids.into_iter().any(|id| !has(id)))
    }

    /// Gives and withdraws roles. Profiles come with memberships, and `platform_admin` is given here alone.
    pub(super) async fn roles(
        &self,
        tx: &Tx,
        person: PersonId,
        wanted: &[ExternalRole],
        unresolved: &mut Vec<Unresolved>,
    ) -> Result<()> {
        let roles = self.access.roles_in(tx).await?;
        let mut given: BTreeSet<(RoleId, Scope)> = BTreeSet::new();
        for role in wanted {
            let scope = match &role.school {
                None => Some(Scope::Platform),
                Some(uai) => self.school(uai).map(Scope::Establishment),
            };
            let known = roles.by_key(&role.key).filter(|role| !is_profile(&role.key) && *role.key != *PLATFORM_ADMIN);
            match (known, scope) {
                (Some(known), Some(scope)) => drop(given.insert((known.id, scope))),
                (Some(_), None) => unresolved.extend(role.school.clone().map(Unresolved::School)),
                (None, _) => unresolved.push(Unresolved::Role(role.key.clone())),
            }
        }
        let held = access_store::assignments(tx, person).await?;
        let live = |row: &&Assignment| row.effect == Effect::Permit && !row.validity().is_over(tx.now());
        let place = |row: &Assignment| row.scope().map(|scope| (row.role_id, scope));
        for row in held.iter().filter(live).filter(|row| row.source == self.source) {
            if place(row).is_none_or(|place| !given.contains(&place)) {
                let role = roles.get(row.role_id).map_or("", |role| &role.key);
                let reason = format!("no longer vouched for by `{}`", self.source);
                withdraw_in(tx, self.actor, row, role, &reason).await?;
            }
        }
        let held: BTreeSet<_> = held.iter().filter(live).filter_map(place).collect();
        for (role, scope) in given.difference(&held) {
            let new = NewAssignment::permit(person, *role, *scope).from_source(self.source);
            grant_in(tx, self.access, self.actor, new.because(format!("vouched for by `{}`", self.source))).await?;
        }
        Ok(())
    }
}

/// Ends all that `source` vouches for about a person.
pub(super) async fn end_all(tx: &Tx, access: &Access, source: &str, person: PersonId) -> Result<()> {
    let system = Actor::system(Via::System, tx.now());
    let vouching = Vouching { access, actor: &system, source, schools: &[] };
    let mut unresolved = Vec::new();
    vouching.memberships(tx, person, &BTreeSet::new()).await?;
    vouching.groups(tx, person, &[], &mut unresolved).await?;
    vouching.children(tx, person, &ExternalIdentity::default(), &mut unresolved).await?;
    vouching.roles(tx, person, &[], &mut unresolved).await?;
    super::provision::forget_vouched(tx, person).await
}

/// Returns those of `schools` that are not noted as unknown since a day ago.
pub(super) async fn not_noted<'u>(
    conn: &impl ConnectionTrait,
    source: &str,
    schools: &BTreeSet<&'u Uai>,
    now: Timestamp,
) -> Result<BTreeSet<&'u Uai>> {
    if schools.is_empty() {
        return Ok(BTreeSet::new());
    }
    let noted = unknown_school::Entity::find()
        .filter(unknown_school::Column::Source.eq(source))
        .filter(unknown_school::Column::Uai.is_in(schools.iter().map(|uai| uai.as_str())))
        .all(conn)
        .await?;
    let is_noted = |uai: &&Uai| noted.iter().any(|row| row.uai == uai.as_str() && row.named_at.plus_seconds(DAY) > now);
    Ok(schools.iter().filter(|uai| !is_noted(uai)).copied().collect())
}

/// Notes the schools that `source` names and that are not in the directory, for the doctor; logs them.
pub(super) async fn note(tx: &Tx, source: &str, schools: &BTreeSet<&Uai>) -> Result<()> {
    for uai in schools {
        tracing::warn!(%uai, source, "a school is named that is not in the directory");
        let row = unknown_school::ActiveModel {
            source: ActiveValue::Set(source.to_owned()),
            uai: ActiveValue::Set(uai.to_string()),
            named_at: ActiveValue::Set(tx.now()),
        };
        let mut again = OnConflict::columns([unknown_school::Column::Source, unknown_school::Column::Uai]);
        again.update_column(unknown_school::Column::NamedAt);
        unknown_school::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Tells that a source began to vouch for a person.
pub(super) async fn tell_created(tx: &Tx, actor: &Actor, person: PersonId, source: &str) -> Result<()> {
    let subject = super::people::subject(person);
    tell(tx, actor, PERSON_CREATED, subject, Scope::Platform, json!({ "source": source })).await
}
