//! Actions on assignments: give a role, forbid one, revoke either, and list them.

use sea_orm::{ActiveValue, EntityTrait};
use serde_json::json;

use super::kinds::{GivenRole, ROLE_FORBIDDEN, ROLE_GRANTED, ROLE_REVOKED};
use super::require_other_admin;
use crate::access::cap::given_for;
use crate::access::permissions::ROLE_ASSIGN;
use crate::access::{
    Access, Actor, Assignment, AssignmentId, Effect, ItemColumns, PLATFORM_ADMIN, Role, RoleId, Roles, Scope, Validity,
    Visibility, assignment, is_profile, loading, require_cap, require_giving, require_not_above, store, visible_person,
};
use crate::audit::parse_reason;
use crate::credentials;
use crate::db::Tx;
use crate::directory::{self, Person, PersonId, PersonStatus};
use crate::error::{Error, Message, Result};
use crate::events::Act;

/// An assignment to create.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewAssignment {
    /// The person who gets the role.
    pub person: PersonId,
    /// The role.
    pub role: RoleId,
    /// The scope it holds at.
    pub scope: Scope,
    /// Whether the role's permissions are given or taken away.
    pub effect: Effect,
    /// The time during which it holds.
    pub validity: Validity,
    /// The reason, as the audit record keeps it; required.
    pub reason: String,
    /// The source of the row; `manual` by default.
    pub source: String,
}

impl NewAssignment {
    /// Creates an assignment that gives `role` to `person` at `scope` without an end.
    #[must_use]
    pub fn permit(person: PersonId, role: RoleId, scope: Scope) -> Self {
        let (reason, source) = (String::new(), "manual".to_owned());
        Self { person, role, scope, effect: Effect::Permit, validity: Validity::ALWAYS, reason, source }
    }

    /// Creates an assignment that takes the permissions of `role` away from `person` at `scope`, whatever gives
    /// them.
    #[must_use]
    pub fn forbid(person: PersonId, role: RoleId, scope: Scope) -> Self {
        Self { effect: Effect::Forbid, ..Self::permit(person, role, scope) }
    }

    /// Sets the reason.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// Sets the time during which it holds.
    #[must_use]
    pub fn during(mut self, validity: Validity) -> Self {
        self.validity = validity;
        self
    }

    /// Sets the source of the row: `demo`, or an import's name.
    #[must_use]
    pub fn from_source(mut self, source: impl Into<String>) -> Self {
        self.source = source.into();
        self
    }
}

/// Restricts a list of assignments.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct AssignmentFilter {
    /// The person who holds them.
    pub person: Option<PersonId>,
    /// The role they give.
    pub role: Option<RoleId>,
    /// The school they hold in, its groups included.
    pub establishment: Option<directory::EstablishmentId>,
}

impl AssignmentFilter {
    /// Returns a filter that keeps what `person` holds.
    #[must_use]
    pub fn of_person(person: PersonId) -> Self {
        Self { person: Some(person), ..Self::default() }
    }
}

impl Access {
    /// Gives or forbids a role. Giving a role ends the person's pending one-time links.
    ///
    /// # Errors
    /// Returns `is_not_found` if the person, the role or the scope does not exist or is invisible to the actor;
    /// `is_forbidden` if the delegation cap refuses it, as for a role that speaks for the Region given by a school;
    /// `is_invalid` if the reason is missing, the validity is over or the role is a profile's; `is_conflict` if the
    /// role is held already or a forbid would restrain a platform administrator.
    pub async fn grant(&self, actor: &Actor, new: NewAssignment) -> Result<AssignmentId> {
        let tx = self.db().begin().await?;
        let id = grant_in(&tx, self, actor, new).await?;
        tx.commit().await?;
        Ok(id)
    }
}

