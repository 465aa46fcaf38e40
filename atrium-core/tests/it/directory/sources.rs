//! Rows of several sources side by side: what a source no longer names ends, and nothing else does.

use std::collections::{BTreeMap, BTreeSet};

use atrium_core::Atrium;
use atrium_core::access::Scope;
use atrium_core::directory::actions::{EstablishmentEdit, ExternalIdentity, NewEstablishment, Synchronisation};
use atrium_core::directory::{self, EstablishmentId, EstablishmentKind, GroupKind, PersonId, Profile, Uai};
use atrium_core::testing::{TestSite, World};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use sea_orm::{ConnectionTrait, Statement};

async fn uai(world: &World, school: EstablishmentId) -> Uai {
    directory::establishment(world.db().db(), school).await.unwrap().uai.parse().unwrap()
}

/// Returns the rows of `sql`, one text each.
async fn rows(world: &World, sql: &str) -> BTreeSet<String> {
    let db = world.db().db();
    let asked = Statement::from_string(db.get_database_backend(), sql.to_owned());
    let found = db.query_all_raw(asked).await.unwrap();
    found.iter().map(|row| row.try_get("", "row").unwrap()).collect()
}

/// Returns the places, groups and guardians that `source` has now.
async fn kept(world: &World, source: &str) -> BTreeSet<String> {
    let now = world.db().now().0;
    let places = format!(
        "SELECT 'in ' || i.subject || ' ' || e.uai || ' ' || m.profile AS row FROM atrium_membership m \
         JOIN atrium_identity i ON i.person_id = m.person_id JOIN atrium_establishment e ON e.id = m.establishment_id \
         WHERE m.source = '{source}' AND (m.valid_until IS NULL OR m.valid_until > {now})"
    );
    let groups = format!(
        "SELECT 'group ' || i.subject || ' ' || g.name AS row FROM atrium_group_member m \
         JOIN atrium_identity i ON i.person_id = m.person_id JOIN atrium_group g ON g.id = m.group_id \
         WHERE m.source = '{source}'"
    );
    let guardians = format!(
        "SELECT 'child ' || a.subject || ' ' || c.subject AS row FROM atrium_guardian g \
         JOIN atrium_identity a ON a.person_id = g.guardian_id JOIN atrium_identity c ON c.person_id = g.child_id \
         WHERE g.source = '{source}'"
    );
    let mut all = rows(world, &places).await;
    all.extend(rows(world, &groups).await);
    all.extend(rows(world, &guardians).await);
    all
}

/// What a source says of everyone, and the rows that it should have then.
#[derive(Clone, Default)]
struct Told {
    list: Vec<ExternalIdentity>,
    rows: BTreeSet<String>,
}

/// Returns a list over eight people and the given schools.
fn told(rng: &mut StdRng, schools: &[Uai]) -> Told {
    let mut told = Told::default();
    let pupils: Vec<String> = (0..5).filter(|_| rng.random_bool(0.8)).map(|n| format!("p{n}")).collect();
    for pupil in &pupils {
        let mut identity = ExternalIdentity::new(pupil.as_str(), format!("Lou {pupil}"));
        for school in schools {
            if rng.random_bool(0.5) {
                continue;
            }
            identity = identity.member(school.clone(), Profile::Student);
            told.rows.insert(format!("in {pupil} {school} student"));
            let (number, name) = (rng.random_range(1..3), school.as_str().to_owned());
            if rng.random_bool(0.7) {
                let (key, name) = (format!("{name}${number}"), format!("{name} {number}"));
                told.rows.insert(format!("group {pupil} {name}"));
                identity = identity.keyed_group(school.clone(), GroupKind::Class, key, name);
            }
        }
        told.list.push(identity);
    }
    let adults: Vec<String> = (5..8).filter(|_| rng.random_bool(0.8)).map(|n| format!("p{n}")).collect();
    for adult in adults {
        let mut identity = ExternalIdentity::new(adult.as_str(), format!("Ana {adult}"));
        for pupil in pupils.iter().filter(|_| rng.random_bool(0.4)) {
            identity = identity.child(pupil.as_str());
            told.rows.insert(format!("child {adult} {pupil}"));
        }
        told.list.push(identity);
    }
    told
}

