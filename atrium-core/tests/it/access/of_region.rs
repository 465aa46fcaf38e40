//! Permissions that speak for the Region count only through assignments given for the Region.

use atrium_core::access::actions::NewAssignment;
use atrium_core::access::{self, Permission, PermissionDef, Scope, Token};
use atrium_core::directory::{PersonId, Profile};
use atrium_core::testing::World;
use sea_orm::ConnectionTrait;

const OFFICIAL: Permission = Permission("test.answer.official");

fn official() -> PermissionDef {
    PermissionDef::new(OFFICIAL, "Répondre pour la Région", "Answer for the Region").for_region()
}

async fn audience(world: &World, person: PersonId, role: &str) -> bool {
    let actor = world.actor(person).await;
    actor.rights().audiences(actor.now()).contains(&Token::role(role))
}

#[tokio::test]
async fn a_school_does_not_hand_out_the_regions_roles() {
    let world = World::new().await;
    let school = world.school().await;
    let here = Scope::Establishment(school);
    let referent = world.actor(world.referent(school).await).await;
    let pupil = world.member(school, Profile::Student).await;
    for role in ["stil_technician", "stil_sector_chief", "region_support", "region_developer"] {
        let new = NewAssignment::permit(pupil, world.role(role).await, here).because("essai");
        let refused = world.access().grant(&referent, new).await.unwrap_err();
        assert!(refused.is_forbidden(), "{role}: {refused}");
    }
    let admin = world.actor(world.admin().await).await;
    let new = NewAssignment::permit(pupil, world.role("stil_technician").await, here).because("essai");
    world.access().grant(&admin, new).await.unwrap();
    assert!(audience(&world, pupil, "stil_technician").await);
}

#[tokio::test]
async fn a_role_that_a_school_delegates_gives_its_permissions_and_no_audience() {
    let world = World::new().await;
    let school = world.school().await;
    let here = Scope::Establishment(school);
    let referent = world.actor(world.referent(school).await).await;
    assert!(audience(&world, referent.person().unwrap(), "digital_referent").await);
    let colleague = world.member(school, Profile::Teacher).await;
    let role = world.role("digital_referent").await;
    let new = || NewAssignment::permit(colleague, role, here).because("essai");
    world.access().grant(&referent, new()).await.unwrap();
    let actor = world.actor(colleague).await;
    assert!(actor.rights().holds_role("digital_referent", here, actor.now()));
    assert!(!audience(&world, colleague, "digital_referent").await);
    assert!(audience(&world, colleague, "teacher").await, "a profile is a fact");
    assert!(world.access().grant(&referent, new()).await.unwrap_err().is_conflict());

    let admin = world.actor(world.admin().await).await;
    world.access().grant(&admin, new()).await.unwrap();
    assert!(audience(&world, colleague, "digital_referent").await, "the Region gave it as well");
    assert!(world.access().grant(&admin, new()).await.unwrap_err().is_conflict());
}

#[tokio::test]
async fn what_speaks_for_the_region_counts_through_a_role_given_everywhere_only() {
    let world = World::with([], [official()]).await;
    let school = world.school().await;
    let here = Scope::Establishment(school);
    world.custom_role("voice", &[OFFICIAL.0, "core.role.assign", "core.person.read", "core.family.read"]).await;
    let holder = world.member(school, Profile::Teacher).await;
    world.give(holder, "voice", here).await;
    let actor = world.actor(holder).await;
    assert!(actor.may(OFFICIAL, here), "the platform gave it");
    let colleague = world.member(school, Profile::Teacher).await;
    let new = NewAssignment::permit(colleague, world.role("voice").await, here).because("essai");
    assert!(world.access().grant(&actor, new).await.unwrap_err().is_forbidden());

    // An earlier row of a school's holder does not count for the Region.
    let (role, now) = (world.role("voice").await, world.db().now().0);
    let sql = format!(
        "INSERT INTO atrium_assignment \
         (person_id, role_id, scope_kind, establishment_id, effect, source, granted_by, reason, created_at) \
         VALUES ({colleague}, {role}, 'establishment', {school}, 'permit', 'manual', {holder}, 'essai', {now})"
    );
    world.db().writer().execute_unprepared(&sql).await.unwrap();
    let actor = world.actor(colleague).await;
    assert!(!actor.may(OFFICIAL, here));
    assert!(actor.may(Permission("core.role.assign"), here));
    assert!(!audience(&world, colleague, "voice").await);
}

#[tokio::test]
async fn rows_from_before_count_by_who_gave_them() {
    let world = World::new().await;
    let school = world.school().await;
    let here = Scope::Establishment(school);
    let referent = world.actor(world.referent(school).await).await;
    let admin = world.actor(world.admin().await).await;
    let role = world.role("digital_referent").await;
    let (by_school, by_region) =
        (world.member(school, Profile::Teacher).await, world.member(school, Profile::Teacher).await);
    world.access().grant(&referent, NewAssignment::permit(by_school, role, here).because("essai")).await.unwrap();
    world.access().grant(&admin, NewAssignment::permit(by_region, role, here).because("essai")).await.unwrap();
    let earlier = "UPDATE atrium_assignment SET given_for = 'group'";
    world.db().writer().execute_unprepared(earlier).await.unwrap();
    let migration = include_str!("../../../platform/migrations/0003_given_for.sql");
    let update = migration.split(';').find(|statement| statement.contains("UPDATE")).unwrap();
    world.db().writer().execute_unprepared(update).await.unwrap();
    for (person, expected) in [(by_school, here), (by_region, Scope::Platform)] {
        let rows = access::assignments(world.db().db(), person).await.unwrap();
        assert_eq!(rows[0].given_for(), expected);
    }
}
