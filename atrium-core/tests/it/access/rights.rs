//! Rights as they load from the directory and the assignments.

use atrium_core::access::{Permission, PermissionDef, Scope, Token, Validity, Via};
use atrium_core::db::count_queries;
use atrium_core::directory::actions::Place;
use atrium_core::directory::{self, Profile};
use atrium_core::testing::World;

const READ: Permission = Permission("test.thing.read");

fn permissions() -> [PermissionDef; 1] {
    let everybody = &["student", "guardian", "teacher", "leadership", "region_support"];
    [PermissionDef::new(READ, "Lire une chose", "Read a thing").held_by(everybody)]
}

async fn world() -> World {
    World::with([], permissions()).await
}

#[tokio::test]
async fn a_profile_holds_in_the_school_and_in_ones_own_groups_only() {
    let world = world().await;
    let (school, other) = (world.school().await, world.school().await);
    let (mine, theirs) = (world.class(school).await, world.class(school).await);
    let pupil = world.actor(world.pupil(school, mine).await).await;
    assert!(pupil.may(READ, Scope::Establishment(school)));
    assert!(pupil.may(READ, Scope::Group(school, mine)));
    assert!(!pupil.may(READ, Scope::Group(school, theirs)), "another class");
    assert!(!pupil.may(READ, Scope::Establishment(other)));
    assert!(!pupil.may(READ, Scope::Platform));

    let head = world.actor(world.member(school, Profile::Leadership).await).await;
    assert!(head.may(READ, Scope::Group(school, mine)) && head.may(READ, Scope::Group(school, theirs)));
    assert!(!head.may(READ, Scope::Establishment(other)));
}

#[tokio::test]
async fn a_forbid_at_a_group_beats_a_permit_at_the_platform() {
    let world = world().await;
    let school = world.school().await;
    let (quiet, open) = (world.class(school).await, world.class(school).await);
    let person = world.person(Place::Region).await;
    world.give(person, "region_support", Scope::Platform).await;
    world.forbid(person, "region_support", Scope::Group(school, quiet)).await;
    let actor = world.actor(person).await;
    assert!(!actor.may(READ, Scope::Group(school, quiet)));
    assert!(actor.may(READ, Scope::Group(school, open)));
    assert!(actor.may(READ, Scope::Establishment(school)));
    let why = actor.rights().explain(READ, Scope::Group(school, quiet), actor.now());
    assert_eq!((why.allowed, why.forbids.len(), why.grant.is_some()), (false, 1, true));
}

#[tokio::test]
async fn an_expired_assignment_denies_with_no_job_having_run() {
    let world = world().await;
    let person = world.person(Place::Region).await;
    let until = world.db().now().plus_days(2);
    world.lend(person, "region_support", Scope::Platform, Validity::new(None, Some(until))).await;
    assert!(world.actor(person).await.may(READ, Scope::Platform));
    world.db().set_now(until.plus_millis(-1));
    assert!(world.actor(person).await.may(READ, Scope::Platform));
    world.db().set_now(until);
    let actor = world.actor(person).await;
    assert!(!actor.may(READ, Scope::Platform), "nothing was cleaned up, and the epoch did not move");
    assert!(!actor.rights().audiences(actor.now()).contains(&Token::role("region_support")));
    let why = actor.rights().explain(READ, Scope::Platform, actor.now());
    assert_eq!(why.nearest.unwrap().miss, atrium_core::access::Miss::Expired);
}

#[tokio::test]
async fn a_guardian_loses_the_class_when_the_child_leaves_it() {
    let world = world().await;
    let school = world.school().await;
    let (old, new) = (world.class(school).await, world.class(school).await);
    let child = world.pupil(school, old).await;
    let guardian = world.person(Place::GuardianOf(child)).await;
    let may = async |scope| world.actor(guardian).await.may(READ, scope);
    assert!(may(Scope::Group(school, old)).await && may(Scope::Establishment(school)).await);
    assert!(!may(Scope::Group(school, new)).await);

    world.access().directory().remove_from_group(&world.system(), child, old).await.unwrap();
    world.enter(child, new).await;
    assert!(!may(Scope::Group(school, old)).await, "the child left the class");
    assert!(may(Scope::Group(school, new)).await);

    let place = directory::memberships(world.db().db(), child).await.unwrap()[0].id;
    world.access().directory().end_membership(&world.system(), place).await.unwrap();
    assert!(!may(Scope::Group(school, new)).await && !may(Scope::Establishment(school)).await, "the child left");
}

