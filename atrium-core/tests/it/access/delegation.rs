//! Delegation: an actor cannot give what they do not hold, where they do not administer, or to themselves.

use atrium_core::Error;
use atrium_core::access::actions::{AssignmentFilter, NewAssignment};
use atrium_core::access::permissions::{PERSON_READ, ROLE_ASSIGN};
use atrium_core::access::{Actor, Scope, Validity};
use atrium_core::audit;
use atrium_core::directory::actions::Place;
use atrium_core::directory::{EstablishmentId, PersonId, Profile};
use atrium_core::testing::World;

/// Two schools with their referents, and a platform administrator.
struct Scene {
    world: World,
    school: EstablishmentId,
    other: EstablishmentId,
    referent: PersonId,
    admin: PersonId,
}

async fn scene() -> Scene {
    let world = World::new().await;
    let (school, other) = (world.school().await, world.school().await);
    let referent = world.referent(school).await;
    let admin = world.admin().await;
    Scene { world, school, other, referent, admin }
}

impl Scene {
    async fn try_grant(&self, actor: &Actor, person: PersonId, role: &str, scope: Scope) -> Result<(), Error> {
        let new = NewAssignment::permit(person, self.world.role(role).await, scope).because("essai");
        self.world.access().grant(actor, new).await.map(drop)
    }

    async fn try_forbid(&self, actor: &Actor, person: PersonId, role: &str, scope: Scope) -> Result<(), Error> {
        let new = NewAssignment::forbid(person, self.world.role(role).await, scope).because("essai");
        self.world.access().grant(actor, new).await.map(drop)
    }
}

#[tokio::test]
async fn a_referent_grants_at_home_what_they_hold() {
    let scene = scene().await;
    let here = Scope::Establishment(scene.school);
    let colleague = scene.world.member(scene.school, Profile::Teacher).await;
    let referent = scene.world.actor(scene.referent).await;
    assert!(!scene.world.actor(colleague).await.may(ROLE_ASSIGN, here));
    scene.try_grant(&referent, colleague, "digital_referent", here).await.unwrap();
    assert!(scene.world.actor(colleague).await.may(ROLE_ASSIGN, here), "the epoch moved");

    let subject = format!("person:{colleague}");
    let acts = audit::list(scene.world.db().db(), Some(&subject), None, 1).await.unwrap();
    assert_eq!((acts[0].action.as_str(), acts[0].actor_id), ("core.role.granted", Some(scene.referent)));
    assert_eq!(acts[0].reason, "essai");
    assert_eq!(scene.world.db().events().await.last().unwrap().kind, "core.role.granted");
}

#[tokio::test]
async fn a_referent_cannot_grant_outside_their_school() {
    let scene = scene().await;
    let referent = scene.world.actor(scene.referent).await;
    let colleague = scene.world.member(scene.school, Profile::Teacher).await;
    let stranger = scene.world.member(scene.other, Profile::Teacher).await;
    let (here, there) = (Scope::Establishment(scene.school), Scope::Establishment(scene.other));
    let class = Scope::Group(scene.other, scene.world.class(scene.other).await);
    for scope in [there, class, Scope::Platform] {
        assert!(scene.try_grant(&referent, colleague, "digital_referent", scope).await.unwrap_err().is_forbidden());
        assert!(scene.try_forbid(&referent, colleague, "digital_referent", scope).await.unwrap_err().is_forbidden());
    }
    let unknown = scene.try_grant(&referent, stranger, "digital_referent", here).await.unwrap_err();
    assert!(unknown.is_not_found(), "a person of another school does not exist for them: {unknown}");
    let nobody = scene.try_grant(&referent, PersonId(9999), "digital_referent", here).await.unwrap_err();
    assert!(nobody.is_not_found());
}

