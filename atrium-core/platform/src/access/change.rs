//! Measures how an action on the directory changes people's rights, before and after it in its own transaction.
//!
//! A membership gives the rights of its profile, so the delegation cap binds what is gained and what is lost, as it
//! binds giving and revoking a role. People whose rights widen lose their pending one-time links.

use super::cap::require_held_role;
use super::{Access, Actor, Effect, HeldRole, Reach, Rights, Validity, loading};
use crate::clock::Timestamp;
use crate::credentials;
use crate::db::Tx;
use crate::directory::PersonId;
use crate::error::Result;

/// The rights of some people before an action.
#[must_use]
pub(crate) struct RightsChange {
    people: Vec<PersonId>,
    /// In the order of `people`; empty for the platform itself, which is not checked.
    before: Vec<Rights>,
}

impl RightsChange {
    /// Reads the rights of `people`, as if every account were active: a suspended account gets its rights back
    /// later.
    pub(crate) async fn begin(tx: &Tx, access: &Access, actor: &Actor, people: Vec<PersonId>) -> Result<Self> {
        let before = if actor.rights().is_everything() { Vec::new() } else { read(tx, access, &people).await? };
        Ok(Self { people, before })
    }

    /// Passes if the actor may give what was gained and revoke what was lost; ends the one-time links of people who
    /// gained rights.
    ///
    /// # Errors
    /// Returns `is_forbidden`, naming the permission that the actor lacks, or an error if the database fails.
    pub(crate) async fn settle(self, tx: &Tx, access: &Access, actor: &Actor) -> Result<()> {
        if actor.rights().is_everything() {
            return credentials::end_links(tx, &self.people).await;
        }
        let now = tx.now();
        let mut widened = Vec::new();
        for ((person, before), after) in self.people.iter().zip(&self.before).zip(read(tx, access, &self.people).await?)
        {
            let gained: Vec<_> = beyond(before, &after, now).collect();
            for role in gained.iter().copied().chain(beyond(&after, before, now)) {
                require_held_role(actor, role)?;
            }
            if !gained.is_empty() {
                widened.push(*person);
            }
        }
        credentials::end_links(tx, &widened).await
    }
}

async fn read(tx: &Tx, access: &Access, people: &[PersonId]) -> Result<Vec<Rights>> {
    let roles = access.roles_in(tx).await?;
    let mut rights = Vec::with_capacity(people.len());
    for person in people {
        rights.push(loading::load_active(tx, &roles, *person).await?);
    }
    Ok(rights)
}

/// Returns the current and future roles of `rights` that `base` does not cover.
fn beyond<'a>(base: &'a Rights, rights: &'a Rights, now: Timestamp) -> impl Iterator<Item = &'a HeldRole> {
    let live = move |role: &&HeldRole| role.effect == Effect::Permit && !role.validity.is_over(now);
    let lasting = move |outer: Validity, inner: Validity| {
        let ends = |until: Option<Timestamp>| until.unwrap_or(Timestamp(i64::MAX));
        let begins = |from: Option<Timestamp>| from.unwrap_or(Timestamp(i64::MIN)).max(now);
        begins(outer.from) <= begins(inner.from) && ends(inner.until) <= ends(outer.until)
    };
    let covers = move |held: &HeldRole, role: &HeldRole| {
        let reach = held.reach == Reach::Below || held.scope == role.scope && role.reach == Reach::Here;
        held.key == role.key && reach && held.covers_role(role) && lasting(held.validity, role.validity)
    };
    rights.held().iter().filter(live).filter(move |role| {
        !base.held().iter().filter(|held| held.effect == Effect::Permit).any(|held| covers(held, role))
    })
}
