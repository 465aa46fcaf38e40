//! Built-in roles in the database.

use atrium_core::access::actions::{NewAssignment, RoleChange};
use atrium_core::access::permissions::{PERSON_EDIT, PERSON_READ};
use atrium_core::access::{Access, Actor, Permission, PermissionDef, Scope, Token, Via};
use atrium_core::db::count_queries;
use atrium_core::directory::actions::{EstablishmentEdit, NewEstablishment, NewPerson, Place};
use atrium_core::directory::{EstablishmentKind, Profile};
use atrium_core::testing::{TestDatabase, World};

const READ: PermissionDef =
    PermissionDef::new(Permission("test.thing.read"), "Lire une chose", "Read a thing").held_by(&["teacher"]);

#[tokio::test]
async fn built_in_roles_follow_the_code_and_raise_the_epoch_only_when_something_moved() {
    let db = TestDatabase::new().await;
    let access = db.access().await;
    let roles = access.roles().await.unwrap();
    assert_eq!(roles.list().len(), access.permissions().roles().len());
    assert_eq!(&*roles.list()[0].key, "student");
    let everything = access.permissions().iter().count();
    assert_eq!(roles.by_key("platform_admin").unwrap().permissions.len(), everything);

    let before = access.policy_epoch().await.unwrap();
    db.access().await;
    assert_eq!(access.policy_epoch().await.unwrap(), before, "nothing moved");

    let access = db.access_with([READ]).await;
    assert!(access.policy_epoch().await.unwrap() > before, "a plugin came");
    let (roles, queries) = count_queries(access.roles()).await;
    assert_eq!(&*roles.unwrap().by_key("teacher").unwrap().permissions, &[READ.permission]);
    assert_eq!(queries, 3);

    let access = db.access().await;
    assert!(access.roles().await.unwrap().by_key("teacher").unwrap().permissions.is_empty(), "the plugin left");
}

#[tokio::test]
async fn a_role_whose_owner_is_absent_gives_nothing_until_it_is_back() {
    let world = World::new().await;
    let (school, system) = (world.school().await, world.system());
    let holder = world.person(Place::Region).await;
    let given = world.give(holder, "region_support", Scope::Platform).await;
    let there = world.actor(holder).await;
    assert!(there.may(PERSON_READ, Scope::Establishment(school)));
    assert!(there.rights().audiences(there.now()).contains(&Token::role("region_support")));

    // The same database without the site's roles, as another program has it.
    let alone = Access::open(world.db().url()).await.unwrap();
    let roles = alone.roles().await.unwrap();
    let role = roles.by_key("region_support").unwrap();
    assert!(role.is_absent && role.built_in && role.permissions.is_empty());
    assert_eq!(role.label_fr, "Assistance (Région)", "it is still called so");
    assert_eq!(roles.by_key("teacher").unwrap().label_fr, "Teacher", "a platform without pages has no messages");
    let holder_alone = alone.actor_for(holder, Via::Api).await.unwrap();
    assert!(!holder_alone.may(PERSON_READ, Scope::Establishment(school)));
    assert!(!holder_alone.rights().audiences(holder_alone.now()).contains(&Token::role("region_support")));

    let other = world.person(Place::Region).await;
    let new = NewAssignment::permit(other, role.id, Scope::Platform).because("essai");
    assert!(alone.grant(&system, new).await.unwrap_err().is_invalid());
    let change = RoleChange { label_fr: "Autre".to_owned(), ..RoleChange::default() };
    assert!(alone.edit_role(&system, role.id, role.version, change, "essai").await.unwrap_err().is_forbidden());
    assert!(alone.delete_role(&system, role.id, role.version, "essai").await.unwrap_err().is_conflict(), "it is held");

    // Unchanged: the node that has the roles goes on as it was.
    let epoch = world.access().policy_epoch().await.unwrap();
    let back = world.db().access().await;
    assert_eq!(back.policy_epoch().await.unwrap(), epoch);
    assert!(back.actor_for(holder, Via::Api).await.unwrap().may(PERSON_READ, Scope::Establishment(school)));
    let kept = back.roles().await.unwrap().by_key("region_support").unwrap().clone();
    assert!(back.delete_role(&system, kept.id, kept.version, "essai").await.unwrap_err().is_forbidden());

    alone.revoke(&system, given, "essai").await.unwrap();
    let visitor = Actor::anonymous(world.db().now());
    assert!(alone.delete_role(&visitor, role.id, role.version, "essai").await.unwrap_err().is_sign_in_required());
    alone.delete_role(&system, role.id, role.version, "essai").await.unwrap();
    assert!(alone.roles().await.unwrap().by_key("region_support").is_none());
    alone.db().clone().close().await.unwrap();
}

#[tokio::test]
async fn opened_access_gives_profiles_their_rights_at_once() {
    let database = TestDatabase::new().await;
    let access = Access::open(database.url()).await.unwrap();
    let school = EstablishmentEdit::new("Lycée des Tilleuls", EstablishmentKind::Lycee, "Marseille");
    let school = NewEstablishment::new("0139101X".parse().unwrap(), school);
    let school = access.directory().create_establishment(&access.operator(), school).await.unwrap();
    let head = NewPerson::new(Place::Member(school, Profile::Leadership), "Ana", "Ruiz");
    let head = access.directory().create_person(&access.operator(), head).await.unwrap();
    let head = access.actor_for(head, Via::Api).await.unwrap();
    assert!(head.may(PERSON_EDIT, Scope::Establishment(school)));
    assert!(!head.may(PERSON_EDIT, Scope::Platform));
    let again = Access::open(database.url()).await.unwrap();
    assert_eq!(
        again.policy_epoch().await.unwrap(),
        access.policy_epoch().await.unwrap(),
        "a second opening changes nothing"
    );
    access.db().clone().close().await.unwrap();
    again.db().clone().close().await.unwrap();
}