#[tokio::test]
async fn a_guardian_has_what_the_link_gives_and_no_more() {
    let world = world().await;
    let (school, other) = (world.school().await, world.school().await);
    let (first, second) = (world.class(school).await, world.class(other).await);
    let (elder, younger) = (world.pupil(school, first).await, world.pupil(other, second).await);
    let guardian = world.person(Place::GuardianOf(elder)).await;
    world.access().directory().link_guardian(&world.system(), guardian, younger).await.unwrap();
    let actor = world.actor(guardian).await;
    assert!(actor.may(READ, Scope::Group(school, first)) && actor.may(READ, Scope::Group(other, second)));
    let profiles: Vec<_> = actor.rights().memberships(actor.now()).map(|held| held.profile).collect();
    assert_eq!(profiles, [Profile::Guardian, Profile::Guardian]);
    assert!(actor.rights().audiences(actor.now()).contains(&Token::role("guardian")));
    world.access().directory().unlink_guardian(&world.system(), guardian, elder).await.unwrap();
    let actor = world.actor(guardian).await;
    assert!(!actor.may(READ, Scope::Establishment(school)) && actor.may(READ, Scope::Establishment(other)));
}

#[tokio::test]
async fn whoever_is_suspended_has_no_rights_from_the_next_request_on() {
    let world = world().await;
    let school = world.school().await;
    let head = world.member(school, Profile::Leadership).await;
    assert!(world.actor(head).await.may(READ, Scope::Establishment(school)));
    world.access().directory().suspend(&world.system(), head, "essai").await.unwrap();
    let actor = world.actor(head).await;
    assert!(!actor.may(READ, Scope::Establishment(school)));
    assert_eq!(actor.rights().memberships(actor.now()).count(), 0);
}

#[tokio::test]
async fn rights_load_in_a_constant_number_of_queries() {
    let world = world().await;
    let mut counts = Vec::new();
    for schools in [1, 6] {
        let parent = {
            let school = world.school().await;
            let class = world.class(school).await;
            world.person(Place::GuardianOf(world.pupil(school, class).await)).await
        };
        for _ in 0..schools {
            let school = world.school().await;
            let class = world.class(school).await;
            let child = world.pupil(school, class).await;
            world.access().directory().link_guardian(&world.system(), parent, child).await.unwrap();
            world.give(parent, "stil_technician", Scope::Establishment(school)).await;
        }
        let access = world.access();
        let policy = access.policy_epoch().await.unwrap();
        access.roles().await.unwrap();
        let epoch = directory::person(world.db().db(), parent).await.unwrap().epoch;
        let (loaded, queries) = count_queries(access.rights_of(parent, epoch, policy)).await;
        assert_eq!(loaded.unwrap().groups(world.db().now()).count(), schools + 1);
        counts.push(queries);
        let (_, again) = count_queries(access.rights_of(parent, epoch, policy)).await;
        assert_eq!(again, 0, "known already");
    }
    assert_eq!(counts, [4, 4]);
}

#[tokio::test]
async fn what_one_node_revokes_the_next_request_on_another_is_denied() {
    let world = world().await;
    let person = world.person(Place::Region).await;
    let given = world.give(person, "region_support", Scope::Platform).await;
    let node = world.db().second_node().await;
    let opened = atrium_core::access::Access::open_on(node.clone(), world.access().permissions().clone()).await;
    let other = opened.unwrap();
    assert!(other.actor_for(person, Via::Web).await.unwrap().may(READ, Scope::Platform));
    world.access().revoke(&world.system(), given, "essai").await.unwrap();
    assert!(!other.actor_for(person, Via::Web).await.unwrap().may(READ, Scope::Platform));
    node.close().await.unwrap();
}
