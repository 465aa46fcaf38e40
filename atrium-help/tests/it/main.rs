//! The help over HTTP, on the real content.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

mod api;
mod dialects;
mod feedback;
mod feeds;
mod finding;
mod identity;
mod judged;
mod languages;
mod links;
mod pictures;
mod public_api;
mod reading;
mod reading_folders;
mod rooms;
mod sync;
mod tables;
mod templates;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use atrium_core::access::Scope;
use atrium_core::access::actions::NewAssignment;
use atrium_core::clock::Timestamp;
use atrium_core::directory::actions::{EstablishmentEdit, NewEstablishment, NewPerson, Place};
use atrium_core::directory::{EstablishmentId, EstablishmentKind, PersonId, Profile, Uai};
use atrium_core::testing::{TestSite, TestSiteBuilder};
use atrium_help::Help;

/// The roles that the real content names, with that of the forum.
const ROLES: &str = concat!(
    include_str!("../../../examples/portal/roles.toml"),
    "\n[[role]]\nkey = \"moderator\"\nname = \"Modérateur\"\n"
);
/// The services that the real content is about.
const REGION: &str = include_str!("../../../examples/portal/services.toml");

/// Returns the folder of the real content.
fn content() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/aide")
}

/// Returns a builder of a site with what the real content is about.
fn region() -> TestSiteBuilder {
    TestSite::builder().with(|builder| builder.services("services.toml", REGION).roles("roles.toml", ROLES))
}

/// Returns a site with the real content, indexed.
async fn site() -> TestSite {
    let site = region().plugin(Help::from_dir(content())).start().await;
    site.settle().await;
    site
}

/// Returns the instant that `text` names.
fn at(text: &str) -> Timestamp {
    let instant: jiff::Timestamp = text.parse().unwrap();
    Timestamp(instant.as_millisecond())
}

/// Returns a new school with these traits.
async fn school(site: &TestSite, name: &str, traits: &[&str]) -> EstablishmentId {
    static NEXT: AtomicU32 = AtomicU32::new(139_000);
    let digits = NEXT.fetch_add(1, Ordering::Relaxed);
    let uai: Uai = format!("{digits:07}{}", Uai::check_letter(digits)).parse().unwrap();
    let description =
        EstablishmentEdit { name: name.to_owned(), kind: EstablishmentKind::Lycee, city: "Marseille".to_owned() };
    let directory = site.atrium().directory();
    let school = directory.create_establishment(&site.system(), NewEstablishment::new(uai, description)).await.unwrap();
    let traits: BTreeSet<_> = traits.iter().map(|key| (*key).to_owned()).collect();
    directory.set_traits(&site.system(), school, 1, &traits).await.unwrap();
    school
}

/// Makes people of a site.
struct People<'a>(&'a TestSite);

impl<'a> People<'a> {
    fn of(site: &'a TestSite) -> Self {
        Self(site)
    }

    async fn at(&self, place: Place) -> PersonId {
        self.called("Camille", place).await
    }

    async fn called(&self, given: &str, place: Place) -> PersonId {
        let new = NewPerson::new(place, given, "Essai");
        self.0.atrium().directory().create_person(&self.0.system(), new).await.unwrap()
    }

    async fn member(&self, school: EstablishmentId, profile: Profile) -> PersonId {
        self.at(Place::Member(school, profile)).await
    }

    /// Somebody of the Region who holds `role` everywhere.
    async fn region(&self, role: &str) -> PersonId {
        let person = self.at(Place::Region).await;
        self.give(person, role, Scope::Platform).await;
        person
    }

    async fn referent(&self, school: EstablishmentId) -> PersonId {
        let person = self.member(school, Profile::Teacher).await;
        self.give(person, "digital_referent", Scope::Establishment(school)).await;
        person
    }

    async fn give(&self, person: PersonId, role: &str, scope: Scope) {
        let access = self.0.atrium().access();
        let role = access.roles().await.unwrap().by_key(role).unwrap().id;
        let new = NewAssignment::permit(person, role, scope).because("essai");
        access.grant(&self.0.system(), new).await.unwrap();
    }
}
