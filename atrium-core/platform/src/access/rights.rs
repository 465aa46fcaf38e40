//! A snapshot of a person's rights: the roles given and forbidden to them, with scopes and validity.

use std::collections::HashMap;
use std::sync::Arc;

use super::{AssignmentId, Badge, Clause, Effect, Permission, Scope, Token, TokenSet, Validity};
use crate::clock::Timestamp;
use crate::directory::{EstablishmentId, GroupId, PersonId, Profile};

/// The rights of one person, valid at every instant until their epoch moves.
///
/// ```
/// use atrium_platform::access::permissions::GROUP_EDIT;
/// use atrium_platform::access::{Rights, Scope};
/// use atrium_platform::clock::Timestamp;
///
/// let now = Timestamp(1_790_000_000_000);
/// assert!(!Rights::anonymous().check(GROUP_EDIT, Scope::Platform, now));
/// assert!(Rights::everything().check(GROUP_EDIT, Scope::Platform, now));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Rights {
    person: Option<PersonId>,
    everything: bool,
    held: Vec<HeldRole>,
    by_permission: HashMap<&'static str, Grants>,
    memberships: Vec<HeldMembership>,
    groups: Vec<HeldGroup>,
}

/// A role that a person holds, or that is forbidden to them, at a scope.
#[derive(Clone, Debug)]
pub struct HeldRole {
    /// The role's key.
    pub key: Arc<str>,
    /// The badge of those who write with it.
    pub badge: Option<Badge>,
    /// The permissions of the role.
    pub permissions: Arc<[Permission]>,
    /// The scope it holds at.
    pub scope: Scope,
    /// The schools of the sector, in the order of their ids; empty for another scope.
    pub schools: Arc<[EstablishmentId]>,
    /// How far below that scope it reaches.
    pub reach: Reach,
    /// The scope it counts as given for: the widest at which the giver could give it. A school's delegation opens
    /// what belongs to the school; badges, reserved articles and categories of the platform require the platform.
    pub given_for: Scope,
    /// Whether the permissions are given or taken away.
    pub effect: Effect,
    /// The time during which it holds.
    pub validity: Validity,
    /// The origin of the role.
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
        /// The assignment.
        id: AssignmentId,
        /// The source of the row: `manual`, `demo`, or an import's name.
        source: String,
        /// The giver; `None` for the platform itself.
        granted_by: Option<PersonId>,
        /// The time during which it holds.
        granted_at: Timestamp,
        /// The reason.
        reason: String,
    },
}

/// A membership the person has, or a guardian has through a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldMembership {
    /// The school.
    pub establishment: EstablishmentId,
    /// The profile.
    pub profile: Profile,
    /// The time during which it holds.
    pub validity: Validity,
}

/// A group the person is in, or a guardian's child is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldGroup {
    /// The school.
    pub establishment: EstablishmentId,
    /// The group.
    pub group: GroupId,
    /// The time during which it holds: that of the membership of the school.
    pub validity: Validity,
}

/// The permits and forbids of one permission.
#[derive(Clone, Debug, Default)]
struct Grants {
    permits: Vec<Grant>,
    forbids: Vec<Grant>,
}

/// The part of a held role that a check reads: small, contiguous in memory.
#[derive(Debug, Clone, Copy)]
struct Grant {
    scope: Scope,
    reach: Reach,
    from: Timestamp,
    until: Timestamp,
    /// The index in `Rights::held`.
    held: u32,
}

impl Grant {
    fn is_current(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }

    fn covers(&self, scope: Scope, held: &[HeldRole]) -> bool {
        match self.scope {
            // Invariant: each grant is numbered by its role in `held`.
            Scope::Sector(_) => held[self.held as usize].covers(scope),
            own => own.covers(scope),
        }
    }

    fn holds(&self, scope: Scope, now: Timestamp, held: &[HeldRole]) -> bool {
        let reaches = || match self.reach {
            Reach::Below => self.covers(scope, held),
            Reach::Here => self.scope == scope,
        };
        self.is_current(now) && reaches()
    }
}

impl Rights {
    /// Creates the empty rights of a visitor.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// Creates the rights of the platform itself, which may do everything.
    #[must_use]
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Creates the rights that `held` gives to `person`.
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

