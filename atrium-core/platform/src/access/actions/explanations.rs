//! "Why can, or can't, X do Y here?"

use crate::access::permissions::ACCESS_EXPLAIN;
use crate::access::{Access, Actor, Explanation, Permission, Scope, visible_person};
use crate::directory::PersonId;
use crate::error::Result;

/// `person` with their rights as of now, for an explanation of what they may do.
///
/// # Errors
/// Returns `is_not_found`, also when the actor may not know of the person.
pub async fn explained_person(access: &Access, actor: &Actor, person: PersonId) -> Result<Actor> {
    let row = visible_person(access.db(), actor, person).await?;
    let rights = access.rights_of(row.id, row.epoch, access.policy_epoch().await?).await?;
    Ok(Actor::new(rights, row.display_name, actor.via(), actor.now()))
}

/// Passes if the actor may be told what `person` may do in a place of a plugin that lives at `scope`: about themselves,
/// about everybody where they explain rights, and elsewhere about those whose rights all lie where they explain them.
///
/// # Errors
/// Returns `is_forbidden` if they may not.
pub fn require_explaining(actor: &Actor, person: &Actor, scope: Scope) -> Result<()> {
    if actor.person() == person.person() {
        return Ok(());
    }
    let held = person.rights().held();
    let known = !held.is_empty() && held.iter().all(|role| actor.may(ACCESS_EXPLAIN, role.scope));
    if known { Ok(()) } else { actor.require(ACCESS_EXPLAIN, scope) }
}

/// Explains why `person` may or may not do this at `scope`, as of now. Everybody may ask about themselves.
///
/// A permission that is not asked for at this kind of scope is explained at the nearest one above where it is, as its
/// action asks: the explanation names that scope.
///
/// # Errors
/// Not found, also when the actor may not know of the person; forbidden.
pub async fn explain(
    access: &Access,
    actor: &Actor,
    person: PersonId,
    permission: Permission,
    scope: Scope,
) -> Result<Explanation> {
    if actor.person() != Some(person) {
        actor.require(ACCESS_EXPLAIN, scope)?;
    }
    let row = visible_person(access.db(), actor, person).await?;
    let rights = access.rights_of(row.id, row.epoch, access.policy_epoch().await?).await?;
    let asked_at = access.permissions().get(permission.0).map_or(scope, |definition| definition.asked_at(scope));
    let mut explanation = rights.explain(permission, asked_at, actor.now());
    if actor.person() != Some(person) {
        // What they hold in another school is not for everybody to know who explains in this one.
        explanation.nearest = explanation.nearest.filter(|near| actor.may(ACCESS_EXPLAIN, near.grant.scope));
    }
    Ok(explanation)
}
