//! Who reads, as far as it decides which answer is theirs: the help shows each reader the one for their school.

use std::collections::BTreeSet;

use super::snapshot::{Catalogue, Offer};
use crate::access::Actor;
use crate::directory::EstablishmentId;
use crate::directory::membership::Profile;

/// What is known of a reader: nothing of a visitor. A matter of relevance, never of secrecy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    /// Their profiles.
    pub profiles: BTreeSet<Profile>,
    /// Keys of the roles they hold somewhere.
    pub roles: BTreeSet<String>,
    /// Their schools.
    pub establishments: BTreeSet<EstablishmentId>,
    /// The traits of their schools.
    pub traits: BTreeSet<String>,
    /// Keys of the services available to them in one of their schools.
    pub services: BTreeSet<String>,
}

impl Catalogue {
    /// What is known of `actor` as a reader.
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
