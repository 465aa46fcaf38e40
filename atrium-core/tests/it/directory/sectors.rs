//! Sectors: named sets of schools, at which roles are given and forbidden.

use atrium_core::access::actions::{AssignmentFilter, NewAssignment};
use atrium_core::access::permissions::{ACCESS_EXPLAIN, PERSON_READ, ROLE_ASSIGN};
use atrium_core::access::{Actor, Miss, Scope, Via};
use atrium_core::db::count_queries;
use atrium_core::directory::actions::{PeopleFilter, Place};
use atrium_core::directory::{self, EstablishmentId, PersonId, Profile, SectorId};
use atrium_core::testing::World;

/// Three schools, of which the sector has the first two.
struct Scene {
    world: World,
    schools: [EstablishmentId; 3],
    sector: SectorId,
}

async fn scene() -> Scene {
    let world = World::new().await;
    let schools = [world.school().await, world.school().await, world.school().await];
    let (acts, system) = (world.access().directory(), world.system());
    let sector = acts.create_sector(&system, "Marseille nord").await.unwrap();
    for school in &schools[..2] {
        acts.add_to_sector(&system, sector, *school).await.unwrap();
    }
    world.custom_role("chief", &["core.role.assign", "core.person.read", "core.access.explain"]).await;
    world.custom_role("reader", &["core.person.read"]).await;
    Scene { world, schools, sector }
}

impl Scene {
    async fn at_sector(&self, role: &str) -> Actor {
        let person = self.world.person(Place::Region).await;
        self.world.give(person, role, Scope::Sector(self.sector)).await;
        self.world.actor(person).await
    }

    async fn grant(&self, actor: &Actor, person: PersonId, role: &str, scope: Scope) -> atrium_core::Result<()> {
        let new = NewAssignment::permit(person, self.world.role(role).await, scope).because("essai");
        self.world.access().grant(actor, new).await.map(drop)
    }
}

#[tokio::test]
async fn a_role_at_a_sector_holds_in_its_schools_and_their_groups_alone() {
    let scene = scene().await;
    let [first, second, third] = scene.schools;
    let class = scene.world.class(first).await;
    let technician = scene.at_sector("stil_technician").await;
    for scope in [Scope::Sector(scene.sector), Scope::Establishment(first), Scope::Group(first, class)] {
        assert!(technician.may(PERSON_READ, scope), "{scope}");
    }
    assert!(technician.may(PERSON_READ, Scope::Establishment(second)));
    assert!(!technician.may(PERSON_READ, Scope::Establishment(third)) && !technician.may(PERSON_READ, Scope::Platform));
    let scopes = technician.rights().scopes_for(PERSON_READ, technician.now());
    assert_eq!(scopes, [Scope::Sector(scene.sector), Scope::Establishment(first), Scope::Establishment(second)]);

    let (inside, outside) =
        (scene.world.member(second, Profile::Teacher).await, scene.world.member(third, Profile::Teacher).await);
    let filter = PeopleFilter::default();
    let seen = scene.world.access().directory().list_people(&technician, filter, None, 50).await.unwrap();
    assert!(seen.iter().any(|person| person.id == inside) && seen.iter().all(|person| person.id != outside));
}

#[tokio::test]
async fn what_a_sector_has_counts_from_the_next_request_on() {
    let scene = scene().await;
    let [first, _, third] = scene.schools;
    let technician = scene.at_sector("stil_technician").await.person().unwrap();
    let (acts, system) = (scene.world.access().directory(), scene.world.system());
    let may = async |school| scene.world.actor(technician).await.may(PERSON_READ, Scope::Establishment(school));
    acts.add_to_sector(&system, scene.sector, third).await.unwrap();
    assert!(may(third).await);
    acts.add_to_sector(&system, scene.sector, third).await.unwrap();
    acts.remove_from_sector(&system, scene.sector, first).await.unwrap();
    assert!(!may(first).await && may(third).await);
    let row = directory::person(scene.world.db().db(), technician).await.unwrap();
    let policy = scene.world.access().policy_epoch().await.unwrap();
    let load = || scene.world.access().rights_of(technician, row.epoch, policy);
    load().await.unwrap();
    assert_eq!(count_queries(load()).await.1, 0, "the schools come with the rights");
}