/// Takes away by hand something that the source gave, which its next list gives back.
async fn meddle(world: &World, rng: &mut StdRng, people: &BTreeMap<String, PersonId>) {
    let (acts, system) = (world.access().directory(), world.system());
    let all: Vec<PersonId> = people.values().copied().collect();
    let Some(person) = all.choose(rng).copied() else { return };
    let held = directory::memberships(world.db().db(), person).await.unwrap();
    match rng.random_range(0..3) {
        0 => {
            let now = world.db().now();
            if let Some(row) = held.iter().find(|row| row.source != "manual" && row.validity().holds(now)) {
                acts.end_membership(&system, row.id).await.unwrap();
            }
        }
        1 => {
            if let Some((_, group)) = directory::groups_of(world.db().db(), &[person]).await.unwrap().first() {
                acts.remove_from_group(&system, person, group.id).await.unwrap();
            }
        }
        _ => {
            if let Some(child) = directory::children(world.db().db(), person).await.unwrap().first() {
                acts.unlink_guardian(&system, person, *child).await.unwrap();
            }
        }
    }
}

async fn people(world: &World) -> BTreeMap<String, PersonId> {
    let mut people = BTreeMap::new();
    for row in rows(world, "SELECT subject || ' ' || person_id AS row FROM atrium_identity").await {
        let (subject, id) = row.split_once(' ').unwrap();
        people.insert(subject.to_owned(), id.parse().unwrap());
    }
    people
}

#[tokio::test]
async fn any_sequence_of_lists_ends_in_what_was_told_last_and_leaves_the_rest_alone() {
    for seed in 0..12 {
        let mut rng = StdRng::seed_from_u64(seed);
        let world = World::new().await;
        let mut schools = Vec::new();
        for _ in 0..3 {
            schools.push(uai(&world, world.school().await).await);
        }
        let mut last: BTreeMap<&str, Told> = BTreeMap::new();
        for step in 0..10 {
            let source = *["aaf", "be1d"].choose(&mut rng).unwrap();
            let next = match last.get(source) {
                Some(told) if rng.random_bool(0.3) => told.clone(),
                _ => told(&mut rng, &schools),
            };
            let manual = kept(&world, "manual").await;
            let list = Synchronisation::new(source, next.list.clone()).removing_many();
            let done = world.access().directory().synchronise(&world.system(), list).await.unwrap();
            assert!(done.refused.is_empty() && done.unresolved.is_empty(), "seed {seed}, step {step}: {done:?}");
            last.insert(source, next);
            for (source, told) in &last {
                assert_eq!(kept(&world, source).await, told.rows, "seed {seed}, step {step}: {source}");
            }
            assert_eq!(kept(&world, "manual").await, manual, "seed {seed}, step {step}");
            let people = people(&world).await;
            by_hand(&world, &mut rng, &people).await;
            let named: Vec<Told> = last.values().cloned().collect();
            if rng.random_bool(0.5) {
                meddle(&world, &mut rng, &people).await;
                for (source, told) in last.keys().zip(named) {
                    let list = Synchronisation::new(*source, told.list).removing_many();
                    world.access().directory().synchronise(&world.system(), list).await.unwrap();
                }
            }
        }
    }
}

/// Gives somebody a place, a group or a child by hand.
async fn by_hand(world: &World, rng: &mut StdRng, people: &BTreeMap<String, PersonId>) {
    let (acts, system) = (world.access().directory(), world.system());
    let all: Vec<PersonId> = people.values().copied().collect();
    let Some((person, child)) = all.choose(rng).copied().zip(all.choose(rng).copied()) else { return };
    let schools = directory::establishments(world.db().db()).await.unwrap();
    let school = schools.choose(rng).unwrap().id;
    let given = acts.add_membership(&system, person, school, Profile::Student, Default::default()).await;
    assert!(given.is_ok() || given.is_err_and(|error| error.is_conflict()));
    if let Some(group) = directory::groups(world.db().db(), school).await.unwrap().first() {
        acts.add_to_group(&system, person, group.id).await.unwrap();
    }
    if person != child {
        acts.link_guardian(&system, person, child).await.unwrap();
    }
}