/// Does the work of [`Access::grant`] within `tx`.
pub(crate) async fn grant_in(tx: &Tx, access: &Access, actor: &Actor, new: NewAssignment) -> Result<AssignmentId> {
    actor.require(ROLE_ASSIGN, new.scope)?;
    let reason = parse_reason(&new.reason)?;
    if new.validity.is_empty() || new.validity.is_over(actor.now()) {
        return Err(Error::invalid_field("valid_until", Message::new("access-validity-over")));
    }
    store::lock_policy(tx).await?;
    let roles = access.roles_in(tx).await?;
    let role = roles.get(new.role).ok_or_else(|| Error::not_found(format!("role {}", new.role)))?;
    let target = visible_person(tx, actor, new.person).await?;
    require_scope(tx, new.scope).await?;
    match new.effect {
        Effect::Permit => require_giving(actor, role, new.scope)?,
        Effect::Forbid => require_cap(actor, role, new.scope)?,
    }
    require_sound(role, &new)?;
    if actor.person() == Some(new.person) {
        return Err(Error::forbidden_with("giving oneself a role", Message::new("access-not-oneself")));
    }
    if target.status == PersonStatus::Erased {
        return Err(Error::conflict(format!("person {} is erased", target.id)));
    }
    if new.effect == Effect::Forbid {
        require_restrainable(actor, &roles, tx, &target).await?;
    }
    let given_for = given_for(actor, role, new.scope);
    let held = store::assignments(tx, new.person).await?;
    // A role that a school delegated may be given again for the Region.
    let same = |row: &Assignment| is_same(row, &new) && row.given_for().covers(given_for);
    if held.iter().any(|row| same(row) && !row.validity().is_over(tx.now())) {
        return Err(Error::conflict_with("the role is held already", Message::new("access-role-held-already")));
    }
    let id = insert(tx, actor, &new, given_for, &reason).await?;
    directory::store::bump_epochs(tx, &[new.person]).await?;
    if new.effect == Effect::Permit {
        credentials::end_links(tx, &[new.person]).await?;
    }
    let kind = match new.effect {
        Effect::Permit => ROLE_GRANTED,
        Effect::Forbid => ROLE_FORBIDDEN,
    };
    let details = json!({ "role": &*role.key, "from": new.validity.from, "until": new.validity.until });
    let act = Act::new(actor, kind).on(format!("person:{}", new.person)).within(new.scope).because(reason);
    tx.record(act.with(GivenRole { assignment: id, role: new.role }).noting(details)).await?;
    Ok(id)
}

impl Access {
    /// Revokes an assignment, permit or forbid.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such assignment or the actor does not administer its scope; `is_forbidden`
    /// if the cap refuses it or it would widen the actor's own rights; `is_conflict` if the last platform administrator
    /// would go; `is_invalid` without a reason.
    pub async fn revoke(&self, actor: &Actor, id: AssignmentId, reason: &str) -> Result<()> {
        if !actor.rights().is_everything() {
            actor.require_person()?;
        }
        let reason = parse_reason(reason)?;
        let tx = self.db().begin().await?;
        store::lock_policy(&tx).await?;
        let row = store::assignment(&tx, id).await?;
        let scope = row.scope().unwrap_or(Scope::Platform);
        if !actor.may(ROLE_ASSIGN, scope) {
            return Err(Error::not_found(format!("assignment {id}")));
        }
        let roles = self.roles_in(&tx).await?;
        let role = roles.get(row.role_id).ok_or_else(|| Error::not_found(format!("role {}", row.role_id)))?;
        match row.effect {
            Effect::Permit => require_cap(actor, role, scope)?,
            Effect::Forbid => require_giving(actor, role, scope)?,
        }
        if row.effect == Effect::Forbid && actor.person() == Some(row.person_id) {
            return Err(Error::forbidden("lifting what is forbidden to oneself"));
        }
        if row.effect == Effect::Permit && *role.key == *PLATFORM_ADMIN {
            require_other_admin(&tx, row.person_id).await?;
        }
        remove(&tx, actor, &row, &role.key, reason).await?;
        tx.commit().await
    }
}

/// Withdraws a role that a source no longer vouches for. The caller has checked the actor.
pub(crate) async fn withdraw_in(tx: &Tx, actor: &Actor, row: &Assignment, role: &str, reason: &str) -> Result<()> {
    store::lock_policy(tx).await?;
    remove(tx, actor, row, role, reason.to_owned()).await
}

async fn remove(tx: &Tx, actor: &Actor, row: &Assignment, role: &str, reason: String) -> Result<()> {
    let scope = row.scope().unwrap_or(Scope::Platform);
    assignment::Entity::delete_by_id(row.id).exec(tx).await?;
    directory::store::bump_epochs(tx, &[row.person_id]).await?;
    if row.effect == Effect::Forbid {
        credentials::end_links(tx, &[row.person_id]).await?;
    }
    let details = json!({ "role": role, "effect": row.effect, "because": row.reason });
    let act = Act::new(actor, ROLE_REVOKED).on(format!("person:{}", row.person_id)).within(scope).because(reason);
    tx.record(act.with(GivenRole { assignment: row.id, role: row.role_id }).noting(details)).await
}