#[tokio::test]
async fn what_is_forbidden_at_a_sector_beats_what_is_given_above_and_below() {
    let scene = scene().await;
    let [first, _, third] = scene.schools;
    let person = scene.world.person(Place::Region).await;
    scene.world.give(person, "region_support", Scope::Platform).await;
    scene.world.give(person, "stil_technician", Scope::Establishment(first)).await;
    scene.world.forbid(person, "region_support", Scope::Sector(scene.sector)).await;
    let actor = scene.world.actor(person).await;
    assert!(
        !actor.may(PERSON_READ, Scope::Establishment(first)) && actor.may(PERSON_READ, Scope::Establishment(third))
    );
    assert!(!actor.rights().check_throughout(PERSON_READ, Scope::Platform, actor.now()));
    let why = actor.rights().explain(PERSON_READ, Scope::Establishment(first), actor.now());
    assert_eq!((why.allowed, why.forbids[0].scope), (false, Scope::Sector(scene.sector)));
    let within = actor.rights().within(third);
    assert!(within.check(PERSON_READ, Scope::Establishment(third), actor.now()));
    assert!(!actor.rights().within(first).check(PERSON_READ, Scope::Establishment(first), actor.now()));
}

#[tokio::test]
async fn a_chief_gives_within_the_sector_and_no_further() {
    let scene = scene().await;
    let [first, second, third] = scene.schools;
    let chief = scene.at_sector("chief").await;
    let person = scene.world.member(first, Profile::Staff).await;
    let away = scene.world.member(third, Profile::Staff).await;
    scene.grant(&chief, person, "reader", Scope::Sector(scene.sector)).await.unwrap();
    scene.grant(&chief, person, "reader", Scope::Establishment(second)).await.unwrap();
    for scope in [Scope::Platform, Scope::Establishment(third)] {
        assert!(scene.grant(&chief, person, "reader", scope).await.unwrap_err().is_forbidden(), "{scope}");
    }
    assert!(scene.grant(&chief, away, "reader", Scope::Establishment(first)).await.unwrap_err().is_not_found());
    let beyond = scene.grant(&chief, person, "digital_referent", Scope::Establishment(first)).await;
    assert!(beyond.unwrap_err().is_forbidden(), "a role that holds more");
    let other = scene.world.access().directory().create_sector(&scene.world.system(), "Autre").await.unwrap();
    assert!(scene.grant(&chief, person, "reader", Scope::Sector(other)).await.unwrap_err().is_forbidden());
    let referent = scene.world.actor(scene.world.referent(first).await).await;
    let sector = Scope::Sector(scene.sector);
    assert!(scene.grant(&referent, person, "reader", sector).await.unwrap_err().is_forbidden());
    let missing = Scope::Sector(SectorId(999));
    let system = scene.world.system();
    assert!(scene.grant(&system, person, "reader", missing).await.unwrap_err().is_not_found());

    let access = scene.world.access();
    let filter = AssignmentFilter::of_person(person);
    let listed = access.list_assignments(&chief, filter, None, 50).await.unwrap();
    assert_eq!(listed.len(), 2);
    let seen = access.list_assignments(&referent, filter, None, 50).await.unwrap();
    assert!(seen.iter().all(|row| row.scope() != Some(sector)), "a school does not see the sector's");
    let at_sector = listed.iter().find(|row| row.scope() == Some(sector)).unwrap();
    assert_eq!(at_sector.given_for(), sector);
    assert!(access.revoke(&referent, at_sector.id, "essai").await.unwrap_err().is_not_found());
    access.revoke(&chief, at_sector.id, "essai").await.unwrap();
}

#[tokio::test]
async fn a_hole_in_the_sector_is_no_hold_throughout() {
    let scene = scene().await;
    let [first, _, third] = scene.schools;
    let chief = scene.at_sector("chief").await.person().unwrap();
    let holds = async || {
        let chief = scene.world.actor(chief).await;
        chief.rights().check_throughout(ROLE_ASSIGN, Scope::Sector(scene.sector), chief.now())
    };
    assert!(holds().await);
    scene.world.forbid(chief, "chief", Scope::Establishment(third)).await;
    assert!(holds().await, "another school is no hole");
    scene.world.forbid(chief, "chief", Scope::Establishment(first)).await;
    assert!(!holds().await);
}

