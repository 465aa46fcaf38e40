//! Schools, classes, people and their roles.

use std::collections::HashMap;
use std::sync::Arc;

use atrium_core::access::actions::NewAssignment;
use atrium_core::access::{Actor, Roles, Scope};
use atrium_core::directory::actions::PeopleFilter;
use atrium_core::directory::actions::{EstablishmentEdit, NewEstablishment, NewGroup, NewPerson, PersonEdit, Place};
use atrium_core::directory::{self, EstablishmentId, GroupId, GroupKind, PersonId, Profile, SectorId, Uai};
use atrium_core::{Atrium, Error, Result};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::world::{Establishment, Person, Sector, World};

/// Who made these rows.
const SOURCE: &str = "demo";

/// The ids of the demo's people.
pub(super) struct Cast {
    pub(super) people: HashMap<String, PersonId>,
}

impl Cast {
    pub(super) fn person(&self, key: &str) -> Result<PersonId> {
        self.people.get(key).copied().ok_or_else(|| Error::bug(format!("nobody named `{key}` in the demo")))
    }
}

/// Returns `true` if the demo's world exists.
pub(super) async fn exists(atrium: &Atrium, world: &World) -> Result<bool> {
    let Some(first) = world.establishments.first() else { return Ok(false) };
    Ok(directory::establishment_by_uai(atrium.db(), &first.uai).await?.is_some())
}

/// Returns `true` if there are people.
pub(super) async fn is_inhabited(atrium: &Atrium) -> Result<bool> {
    let anybody = atrium.directory().count_people(&atrium.operator(), PeopleFilter::default()).await?;
    Ok(anybody.people > 0)
}

/// A school with its groups, by name.
struct School {
    id: EstablishmentId,
    classes: Vec<GroupId>,
    groups: HashMap<String, GroupId>,
}

pub(super) async fn fill(atrium: &Atrium, world: &World, seed: u64) -> Result<Cast> {
    let mut filling = Filling {
        atrium,
        actor: atrium.operator(),
        world,
        random: StdRng::seed_from_u64(seed),
        roles: atrium.access().roles().await?,
        schools: HashMap::new(),
        sectors: HashMap::new(),
        people: HashMap::new(),
        drawn: 0,
    };
    for school in &world.establishments {
        filling.school(school).await?;
    }
    for sector in &world.sectors {
        filling.sector(sector).await?;
    }
    for person in &world.people {
        filling.member_of_cast(person).await?;
    }
    for school in &world.establishments {
        filling.draw(school).await?;
    }
    Ok(Cast { people: filling.people })
}

struct Filling<'a> {
    atrium: &'a Atrium,
    actor: Actor,
    world: &'a World,
    random: StdRng,
    roles: Arc<Roles>,
    schools: HashMap<String, School>,
    sectors: HashMap<String, SectorId>,
    people: HashMap<String, PersonId>,
    drawn: usize,
}

