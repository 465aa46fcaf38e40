//! Who is reading, as far as the help's conditional passages ask: profiles, roles, what holds of their schools.

use std::collections::BTreeSet;

use atrium_core::access::Actor;
use atrium_core::catalogue::Catalogue;
use atrium_core::markup::{AudienceRule, Reader};
use serde::Deserialize;

/// The traits that a visitor states in the URL. They decide relevance only, so any may be stated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
pub(super) struct Said {
    profil: Option<String>,
    etablissement: Option<String>,
}

impl Said {
    pub(super) fn of(profil: Option<String>, etablissement: Option<String>) -> Self {
        Self { profil, etablissement }
    }

    pub(super) fn profile(key: &str) -> Self {
        Self { profil: Some(key.to_owned()), etablissement: None }
    }

    pub(super) fn establishment(key: &str) -> Self {
        Self { profil: None, etablissement: Some(key.to_owned()) }
    }

    /// Keeps what the passages of the page ask about: an unknown word would leave the page without passages.
    pub(super) fn among(&self, rules: &[AudienceRule]) -> Self {
        let profile = |key: &&String| rules.iter().any(|rule| rule.profiles.contains(*key));
        let of_school = |key: &&String| rules.iter().any(|rule| rule.traits.contains(*key));
        Self {
            profil: self.profil.as_ref().filter(profile).cloned(),
            etablissement: self.etablissement.as_ref().filter(of_school).cloned(),
        }
    }

    /// Returns it as a query string.
    pub(super) fn query(&self) -> String {
        match (&self.profil, &self.etablissement) {
            (Some(profile), _) => format!("profil={profile}"),
            (None, Some(key)) => format!("etablissement={key}"),
            (None, None) => String::new(),
        }
    }

    /// Returns what is known of the reader, or else what they say.
    pub(super) fn complete(&self, mut reader: Reader) -> Reader {
        let one = |value: &String| BTreeSet::from([value.clone()]);
        reader.profiles = reader.profiles.or_else(|| self.profil.as_ref().map(one));
        reader.traits = reader.traits.or_else(|| self.etablissement.as_ref().map(one));
        reader
    }
}

/// Returns the reader that `actor` is. Of a visitor no profile is known: passages for some are shown to them, marked.
pub(super) fn reader(actor: &Actor, catalogue: &Catalogue) -> Reader {
    if actor.person().is_none() {
        return Reader::default();
    }
    let known = catalogue.reader(actor);
    let profiles = known.profiles.iter().map(|profile| profile.key().to_owned()).collect();
    let reader = Reader { profiles: Some(profiles), roles: Some(known.roles), ..Reader::default() };
    // The Region's people belong to no school: what holds of theirs is not known either.
    if known.establishments.is_empty() {
        reader
    } else {
        Reader { traits: Some(known.traits), services: Some(known.services), ..reader }
    }
}