#[tokio::test]
async fn only_those_who_manage_sectors_change_them_and_not_beyond_their_own_rights() {
    let scene = scene().await;
    let [first, _, third] = scene.schools;
    let acts = scene.world.access().directory();
    let chief = scene.at_sector("chief").await;
    for actor in [Actor::anonymous(chief.now()), chief, scene.world.actor(scene.world.referent(first).await).await] {
        let refused = [
            acts.create_sector(&actor, "Autre").await.map(drop),
            acts.rename_sector(&actor, scene.sector, 1, "Autre").await,
            acts.add_to_sector(&actor, scene.sector, third).await,
            acts.remove_from_sector(&actor, scene.sector, first).await,
            acts.delete_sector(&actor, scene.sector).await,
        ];
        for error in refused.into_iter().map(Result::unwrap_err) {
            assert!(error.is_forbidden() || error.is_sign_in_required(), "{error}");
        }
    }
    // Manages sectors, and holds nothing of what is given there.
    scene.world.custom_role("surveyor", &["core.sector.edit"]).await;
    let surveyor = scene.world.person(Place::Region).await;
    scene.world.give(surveyor, "surveyor", Scope::Platform).await;
    let surveyor = scene.world.actor(surveyor).await;
    assert!(acts.add_to_sector(&surveyor, scene.sector, third).await.unwrap_err().is_forbidden());
    assert!(acts.remove_from_sector(&surveyor, scene.sector, first).await.unwrap_err().is_forbidden());
    let own = acts.create_sector(&surveyor, "Autre").await.unwrap();
    acts.add_to_sector(&surveyor, own, third).await.unwrap();
    // An administrator to whom something is forbidden at a sector does not take the school out of it.
    let role = scene.world.role("surveyor").await;
    let system = scene.world.system();
    let forbid = NewAssignment::forbid(surveyor.person().unwrap(), role, Scope::Sector(own)).because("essai");
    scene.world.access().grant(&system, forbid).await.unwrap();
    let surveyor = scene.world.actor(surveyor.person().unwrap()).await;
    assert!(acts.remove_from_sector(&surveyor, own, third).await.unwrap_err().is_forbidden());
}

#[tokio::test]
async fn sectors_have_names_of_their_own_and_go_when_nothing_is_given_there() {
    let scene = scene().await;
    let (acts, system) = (scene.world.access().directory(), scene.world.system());
    assert!(acts.create_sector(&system, "MARSEILLE  Nord").await.unwrap_err().is_conflict());
    assert!(acts.create_sector(&system, " ").await.unwrap_err().is_invalid());
    let other = acts.create_sector(&system, "Aix").await.unwrap();
    assert!(acts.rename_sector(&system, other, 1, "Marseille nord").await.unwrap_err().is_conflict());
    acts.rename_sector(&system, other, 1, "Aix-Marseille").await.unwrap();
    assert!(acts.rename_sector(&system, other, 1, "Arles").await.unwrap_err().is_stale());
    acts.delete_sector(&system, other).await.unwrap();
    assert!(acts.rename_sector(&system, other, 2, "Arles").await.unwrap_err().is_not_found());
    let unknown = acts.add_to_sector(&system, scene.sector, EstablishmentId(999)).await;
    assert!(unknown.unwrap_err().is_not_found());

    let held = scene.at_sector("stil_technician").await;
    assert!(acts.delete_sector(&system, scene.sector).await.unwrap_err().is_conflict());
    let access = scene.world.access();
    let filter = AssignmentFilter::of_person(held.person().unwrap());
    let row = access.list_assignments(&system, filter, None, 1).await.unwrap().remove(0);
    access.revoke(&system, row.id, "essai").await.unwrap();
    acts.delete_sector(&system, scene.sector).await.unwrap();
    let names: Vec<_> = directory::sectors(scene.world.db().db()).await.unwrap();
    assert_eq!(names, []);
}

#[tokio::test]
async fn an_explanation_names_the_sector() {
    let scene = scene().await;
    let [first, _, third] = scene.schools;
    let technician = scene.at_sector("stil_technician").await;
    let access = scene.world.access();
    let person = technician.person().unwrap();
    let why = access.explain(&technician, person, PERSON_READ, Scope::Establishment(first)).await.unwrap();
    assert_eq!(why.grant.unwrap().scope, Scope::Sector(scene.sector));
    let why = access.explain(&technician, person, PERSON_READ, Scope::Establishment(third)).await.unwrap();
    assert_eq!(
        why.nearest.map(|near| (near.grant.scope, near.miss)),
        Some((Scope::Sector(scene.sector), Miss::Elsewhere))
    );
    let chief = scene.at_sector("chief").await;
    assert!(chief.may(ACCESS_EXPLAIN, Scope::Sector(scene.sector)));
    let other = access.actor_for(scene.world.member(third, Profile::Teacher).await, Via::Web).await.unwrap();
    let refused = access.explain(&chief, other.person().unwrap(), PERSON_READ, Scope::Establishment(third)).await;
    assert!(refused.unwrap_err().is_forbidden());
}
