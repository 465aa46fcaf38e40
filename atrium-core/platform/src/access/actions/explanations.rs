//! Answers "why can, or can't, X do Y here?" for actors who may ask.

use crate::access::permissions::ACCESS_EXPLAIN;
use crate::access::{Access, Actor, Explanation, Permission, Scope, visible_person};
use crate::directory::PersonId;
use crate::error::Result;

impl Access {
    /// Returns `person` as an actor with their current rights, to explain what they may do.
    ///
    /// # Errors
    /// Returns `is_not_found` if the person does not exist or is invisible to the actor.
    pub async fn explained_person(&self, actor: &Actor, person: PersonId) -> Result<Actor> {
        let row = visible_person(self.db(), actor, person).await?;
        let rights = self.rights_of(row.id, row.epoch, self.policy_epoch().await?).await?;
        Ok(Actor::new(rights, row.display_name, actor.via(), actor.now()))
    }
}

/// Passes if the actor may be told what `person` may do in a plugin's place that lives at `scope`: about themselves
/// always, about anyone where the actor explains rights, and elsewhere about people whose roles all lie where the
/// actor explains rights.
///
/// # Errors
/// Returns `is_forbidden` if the actor may not be told.
pub fn require_explaining(actor: &Actor, person: &Actor, scope: Scope) -> Result<()> {
    if actor.person() == person.person() {
        return Ok(());
    }
    let held = person.rights().held();
    let known = !held.is_empty() && held.iter().all(|role| actor.may(ACCESS_EXPLAIN, role.scope));
    if known { Ok(()) } else { actor.require(ACCESS_EXPLAIN, scope) }
}

impl Access {
    /// Explains why `person` currently may or may not use `permission` at `scope`. Anyone may ask about themselves.
    ///
    /// A permission that is never checked at this kind of scope is explained at the nearest scope above where it is;
    /// the explanation names that scope.
    ///
    /// # Errors
    /// Returns `is_not_found` if the person does not exist or is invisible to the actor, `is_forbidden` if the actor
    /// may not be told.
    pub async fn explain(
        &self,
        actor: &Actor,
        person: PersonId,
        permission: Permission,
        scope: Scope,
    ) -> Result<Explanation> {
        if actor.person() != Some(person) {
            actor.require(ACCESS_EXPLAIN, scope)?;
        }
        let row = visible_person(self.db(), actor, person).await?;
        let rights = self.rights_of(row.id, row.epoch, self.policy_epoch().await?).await?;
        let asked_at = self.permissions().get(permission.0).map_or(scope, |definition| definition.asked_at(scope));
        let mut explanation = rights.explain(permission, asked_at, actor.now());
        if actor.person() != Some(person) {
            // What the person holds in another school is shown only to actors who explain rights there.
            explanation.nearest = explanation.nearest.filter(|near| actor.may(ACCESS_EXPLAIN, near.grant.scope));
        }
        Ok(explanation)
    }
}
