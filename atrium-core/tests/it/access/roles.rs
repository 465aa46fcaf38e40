//! Built-in roles in the database.

use atrium_core::access::{BUILT_IN, Permission, PermissionDef};
use atrium_core::db::count_queries;
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
    access.sync_built_in_roles().await.unwrap();
    assert_eq!(access.policy_epoch().await.unwrap(), before, "nothing moved");

    let access = db.access_with([READ]).await;
    assert!(access.policy_epoch().await.unwrap() > before, "a plugin came");
    let (roles, queries) = count_queries(access.roles()).await;
    assert_eq!(&*roles.unwrap().by_key("teacher").unwrap().permissions, &[READ.permission]);
    assert_eq!(queries, 3);

    let access = db.access().await;
    assert!(access.roles().await.unwrap().by_key("teacher").unwrap().permissions.is_empty(), "the plugin left");
}
