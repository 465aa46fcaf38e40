//! People and places of a test's site, made through the real actions: `site.school().member(…).give(…).await`.

use std::future::IntoFuture;
use std::pin::Pin;

use super::client::Client;
use super::site::TestSite;
use atrium_platform::access::actions::NewAssignment;
use atrium_platform::access::{PLATFORM_ADMIN, Scope};
use atrium_platform::directory::actions::{EstablishmentEdit, NewEstablishment, NewGroup, NewPerson, Place};
use atrium_platform::directory::{EstablishmentId, EstablishmentKind, GroupId, GroupKind, PersonId, Profile, Uai};

type Made<'s, T> = Pin<Box<dyn Future<Output = T> + Send + 's>>;

/// A school about to be made. Awaiting it makes the school; [`member`](Self::member) describes one of its people.
#[must_use = "awaiting it makes the school"]
pub struct NewSchool<'s> {
    site: &'s TestSite,
    name: Option<String>,
}

/// A school of a test's site.
#[derive(Clone)]
pub struct School<'s> {
    site: &'s TestSite,
    id: EstablishmentId,
    uai: Uai,
}

/// A person about to be made. Awaiting it makes the person, with their place and roles.
#[must_use = "awaiting it makes the person"]
pub struct NewMember<'s> {
    site: &'s TestSite,
    place: Where<'s>,
    names: Option<(String, String)>,
    class: Option<GroupId>,
    roles: Vec<(String, Given)>,
}

enum Where<'s> {
    Region,
    New(NewSchool<'s>, Profile),
    Known(School<'s>, Profile),
}

#[derive(Clone, Copy)]
enum Given {
    /// In the person's school; on the platform for a person of the Region.
    Here,
    At(Scope),
}

/// A person of a test's site.
#[derive(Clone)]
pub struct Member<'s> {
    site: &'s TestSite,
    id: PersonId,
    school: Option<School<'s>>,
}

impl TestSite {
    /// Describes a school: `site.school().await`, or `site.school().member(Profile::Teacher).await` for one person in
    /// a school of their own.
    pub fn school(&self) -> NewSchool<'_> {
        NewSchool { site: self, name: None }
    }

    /// Describes a person of the Region, in no school.
    pub fn region_member(&self) -> NewMember<'_> {
        NewMember::at(self, Where::Region)
    }

    /// Creates a platform administrator.
    ///
    /// # Panics
    /// Panics if the person cannot be made.
    pub async fn admin(&self) -> PersonId {
        self.region_member().give(PLATFORM_ADMIN).await.id()
    }

    async fn make_school(&self, name: Option<String>) -> School<'_> {
        let number = 139_000 + self.next();
        let uai: Uai = format!("{number:07}{}", Uai::check_letter(number)).parse().expect("the letter is right");
        let name = name.unwrap_or_else(|| format!("Lycée d’essai {number}"));
        let description = EstablishmentEdit::new(name, EstablishmentKind::Lycee, "Marseille");
        let new = NewEstablishment::new(uai.clone(), description);
        let made = self.atrium().directory().create_establishment(&self.system(), new).await;
        School { site: self, id: made.expect("a school can be made"), uai }
    }

    async fn make_member<'s>(&'s self, new: NewMember<'s>) -> Member<'s> {
        let (place, school) = match new.place {
            Where::Region => (Place::Region, None),
            Where::New(school, profile) => {
                let school = school.await;
                (Place::Member(school.id, profile), Some(school))
            }
            Where::Known(school, profile) => (Place::Member(school.id, profile), Some(school)),
        };
        let access = self.atrium().access();
        let (given, family) = new.names.unwrap_or_else(|| ("Camille".to_owned(), format!("Essai {}", self.next())));
        let made = access.directory().create_person(&self.system(), NewPerson::new(place, given, family)).await;
        let member = Member { site: self, id: made.expect("a person can be made"), school };
        if let Some(class) = new.class {
            access.directory().add_to_group(&self.system(), member.id, class).await.expect("the person joins");
        }
        for (role, given) in new.roles {
            let scope = match given {
                Given::At(scope) => scope,
                Given::Here => member.school.as_ref().map_or(Scope::Platform, School::scope),
            };
            member.give(&role, scope).await;
        }
        member
    }
}

impl<'s> NewSchool<'s> {
    /// Sets the name.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Describes a person of this school.
    pub fn member(self, profile: Profile) -> NewMember<'s> {
        NewMember::at(self.site, Where::New(self, profile))
    }
}

impl<'s> IntoFuture for NewSchool<'s> {
    type Output = School<'s>;
    type IntoFuture = Made<'s, School<'s>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.site.make_school(self.name))
    }
}

impl<'s> School<'s> {
    /// Returns the id.
    #[must_use]
    pub fn id(&self) -> EstablishmentId {
        self.id
    }

    /// Returns the national identifier.
    #[must_use]
    pub fn uai(&self) -> &Uai {
        &self.uai
    }

    /// Returns the school as a scope.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope::Establishment(self.id)
    }

    /// Describes a person of this school.
    pub fn member(&self, profile: Profile) -> NewMember<'s> {
        NewMember::at(self.site, Where::Known(self.clone(), profile))
    }

    /// Creates a class.
    ///
    /// # Panics
    /// Panics if the class cannot be made.
    pub async fn class(&self, name: &str) -> GroupId {
        let new = NewGroup::new(self.id, GroupKind::Class, name);
        self.site.atrium().directory().create_group(&self.site.system(), new).await.expect("a class can be made")
    }
}

impl<'s> NewMember<'s> {
    fn at(site: &'s TestSite, place: Where<'s>) -> Self {
        Self { site, place, names: None, class: None, roles: Vec::new() }
    }

    /// Sets given and family name.
    pub fn named(mut self, given: impl Into<String>, family: impl Into<String>) -> Self {
        self.names = Some((given.into(), family.into()));
        self
    }

    /// Puts the person in a class.
    pub fn in_class(mut self, class: GroupId) -> Self {
        self.class = Some(class);
        self
    }

    /// Gives the role `key` in the person's school, or on the platform to a person of the Region.
    pub fn give(mut self, key: impl Into<String>) -> Self {
        self.roles.push((key.into(), Given::Here));
        self
    }

    /// Gives the role `key` at `scope`.
    pub fn give_at(mut self, key: impl Into<String>, scope: Scope) -> Self {
        self.roles.push((key.into(), Given::At(scope)));
        self
    }
}

impl<'s> IntoFuture for NewMember<'s> {
    type Output = Member<'s>;
    type IntoFuture = Made<'s, Member<'s>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.site.make_member(self))
    }
}

impl<'s> Member<'s> {
    /// Returns the id.
    #[must_use]
    pub fn id(&self) -> PersonId {
        self.id
    }

    /// Returns the school that the person was made in, if any.
    #[must_use]
    pub fn school(&self) -> Option<&School<'s>> {
        self.school.as_ref()
    }

    /// Gives the role `key` at `scope`.
    ///
    /// # Panics
    /// Panics if the role does not exist or cannot be given.
    pub async fn give(&self, key: &str, scope: Scope) {
        let access = self.site.atrium().access();
        let role = access.roles().await.expect("roles load").by_key(key).map(|role| role.id);
        let new = NewAssignment::permit(self.id, role.unwrap_or_else(|| panic!("no role `{key}`")), scope);
        access.grant(&self.site.system(), new.because("essai")).await.expect("the role can be given");
    }

    /// Returns the signed-in client of the person.
    ///
    /// # Panics
    /// Panics if the person no longer exists.
    pub async fn client(&self) -> Client {
        self.site.signed_in(self.id).await
    }
}
