//! Why somebody may or may not: the answer to "why can X do Y here?", from the very code that decides.

use super::{HeldRole, Permission, Rights, Scope};
use crate::clock::Timestamp;

/// A decision with what led to it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation {
    /// What was asked.
    pub permission: Permission,
    /// Where.
    pub scope: Scope,
    /// As of when.
    pub at: Timestamp,
    /// What [`Rights::check`] answers.
    pub allowed: bool,
    /// Is it the platform itself, which needs no grant?
    pub everything: bool,
    /// The grant that decided; in a refusal by a forbid, the grant that would have allowed it otherwise.
    pub grant: Option<HeldRole>,
    /// Other grants that would have done as well.
    pub also: Vec<HeldRole>,
    /// The forbids met, each of which is enough to refuse.
    pub forbids: Vec<HeldRole>,
    /// In a refusal for lack of a grant: what they hold that comes nearest to allowing it.
    pub nearest: Option<NearMiss>,
}

/// A grant that would have allowed it, but for one thing.
#[derive(Clone, Debug)]
pub struct NearMiss {
    /// What they hold.
    pub grant: HeldRole,
    /// What is wrong with it.
    pub miss: Miss,
}

/// Why a grant does not count, from the nearest to the farthest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Miss {
    /// It held here and is over.
    Expired,
    /// It will hold here and has not begun.
    NotYet,
    /// It holds in the same school, not in this place of it.
    Beside,
    /// It holds somewhere else.
    Elsewhere,
    /// It is about somewhere else and does not hold at this time either.
    Neither,
}

impl Rights {
    /// [`check`](Self::check), with what led to the answer.
    #[must_use]
    pub fn explain(&self, permission: Permission, scope: Scope, now: Timestamp) -> Explanation {
        let mut permits = self.permits_met(permission, scope, now).cloned();
        let grant = permits.next();
        let also = permits.collect();
        let forbids: Vec<_> = self.forbids_met(permission, scope, now).cloned().collect();
        let allowed = self.check(permission, scope, now);
        let nearest = match allowed || grant.is_some() {
            true => None,
            false => self.nearest(permission, scope, now),
        };
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
        (false, true) if establishment(role.scope) == establishment(scope) => Miss::Beside,
        (false, true) => Miss::Elsewhere,
        (false, false) => Miss::Neither,
    }
}

fn establishment(scope: Scope) -> Option<crate::directory::EstablishmentId> {
    match scope {
        Scope::Platform => None,
        Scope::Establishment(id) | Scope::Group(id, _) => Some(id),
    }
}
