//! Visibility of people.

use std::collections::BTreeSet;

use atrium_core::access::{Actor, Scope, visible_person};
use atrium_core::directory::actions::PeopleFilter;
use atrium_core::directory::actions::{NewPerson, PersonEdit, Place};
use atrium_core::directory::{self, PersonId, Profile};
use atrium_core::testing::World;

async fn listed(world: &World, actor: &Actor, filter: PeopleFilter<'_>) -> BTreeSet<PersonId> {
    let people = world.access().directory().list_people(actor, filter, None, 1000).await.unwrap();
    let counted = world.access().directory().count_people(actor, filter).await.unwrap();
    assert_eq!((counted.people, counted.more), (people.len() as u64, false));
    for person in &people {
        assert!(visible_person(world.db().db(), actor, person.id).await.is_ok());
    }
    people.into_iter().map(|person| person.id).collect()
}

#[tokio::test]
async fn a_stil_technician_does_not_find_who_is_outside_the_portfolio_or_a_pupil() {
    let world = World::new().await;
    let (inside, outside) = (world.school().await, world.school().await);
    let class = world.class(inside).await;
    let teacher = world.member(inside, Profile::Teacher).await;
    let pupil = world.pupil(inside, class).await;
    let guardian = world.person(Place::GuardianOf(pupil)).await;
    let stranger = world.member(outside, Profile::Leadership).await;
    let technician = world.person(Place::Region).await;
    world.give(technician, "stil_technician", Scope::Establishment(inside)).await;
    let actor = world.actor(technician).await;

    assert_eq!(visible_person(world.db().db(), &actor, teacher).await.unwrap().id, teacher);
    for hidden in [pupil, guardian, stranger, PersonId(99_999)] {
        let error = visible_person(world.db().db(), &actor, hidden).await.unwrap_err();
        assert!(error.is_not_found(), "not forbidden: {error}");
    }
    assert_eq!(listed(&world, &actor, PeopleFilter::default()).await, BTreeSet::from([teacher, technician]));
    let there = PeopleFilter { within: Some(outside), ..PeopleFilter::default() };
    assert!(listed(&world, &actor, there).await.is_empty());
}

#[tokio::test]
async fn a_referent_knows_their_school_and_its_families_and_nobody_else() {
    let world = World::new().await;
    let (school, other) = (world.school().await, world.school().await);
    let referent = world.referent(school).await;
    let teacher = world.member(school, Profile::Teacher).await;
    let pupil = world.member(school, Profile::Student).await;
    let guardian = world.person(Place::GuardianOf(pupil)).await;
    world.member(other, Profile::Teacher).await;
    world.person(Place::GuardianOf(world.member(other, Profile::Student).await)).await;
    world.person(Place::Region).await;
    let actor = world.actor(referent).await;
    let everybody = BTreeSet::from([referent, teacher, pupil, guardian]);
    assert_eq!(listed(&world, &actor, PeopleFilter::default()).await, everybody);
    let here = PeopleFilter { within: Some(school), ..PeopleFilter::default() };
    assert_eq!(listed(&world, &actor, here).await, everybody);

    // The same teacher also works elsewhere: a filter by that school does not reveal it.
    world
        .access()
        .directory()
        .add_membership(&world.system(), teacher, other, Profile::Teacher, Default::default())
        .await
        .unwrap();
    let there = PeopleFilter { within: Some(other), ..PeopleFilter::default() };
    assert!(listed(&world, &actor, there).await.is_empty());

    // A person who left is no longer visible.
    let place = directory::memberships(world.db().db(), pupil).await.unwrap()[0].id;
    world.access().directory().end_membership(&world.system(), place).await.unwrap();
    let actor = world.actor(referent).await;
    assert_eq!(listed(&world, &actor, PeopleFilter::default()).await, BTreeSet::from([referent, teacher]));
}

#[tokio::test]
async fn what_is_forbidden_in_one_school_hides_it_from_somebody_who_reads_everywhere() {
    let world = World::new().await;
    let (school, quiet) = (world.school().await, world.school().await);
    let known = world.member(school, Profile::Teacher).await;
    let hidden = world.member(quiet, Profile::Teacher).await;
    let support = world.person(Place::Region).await;
    world.give(support, "region_support", Scope::Platform).await;
    assert!(listed(&world, &world.actor(support).await, PeopleFilter::default()).await.contains(&hidden));
    world.forbid(support, "region_support", Scope::Establishment(quiet)).await;
    let seen = listed(&world, &world.actor(support).await, PeopleFilter::default()).await;
    assert!(seen.contains(&known) && !seen.contains(&hidden));
}

