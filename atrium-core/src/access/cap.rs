//! The delegation cap: what somebody may give to others, and on whom they may act.

use super::permissions::{PERSON_EDIT, ROLE_ASSIGN, ROLE_EDIT};
use super::{Actor, PLATFORM_ADMIN, Permission, Rights, Role, Scope};
use crate::error::{Error, Result};

/// Passes if the actor may give or take `role` at `scope`: they administer that scope, and hold there, and everywhere
/// below, each permission of the role. `platform_admin` is for platform administrators alone.
///
/// How long they hold it is not weighed: somebody whose own role ends in July may give one that ends in August.
///
/// # Errors
/// Forbidden, with the permission that is missing; or nobody is signed in.
pub fn require_cap(actor: &Actor, role: &Role, scope: Scope) -> Result<()> {
    actor.require(ROLE_ASSIGN, scope)?;
    let (rights, now) = (actor.rights(), actor.now());
    if rights.holds_role(PLATFORM_ADMIN, Scope::Platform, now) && rights.check(ROLE_ASSIGN, Scope::Platform, now) {
        return Ok(());
    }
    // A role that holds nothing today, or more once a plugin is back, cannot be compared with what the actor holds.
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

/// Passes unless `target` administers something that the actor does not: nobody suspends, renames or restrains those
/// above them.
///
/// # Errors
/// Forbidden.
pub fn require_not_above(actor: &Actor, target: &Rights) -> Result<()> {
    if actor.rights().is_everything() {
        return Ok(());
    }
    let now = actor.now();
    let admin = |rights: &Rights| rights.holds_role(PLATFORM_ADMIN, Scope::Platform, now);
    let wider = [ROLE_ASSIGN, ROLE_EDIT, PERSON_EDIT].into_iter().find_map(|permission| {
        let scopes = target.scopes_for(permission, now);
        scopes.into_iter().find(|scope| !actor.rights().check_throughout(permission, *scope, now))
    });
    match (admin(target) && !admin(actor.rights()), wider) {
        (false, None) => Ok(()),
        (true, _) => Err(Error::forbidden("acting on a platform administrator")),
        (false, Some(scope)) => Err(Error::forbidden(format!("acting on somebody who administers {scope}"))),
    }
}
