//! The traits of a reader that decide which help answer is shown to them.

use std::collections::BTreeSet;

use super::snapshot::{Catalogue, Offer};
use crate::access::Actor;
use crate::directory::{EstablishmentId, Profile};

/// The known traits of a reader; empty for a visitor. They decide relevance, never access.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    /// The reader's profiles.
    pub profiles: BTreeSet<Profile>,
    /// The keys of the roles they hold at any scope.
    pub roles: BTreeSet<String>,
    /// The reader's schools.
    pub establishments: BTreeSet<EstablishmentId>,
    /// The traits of those schools.
    pub traits: BTreeSet<String>,
    /// The keys of the services available to them in one of their schools.
    pub services: BTreeSet<String>,
}

impl Catalogue {
    /// Returns the traits of `actor` as a reader.
    #[must_use]
    pub fn reader(&self, actor: &Actor) -> Reader {
        let mut reader = Reader::default();
        for held in actor.rights().memberships(actor.now()) {
            reader.profiles.insert(held.profile);
            reader.establishments.insert(held.establishment);
            let offers = self.available(held.establishment, held.profile);
            reader.services.extend(offers.into_iter().map(|offer: Offer| offer.service.key));
        }
        for establishment in &reader.establishments {
            reader.traits.extend(self.traits(*establishment));
        }
        reader.roles = actor.rights().roles(actor.now()).map(|role| role.key.to_string()).collect();
        reader
    }
}