    /// Returns the person's rights in `school` alone: what reaches it from above holds there and no further, and what was
    /// given or forbidden elsewhere is left out. Forbids above it stay.
    #[must_use]
    pub fn within(&self, school: EstablishmentId) -> Self {
        let Some(person) = self.person else { return Self::anonymous() };
        let place = Scope::Establishment(school);
        let narrowed = |role: &HeldRole| {
            if place.covers(role.scope) || role.effect == Effect::Forbid {
                Some(role.clone())
            } else if role.reach == Reach::Below && role.covers(place) {
                Some(HeldRole { scope: place, schools: Arc::default(), given_for: place, ..role.clone() })
            } else {
                None
            }
        };
        let memberships = self.memberships.iter().filter(|held| held.establishment == school).cloned();
        let groups = self.groups.iter().filter(|held| held.establishment == school).copied();
        let held = self.held.iter().filter_map(narrowed).collect();
        Self::new(person, held, memberships.collect(), groups.collect())
    }

    /// Returns the person, or `None` for a visitor and for the platform itself.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        self.person
    }

    /// Returns `true` for the rights of the platform itself, which may do everything.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.everything
    }

    /// Returns `true` if `permission` is held at `scope` at the instant `now`. Default deny; a forbid beats every
    /// permit.
    #[must_use]
    pub fn check(&self, permission: Permission, scope: Scope, now: Timestamp) -> bool {
        self.everything
            || self.permits_met(permission, scope, now).next().is_some()
                && self.forbids_met(permission, scope, now).next().is_none()
    }

    /// Returns `true` if `permission` is held at `scope` and everywhere below it, with no forbid there, above or
    /// below.
    #[must_use]
    pub fn check_throughout(&self, permission: Permission, scope: Scope, now: Timestamp) -> bool {
        let Some(grants) = self.by_permission.get(permission.0) else { return self.everything };
        let covers = |grant: &Grant| grant.covers(scope, &self.held);
        let whole = |grant: &Grant| grant.is_current(now) && grant.reach == Reach::Below && covers(grant);
        let hole = |grant: &Grant| grant.is_current(now) && (covers(grant) || self.reaches_into(grant, scope));
        grants.permits.iter().any(whole) && !grants.forbids.iter().any(hole)
    }

    /// Returns `true` if the grant holds somewhere below `scope`. A sector of which this person's roles do not tell the
    /// schools may have any of them.
    fn reaches_into(&self, grant: &Grant, scope: Scope) -> bool {
        let Scope::Sector(_) = scope else { return scope.covers(grant.scope) };
        let Some(sector) = self.held.iter().find(|role| role.scope == scope) else { return true };
        match grant.scope {
            Scope::Platform => true,
            Scope::Establishment(school) | Scope::Group(school, _) => sector.schools.contains(&school),
            Scope::Sector(_) => {
                self.held[grant.held as usize].schools.iter().any(|school| sector.schools.contains(school))
            }
        }
    }

    /// Returns `true` if `permission` is forbidden at `scope`. For permissions that are held in one place and used
    /// in another, such as answering a question of another school.
    #[must_use]
    pub fn is_forbidden(&self, permission: Permission, scope: Scope, now: Timestamp) -> bool {
        self.forbids_met(permission, scope, now).next().is_some()
    }

    /// Returns `true` if `permission` is held at one scope at least.
    #[must_use]
    pub fn holds_somewhere(&self, permission: Permission, now: Timestamp) -> bool {
        self.everything || !self.scopes_for(permission, now).is_empty()
    }

    /// Returns the scopes at which `permission` is given and not forbidden, widest first: a sector and each of its
    /// schools; the platform for the platform's own rights.
    #[must_use]
    pub fn scopes_for(&self, permission: Permission, now: Timestamp) -> Vec<Scope> {
        if self.everything {
            return vec![Scope::Platform];
        }
        let mut scopes: Vec<Scope> =
            self.current_permits(permission, now).flat_map(|grant| self.scopes_of(grant)).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes.retain(|scope| self.check(permission, *scope, now));
        scopes
    }

    /// Returns the scope of the grant, and for a sector those of its schools.
    fn scopes_of(&self, grant: &Grant) -> impl Iterator<Item = Scope> {
        let schools = match grant.reach {
            Reach::Below => &self.held[grant.held as usize].schools[..],
            Reach::Here => &[],
        };
        std::iter::once(grant.scope).chain(schools.iter().map(|school| Scope::Establishment(*school)))
    }

    /// Returns the scope part of a visibility rule: one clause per place where `permission` is held.
    #[must_use]
    pub fn clauses(&self, permission: Permission, now: Timestamp) -> Vec<Clause> {
        if self.everything {
            return vec![Clause::any()];
        }
        let forbids = self.by_permission.get(permission.0).map_or(&[][..], |grants| &grants.forbids[..]);
        let forbids = forbids.iter().filter(|grant| grant.is_current(now));
        let forbids: Vec<Scope> = forbids.flat_map(|grant| self.scopes_of(grant)).collect();
        if forbids.contains(&Scope::Platform) {
            return Vec::new();
        }
        let permits = self.current_permits(permission, now);
        let permits: Vec<(Scope, Reach)> =
            permits.flat_map(|grant| self.scopes_of(grant).map(|scope| (scope, grant.reach))).collect();
        let clause = if permits.contains(&(Scope::Platform, Reach::Below)) {
            Clause::any()
        } else {
            Clause::any().with(permits.into_iter().map(|(scope, reach)| match reach {
                Reach::Below => scope.token(),
                Reach::Here => scope.token_here(),
            }))
        };
        let clause = clause.without(forbids.into_iter().map(Scope::token));
        if clause.is_empty() { Vec::new() } else { vec![clause] }
    }

    /// Returns the audiences that include this person: everyone, signed-in people, the holders of each role given
    /// to them for the platform, and of their profiles.
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

    /// Returns the roles held at `now`, with their scopes. A role that is forbidden where it was given is left out.
    pub fn roles(&self, now: Timestamp) -> impl Iterator<Item = &HeldRole> {
        self.given(now).filter(move |role| !self.is_role_forbidden(&role.key, role.scope, now))
    }

    /// Returns `true` if the role `key` is held at `scope` or above it and not forbidden there.
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

    /// Returns every role given or forbidden, past and future ones included.
    #[must_use]
    pub fn held(&self) -> &[HeldRole] {
        &self.held
    }

    /// Returns the memberships valid at `now`, including a guardian's through their children.
    pub fn memberships(&self, now: Timestamp) -> impl Iterator<Item = &HeldMembership> {
        self.memberships.iter().filter(move |held| held.validity.holds(now))
    }

    /// Returns the groups valid at `now`, including those of a guardian's children.
    pub fn groups(&self, now: Timestamp) -> impl Iterator<Item = &HeldGroup> {
        self.groups.iter().filter(move |held| held.validity.holds(now))
    }

    /// Returns the roles that permit this. `check` asks for the first, `explain` for all: the same code decides
    /// both.
    pub(super) fn permits_met(
        &self,
        permission: Permission,
        scope: Scope,
        now: Timestamp,
    ) -> impl Iterator<Item = &HeldRole> {
        let permits = self.by_permission.get(permission.0).map_or(&[][..], |grants| &grants.permits[..]);
        let held = &self.held;
        permits.iter().filter(move |grant| grant.holds(scope, now, held)).map(|grant| &held[grant.held as usize])
    }

    /// Returns the roles that forbid this.
    pub(super) fn forbids_met(
        &self,
        permission: Permission,
        scope: Scope,
        now: Timestamp,
    ) -> impl Iterator<Item = &HeldRole> {
        let forbids = self.by_permission.get(permission.0).map_or(&[][..], |grants| &grants.forbids[..]);
        let held = &self.held;
        forbids.iter().filter(move |grant| grant.holds(scope, now, held)).map(|grant| &held[grant.held as usize])
    }

    fn current_permits(&self, permission: Permission, now: Timestamp) -> impl Iterator<Item = &Grant> {
        let permits = self.by_permission.get(permission.0).map_or(&[][..], |grants| &grants.permits[..]);
        permits.iter().filter(move |grant| grant.is_current(now))
    }
}

impl HeldRole {
    /// Returns `true` if `scope` is where the role was given or below: one of the sector's schools, if it is a sector.
    #[must_use]
    pub fn covers(&self, scope: Scope) -> bool {
        match (self.scope, scope) {
            (Scope::Sector(_), Scope::Establishment(school) | Scope::Group(school, _)) => {
                self.schools.binary_search(&school).is_ok()
            }
            (own, scope) => own.covers(scope),
        }
    }

    /// Returns `true` if it counts as given for `scope`.
    #[must_use]
    pub fn is_given_for(&self, scope: Scope) -> bool {
        self.given_for.covers(scope) || self.given_for == self.scope && self.covers(scope)
    }

    /// Returns `true` if the role reaches `scope`, whatever the time.
    #[must_use]
    pub fn reaches(&self, scope: Scope) -> bool {
        match self.reach {
            Reach::Below => self.covers(scope),
            Reach::Here => self.scope == scope,
        }
    }

    /// Returns `true` if `other` holds where this one was given or below, with all schools of its sector.
    pub(super) fn covers_role(&self, other: &Self) -> bool {
        let has_schools = || other.schools.iter().all(|school| self.schools.contains(school));
        self.covers(other.scope) && (self.scope == Scope::Platform || has_schools())
    }
}
