//! A person's rights as a snapshot: what was granted and forbidden to them where, until when.

use std::collections::HashMap;
use std::sync::Arc;

use super::{AssignmentId, Clause, Effect, Permission, Scope, Token, TokenSet, Validity};
use crate::clock::Timestamp;
use crate::directory::membership::Profile;
use crate::directory::{EstablishmentId, GroupId, PersonId};

/// What one person may do, at every instant until their epoch moves.
#[derive(Debug, Default)]
pub struct Rights {
    person: Option<PersonId>,
    everything: bool,
    held: Vec<HeldRole>,
    by_permission: HashMap<&'static str, Grants>,
    memberships: Vec<HeldMembership>,
    groups: Vec<HeldGroup>,
}

/// A role that the person holds, or that is forbidden to them, somewhere.
#[derive(Clone, Debug)]
pub struct HeldRole {
    /// The role's key.
    pub key: Arc<str>,
    /// What the role holds.
    pub permissions: Arc<[Permission]>,
    /// Where.
    pub scope: Scope,
    /// How far below that scope.
    pub reach: Reach,
    /// For which scope it counts as given: the widest at which its giver could give it. A school's own delegation opens
    /// what is the school's; badges, reserved articles and categories of the platform ask for the platform.
    pub given_for: Scope,
    /// Given or taken away.
    pub effect: Effect,
    /// When.
    pub validity: Validity,
    /// Where it comes from.
    pub origin: Origin,
}

/// How far a held role reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// The scope and everything below it: assignments, and the profiles that run the school.
    Below,
    /// That scope alone: a pupil is in the school, and only in their own classes of it.
    Here,
}

/// Where a held role comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The person's own membership.
    Membership,
    /// The membership of their child.
    Child(PersonId),
    /// An assignment.
    Assignment {
        /// Which.
        id: AssignmentId,
        /// Who made the row: `manual`, `demo`, or an import's name.
        source: String,
        /// By whom; nobody for the platform itself.
        granted_by: Option<PersonId>,
        /// When.
        granted_at: Timestamp,
        /// Why.
        reason: String,
    },
}

/// A membership the person has, or a guardian has through a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldMembership {
    /// The school.
    pub establishment: EstablishmentId,
    /// As what.
    pub profile: Profile,
    /// When.
    pub validity: Validity,
}

/// A group the person is in, or a guardian's child is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldGroup {
    /// The school.
    pub establishment: EstablishmentId,
    /// The group.
    pub group: GroupId,
    /// When, as the membership of the school has it.
    pub validity: Validity,
}

/// What was said about one permission.
#[derive(Debug, Default)]
struct Grants {
    permits: Vec<Grant>,
    forbids: Vec<Grant>,
}

/// What a check reads of a held role: small, side by side in memory.
#[derive(Debug, Clone, Copy)]
struct Grant {
    scope: Scope,
    reach: Reach,
    from: Timestamp,
    until: Timestamp,
    /// Its place in `Rights::held`.
    held: u32,
}

impl Grant {
    fn is_current(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }

    fn reaches(&self, scope: Scope) -> bool {
        match self.reach {
            Reach::Below => self.scope.covers(scope),
            Reach::Here => self.scope == scope,
        }
    }

    fn holds(&self, scope: Scope, now: Timestamp) -> bool {
        self.is_current(now) && self.reaches(scope)
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

    /// The rights that `held` gives to `person`.
    #[must_use]
    pub fn new(
        person: PersonId,
        held: Vec<HeldRole>,
        memberships: Vec<HeldMembership>,
        groups: Vec<HeldGroup>,
    ) -> Self {
        let mut by_permission: HashMap<&'static str, Grants> = HashMap::new();
        for (role, number) in held.iter().zip(0_u32..) {
            let grant = Grant {
                scope: role.scope,
                reach: role.reach,
                from: role.validity.from.unwrap_or(Timestamp(i64::MIN)),
                until: role.validity.until.unwrap_or(Timestamp(i64::MAX)),
                held: number,
            };
            for permission in role.permissions.iter() {
                let grants = by_permission.entry(permission.0).or_default();
                match role.effect {
                    Effect::Permit => grants.permits.push(grant),
                    Effect::Forbid => grants.forbids.push(grant),
                }
            }
        }
        for grants in by_permission.values_mut() {
            // The widest first: most checks end at the first permit.
            grants.permits.sort_by_key(|grant| grant.scope.kind());
        }
        Self { person: Some(person), everything: false, held, by_permission, memberships, groups }
    }

    /// Whose rights these are.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        self.person
    }

