//! "Why can, or can't, X do Y here?"

use crate::access::permissions::ACCESS_EXPLAIN;
use crate::access::{Access, Actor, Explanation, Permission, Scope, visible_person};
use crate::directory::PersonId;
use crate::error::Result;

/// Why `person` may or may not do this at `scope`, as of now. Everybody may ask about themselves.
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
    let mut explanation = rights.explain(permission, scope, actor.now());
    if actor.person() != Some(person) {
        // What they hold in another school is not for everybody to know who explains in this one.
        explanation.nearest = explanation.nearest.filter(|near| actor.may(ACCESS_EXPLAIN, near.grant.scope));
    }
    Ok(explanation)
}