impl Access {
    /// Returns the assignments at scopes where the actor administers roles, newest first, starting before `before`.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn list_assignments(
        &self,
        actor: &Actor,
        filter: AssignmentFilter,
        before: Option<AssignmentId>,
        limit: u64,
    ) -> Result<Vec<Assignment>> {
        let rule = Visibility::any_of(actor.rights().clauses(ROLE_ASSIGN, actor.now()));
        let columns = ItemColumns::new()
            .scope(assignment::Column::EstablishmentId, assignment::Column::GroupId)
            .sector(assignment::Column::SectorId);
        store::list_assignments(self.db(), rule.condition(&columns), filter, before, limit).await
    }
}

async fn require_scope(tx: &Tx, scope: Scope) -> Result<()> {
    match scope {
        Scope::Platform => Ok(()),
        Scope::Sector(id) => directory::store::sector(tx, id).await.map(drop),
        Scope::Establishment(id) => directory::store::establishment(tx, id).await.map(drop),
        Scope::Group(establishment, id) => match directory::store::group(tx, id).await? {
            group if group.establishment_id == establishment => Ok(()),
            _ => Err(Error::not_found(format!("group {id} of establishment {establishment}"))),
        },
    }
}

/// Refuses to give a profile's role, which comes with a membership, and `platform_admin` below the platform.
fn require_sound(role: &Role, new: &NewAssignment) -> Result<()> {
    if new.effect == Effect::Permit && is_profile(&role.key) {
        return Err(Error::invalid_field("role", Message::new("access-role-comes-with-membership")));
    }
    if role.is_absent {
        return Err(Error::invalid_field("role", Message::new("access-role-absent")));
    }
    if *role.key == *PLATFORM_ADMIN && new.scope != Scope::Platform {
        return Err(Error::invalid_field("scope", Message::new("access-role-platform-only")));
    }
    Ok(())
}

/// Refuses to restrain a person above the actor, or a platform administrator: that role is revoked instead, so that
/// at least one administrator can always act.
async fn require_restrainable(actor: &Actor, roles: &Roles, tx: &Tx, target: &Person) -> Result<()> {
    let admin = roles.by_key(PLATFORM_ADMIN).map(|role| role.id);
    let held = store::assignments(tx, target.id).await?;
    let live = |row: &Assignment| row.effect == Effect::Permit && !row.validity().is_over(tx.now());
    if held.iter().any(|row| live(row) && Some(row.role_id) == admin) {
        return Err(Error::conflict_with(
            "a platform administrator",
            Message::new("access-platform-admin-not-restrained"),
        ));
    }
    require_not_above(actor, &loading::load(tx, roles, target.id).await?)
}

fn is_same(row: &Assignment, new: &NewAssignment) -> bool {
    row.role_id == new.role && row.scope() == Some(new.scope) && row.effect == new.effect
}

async fn insert(tx: &Tx, actor: &Actor, new: &NewAssignment, given_for: Scope, reason: &str) -> Result<AssignmentId> {
    let (sector, establishment, group) = match new.scope {
        Scope::Platform => (None, None, None),
        Scope::Sector(sector) => (Some(sector), None, None),
        Scope::Establishment(establishment) => (None, Some(establishment), None),
        Scope::Group(establishment, group) => (None, Some(establishment), Some(group)),
    };
    let row = assignment::ActiveModel {
        person_id: ActiveValue::Set(new.person),
        role_id: ActiveValue::Set(new.role),
        scope_kind: ActiveValue::Set(new.scope.kind()),
        sector_id: ActiveValue::Set(sector),
        establishment_id: ActiveValue::Set(establishment),
        group_id: ActiveValue::Set(group),
        effect: ActiveValue::Set(new.effect),
        given_for: ActiveValue::Set(given_for.kind()),
        source: ActiveValue::Set(new.source.clone()),
        granted_by: ActiveValue::Set(actor.person()),
        reason: ActiveValue::Set(reason.to_owned()),
        valid_from: ActiveValue::Set(new.validity.from),
        valid_until: ActiveValue::Set(new.validity.until),
        created_at: ActiveValue::Set(tx.now()),
        ..Default::default()
    };
    Ok(assignment::Entity::insert(row).exec(tx).await?.last_insert_id)
}
