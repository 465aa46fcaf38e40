//! Memberships give rights too: adding people to schools, groups and accounts takes the rights that these give.

use atrium_core::access::actions::{NewAssignment, RoleChange};
use atrium_core::access::{Actor, Permission, PermissionDef, Scope, Validity};
use atrium_core::directory::actions::{ExternalIdentity, NewPerson, Place};
use atrium_core::directory::{self, EstablishmentId, PersonId, Profile, Uai};
use atrium_core::login::{LinkToken, LoginName};
use atrium_core::testing::World;

const READ: PermissionDef = PermissionDef::new(Permission("test.thing.read"), "Lire une chose", "Read a thing")
    .held_by(&["student", "guardian", "teacher", "digital_referent"]);

/// A school, its head, and a person who manages its people and holds no other right.
struct Scene {
    world: World,
    school: EstablishmentId,
    head: PersonId,
    clerk: Actor,
}

async fn scene() -> Scene {
    let world = World::with([], [READ]).await;
    let school = world.school().await;
    let head = world.member(school, Profile::Leadership).await;
    account(&world, head, "direction").await;
    let clerk = world.member(school, Profile::Staff).await;
    world.custom_role("clerk", &["core.person.edit", "core.person.read", "core.family.read", "core.group.edit"]).await;
    world.give(clerk, "clerk", Scope::Establishment(school)).await;
    let clerk = world.actor(clerk).await;
    Scene { world, school, head, clerk }
}

async fn account(world: &World, person: PersonId, name: &str) {
    let name = LoginName::parse(name).unwrap();
    world.access().login().create_login(&world.system(), person, &name).await.unwrap();
}

async fn link(world: &World, person: PersonId) -> LinkToken {
    world.access().login().one_time_link(&world.system(), person).await.unwrap()
}

async fn holds(world: &World, link: &LinkToken) -> bool {
    world.access().login().link_holder(link.secret()).await.unwrap().is_some()
}

#[tokio::test]
async fn keeping_people_is_no_way_into_the_leadership() {
    let Scene { world, school, head, clerk } = scene().await;
    let access = world.access();
    let new = || NewPerson::new(Place::Member(school, Profile::Leadership), "Une", "Complice");
    assert!(access.directory().create_person(&clerk, new()).await.unwrap_err().is_forbidden());
    let name = LoginName::parse("complice").unwrap();
    let both = access.login().create_person_with_login(&clerk, new(), &name).await;
    assert!(both.unwrap_err().is_forbidden());
    assert_eq!(world.access().login().person_named("complice").await.unwrap(), None);
    let colleague = world.member(school, Profile::Staff).await;
    let place =
        access.directory().add_membership(&clerk, colleague, school, Profile::Leadership, Validity::ALWAYS).await;
    assert!(place.unwrap_err().is_forbidden());
    assert!(
        !world
            .actor(colleague)
            .await
            .rights()
            .memberships(world.db().now())
            .any(|held| held.profile == Profile::Leadership)
    );

    // Nor does it give access to the account of a member, or to an account without a membership.
    assert!(access.login().one_time_link(&clerk, head).await.unwrap_err().is_forbidden());
    assert!(access.login().create_login(&clerk, head, &name).await.unwrap_err().is_forbidden());
    let password = "le chat dort sur le radiateur";
    assert!(access.login().give_password(&clerk, head, password).await.unwrap_err().is_forbidden());
    assert!(!access.login().may_manage(&clerk, head).await.unwrap());
    let place = directory::memberships(world.db().db(), head).await.unwrap()[0].id;
    assert!(access.directory().end_membership(&clerk, place).await.unwrap_err().is_forbidden());
    assert!(access.directory().suspend(&clerk, head, "essai").await.unwrap_err().is_forbidden());
    access.directory().suspend(&world.system(), head, "essai").await.unwrap();
    assert!(access.directory().restore(&clerk, head, "essai").await.unwrap_err().is_forbidden());
    assert!(access.login().one_time_link(&clerk, head).await.unwrap_err().is_forbidden());
}

