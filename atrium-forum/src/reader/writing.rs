//! As what somebody writes, and from which school.

use std::collections::BTreeSet;

use atrium_core::access::{Badge, Scope};
use atrium_core::directory::EstablishmentId;

use super::Reader;
use crate::permissions::OFFICIAL;
use crate::posts::Quality;

impl Reader {
    /// Returns in what quality they write today.
    #[must_use]
    pub fn quality(&self) -> Quality {
        // Whose answers commit the Region writes as the Region.
        if self.actor().may(OFFICIAL, Scope::Platform) {
            return Quality::region();
        }
        self.badge().map_or_else(Quality::member, |badge| Quality::of_role(&badge.key))
    }

    /// Returns the badge of their roles, the Region's before a school's.
    fn badge(&self) -> Option<&Badge> {
        let actor = self.actor();
        // Given for the Region: a badge is not a school's to hand out.
        let given = actor.rights().roles(actor.now()).filter(|role| role.given_for == Scope::Platform);
        let badges: Vec<_> = given.filter_map(|role| role.badge.as_ref()).collect();
        badges.iter().find(|badge| badge.of_region).or(badges.first()).copied()
    }

    /// Returns the schools they may ask from: where they belong or hold a role, each once.
    #[must_use]
    pub(crate) fn establishments(&self) -> Vec<EstablishmentId> {
        let (rights, now) = (self.actor().rights(), self.actor().now());
        let mut schools: Vec<_> = rights.memberships(now).map(|membership| membership.establishment).collect();
        for role in rights.roles(now) {
            match role.scope {
                Scope::Establishment(school) => schools.push(school),
                _ => schools.extend(role.schools.iter().copied()),
            }
        }
        let mut seen = BTreeSet::new();
        schools.retain(|school| seen.insert(*school));
        schools
    }

    /// Returns the school they write from: their first; `None` for the Region.
    #[must_use]
    pub(crate) fn home(&self) -> Option<EstablishmentId> {
        if self.quality().is_region() || self.badge().is_some_and(|badge| badge.of_region) {
            return None;
        }
        self.establishments().into_iter().next()
    }
}