#[tokio::test]
async fn an_imported_place_and_a_manual_one_stand_side_by_side() {
    let world = World::new().await;
    let school = world.school().await;
    let here = uai(&world, school).await;
    let identity = ExternalIdentity::new("7", "Ana Ruiz").member(here.clone(), Profile::Teacher);
    let ana = world.access().directory().provision(&identity).await.unwrap().person.id;
    let (acts, system) = (world.access().directory(), world.system());
    let add = || acts.add_membership(&system, ana, school, Profile::Teacher, Default::default());
    let manual = add().await.unwrap();
    assert!(add().await.unwrap_err().is_conflict(), "one by hand is enough");
    let sources = async || -> Vec<String> {
        let held = directory::memberships(world.db().db(), ana).await.unwrap();
        held.into_iter().filter(|row| row.validity().holds(world.db().now())).map(|row| row.source).collect()
    };
    assert_eq!(sources().await, ["host", "manual"]);
    acts.provision(&ExternalIdentity::new("7", "Ana Ruiz")).await.unwrap();
    assert_eq!(sources().await, ["manual"]);
    let actor = world.actor(ana).await;
    assert!(actor.rights().holds_role("teacher", Scope::Establishment(school), actor.now()));
    acts.provision(&identity).await.unwrap();
    acts.end_membership(&system, manual).await.unwrap();
    assert_eq!(sources().await, ["host"]);
}

#[tokio::test]
async fn a_class_that_its_source_knows_by_a_key_keeps_its_members_under_a_new_name() {
    let world = World::new().await;
    let school = world.school().await;
    let here = uai(&world, school).await;
    let lou = |key: &str, name: &str| {
        let identity = ExternalIdentity::new("7", "Lou Essai").member(here.clone(), Profile::Student);
        [identity.keyed_group(here.clone(), GroupKind::Class, key, name)]
    };
    let run = async |list: [ExternalIdentity; 1]| {
        world.access().directory().synchronise(&world.system(), Synchronisation::new("aaf", list)).await.unwrap();
        directory::groups(world.db().db(), school).await.unwrap()
    };
    let before = run(lou("k1", "2nde 3")).await;
    let after = run(lou("k1", "2nde Mozart")).await;
    assert_eq!((after.len(), after[0].id, after[0].name.as_str()), (1, before[0].id, "2nde Mozart"));
    assert_eq!(after[0].source_key.as_deref(), Some("k1"));
    let both = run(lou("k2", "2nde 3")).await;
    assert_eq!(both.len(), 2);
    let taken = run(lou("k1", "2nde 3")).await;
    assert!(taken.iter().any(|group| group.id == before[0].id && group.name == "2nde Mozart"), "a name is not taken");
    let members = directory::members(world.db().db(), before[0].id).await.unwrap();
    assert_eq!(members.len(), 1);
}

#[tokio::test]
async fn a_record_that_its_source_knows_by_a_key_is_the_same_person_under_a_new_identity() {
    let world = World::new().await;
    let run = async |identity: ExternalIdentity| {
        let list = Synchronisation::new("aaf", [identity.keyed("jointure-1")]);
        let done = world.access().directory().synchronise(&world.system(), list).await.unwrap();
        assert_eq!((done.people, done.ended), (1, 0));
    };
    run(ExternalIdentity::new("7", "Lou Essai")).await;
    run(ExternalIdentity::new("8", "Lou Autre").issued_by("https://connexion.exemple.fr")).await;
    let people = people(&world).await;
    assert_eq!((people.len(), people["7"]), (2, people["8"]));
    assert_eq!(directory::person(world.db().db(), people["7"]).await.unwrap().display_name, "Lou Autre");
    // Another source's record of that key is another person.
    let list = Synchronisation::new("be1d", [ExternalIdentity::new("9", "Zoé Essai").keyed("jointure-1")]);
    world.access().directory().synchronise(&world.system(), list).await.unwrap();
    assert_ne!(self::people(&world).await["9"], people["7"]);
}

#[tokio::test]
async fn doctor_names_the_schools_that_a_source_knows_and_the_directory_does_not() {
    let site = TestSite::new().await;
    let told = async || {
        let settings = site.atrium().settings().clone();
        let findings = Atrium::builder().settings(settings).clock(site.clock().clone()).examine().await;
        let schools = findings.into_iter().filter(|finding| finding.subject == "schools");
        schools.map(|finding| finding.message).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(told().await, "");
    let known = site.school().await;
    let strange: Uai = format!("0130001{}", Uai::check_letter(130_001)).parse().unwrap();
    let identity = ExternalIdentity::new("7", "Ana Ruiz")
        .member(known.uai().clone(), Profile::Teacher)
        .member(strange.clone(), Profile::Teacher);
    site.atrium().directory().provision(&identity).await.unwrap();
    let expected = format!("`host` names schools that are not in the directory: {strange}. Add them, or correct it");
    assert_eq!(told().await, expected);
    let description = EstablishmentEdit::new("Lycée de l’Étang", EstablishmentKind::Lycee, "Marseille");
    let new = NewEstablishment::new(strange, description);
    site.atrium().directory().create_establishment(&site.system(), new).await.unwrap();
    assert_eq!(told().await, "");
}