impl Filling<'_> {
    async fn school(&mut self, school: &Establishment) -> Result<()> {
        let directory = self.atrium.directory();
        let uai: Uai = school.uai.parse().map_err(|source| Error::internal("demo school", source))?;
        let edit = EstablishmentEdit { name: school.name.clone(), kind: school.kind, city: school.city.clone() };
        let mut new = NewEstablishment::new(uai, edit).from_source(SOURCE);
        for key in &school.traits {
            new = new.with_trait(key);
        }
        let id = directory.create_establishment(&self.actor, new).await?;
        let mut groups = HashMap::new();
        let mut classes = Vec::new();
        let named = [
            (GroupKind::Class, &school.classes),
            (GroupKind::Administrative, &school.admin_groups),
            (GroupKind::Pupils, &school.pupil_groups),
        ];
        for (kind, names) in named {
            for name in names {
                let new = NewGroup::new(id, kind, name).from_source(SOURCE);
                let group = directory.create_group(&self.actor, new).await?;
                groups.insert(name.clone(), group);
                if kind == GroupKind::Class {
                    classes.push(group);
                }
            }
        }
        self.schools.insert(school.uai.clone(), School { id, classes, groups });
        for service in &school.services {
            let change = atrium_core::catalogue::AvailabilityChange { available: Some(true), launch_url: None };
            self.atrium.catalogue().set_availability(&self.actor, id, service, 0, change).await?;
        }
        Ok(())
    }

    async fn sector(&mut self, sector: &Sector) -> Result<()> {
        let directory = self.atrium.directory();
        let id = directory.create_sector(&self.actor, &sector.name).await?;
        for uai in &sector.schools {
            directory.add_to_sector(&self.actor, id, self.school_of(uai)?.id).await?;
        }
        self.sectors.insert(sector.name.clone(), id);
        Ok(())
    }

    fn sector_of(&self, name: &str) -> Result<SectorId> {
        self.sectors.get(name).copied().ok_or_else(|| Error::bug(format!("no sector `{name}` in the demo")))
    }

    fn school_of(&self, uai: &str) -> Result<&School> {
        self.schools.get(uai).ok_or_else(|| Error::bug(format!("no school `{uai}` in the demo")))
    }

    async fn member_of_cast(&mut self, person: &Person) -> Result<()> {
        let profile = person.profile.as_deref().and_then(Profile::from_key);
        let children: Vec<_> = person.children.iter().filter_map(|key| self.people.get(key).copied()).collect();
        let place = match (profile, &person.establishment, children.first()) {
            (Some(Profile::Guardian), _, Some(child)) => Place::GuardianOf(*child),
            (Some(profile), Some(uai), _) => Place::Member(self.school_of(uai)?.id, profile),
            _ => Place::Region,
        };
        let id = self.person(place, &person.given, &person.family).await?;
        self.address(id, person).await?;
        self.people.insert(person.key.clone(), id);
        for child in children.iter().skip(1) {
            self.atrium.directory().link_guardian(&self.actor, id, *child).await?;
        }
        if let Some(uai) = &person.establishment {
            let school = self.school_of(uai)?;
            let groups = person.classes.iter().chain(&person.groups).filter_map(|name| school.groups.get(name));
            for group in groups {
                self.atrium.directory().add_to_group(&self.actor, id, *group).await?;
            }
        }
        for role in &person.roles {
            let scope = match role.scope.split_once(':') {
                Some(("establishment", uai)) => Scope::Establishment(self.school_of(uai)?.id),
                Some(("sector", name)) => Scope::Sector(self.sector_of(name)?),
                _ => Scope::Platform,
            };
            let known = self.roles.by_key(&role.role);
            let role = known.ok_or_else(|| Error::bug(format!("no role `{}` in the demo", role.role)))?.id;
            let new = NewAssignment::permit(id, role, scope).because("Monde de démonstration").from_source(SOURCE);
            self.atrium.access().grant(&self.actor, new).await?;
        }
        Ok(())
    }

    /// Gives a person of the cast an address, of a domain that is kept for examples (RFC 2606).
    async fn address(&self, id: PersonId, person: &Person) -> Result<()> {
        let mut edit = PersonEdit::new(&person.given, &person.family);
        edit.email = Some(format!("{}@example.org", person.login));
        let version = directory::person(self.atrium.db(), id).await?.version;
        self.atrium.directory().edit_person(&self.actor, id, version, edit).await
    }

    async fn person(&self, place: Place, given: &str, family: &str) -> Result<PersonId> {
        let new = NewPerson::new(place, given, family).from_source(SOURCE);
        self.atrium.directory().create_person(&self.actor, new).await
    }

    /// Draws people of `school` from the names, pupils first: guardians need a pupil.
    async fn draw(&mut self, school: &Establishment) -> Result<()> {
        let (id, classes) = {
            let school = self.school_of(&school.uai)?;
            (school.id, school.classes.clone())
        };
        let mut pupils = Vec::new();
        for profile in ["student", "guardian", "teacher", "leadership", "school_life", "staff"] {
            let Some(kind) = Profile::from_key(profile) else { continue };
            for _ in 0..school.drawn.get(profile).copied().unwrap_or_default() {
                let names = &self.world.names;
                let given = pick(&mut self.random, &names.given)?.clone();
                let family = pick(&mut self.random, &names.family)?.clone();
                let place = match kind {
                    Profile::Guardian => Place::GuardianOf(*pick(&mut self.random, &pupils)?),
                    profile => Place::Member(id, profile),
                };
                let person = self.person(place, &given, &family).await?;
                self.drawn += 1;
                self.people.insert(format!("drawn:{}", self.drawn), person);
                let joined = match kind {
                    Profile::Student => 1,
                    Profile::Teacher => self.random.random_range(1..=2),
                    _ => 0,
                };
                for class in classes.sample(&mut self.random, joined).copied().collect::<Vec<_>>() {
                    self.atrium.directory().add_to_group(&self.actor, person, class).await?;
                }
                if kind == Profile::Student {
                    pupils.push(person);
                }
            }
        }
        Ok(())
    }
}

fn pick<'a, T>(random: &mut StdRng, among: &'a [T]) -> Result<&'a T> {
    among.choose(random).ok_or_else(|| Error::bug("nothing to draw from in the demo"))
}
