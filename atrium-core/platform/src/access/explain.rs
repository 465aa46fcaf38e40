//! Explains a decision: the answer to "why can X do Y here?", from the code that decides.

use super::{HeldRole, Permission, Rights, Scope};
use crate::clock::Timestamp;
use crate::directory::EstablishmentId;

/// A decision and the roles that led to it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation {
    /// The permission asked about.
    pub permission: Permission,
    /// The scope asked about.
    pub scope: Scope,
    /// The instant asked about.
    pub at: Timestamp,
    /// The result of [`Rights::check`].
    pub allowed: bool,
    /// `true` for the platform itself, which needs no grant.
    pub everything: bool,
    /// The grant that decided; in a refusal by a forbid, the grant that would have allowed it otherwise.
    pub grant: Option<HeldRole>,
    /// Other grants that would have sufficed.
    pub also: Vec<HeldRole>,
    /// The forbids that apply, each of which suffices to refuse.
    pub forbids: Vec<HeldRole>,
    /// The held grant that comes nearest to allowing it, if no grant applies.
    pub nearest: Option<NearMiss>,
}

/// A grant that would have allowed it but for one condition.
#[derive(Clone, Debug)]
pub struct NearMiss {
    /// The grant.
    pub grant: HeldRole,
    /// The condition that it fails.
    pub miss: Miss,
}

/// Why a grant does not apply, from the nearest to the farthest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Miss {
    /// It applied here and has expired.
    Expired,
    /// It will apply here and has not begun.
    NotYet,
    /// It applies in the same school, but not in this place of it.
    Beside,
    /// It applies somewhere else.
    Elsewhere,
    /// It applies somewhere else, and not at this time.
    Neither,
}

impl Rights {
    /// Runs [`check`](Self::check) and returns the decision with what led to it.
    #[must_use]
    pub fn explain(&self, permission: Permission, scope: Scope, now: Timestamp) -> Explanation {
        let mut permits = self.permits_met(permission, scope, now).cloned();
        let grant = permits.next();
        let also = permits.collect();
        let forbids: Vec<_> = self.forbids_met(permission, scope, now).cloned().collect();
        let allowed = self.check(permission, scope, now);
        let nearest = if allowed || grant.is_some() { None } else { self.nearest(permission, scope, now) };
        Explanation {
            permission,
            scope,
            at: now,
            allowed,
            everything: self.is_everything(),
            grant,
            also,
            forbids,
            nearest,
        }
    }

    fn nearest(&self, permission: Permission, scope: Scope, now: Timestamp) -> Option<NearMiss> {
        let candidates = self
            .held()
            .iter()
            .filter(|role| role.effect == super::Effect::Permit && role.permissions.contains(&permission));
        let misses = candidates.map(|role| NearMiss { grant: role.clone(), miss: miss(role, scope, now) });
        misses.min_by_key(|near| (near.miss, std::cmp::Reverse(near.grant.validity.until)))
    }
}

fn miss(role: &HeldRole, scope: Scope, now: Timestamp) -> Miss {
    match (role.reaches(scope), role.validity.holds(now)) {
        (true, _) if role.validity.is_over(now) => Miss::Expired,
        (true, _) => Miss::NotYet,
        (false, true) if establishment(scope).is_some_and(|school| is_in(role, school)) => Miss::Beside,
        (false, true) => Miss::Elsewhere,
        (false, false) => Miss::Neither,
    }
}

/// Returns `true` if the role holds in the school or somewhere in it.
fn is_in(role: &HeldRole, school: EstablishmentId) -> bool {
    role.covers(Scope::Establishment(school)) || establishment(role.scope) == Some(school)
}

fn establishment(scope: Scope) -> Option<EstablishmentId> {
    match scope {
        Scope::Platform | Scope::Sector(_) => None,
        Scope::Establishment(id) | Scope::Group(id, _) => Some(id),
    }
}