#[tokio::test]
async fn a_group_of_another_school_is_not_a_scope_of_ones_own() {
    let scene = scene().await;
    let referent = scene.world.actor(scene.referent).await;
    let colleague = scene.world.member(scene.school, Profile::Teacher).await;
    let theirs = scene.world.class(scene.other).await;
    let mixed = Scope::Group(scene.school, theirs);
    assert!(scene.try_grant(&referent, colleague, "digital_referent", mixed).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_referent_cannot_grant_platform_admin_or_more_than_they_hold() {
    let scene = scene().await;
    let referent = scene.world.actor(scene.referent).await;
    let colleague = scene.world.member(scene.school, Profile::Teacher).await;
    let here = Scope::Establishment(scene.school);
    for (role, scope) in [("platform_admin", Scope::Platform), ("platform_admin", here), ("region_support", here)] {
        let error = scene.try_grant(&referent, colleague, role, scope).await.unwrap_err();
        assert!(error.is_forbidden(), "{role}: {error}");
    }
    let error = scene.try_grant(&referent, colleague, "observer", here).await.unwrap_err();
    assert!(error.is_forbidden(), "a role that holds nothing here cannot be compared: {error}");
}

#[tokio::test]
async fn nobody_grants_to_themselves_or_lifts_what_is_forbidden_to_them() {
    let scene = scene().await;
    let here = Scope::Establishment(scene.school);
    let referent = scene.world.actor(scene.referent).await;
    let class = Scope::Group(scene.school, scene.world.class(scene.school).await);
    assert!(scene.try_grant(&referent, scene.referent, "stil_technician", here).await.unwrap_err().is_forbidden());
    let ban = scene.world.forbid(scene.referent, "stil_technician", class).await;
    let referent = scene.world.actor(scene.referent).await;
    assert!(scene.world.access().revoke(&referent, ban, "essai").await.unwrap_err().is_forbidden());

    // A permission forbidden in one class cannot be given for the whole school either.
    let colleague = scene.world.member(scene.school, Profile::Teacher).await;
    assert!(scene.try_grant(&referent, colleague, "digital_referent", here).await.unwrap_err().is_forbidden());
    let admin = scene.world.actor(scene.admin).await;
    assert!(scene.try_grant(&admin, scene.admin, "region_support", Scope::Platform).await.unwrap_err().is_forbidden());
}

#[tokio::test]
async fn a_profile_is_no_licence_to_grant() {
    let scene = scene().await;
    let here = Scope::Establishment(scene.school);
    let target = scene.world.member(scene.school, Profile::Student).await;
    let held = scene.world.give(target, "stil_technician", here).await;
    for profile in [Profile::Student, Profile::Teacher, Profile::Leadership, Profile::Staff] {
        let actor = scene.world.actor(scene.world.member(scene.school, profile).await).await;
        assert!(scene.try_grant(&actor, target, "digital_referent", here).await.unwrap_err().is_forbidden());
        assert!(scene.world.access().revoke(&actor, held, "essai").await.unwrap_err().is_not_found());
        let list = scene.world.access().list_assignments(&actor, AssignmentFilter::default(), None, 10).await;
        assert!(list.unwrap().is_empty());
    }
    let visitor = Actor::anonymous(scene.world.db().now());
    assert!(scene.try_grant(&visitor, target, "digital_referent", here).await.unwrap_err().is_sign_in_required());
    assert!(scene.world.access().revoke(&visitor, held, "essai").await.unwrap_err().is_sign_in_required());
}

#[tokio::test]
async fn a_referent_revokes_at_home_only() {
    let scene = scene().await;
    let technician = scene.world.person(Place::Region).await;
    let here = scene.world.give(technician, "stil_technician", Scope::Establishment(scene.school)).await;
    let there = scene.world.give(technician, "stil_technician", Scope::Establishment(scene.other)).await;
    let referent = scene.world.actor(scene.referent).await;
    let seen = scene.world.access().list_assignments(&referent, AssignmentFilter::default(), None, 10).await.unwrap();
    assert!(seen.iter().any(|row| row.id == here) && seen.iter().all(|row| row.id != there));
    assert!(scene.world.access().revoke(&referent, there, "essai").await.unwrap_err().is_not_found());
    assert!(scene.world.access().revoke(&referent, here, " ").await.unwrap_err().is_invalid(), "a reason is required");
    scene.world.access().revoke(&referent, here, "fin de mission").await.unwrap();
    assert!(scene.world.access().revoke(&referent, here, "encore").await.unwrap_err().is_not_found());
    let technician = scene.world.actor(technician).await;
    assert!(!technician.may(PERSON_READ, Scope::Establishment(scene.school)));
    assert!(technician.may(PERSON_READ, Scope::Establishment(scene.other)));
}

#[tokio::test]
async fn nobody_restrains_or_suspends_those_above_them() {
    let scene = scene().await;
    let here = Scope::Establishment(scene.school);
    let referent = scene.world.actor(scene.referent).await;
    // A teacher of the school who also administers another one.
    let above = scene.world.member(scene.school, Profile::Teacher).await;
    scene.world.give(above, "digital_referent", Scope::Establishment(scene.other)).await;
    assert!(scene.try_forbid(&referent, above, "digital_referent", here).await.unwrap_err().is_forbidden());
    assert!(scene.world.access().directory().suspend(&referent, above, "essai").await.unwrap_err().is_forbidden());
    // An administrator who teaches there too.
    let admin = scene.world.member(scene.school, Profile::Teacher).await;
    scene.world.give(admin, "platform_admin", Scope::Platform).await;
    assert!(scene.world.access().directory().suspend(&referent, admin, "essai").await.unwrap_err().is_forbidden());
    let system = scene.world.system();
    let error = scene.try_forbid(&system, admin, "digital_referent", here).await.unwrap_err();
    assert!(error.is_conflict(), "administrators are revoked, not restrained: {error}");
    // A colleague can be restrained.
    let colleague = scene.world.member(scene.school, Profile::Teacher).await;
    scene.try_forbid(&referent, colleague, "stil_technician", here).await.unwrap();
    scene.world.access().directory().suspend(&referent, colleague, "essai").await.unwrap();
    scene.world.access().directory().restore(&referent, colleague, "essai").await.unwrap();
}

#[tokio::test]
async fn the_last_platform_admin_stays_whoever_asks() {
    let scene = scene().await;
    let access = scene.world.access();
    let filter = |person| {
        let mut filter = AssignmentFilter::default();
        filter.person = Some(person);
        filter
    };
    let system = scene.world.system();
    let held = access.list_assignments(&system, filter(scene.admin), None, 10).await.unwrap()[0].id;
    let admin = scene.world.actor(scene.admin).await;
    for actor in [&admin, &system] {
        assert!(access.revoke(actor, held, "essai").await.unwrap_err().is_conflict());
    }
    assert!(access.directory().suspend(&system, scene.admin, "essai").await.unwrap_err().is_conflict());

    // An administrator whose role ends in a week does not count as a successor; one without an end does.
    let until = scene.world.db().now().plus_days(7);
    let passing = scene.world.person(Place::Region).await;
    scene.world.lend(passing, "platform_admin", Scope::Platform, Validity::new(None, Some(until))).await;
    assert!(access.revoke(&admin, held, "essai").await.unwrap_err().is_conflict());
    let successor = scene.world.person(Place::Region).await;
    scene.try_grant(&admin, successor, "platform_admin", Scope::Platform).await.unwrap();
    access.revoke(&admin, held, "essai").await.unwrap();
    assert!(access.directory().suspend(&system, successor, "essai").await.unwrap_err().is_conflict());
}

#[tokio::test]
async fn unsound_assignments_are_refused() {
    let scene = scene().await;
    let system = scene.world.system();
    let here = Scope::Establishment(scene.school);
    let person = scene.world.member(scene.school, Profile::Teacher).await;
    let role = scene.world.role("stil_technician").await;
    let past = Validity::new(None, Some(scene.world.db().now()));
    let over = NewAssignment::permit(person, role, here).because("essai").during(past);
    assert!(scene.world.access().grant(&system, over).await.unwrap_err().is_invalid());
    let silent = NewAssignment::permit(person, role, here);
    assert!(scene.world.access().grant(&system, silent).await.unwrap_err().is_invalid());
    assert!(scene.try_grant(&system, person, "leadership", here).await.unwrap_err().is_invalid());
    assert!(scene.try_grant(&system, person, "platform_admin", here).await.unwrap_err().is_invalid());
    scene.try_grant(&system, person, "stil_technician", here).await.unwrap();
    assert!(scene.try_grant(&system, person, "stil_technician", here).await.unwrap_err().is_conflict());
}

#[tokio::test]
async fn explaining_asks_for_the_right_to() {
    let scene = scene().await;
    let here = Scope::Establishment(scene.school);
    let access = scene.world.access();
    let technician = scene.world.person(Place::Region).await;
    let given = scene.world.give(technician, "stil_technician", here).await;
    let pupil = scene.world.member(scene.school, Profile::Student).await;
    let referent = scene.world.actor(scene.referent).await;

    let hidden = access.explain(&referent, technician, PERSON_READ, here).await.unwrap_err();
    assert!(hidden.is_not_found(), "they belong to no school: {hidden}");
    let admin = scene.world.actor(scene.admin).await;
    let why = access.explain(&admin, technician, PERSON_READ, here).await.unwrap();
    let grant = why.grant.unwrap();
    assert!(matches!(grant.origin, atrium_core::access::Origin::Assignment { id, .. } if id == given));
    let why = access.explain(&referent, pupil, PERSON_READ, here).await.unwrap();
    assert!(!why.allowed && why.nearest.is_none());

    let pupil_asks = scene.world.actor(pupil).await;
    assert!(access.explain(&pupil_asks, pupil, PERSON_READ, here).await.is_ok(), "about oneself");
    assert!(access.explain(&pupil_asks, technician, PERSON_READ, here).await.unwrap_err().is_forbidden());
}