#[tokio::test]
async fn everybody_else_knows_of_themselves_only_and_visitors_of_nobody() {
    let world = World::new().await;
    let school = world.school().await;
    let pupil = world.member(school, Profile::Student).await;
    world.member(school, Profile::Teacher).await;
    let actor = world.actor(pupil).await;
    assert_eq!(listed(&world, &actor, PeopleFilter::default()).await, BTreeSet::from([pupil]));
    let visitor = Actor::anonymous(world.db().now());
    assert!(listed(&world, &visitor, PeopleFilter::default()).await.is_empty());
    assert_eq!(listed(&world, &world.system(), PeopleFilter::default()).await.len(), 2);
}

#[tokio::test]
async fn a_search_takes_its_words_literally_and_pages_in_order() {
    let world = World::new().await;
    let school = world.school().await;
    for _ in 0..7 {
        world.member(school, Profile::Teacher).await;
    }
    let system = world.system();
    let search = |search| PeopleFilter { search, ..PeopleFilter::default() };
    assert_eq!(listed(&world, &system, search("éssai CAMILLE")).await.len(), 7);
    assert!(listed(&world, &system, search("%")).await.is_empty());
    assert!(listed(&world, &system, search("_")).await.is_empty());
    assert!(listed(&world, &system, search("\\")).await.is_empty());
    let (mut seen, mut after) = (Vec::new(), None::<(String, PersonId)>);
    loop {
        let from = after.as_ref().map(|(name, id)| (name.as_str(), *id));
        let page = world.access().directory().list_people(&system, PeopleFilter::default(), from, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.sort_name.clone(), last.id));
        seen.extend(page.into_iter().map(|person| person.sort_name));
    }
    assert!(seen.len() == 7 && seen.is_sorted());
}

#[tokio::test]
async fn a_search_asks_for_the_beginnings_of_words_as_they_now_are() {
    let world = World::new().await;
    let system = world.system();
    let mut new = NewPerson::new(Place::Region, "Éva-Lou", "Ruiz d’Ornano");
    new.description.email = None;
    let eva = world.access().directory().create_person(&system, new).await.unwrap();
    let found = async |text: &str| {
        let filter = PeopleFilter { search: text, ..PeopleFilter::default() };
        !listed(&world, &system, filter).await.is_empty()
    };
    for text in ["eva", "lou", "orn", "ruiz eva", "EVA d'orn", "éva-lou", "r o l", "ruiz ru"] {
        assert!(found(text).await, "{text}");
    }
    for text in ["va", "uiz", "ruiz zoe", "evan"] {
        assert!(!found(text).await, "{text}");
    }
    world.access().directory().edit_person(&system, eva, 1, PersonEdit::new("Zoé", "Ruiz")).await.unwrap();
    assert!(found("zoe ruiz").await && !found("eva").await && !found("ornano").await);
}

#[tokio::test]
async fn those_who_read_staff_everywhere_meet_the_regions_people_and_no_family() {
    let world = World::new().await;
    let school = world.school().await;
    let class = world.class(school).await;
    let teacher = world.member(school, Profile::Teacher).await;
    let pupil = world.pupil(school, class).await;
    world.person(Place::GuardianOf(pupil)).await;
    let colleague = world.person(Place::Region).await;
    let technician = world.person(Place::Region).await;
    world.give(technician, "stil_technician", Scope::Platform).await;
    let actor = world.actor(technician).await;
    let seen = BTreeSet::from([teacher, colleague, technician]);
    assert_eq!(listed(&world, &actor, PeopleFilter::default()).await, seen);
    let named = PeopleFilter { search: "es", ..PeopleFilter::default() };
    assert_eq!(listed(&world, &actor, named).await, seen);
}

#[tokio::test]
async fn a_portfolio_of_many_schools_reads_as_one_of_few() {
    let world = World::new().await;
    let technician = world.person(Place::Region).await;
    let mut seen = BTreeSet::from([technician]);
    for _ in 0..7 {
        let school = world.school().await;
        seen.insert(world.member(school, Profile::Teacher).await);
        world.person(Place::GuardianOf(world.member(school, Profile::Student).await)).await;
        world.give(technician, "stil_technician", Scope::Establishment(school)).await;
        assert_eq!(listed(&world, &world.actor(technician).await, PeopleFilter::default()).await, seen);
    }
    world.member(world.school().await, Profile::Teacher).await;
    assert_eq!(listed(&world, &world.actor(technician).await, PeopleFilter::default()).await, seen);
}
