//! The delegation cap: which roles an actor may give, and on which people they may act.

use super::permissions::{LEADERSHIP_APPOINT, PERSON_EDIT, ROLE_ASSIGN, ROLE_EDIT};
use super::{
    Access, Actor, Effect, HeldRole, Origin, PLATFORM_ADMIN, Permission, Reach, Rights, Role, Roles, Scope, loading,
};
use crate::db::Connection;
use crate::directory::{EstablishmentId, PersonId, Profile};
use crate::error::{Error, Message, Result};

/// Passes if the actor may give `role` at `scope`: `require_cap`, at the platform too for a role that speaks for
/// the Region. A school may revoke such a role but not give it.
///
/// # Errors
/// Returns `is_forbidden`, naming the missing permission, or `is_sign_in_required` for a visitor.
pub fn require_giving(actor: &Actor, role: &Role, scope: Scope) -> Result<()> {
    require_cap(actor, role, scope)?;
    if role.speaks_for_region && scope != Scope::Platform {
        return require_cap(actor, role, Scope::Platform);
    }
    Ok(())
}

/// Returns the widest scope, from `scope` up, at which the actor could give `role`; the assignment counts as given
/// for that scope.
pub(super) fn given_for(actor: &Actor, role: &Role, scope: Scope) -> Scope {
    let widest = scope.chain().take_while(|above| require_cap(actor, role, *above).is_ok()).last();
    widest.unwrap_or(scope)
}

/// Passes if the actor may give or revoke `role` at `scope`: they assign roles at that scope, and hold each
/// permission of the role there and everywhere below. Only platform administrators may give `platform_admin`.
///
/// Validity is not compared: an actor whose own role ends in July may give one that ends in August.
///
/// # Errors
/// Returns `is_forbidden`, naming the missing permission, or `is_sign_in_required` for a visitor.
pub(crate) fn require_cap(actor: &Actor, role: &Role, scope: Scope) -> Result<()> {
    actor.require(ROLE_ASSIGN, scope)?;
    let (rights, now) = (actor.rights(), actor.now());
    if rights.holds_role(PLATFORM_ADMIN, Scope::Platform, now) && rights.check(ROLE_ASSIGN, Scope::Platform, now) {
        return Ok(());
    }
    // An empty role, or one that holds more once an absent plugin is back, cannot be compared with the actor's
    // rights.
    if *role.key == *PLATFORM_ADMIN || role.permissions.is_empty() || !role.dormant.is_empty() {
        return Err(Error::forbidden(format!("giving the role `{}`", role.key)));
    }
    require_held(actor, role.permissions.iter().copied(), scope)
}

/// Passes if the actor holds each of `permissions` at `scope` and everywhere below.
pub(super) fn require_held(
    actor: &Actor,
    permissions: impl IntoIterator<Item = Permission>,
    scope: Scope,
) -> Result<()> {
    let missing = |permission: &Permission| !actor.rights().check_throughout(*permission, scope, actor.now());
    match permissions.into_iter().find(missing) {
        None => Ok(()),
        Some(permission) => Err(Error::forbidden(format!("giving `{permission}` at {scope} without holding it"))),
    }
}

/// Passes if the actor holds the permissions of `role` wherever it reaches.
pub(super) fn require_held_role(actor: &Actor, role: &HeldRole) -> Result<()> {
    let (rights, now) = (actor.rights(), actor.now());
    let holds = |permission: Permission| match role.reach {
        Reach::Below => rights.check_throughout(permission, role.scope, now),
        Reach::Here => rights.check(permission, role.scope, now),
    };
    match role.permissions.iter().find(|permission| !holds(**permission)) {
        None => Ok(()),
        Some(permission) => Err(Error::forbidden_with(
            format!("giving `{permission}` at {} without holding it", role.scope),
            Message::new("access-beyond-own"),
        )),
    }
}

/// Returns `true` if the actor may make people members of `school` as `profile`, which takes the rights that
/// membership gives. For pages that offer the action.
#[must_use]
pub fn may_bring_in(actor: &Actor, roles: &Roles, school: EstablishmentId, profile: Profile) -> bool {
    let place = |role| loading::held(role, Scope::Establishment(school), loading::reach(profile));
    let gives = |role| require_held_role(actor, &place(role)).is_ok();
    actor.rights().is_everything() || roles.by_key(profile.key()).is_some_and(gives)
}

/// Passes if the actor holds each right that the account of `person` has or will have, and could give each role
/// that it was given for the Region.
///
/// # Errors
/// Returns `is_forbidden`, naming what is missing, or an error if the database fails.
pub(crate) async fn require_account(
    conn: &impl Connection,
    access: &Access,
    actor: &Actor,
    person: PersonId,
) -> Result<()> {
    if actor.rights().is_everything() || actor.person() == Some(person) {
        return Ok(());
    }
    let roles = access.roles_in(conn).await?;
    let target = loading::load_active(conn, &roles, person).await?;
    require_rights_of(actor, &roles, &target)
}

/// Compares a person's rights with the actor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// `true` if the person administers something that the actor does not.
    pub is_above: bool,
    /// `true` if the actor holds everything that the person's account holds.
    pub is_held: bool,
}

impl Standing {
    /// Compares the two, for pages that offer what the actions check: as if the account were active.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn of(access: &Access, actor: &Actor, person: PersonId) -> Result<Self> {
        if actor.rights().is_everything() || actor.person() == Some(person) {
            return Ok(Self { is_above: false, is_held: true });
        }
        let roles = access.roles().await?;
        let target = loading::load_active(access.db(), &roles, person).await?;
        let is_above = require_not_above(actor, &target).is_err();
        Ok(Self { is_above, is_held: require_rights_of(actor, &roles, &target).is_ok() })
    }
}

fn require_rights_of(actor: &Actor, roles: &Roles, target: &Rights) -> Result<()> {
    let now = actor.now();
    require_not_above(actor, target)?;
    let live = |role: &&HeldRole| role.effect == Effect::Permit && !role.validity.is_over(now);
    for held in target.held().iter().filter(live) {
        require_held_role(actor, held)?;
        let shares =
            || actor.rights().roles(now).any(|own| own.key == held.key && own.given_for.covers(held.given_for));
        if matches!(held.origin, Origin::Assignment { .. }) && !shares() {
            let role = roles.by_key(&held.key).ok_or_else(|| Error::bug("a held role that is no role"))?;
            require_cap(actor, role, held.given_for)?;
        }
    }
    Ok(())
}

/// Passes unless `target` administers something that the actor does not. Such people cannot be suspended, renamed
/// or restrained by the actor.
///
/// # Errors
/// Returns `is_forbidden` if `target` administers more than the actor.
pub fn require_not_above(actor: &Actor, target: &Rights) -> Result<()> {
    if actor.rights().is_everything() {
        return Ok(());
    }
    let now = actor.now();
    let admin = |rights: &Rights| rights.holds_role(PLATFORM_ADMIN, Scope::Platform, now);
    let wider = [ROLE_ASSIGN, ROLE_EDIT, PERSON_EDIT, LEADERSHIP_APPOINT].into_iter().find_map(|permission| {
        let scopes = target.scopes_for(permission, now);
        scopes.into_iter().find(|scope| !actor.rights().check_throughout(permission, *scope, now))
    });
    match (admin(target) && !admin(actor.rights()), wider) {
        (false, None) => Ok(()),
        (true, _) => Err(Error::forbidden("acting on a platform administrator")),
        (false, Some(scope)) => Err(Error::forbidden(format!("acting on somebody who administers {scope}"))),
    }
}
