//! As what somebody writes, and from which school.

use std::collections::BTreeSet;

use atrium_core::access::Scope;
use atrium_core::directory::EstablishmentId;

use super::Reader;
use crate::permissions::OFFICIAL;
use crate::posts::Quality;

impl Reader {
    /// Returns in what quality they write today.
    #[must_use]
    pub fn quality(&self) -> Quality {
        let actor = self.actor();
        // Given for the Region: a badge is not a school's to hand out.
        let given = || actor.rights().roles(actor.now()).filter(|role| role.given_for == Scope::Platform);
        let holds = |keys: &[&str]| given().any(|role| keys.contains(&&*role.key));
        // Whose answers commit the Region writes as the Region.
        if actor.may(OFFICIAL, Scope::Platform) {
            Quality::Region
        } else if holds(&["stil_technician", "stil_sector_chief"]) {
            Quality::StilTechnician
        } else if holds(&["digital_referent"]) {
            Quality::DigitalReferent
        } else {
            Quality::Member
        }
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
        match self.quality() {
            Quality::Region | Quality::StilTechnician => None,
            _ => self.establishments().into_iter().next(),
        }
    }
}