#[tokio::test]
async fn places_groups_and_guardians_give_what_their_giver_holds() {
    let Scene { world, school, clerk, .. } = scene().await;
    let access = world.access();
    let (class, other) = (world.class(school).await, world.class(school).await);
    let pupil = world.pupil(school, class).await;
    let parent = world.member(school, Profile::Staff).await;
    let system = world.system();
    let cases = |actor: Actor| {
        let world = &world;
        async move {
            let access = world.access();
            let new = NewPerson::new(Place::Member(school, Profile::Student), "Lou", "Essai");
            let made = access.directory().create_person(&actor, new).await;
            let joined = access.directory().add_to_group(&actor, pupil, other).await;
            let linked = access.directory().link_guardian(&actor, parent, pupil).await;
            let child = access
                .directory()
                .create_person(&actor, NewPerson::new(Place::GuardianOf(pupil), "Eva", "Essai"))
                .await;
            [made.map(drop), joined, linked, child.map(drop)]
        }
    };
    for denied in cases(clerk.clone()).await {
        assert!(denied.unwrap_err().is_forbidden());
    }
    assert!(access.directory().remove_from_group(&clerk, pupil, class).await.unwrap_err().is_forbidden());
    let referent = world.actor(world.referent(school).await).await;
    for allowed in cases(referent.clone()).await {
        allowed.unwrap();
    }
    assert!(access.directory().unlink_guardian(&clerk, parent, pupil).await.unwrap_err().is_forbidden());
    access.directory().remove_from_group(&referent, pupil, class).await.unwrap();
    access.directory().unlink_guardian(&referent, parent, pupil).await.unwrap();
    let place = directory::memberships(world.db().db(), pupil).await.unwrap()[0].id;
    assert!(access.directory().end_membership(&clerk, place).await.unwrap_err().is_forbidden());
    access.directory().end_membership(&referent, place).await.unwrap();
    // A membership without rights takes no rights: the staff's role is empty here.
    let staff = NewPerson::new(Place::Member(school, Profile::Staff), "Léo", "Essai");
    access.directory().create_person(&clerk, staff).await.unwrap();
    access
        .directory()
        .create_person(&system, NewPerson::new(Place::Member(school, Profile::Leadership), "A", "B"))
        .await
        .unwrap();
}

#[tokio::test]
async fn the_leadership_is_appointed_and_let_in_by_leadership_or_the_platform() {
    let Scene { world, school, head, .. } = scene().await;
    let access = world.access();
    let referent = world.actor(world.referent(school).await).await;
    let deputy = || NewPerson::new(Place::Member(school, Profile::Leadership), "Une", "Adjointe");
    assert!(access.directory().create_person(&referent, deputy()).await.unwrap_err().is_forbidden());
    assert!(access.login().one_time_link(&referent, head).await.unwrap_err().is_forbidden());
    let principal = world.member(school, Profile::Leadership).await;
    world.give(principal, "digital_referent", Scope::Establishment(school)).await;
    let principal = world.actor(principal).await;
    access.directory().create_person(&principal, deputy()).await.unwrap();
    access.login().one_time_link(&principal, head).await.unwrap();
    let admin = world.actor(world.admin().await).await;
    access.directory().create_person(&admin, deputy()).await.unwrap();
    access.login().one_time_link(&admin, head).await.unwrap();
}

#[tokio::test]
async fn nobody_lets_in_somebody_who_holds_a_right_they_lack() {
    let Scene { world, school, .. } = scene().await;
    let access = world.access();
    let here = Scope::Establishment(school);
    let referent = world.actor(world.referent(school).await).await;
    let teacher = world.member(school, Profile::Teacher).await;
    account(&world, teacher, "teacher").await;
    access.login().one_time_link(&referent, teacher).await.unwrap();
    // A future right counts as well, and so does a role of the Region's without any permission.
    let tomorrow = Validity::new(Some(world.db().now().plus_days(1)), None);
    let later = world.lend(teacher, "region_support", Scope::Platform, tomorrow).await;
    assert!(access.login().one_time_link(&referent, teacher).await.unwrap_err().is_forbidden());
    access.revoke(&world.system(), later, "essai").await.unwrap();
    let author = world.give(teacher, "observer", Scope::Platform).await;
    assert!(access.login().one_time_link(&referent, teacher).await.unwrap_err().is_forbidden());
    access.revoke(&world.system(), author, "essai").await.unwrap();
    access.login().one_time_link(&referent, teacher).await.unwrap();
    // Of two referents, the one named by the school may not act as the one named by the Region.
    let fellow = world.member(school, Profile::Teacher).await;
    let delegated = NewAssignment::permit(fellow, world.role("digital_referent").await, here).because("essai");
    access.grant(&referent, delegated).await.unwrap();
    account(&world, fellow, "fellow").await;
    access.login().one_time_link(&referent, fellow).await.unwrap();
    account(&world, referent.person().unwrap(), "referent").await;
    let fellow = world.actor(fellow).await;
    let named = access.login().one_time_link(&fellow, referent.person().unwrap()).await;
    assert!(named.unwrap_err().is_forbidden());
}

