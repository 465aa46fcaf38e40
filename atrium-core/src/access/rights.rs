//! A person's rights as a snapshot: what was granted and forbidden to them where, until when.

use std::collections::HashMap;

use super::{Permission, Scope};
use crate::clock::Timestamp;
use crate::directory::membership::Profile;
use crate::directory::{EstablishmentId, GroupId, PersonId};

/// What one person may do, at every instant until their epoch moves.
#[derive(Debug, Default)]
pub struct Rights {
    person: Option<PersonId>,
    everything: bool,
    by_permission: HashMap<&'static str, Grants>,
    roles: Vec<HeldRole>,
    memberships: Vec<HeldMembership>,
    groups: Vec<(EstablishmentId, GroupId)>,
}

/// What was said about one permission.
#[derive(Debug, Default)]
struct Grants {
    permits: Vec<Held>,
    forbids: Vec<Held>,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    scope: Scope,
    from: Timestamp,
    until: Timestamp,
}

/// A role the person holds somewhere.
#[derive(Debug, Clone)]
pub struct HeldRole {
    /// The role's key.
    pub key: String,
    /// Where.
    pub scope: Scope,
    /// From when.
    pub from: Timestamp,
    /// Until when, that instant excluded.
    pub until: Timestamp,
}

/// A membership the person has.
#[derive(Debug, Clone)]
pub struct HeldMembership {
    /// The school.
    pub establishment: EstablishmentId,
    /// As what.
    pub profile: Profile,
    /// From when.
    pub from: Timestamp,
    /// Until when, that instant excluded.
    pub until: Timestamp,
}

impl Held {
    fn holds(&self, scope: Scope, now: Timestamp) -> bool {
        self.from <= now && now < self.until && self.scope.covers(scope)
    }
}

impl Rights {
    /// The rights of a visitor: none.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// Every right, for the platform itself.
    #[must_use]
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Whose rights these are.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        self.person
    }

    /// May they do this there, at this instant? Default deny; a forbid beats every permit.
    #[must_use]
    pub fn check(&self, permission: Permission, scope: Scope, now: Timestamp) -> bool {
        if self.everything {
            return true;
        }
        let Some(grants) = self.by_permission.get(permission.0) else { return false };
        grants.permits.iter().any(|held| held.holds(scope, now))
            && !grants.forbids.iter().any(|held| held.holds(scope, now))
    }

    /// The roles held at this instant, with their scopes.
    pub fn roles(&self, now: Timestamp) -> impl Iterator<Item = &HeldRole> {
        self.roles.iter().filter(move |role| role.from <= now && now < role.until)
    }

    /// The memberships at this instant.
    pub fn memberships(&self, now: Timestamp) -> impl Iterator<Item = &HeldMembership> {
        self.memberships.iter().filter(move |held| held.from <= now && now < held.until)
    }

    /// The groups they are in, with their schools.
    #[must_use]
    pub fn groups(&self) -> &[(EstablishmentId, GroupId)] {
        &self.groups
    }
}
