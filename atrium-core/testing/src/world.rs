//! A small world on a fresh database: schools, classes, people, roles, made through the real actions.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use super::TestDatabase;
use atrium_platform::access::actions::{NewAssignment, RoleChange};
use atrium_platform::access::{Access, Actor, AssignmentId, PermissionDef, RoleId, Scope, Validity, Via};
use atrium_platform::db::Migrator;
use atrium_platform::directory::actions::{EstablishmentEdit, NewEstablishment, NewGroup, NewPerson, Place};
use atrium_platform::directory::{EstablishmentId, EstablishmentKind, GroupId, GroupKind, PersonId, Profile, Uai};

/// A fresh database with rights, and functions to fill it. They panic on failure.
#[derive(Debug)]
pub struct World {
    database: TestDatabase,
    access: Access,
    made: AtomicU32,
}

impl World {
    /// Creates an empty world.
    pub async fn new() -> Self {
        Self::with([], []).await
    }

    /// Creates an empty world with the tables and the permissions of plugins.
    pub async fn with(
        migrators: impl IntoIterator<Item = Migrator>,
        permissions: impl IntoIterator<Item = PermissionDef>,
    ) -> Self {
        let database = TestDatabase::with_migrations(migrators).await;
        let access = database.access_with(permissions).await;
        Self { database, access, made: AtomicU32::new(0) }
    }

    /// Returns the database.
    #[must_use]
    pub fn db(&self) -> &TestDatabase {
        &self.database
    }

    /// Returns the loader of rights.
    #[must_use]
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Returns the actor of the platform itself.
    #[must_use]
    pub fn system(&self) -> Actor {
        Actor::system(Via::System, self.database.now())
    }

    /// Returns the person as an actor with their current rights.
    pub async fn actor(&self, person: PersonId) -> Actor {
        self.access.actor_for(person, Via::Web).await.expect("the person exists")
    }

    /// Creates a school.
    pub async fn school(&self) -> EstablishmentId {
        let digits = 139_000 + self.next();
        let uai: Uai = format!("{digits:07}{}", Uai::check_letter(digits)).parse().expect("the letter is right");
        let description = EstablishmentEdit {
            name: format!("Lycée d’essai {digits}"),
            kind: EstablishmentKind::Lycee,
            city: "Marseille".to_owned(),
        };
        let new = NewEstablishment::new(uai, description);
        self.access.directory().create_establishment(&self.system(), new).await.expect("a school can be made")
    }

    /// Creates a class of `school`.
    pub async fn class(&self, school: EstablishmentId) -> GroupId {
        let new = NewGroup::new(school, GroupKind::Class, format!("2nde {}", self.next()));
        self.access.directory().create_group(&self.system(), new).await.expect("a class can be made")
    }

    /// Creates a person at `place`.
    pub async fn person(&self, place: Place) -> PersonId {
        let new = NewPerson::new(place, "Camille", format!("Essai {}", self.next()));
        self.access.directory().create_person(&self.system(), new).await.expect("a person can be made")
    }

    /// Creates a member of `school`.
    pub async fn member(&self, school: EstablishmentId, profile: Profile) -> PersonId {
        self.person(Place::Member(school, profile)).await
    }

    /// Creates a pupil of `school`, in `class`.
    pub async fn pupil(&self, school: EstablishmentId, class: GroupId) -> PersonId {
        let pupil = self.member(school, Profile::Student).await;
        self.enter(pupil, class).await;
        pupil
    }

    /// Creates a digital referent of `school`, who teaches there.
    pub async fn referent(&self, school: EstablishmentId) -> PersonId {
        let person = self.member(school, Profile::Teacher).await;
        self.give(person, "digital_referent", Scope::Establishment(school)).await;
        person
    }

    /// Creates a platform administrator.
    pub async fn admin(&self) -> PersonId {
        let person = self.person(Place::Region).await;
        self.give(person, "platform_admin", Scope::Platform).await;
        person
    }

    /// Puts `person` in `class`.
    pub async fn enter(&self, person: PersonId, class: GroupId) {
        self.access.directory().add_to_group(&self.system(), person, class).await.expect("the person joins");
    }

    /// Returns the id of the role `key`.
    pub async fn role(&self, key: &str) -> RoleId {
        self.access.roles().await.expect("roles load").by_key(key).expect("the role exists").id
    }

    /// Creates a custom role with `permissions`.
    pub async fn custom_role(&self, key: &str, permissions: &[&str]) -> RoleId {
        let permissions: BTreeSet<String> = permissions.iter().map(|key| (*key).to_owned()).collect();
        let change = RoleChange { label_fr: key.to_owned(), label_en: String::new(), permissions };
        self.access.create_role(&self.system(), key, change, "essai").await.expect("a role can be made")
    }

    /// Gives `person` the role `key` at `scope` without an end.
    pub async fn give(&self, person: PersonId, key: &str, scope: Scope) -> AssignmentId {
        self.assign(NewAssignment::permit(person, self.role(key).await, scope)).await
    }

    /// Gives `person` the role `key` at `scope` for a time.
    pub async fn lend(&self, person: PersonId, key: &str, scope: Scope, validity: Validity) -> AssignmentId {
        self.assign(NewAssignment::permit(person, self.role(key).await, scope).during(validity)).await
    }

    /// Forbids `person` the role `key` at `scope`.
    pub async fn forbid(&self, person: PersonId, key: &str, scope: Scope) -> AssignmentId {
        self.assign(NewAssignment::forbid(person, self.role(key).await, scope)).await
    }

    async fn assign(&self, new: NewAssignment) -> AssignmentId {
        self.access.grant(&self.system(), new.because("essai")).await.expect("the role can be given")
    }

    fn next(&self) -> u32 {
        self.made.fetch_add(1, Ordering::Relaxed)
    }
}