#[tokio::test]
async fn a_link_dies_when_its_person_gains_anything() {
    let Scene { world, school, .. } = scene().await;
    let (access, system) = (world.access(), world.system());
    let here = Scope::Establishment(school);
    let referent = world.actor(world.referent(school).await).await;
    let teacher = world.member(school, Profile::Teacher).await;
    account(&world, teacher, "teacher").await;

    let first = link(&world, teacher).await;
    let role = world.give(teacher, "stil_technician", here).await;
    assert!(!holds(&world, &first).await, "a role");
    let second = link(&world, teacher).await;
    access.revoke(&system, role, "essai").await.unwrap();
    let ban = world.forbid(teacher, "teacher", here).await;
    assert!(holds(&world, &second).await, "what is lost leaves it");
    access.revoke(&system, ban, "essai").await.unwrap();
    assert!(!holds(&world, &second).await, "a forbid lifted");

    let third = link(&world, teacher).await;
    access.directory().add_membership(&referent, teacher, school, Profile::Staff, Validity::ALWAYS).await.unwrap();
    assert!(!holds(&world, &third).await, "a place");
    let fourth = link(&world, teacher).await;
    let class = world.class(school).await;
    access.directory().add_to_group(&referent, teacher, class).await.unwrap();
    assert!(!holds(&world, &fourth).await, "a class");

    let pupil = world.member(school, Profile::Student).await;
    let fifth = link(&world, teacher).await;
    access.directory().link_guardian(&referent, teacher, pupil).await.unwrap();
    assert!(!holds(&world, &fifth).await, "a child");
    let sixth = link(&world, teacher).await;
    access.directory().add_to_group(&referent, pupil, class).await.unwrap();
    assert!(!holds(&world, &sixth).await, "the child's class");

    let custom = world.custom_role("cdi", &["core.group.edit"]).await;
    world.give(teacher, "cdi", here).await;
    let seventh = link(&world, teacher).await;
    let permissions = ["core.group.edit", "core.person.read"].map(str::to_owned).into();
    let change = RoleChange { label_fr: "CDI".to_owned(), label_en: String::new(), permissions };
    access.edit_role(&system, custom, 1, change, "essai").await.unwrap();
    assert!(!holds(&world, &seventh).await, "an edit of a role they hold");
}

#[tokio::test]
async fn a_link_dies_with_a_suspension_and_with_what_a_host_adds() {
    let Scene { world, school, .. } = scene().await;
    let access = world.access();
    let uai: Uai = directory::establishment(world.db().db(), school).await.unwrap().uai.parse().unwrap();
    let ana = world.access().directory().provision(&ExternalIdentity::new("ana", "Ana Ruiz")).await.unwrap().person.id;
    account(&world, ana, "ana.ruiz").await;
    let first = link(&world, ana).await;
    let identity = ExternalIdentity::new("ana", "Ana Ruiz").member(uai, Profile::Leadership);
    world.access().directory().provision(&identity).await.unwrap();
    assert!(!holds(&world, &first).await);
    let second = link(&world, ana).await;
    access.directory().suspend(&world.system(), ana, "essai").await.unwrap();
    access.directory().restore(&world.system(), ana, "essai").await.unwrap();
    assert!(!holds(&world, &second).await);
}

#[tokio::test]
async fn a_code_that_gives_a_role_more_ends_the_links_of_its_holders() {
    let world = World::new().await;
    let school = world.school().await;
    let (teacher, staff) = (world.member(school, Profile::Teacher).await, world.member(school, Profile::Staff).await);
    account(&world, teacher, "teacher").await;
    account(&world, staff, "staff").await;
    let (gains, keeps) = (link(&world, teacher).await, link(&world, staff).await);
    world.db().access_with([READ]).await;
    assert!(!holds(&world, &gains).await);
    assert!(holds(&world, &keeps).await);
}

#[tokio::test]
async fn an_external_key_is_the_platforms_to_give() {
    let Scene { world, school, .. } = scene().await;
    let referent = world.actor(world.referent(school).await).await;
    let new = || {
        NewPerson::new(Place::Member(school, Profile::Student), "Lou", "Essai").known_as("external", "direction-2027")
    };
    assert!(world.access().directory().create_person(&referent, new()).await.unwrap_err().is_forbidden());
    world.access().directory().create_person(&world.system(), new()).await.unwrap();
}

#[tokio::test]
async fn making_people_has_a_pace_that_every_node_counts() {
    let Scene { world, school, .. } = scene().await;
    let referent = world.actor(world.referent(school).await).await;
    let new = || NewPerson::new(Place::Member(school, Profile::Student), "Lou", "Essai");
    for _ in 0..120 {
        world.access().directory().create_person(&referent, new()).await.unwrap();
    }
    let refused = world.access().directory().create_person(&referent, new()).await.unwrap_err();
    assert_eq!(refused.retry_after(), Some(3600));
    let there = world.db().second_node().await;
    let opened = atrium_core::access::Access::open_on(there.clone(), world.access().permissions().clone()).await;
    let elsewhere = opened.unwrap();
    assert!(elsewhere.directory().create_person(&referent, new()).await.unwrap_err().retry_after().is_some());
    there.close().await.unwrap();
    world.access().directory().create_person(&world.system(), new()).await.unwrap();
    world.db().set_now(world.db().now().plus_seconds(3600));
    let referent = world.actor(referent.person().unwrap()).await;
    world.access().directory().create_person(&referent, new()).await.unwrap();
}
