//! Built-in roles in the database.

use atrium_core::access::permissions::PERSON_EDIT;
use atrium_core::access::{Access, BUILT_IN, Permission, PermissionDef, Scope, Via};
use atrium_core::db::count_queries;
use atrium_core::directory::actions::{EstablishmentEdit, NewEstablishment, NewPerson, Place};
use atrium_core::directory::{EstablishmentKind, Profile};
use atrium_core::testing::TestDatabase;

const READ: PermissionDef =
    PermissionDef::new(Permission("test.thing.read"), "Lire une chose", "Read a thing").held_by(&["teacher"]);

#[tokio::test]
async fn built_in_roles_follow_the_code_and_raise_the_epoch_only_when_something_moved() {
    let db = TestDatabase::new().await;
    let access = db.access().await;
    let roles = access.roles().await.unwrap();
    assert_eq!(roles.list().len(), BUILT_IN.len());
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
