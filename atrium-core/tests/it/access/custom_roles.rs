//! Custom roles: made of permissions that the actor holds, versioned, effective at once.

use std::collections::BTreeSet;

use atrium_core::access::actions::RoleChange;
use atrium_core::access::permissions::{AUDIT_READ, FIGURES_READ};
use atrium_core::access::{Actor, Scope};
use atrium_core::directory::actions::Place;
use atrium_core::testing::World;

fn change(permissions: &[&str]) -> RoleChange {
    let permissions: BTreeSet<String> = permissions.iter().map(|key| (*key).to_owned()).collect();
    RoleChange { label_fr: "Lecture du journal".to_owned(), label_en: String::new(), permissions }
}

#[tokio::test]
async fn an_edit_reaches_every_holder_at_once() {
    let world = World::new().await;
    let admin = world.actor(world.admin().await).await;
    let access = world.access();
    let role = access.create_role(&admin, "auditor", change(&[AUDIT_READ.0]), "essai").await.unwrap();
    let person = world.person(Place::Region).await;
    let held = world.give(person, "auditor", Scope::Platform).await;
    let may = async |permission| world.actor(person).await.may(permission, Scope::Platform);
    assert!(may(AUDIT_READ).await && !may(FIGURES_READ).await);
    access.edit_role(&admin, role, 1, change(&[FIGURES_READ.0]), "essai").await.unwrap();
    assert!(!may(AUDIT_READ).await && may(FIGURES_READ).await);

    let stale = access.edit_role(&admin, role, 1, change(&[AUDIT_READ.0]), "essai").await.unwrap_err();
    assert!(stale.is_conflict());
    assert!(access.delete_role(&admin, role, 1, "essai").await.unwrap_err().is_conflict());
    let in_use = access.delete_role(&admin, role, 2, "essai").await.unwrap_err();
    assert!(in_use.is_conflict(), "somebody holds it: {in_use}");
    access.revoke(&admin, held, "essai").await.unwrap();
    access.delete_role(&admin, role, 2, "essai").await.unwrap();
    assert!(access.roles().await.unwrap().get(role).is_none());
    assert!(access.delete_role(&admin, role, 2, "essai").await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn whoever_may_not_edit_roles_changes_none() {
    let world = World::new().await;
    let access = world.access();
    let role = world.custom_role("auditor", &[AUDIT_READ.0]).await;
    let referent = world.actor(world.referent(world.school().await).await).await;
    let support = world.person(Place::Region).await;
    world.give(support, "region_support", Scope::Platform).await;
    let support = world.actor(support).await;
    let wider = || change(&[AUDIT_READ.0, FIGURES_READ.0]);
    for actor in [&referent, &support] {
        assert!(access.create_role(actor, "mine", wider(), "essai").await.unwrap_err().is_forbidden());
        assert!(access.edit_role(actor, role, 1, wider(), "essai").await.unwrap_err().is_forbidden());
        assert!(access.delete_role(actor, role, 1, "essai").await.unwrap_err().is_forbidden());
    }
    let visitor = Actor::anonymous(world.db().now());
    assert!(access.create_role(&visitor, "mine", wider(), "essai").await.unwrap_err().is_sign_in_required());
}

#[tokio::test]
async fn an_editor_of_roles_gives_them_only_what_they_hold() {
    let world = World::new().await;
    let access = world.access();
    world.custom_role("role_editor", &["core.role.edit", FIGURES_READ.0]).await;
    let audit = world.custom_role("auditor", &[AUDIT_READ.0]).await;
    let person = world.person(Place::Region).await;
    world.give(person, "role_editor", Scope::Platform).await;
    let actor = world.actor(person).await;
    assert!(access.create_role(&actor, "wide", change(&[AUDIT_READ.0]), "essai").await.unwrap_err().is_forbidden());
    assert!(access.delete_role(&actor, audit, 1, "essai").await.unwrap_err().is_forbidden());
    let own = world.role("role_editor").await;
    let widened = change(&["core.role.edit", FIGURES_READ.0, AUDIT_READ.0]);
    assert!(access.edit_role(&actor, own, 1, widened, "essai").await.unwrap_err().is_forbidden(), "widens themselves");
    let figures = access.create_role(&actor, "figures", change(&[FIGURES_READ.0]), "essai").await.unwrap();
    access.edit_role(&actor, figures, 1, change(&[]), "essai").await.unwrap();
}

#[tokio::test]
async fn built_in_roles_and_malformed_ones_are_refused() {
    let world = World::new().await;
    let access = world.access();
    let system = world.system();
    let teacher = world.role("teacher").await;
    assert!(access.edit_role(&system, teacher, 1, change(&[]), "essai").await.unwrap_err().is_forbidden());
    assert!(access.delete_role(&system, teacher, 1, "essai").await.unwrap_err().is_forbidden());
    for key in ["", "a", "Été", "9lives", "with space", "teacher"] {
        let error = access.create_role(&system, key, change(&[]), "essai").await.unwrap_err();
        assert!(error.is_invalid() || error.is_conflict(), "{key}");
    }
    let unknown = access.create_role(&system, "odd", change(&["core.unknown"]), "essai").await.unwrap_err();
    assert_eq!(unknown.problems()[0].field, "permissions");
    let nameless = RoleChange { label_fr: " ".to_owned(), ..change(&[]) };
    assert!(access.create_role(&system, "odd", nameless, "essai").await.unwrap_err().is_invalid());
}
