//! Actions on the directory, allowed and denied.

use std::collections::BTreeSet;

use atrium_core::access::{Actor, Scope, Validity};
use atrium_core::directory::actions::{EstablishmentEdit, NewEstablishment, NewGroup, NewPerson, PersonEdit, Place};
use atrium_core::directory::{self, EstablishmentKind, GroupKind, PersonId, Profile};
use atrium_core::testing::World;

async fn epoch(world: &World, person: PersonId) -> i64 {
    directory::person(world.db().db(), person).await.unwrap().epoch
}

fn description(name: &str) -> EstablishmentEdit {
    EstablishmentEdit { name: name.to_owned(), kind: EstablishmentKind::College, city: "Nice".to_owned() }
}

#[tokio::test]
async fn a_referent_keeps_their_school_and_no_other() {
    let world = World::new().await;
    let (school, other) = (world.school().await, world.school().await);
    let actor = world.actor(world.referent(school).await).await;
    let (db, access) = (world.db(), world.access());
    let class =
        access.directory().create_group(&actor, NewGroup::new(school, GroupKind::Class, "1re 4")).await.unwrap();
    access.directory().rename_group(&actor, class, 1, "1re  5").await.unwrap();
    assert_eq!(directory::group(db.db(), class).await.unwrap().name, "1re 5");
    let teacher = NewPerson::new(Place::Member(school, Profile::Teacher), "Ana", "Ruiz");
    let teacher = access.directory().create_person(&actor, teacher).await.unwrap();
    let pupil = NewPerson::new(Place::Member(school, Profile::Student), "Lou", "Ruiz");
    let pupil = access.directory().create_person(&actor, pupil).await.unwrap();
    let mother = access
        .directory()
        .create_person(&actor, NewPerson::new(Place::GuardianOf(pupil), "Eva", "Ruiz"))
        .await
        .unwrap();
    access.directory().add_to_group(&actor, pupil, class).await.unwrap();
    access.directory().link_guardian(&actor, teacher, pupil).await.unwrap();
    access.directory().unlink_guardian(&actor, teacher, pupil).await.unwrap();
    let mut edit = PersonEdit::new("Eva", "Ruiz-Blanc");
    edit.email = Some("eva@exemple.fr".to_owned());
    access.directory().edit_person(&actor, mother, 1, edit).await.unwrap();
    assert_eq!(directory::person(db.db(), mother).await.unwrap().sort_name, "ruiz-blanc eva");

    let theirs = world.class(other).await;
    let stranger = world.member(other, Profile::Student).await;
    let name = NewGroup::new(other, GroupKind::Class, "1re 4");
    assert!(access.directory().create_group(&actor, name).await.unwrap_err().is_forbidden());
    assert!(access.directory().rename_group(&actor, theirs, 1, "x").await.unwrap_err().is_not_found());
    assert!(access.directory().add_to_group(&actor, pupil, theirs).await.unwrap_err().is_not_found());
    assert!(access.directory().add_to_group(&actor, stranger, class).await.unwrap_err().is_not_found());
    assert!(access.directory().remove_from_group(&actor, stranger, class).await.unwrap_err().is_not_found());
    let outside = NewPerson::new(Place::Member(other, Profile::Student), "Lou", "Ruiz");
    assert!(access.directory().create_person(&actor, outside).await.unwrap_err().is_forbidden());
    let region = NewPerson::new(Place::Region, "Lou", "Ruiz");
    assert!(access.directory().create_person(&actor, region).await.unwrap_err().is_forbidden());
    let theirs = NewPerson::new(Place::GuardianOf(stranger), "Eva", "Ruiz");
    assert!(access.directory().create_person(&actor, theirs).await.unwrap_err().is_not_found());
    assert!(
        access
            .directory()
            .edit_person(&actor, stranger, 1, PersonEdit::new("A", "B"))
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert!(access.directory().link_guardian(&actor, mother, stranger).await.unwrap_err().is_not_found());
    assert!(access.directory().link_guardian(&actor, stranger, pupil).await.unwrap_err().is_not_found());
    assert!(access.directory().suspend(&actor, stranger, "essai").await.unwrap_err().is_not_found());
    assert!(access.directory().restore(&actor, stranger, "essai").await.unwrap_err().is_not_found());
    let always = Validity::ALWAYS;
    assert!(
        access
            .directory()
            .add_membership(&actor, stranger, school, Profile::Staff, always)
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert!(
        access
            .directory()
            .add_membership(&actor, teacher, other, Profile::Staff, always)
            .await
            .unwrap_err()
            .is_forbidden()
    );
    let place = directory::memberships(db.db(), stranger).await.unwrap()[0].id;
    assert!(access.directory().end_membership(&actor, place).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn nobody_gives_themselves_a_place() {
    let world = World::new().await;
    let school = world.school().await;
    let (referent, class) = (world.referent(school).await, world.class(school).await);
    let pupil = world.member(school, Profile::Student).await;
    let actor = world.actor(referent).await;
    let head = world
        .access()
        .directory()
        .add_membership(&actor, referent, school, Profile::Leadership, Validity::ALWAYS)
        .await;
    assert!(head.unwrap_err().is_forbidden());
    assert!(world.access().directory().add_to_group(&actor, referent, class).await.unwrap_err().is_forbidden());
    assert!(world.access().directory().link_guardian(&actor, referent, pupil).await.unwrap_err().is_forbidden());
    assert!(world.access().directory().suspend(&actor, referent, "essai").await.unwrap_err().is_forbidden());
}

#[tokio::test]
async fn one_school_does_not_decide_on_somebody_who_belongs_to_two() {
    let world = World::new().await;
    let (school, other) = (world.school().await, world.school().await);
    let shared = world.member(school, Profile::Teacher).await;
    world
        .access()
        .directory()
        .add_membership(&world.system(), shared, other, Profile::Teacher, Validity::ALWAYS)
        .await
        .unwrap();
    let actor = world.actor(world.referent(school).await).await;
    assert!(world.access().directory().suspend(&actor, shared, "essai").await.unwrap_err().is_forbidden());
    let edit = PersonEdit::new("Autre", "Nom");
    assert!(world.access().directory().edit_person(&actor, shared, 1, edit).await.unwrap_err().is_forbidden());
    let places = directory::memberships(world.db().db(), shared).await.unwrap();
    assert!(world.access().directory().end_membership(&actor, places[1].id).await.unwrap_err().is_forbidden());
    world.access().directory().end_membership(&actor, places[0].id).await.unwrap();
}

#[tokio::test]
async fn those_who_keep_nothing_change_nothing() {
    let world = World::new().await;
    let school = world.school().await;
    let class = world.class(school).await;
    let pupil = world.pupil(school, class).await;
    let teacher = world.member(school, Profile::Teacher).await;
    let (db, access) = (world.db(), world.access());
    let uai = "0060001K".parse::<atrium_core::directory::Uai>();
    let uai = uai
        .unwrap_or_else(|_| format!("0060001{}", atrium_core::directory::Uai::check_letter(60_001)).parse().unwrap());
    let visitor = Actor::anonymous(db.now());
    for (actor, signed_in) in [(world.actor(teacher).await, true), (world.actor(pupil).await, true), (visitor, false)] {
        let denied = |error: atrium_core::Error| {
            assert!(
                error.is_forbidden() || error.is_not_found() || !signed_in && error.is_sign_in_required(),
                "{error}"
            );
        };
        let new = NewEstablishment::new(uai.clone(), description("Collège d’essai"));
        denied(access.directory().create_establishment(&actor, new).await.unwrap_err());
        denied(access.directory().edit_establishment(&actor, school, 1, description("Autre")).await.unwrap_err());
        denied(access.directory().set_traits(&actor, school, 1, &BTreeSet::new()).await.unwrap_err());
        denied(
            access.directory().create_group(&actor, NewGroup::new(school, GroupKind::Pupils, "x")).await.unwrap_err(),
        );
        denied(access.directory().rename_group(&actor, class, 1, "x").await.unwrap_err());
        let other = world.member(school, Profile::Student).await;
        denied(access.directory().add_to_group(&actor, other, class).await.unwrap_err());
        denied(access.directory().remove_from_group(&actor, pupil, class).await.unwrap_err());
        let new = NewPerson::new(Place::Member(school, Profile::Student), "A", "B");
        denied(access.directory().create_person(&actor, new).await.unwrap_err());
        denied(
            access
                .directory()
                .create_person(&actor, NewPerson::new(Place::GuardianOf(pupil), "A", "B"))
                .await
                .unwrap_err(),
        );
        denied(access.directory().edit_person(&actor, other, 1, PersonEdit::new("A", "B")).await.unwrap_err());
        denied(
            access
                .directory()
                .add_membership(&actor, other, school, Profile::Staff, Validity::ALWAYS)
                .await
                .unwrap_err(),
        );
        let place = directory::memberships(db.db(), other).await.unwrap()[0].id;
        denied(access.directory().end_membership(&actor, place).await.unwrap_err());
        denied(access.directory().link_guardian(&actor, teacher, other).await.unwrap_err());
        denied(access.directory().unlink_guardian(&actor, teacher, other).await.unwrap_err());
        denied(access.directory().suspend(&actor, other, "essai").await.unwrap_err());
        denied(access.directory().restore(&actor, other, "essai").await.unwrap_err());
    }
}

#[tokio::test]
async fn a_childs_move_makes_the_guardians_rights_stale() {
    let world = World::new().await;
    let (school, other) = (world.school().await, world.school().await);
    let class = world.class(school).await;
    let child = world.member(school, Profile::Student).await;
    let guardian = world.person(Place::GuardianOf(child)).await;
    let system = world.system();
    let mut last = (epoch(&world, child).await, epoch(&world, guardian).await);
    let mut moved = async |what: &str| {
        let now = (epoch(&world, child).await, epoch(&world, guardian).await);
        assert!(now.0 > last.0 && now.1 > last.1, "{what}: {last:?} then {now:?}");
        last = now;
    };
    world.access().directory().add_to_group(&system, child, class).await.unwrap();
    moved("joined a class").await;
    world.access().directory().remove_from_group(&system, child, class).await.unwrap();
    moved("left a class").await;
    let place = world
        .access()
        .directory()
        .add_membership(&system, child, other, Profile::Student, Validity::ALWAYS)
        .await
        .unwrap();
    moved("joined a school").await;
    world.access().directory().end_membership(&system, place).await.unwrap();
    moved("left a school").await;
    let again = world
        .access()
        .directory()
        .add_membership(&system, child, other, Profile::Student, Validity::ALWAYS)
        .await
        .unwrap();
    assert_eq!(again, place, "the place begins again");
    moved("came back").await;
}

#[tokio::test]
async fn leaving_a_school_leaves_its_groups_and_input_is_checked() {
    let world = World::new().await;
    let school = world.school().await;
    let class = world.class(school).await;
    let pupil = world.pupil(school, class).await;
    let (db, access, system) = (world.db(), world.access(), world.system());
    let place = directory::memberships(db.db(), pupil).await.unwrap()[0].id;
    access.directory().end_membership(&system, place).await.unwrap();
    assert!(directory::groups_of(db.db(), &[pupil]).await.unwrap().is_empty());
    assert!(
        access.directory().add_to_group(&system, pupil, class).await.unwrap_err().is_invalid(),
        "not of the school any more"
    );
    let guardian = access.directory().add_membership(&system, pupil, school, Profile::Guardian, Validity::ALWAYS).await;
    assert!(guardian.unwrap_err().is_invalid(), "guardians come with a pupil");
    for (given, family) in [("", ""), ("Pаul", "Martin"), ("a\u{202e}b", "c"), (&"x".repeat(70) as &str, "y")] {
        let new = NewPerson::new(Place::Region, given, family);
        assert!(access.directory().create_person(&system, new).await.unwrap_err().is_invalid(), "{given} {family}");
    }
    let mut odd = PersonEdit::new("A", "B");
    odd.email = Some("nobody".to_owned());
    assert_eq!(access.directory().edit_person(&system, pupil, 1, odd).await.unwrap_err().problems()[0].field, "email");
    let once = NewPerson::new(Place::Region, "A", "B").known_as("external", "ext-1");
    access.directory().create_person(&system, once.clone()).await.unwrap();
    assert!(access.directory().create_person(&system, once).await.unwrap_err().is_conflict());
    let twice = NewGroup::new(school, GroupKind::Class, "T1");
    access.directory().create_group(&system, twice.clone()).await.unwrap();
    assert!(access.directory().create_group(&system, twice).await.unwrap_err().is_conflict());
    assert!(
        access.directory().edit_establishment(&system, school, 1, description(" ")).await.unwrap_err().is_invalid()
    );
    access
        .directory()
        .set_traits(&system, school, 1, &BTreeSet::from(["manuels-numeriques".to_owned()]))
        .await
        .unwrap();
    assert!(
        access
            .directory()
            .set_traits(&system, school, 2, &BTreeSet::from(["Été".to_owned()]))
            .await
            .unwrap_err()
            .is_invalid()
    );
    assert_eq!(directory::traits(db.db(), &[school]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn people_change_their_own_address_and_not_their_name() {
    let world = World::new().await;
    let school = world.school().await;
    let pupil = world.member(school, Profile::Student).await;
    let actor = world.actor(pupil).await;
    let mut edit = PersonEdit::new("Autre", "Nom");
    edit.email = Some("moi@exemple.fr".to_owned());
    edit.locale = "en".to_owned();
    world.access().directory().edit_person(&actor, pupil, 1, edit).await.unwrap();
    let row = directory::person(world.db().db(), pupil).await.unwrap();
    assert_eq!((row.given_name.as_str(), row.locale.as_str()), ("Camille", "en"));
    assert_eq!(row.email.as_deref(), Some("moi@exemple.fr"));
    assert!(!actor.may(atrium_core::access::permissions::PERSON_EDIT, Scope::Establishment(school)));
}