    /// Are these the platform's own rights, to which nothing is refused?
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.everything
    }

    /// May they do this there, at this instant? Default deny; a forbid beats every permit.
    #[must_use]
    pub fn check(&self, permission: Permission, scope: Scope, now: Timestamp) -> bool {
        self.everything
            || self.permits_met(permission, scope, now).next().is_some()
                && self.forbids_met(permission, scope, now).next().is_none()
    }

    /// Do they hold this at `scope` and everywhere below it, with nothing forbidden there or above?
    #[must_use]
    pub fn check_throughout(&self, permission: Permission, scope: Scope, now: Timestamp) -> bool {
        let Some(grants) = self.by_permission.get(permission.0) else { return self.everything };
        let whole = |grant: &Grant| grant.is_current(now) && grant.reach == Reach::Below && grant.scope.covers(scope);
        let hole = |grant: &Grant| grant.is_current(now) && (grant.scope.covers(scope) || scope.covers(grant.scope));
        grants.permits.iter().any(whole) && !grants.forbids.iter().any(hole)
    }

    /// Is this taken away from them there, at this instant? For permissions that are held in one place and used in
    /// another, such as answering a question of another school.
    #[must_use]
    pub fn is_forbidden(&self, permission: Permission, scope: Scope, now: Timestamp) -> bool {
        self.forbids_met(permission, scope, now).next().is_some()
    }

    /// Do they hold this at one scope at least?
    #[must_use]
    pub fn holds_somewhere(&self, permission: Permission, now: Timestamp) -> bool {
        self.everything || !self.scopes_for(permission, now).is_empty()
    }

    /// The scopes at which they were given this and it is not taken away, the widest first; for the platform's own
    /// rights, the platform.
    #[must_use]
    pub fn scopes_for(&self, permission: Permission, now: Timestamp) -> Vec<Scope> {
        if self.everything {
            return vec![Scope::Platform];
        }
        let mut scopes: Vec<Scope> = self.current_permits(permission, now).map(|grant| grant.scope).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes.retain(|scope| self.check(permission, *scope, now));
        scopes
    }

    /// The scope part of a visibility rule: where this permission lets them see. No clause: nowhere.
    #[must_use]
    pub fn clauses(&self, permission: Permission, now: Timestamp) -> Vec<Clause> {
        if self.everything {
            return vec![Clause::any()];
        }
        let forbids = self.by_permission.get(permission.0).map_or(&[][..], |grants| &grants.forbids[..]);
        let forbids: Vec<Scope> =
            forbids.iter().filter(|grant| grant.is_current(now)).map(|grant| grant.scope).collect();
        if forbids.contains(&Scope::Platform) {
            return Vec::new();
        }
        let permits: Vec<(Scope, Reach)> =
            self.current_permits(permission, now).map(|grant| (grant.scope, grant.reach)).collect();
        let clause = match permits.contains(&(Scope::Platform, Reach::Below)) {
            true => Clause::any(),
            false => Clause::any().with(permits.into_iter().map(|(scope, reach)| match reach {
                Reach::Below => scope.token(),
                Reach::Here => scope.token_here(),
            })),
        };
        let clause = clause.without(forbids.into_iter().map(Scope::token));
        if clause.is_empty() { Vec::new() } else { vec![clause] }
    }

    /// To whom things may be addressed for this person to be among them: everybody, whoever is signed in, the holders
    /// of each role that was given to them for the platform, and of their profiles.
    #[must_use]
    pub fn audiences(&self, now: Timestamp) -> TokenSet {
        let mut audiences = TokenSet::from([Token::public()]);
        if self.person.is_some() || self.everything {
            audiences.insert(Token::signed_in());
        }
        audiences.extend(
            self.roles(now).filter(|role| role.given_for == Scope::Platform).map(|role| Token::role(&role.key)),
        );
        audiences
    }

    /// The roles held at this instant, with their scopes. One that is forbidden where it was given is not among them.
    pub fn roles(&self, now: Timestamp) -> impl Iterator<Item = &HeldRole> {
        self.given(now).filter(move |role| !self.is_role_forbidden(&role.key, role.scope, now))
    }

    /// Do they hold the role `key` at `scope` or above it, with nothing that forbids it there?
    #[must_use]
    pub fn holds_role(&self, key: &str, scope: Scope, now: Timestamp) -> bool {
        let given = || self.given(now).any(|role| *role.key == *key && role.reaches(scope));
        self.everything || given() && !self.is_role_forbidden(key, scope, now)
    }

    fn given(&self, now: Timestamp) -> impl Iterator<Item = &HeldRole> {
        self.held.iter().filter(move |role| role.effect == Effect::Permit && role.validity.holds(now))
    }

    fn is_role_forbidden(&self, key: &str, scope: Scope, now: Timestamp) -> bool {
        let forbids = self.held.iter().filter(|role| role.effect == Effect::Forbid && role.validity.holds(now));
        forbids.into_iter().any(|role| *role.key == *key && role.reaches(scope))
    }

    /// Everything given and forbidden to them, past and future too.
    #[must_use]
    pub fn held(&self) -> &[HeldRole] {
        &self.held
    }

    /// The memberships at this instant, a guardian's through their children included.
    pub fn memberships(&self, now: Timestamp) -> impl Iterator<Item = &HeldMembership> {
        self.memberships.iter().filter(move |held| held.validity.holds(now))
    }

    /// The groups at this instant, those of a guardian's children included.
    pub fn groups(&self, now: Timestamp) -> impl Iterator<Item = &HeldGroup> {
        self.groups.iter().filter(move |held| held.validity.holds(now))
    }

    /// What permits this here and now. `check` asks for the first, `explain` for all: the same code.
    pub(super) fn permits_met(
        &self,
        permission: Permission,
        scope: Scope,
        now: Timestamp,
    ) -> impl Iterator<Item = &HeldRole> {
        let permits = self.by_permission.get(permission.0).map_or(&[][..], |grants| &grants.permits[..]);
        permits.iter().filter(move |grant| grant.holds(scope, now)).map(|grant| &self.held[grant.held as usize])
    }

    /// What forbids this here and now.
    pub(super) fn forbids_met(
        &self,
        permission: Permission,
        scope: Scope,
        now: Timestamp,
    ) -> impl Iterator<Item = &HeldRole> {
        let forbids = self.by_permission.get(permission.0).map_or(&[][..], |grants| &grants.forbids[..]);
        forbids.iter().filter(move |grant| grant.holds(scope, now)).map(|grant| &self.held[grant.held as usize])
    }

    fn current_permits(&self, permission: Permission, now: Timestamp) -> impl Iterator<Item = &Grant> {
        let permits = self.by_permission.get(permission.0).map_or(&[][..], |grants| &grants.permits[..]);
        permits.iter().filter(move |grant| grant.is_current(now))
    }
}

impl HeldRole {
    /// Does it hold at `scope`, at some time?
    #[must_use]
    pub fn reaches(&self, scope: Scope) -> bool {
        match self.reach {
            Reach::Below => self.scope.covers(scope),
            Reach::Here => self.scope == scope,
        }
    }
}
