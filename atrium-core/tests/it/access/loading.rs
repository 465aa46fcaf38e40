//! Compares rights loaded from the database with a naive reading of the rows.

use atrium_core::access::{self, Effect, Permission, PermissionDef, Scope, Validity};
use atrium_core::clock::Timestamp;
use atrium_core::db::Db;
use atrium_core::directory::actions::Place;
use atrium_core::directory::{self, PersonId, Profile};
use atrium_core::testing::World;
use rand::RngExt;

use super::random::{pick, rng};

const READ: Permission = Permission("test.thing.read");
/// The built-in roles that hold `READ`.
const HOLDERS: &[&str] = &["student", "guardian", "teacher", "leadership", "stil_technician"];
const PROFILES: [Profile; 5] =
    [Profile::Student, Profile::Teacher, Profile::Leadership, Profile::SchoolLife, Profile::Staff];

/// Returns `scope` and all that it lies in, from the rows.
async fn around(db: &Db, scope: Scope) -> Vec<Scope> {
    let mut around = vec![scope, Scope::Platform];
    if let Scope::Establishment(school) | Scope::Group(school, _) = scope {
        around.push(Scope::Establishment(school));
        for sector in directory::sectors(db).await.unwrap() {
            let schools = directory::sector_schools(db, [sector.id]).await.unwrap();
            around.extend(schools.contains(&(sector.id, school)).then_some(Scope::Sector(sector.id)));
        }
    }
    around
}

/// Decides from the rows one at a time, as the model is worded.
async fn naive(world: &World, person: PersonId, scope: Scope, now: Timestamp) -> bool {
    let db = world.db().db();
    let mut permitted = false;
    let mut family = vec![(person, false)];
    family.extend(directory::children(db, person).await.unwrap().into_iter().map(|child| (child, true)));
    for (who, is_child) in family {
        for membership in directory::memberships(db, who).await.unwrap() {
            if is_child && membership.profile != Profile::Student {
                continue;
            }
            let profile = if is_child { Profile::Guardian } else { membership.profile };
            let current = Validity::new(membership.valid_from, membership.valid_until).holds(now);
            if !current || !HOLDERS.contains(&profile.key()) {
                continue;
            }
            let school = membership.establishment_id;
            permitted |= scope == Scope::Establishment(school);
            if let Scope::Group(of, group) = scope {
                let groups = directory::groups_of(db, &[who]).await.unwrap();
                let is_in = groups.iter().any(|(_, row)| row.id == group && row.establishment_id == school);
                permitted |= of == school && (is_in || profile == Profile::Leadership);
            }
        }
    }
    let mut forbidden = false;
    let roles = world.access().roles().await.unwrap();
    for row in access::assignments(db, person).await.unwrap() {
        let holds = HOLDERS.contains(&&*roles.get(row.role_id).unwrap().key);
        let covers = around(db, scope).await.into_iter().any(|above| row.scope() == Some(above));
        if holds && row.validity().holds(now) && covers {
            match row.effect {
                Effect::Permit => permitted = true,
                Effect::Forbid => forbidden = true,
            }
        }
    }
    permitted && !forbidden
}

#[tokio::test]
async fn loaded_rights_equal_a_naive_reading_of_the_rows() {
    let definition = PermissionDef::new(READ, "Lire une chose", "Read a thing").held_by(HOLDERS);
    let world = World::with([], [definition]).await;
    let mut rng = rng(42);
    let mut scopes = vec![Scope::Platform];
    let mut schools = Vec::new();
    for _ in 0..3 {
        let school = world.school().await;
        let classes = [world.class(school).await, world.class(school).await];
        scopes.push(Scope::Establishment(school));
        scopes.extend(classes.map(|class| Scope::Group(school, class)));
        schools.push((school, classes));
    }
    let mut sectors = Vec::new();
    for number in 0..2 {
        let name = format!("Secteur {number}");
        let sector = world.access().directory().create_sector(&world.system(), &name).await.unwrap();
        scopes.push(Scope::Sector(sector));
        sectors.push(sector);
    }
    let now = world.db().now();
    let mut people = Vec::new();
    for _ in 0..25 {
        let (school, classes) = pick(&mut rng, &schools);
        let person = world.member(school, pick(&mut rng, &PROFILES)).await;
        if rng.random_bool(0.6) {
            world.enter(person, pick(&mut rng, &classes)).await;
        }
        let (other, _) = pick(&mut rng, &schools);
        let until = Some(now.plus_days(rng.random_range(1..4)));
        let from = rng.random_bool(0.5).then(|| now.plus_days(rng.random_range(-1..2)));
        let (profile, validity) = (pick(&mut rng, &PROFILES), Validity::new(from, until));
        if rng.random_bool(0.5) && !validity.is_empty() {
            // A conflict means that it is held already.
            let _ = world.access().directory().add_membership(&world.system(), person, other, profile, validity).await;
        }
        if !people.is_empty() && rng.random_bool(0.5) {
            world.access().directory().link_guardian(&world.system(), person, pick(&mut rng, &people)).await.unwrap();
        }
        if rng.random_bool(0.3) {
            let until = Some(now.plus_days(rng.random_range(1..3)));
            world.lend(person, "stil_technician", pick(&mut rng, &scopes), Validity::new(None, until)).await;
        }
        if rng.random_bool(0.3) {
            world.forbid(person, pick(&mut rng, HOLDERS), pick(&mut rng, &scopes)).await;
        }
        people.push(person);
    }
    people.push(world.person(Place::Region).await);
    let (mut allowed, mut denied) = (0, 0);
    for days in 0..4 {
        world.db().set_now(now.plus_days(days));
        for sector in &sectors {
            for (school, _) in &schools {
                let (directory, system) = (world.access().directory(), world.system());
                if rng.random_bool(0.5) {
                    directory.add_to_sector(&system, *sector, *school).await.unwrap();
                } else {
                    directory.remove_from_sector(&system, *sector, *school).await.unwrap();
                }
            }
        }
        for person in &people {
            let actor = world.actor(*person).await;
            for scope in &scopes {
                let expected = naive(&world, *person, *scope, actor.now()).await;
                assert_eq!(actor.may(READ, *scope), expected, "{person} at {scope} on day {days}");
                if expected { allowed += 1 } else { denied += 1 }
            }
        }
    }
    assert!(allowed > 150 && denied > 150, "{allowed} {denied}: the world is dull");
}
