//! Who people are at hosts and sign-on services: several identities for one person.

use atrium_core::access::{Actor, Scope};
use atrium_core::audit;
use atrium_core::directory::actions::{EXTERNAL, ExternalIdentity, NewPerson, Place};
use atrium_core::directory::{self, PersonId, Profile, Uai};
use atrium_core::testing::World;

const SSO: &str = "https://connexion.exemple.fr";

async fn provide(world: &World, identity: &ExternalIdentity) -> PersonId {
    world.access().directory().provision(identity).await.unwrap().person.id
}

async fn subjects(world: &World, person: PersonId) -> Vec<(String, String)> {
    let rows = world.access().directory().identities_of(&world.system(), person).await.unwrap();
    rows.into_iter().map(|row| (row.issuer, row.subject)).collect()
}

async fn uai(world: &World, school: directory::EstablishmentId) -> Uai {
    directory::establishment(world.db().db(), school).await.unwrap().uai.parse().unwrap()
}

#[tokio::test]
async fn one_person_has_several_identities_and_the_same_subject_of_two_issuers_is_two_people() {
    let world = World::new().await;
    let ana = provide(&world, &ExternalIdentity::new("7", "Ana Ruiz")).await;
    let other = provide(&world, &ExternalIdentity::new("7", "Zoé Blanc").issued_by(SSO)).await;
    assert_ne!(ana, other);
    let system = world.system();
    let id = world.access().directory().link_identity(&system, ana, (SSO, " 8 ")).await.unwrap();
    assert_eq!(
        world.access().directory().link_identity(&system, ana, (SSO, "8")).await.unwrap(),
        id,
        "a second time changes nothing"
    );
    assert_eq!(provide(&world, &ExternalIdentity::new("8", "Ana Ruiz").issued_by(SSO)).await, ana);
    assert_eq!(subjects(&world, ana).await, [(EXTERNAL.into(), "7".into()), (SSO.into(), "8".into())]);
    let taken = world.access().directory().link_identity(&system, ana, (SSO, "7")).await.unwrap_err();
    assert!(taken.is_conflict() && taken.message().is_some());
    for (issuer, subject) in [("", "7"), ("a b", "7"), (SSO, " "), (SSO, "a\u{0}b"), (&"x".repeat(256)[..], "7")] {
        let refused = world.access().directory().link_identity(&system, ana, (issuer, subject)).await.unwrap_err();
        assert!(refused.is_invalid(), "{issuer} {subject}");
    }
}

#[tokio::test]
async fn an_unlinked_identity_takes_with_it_what_its_source_gave() {
    let world = World::new().await;
    let (school, manual) = (world.school().await, world.school().await);
    let identity = ExternalIdentity::new("7", "Ana Ruiz").member(uai(&world, school).await, Profile::Teacher);
    let ana = provide(&world, &identity).await;
    world.give(ana, "digital_referent", Scope::Establishment(manual)).await;
    let id = world.access().directory().identities_of(&world.system(), ana).await.unwrap()[0].id;
    assert!(world.access().directory().unlink_identity(&world.system(), id, " ").await.unwrap_err().is_invalid());
    world.access().directory().unlink_identity(&world.system(), id, "doublon").await.unwrap();
    assert_eq!(subjects(&world, ana).await, []);
    let actor = world.actor(ana).await;
    let holds = |key, school| actor.rights().holds_role(key, Scope::Establishment(school), actor.now());
    assert!(!holds("teacher", school) && holds("digital_referent", manual));
    assert_ne!(provide(&world, &identity).await, ana, "the next sign-in is a new person");
    let newest = audit::list(world.db().db(), Some(&format!("person:{ana}")), None, 5).await.unwrap();
    let told = newest.iter().find(|row| row.action == "core.identity.unlinked").unwrap();
    assert!(told.reason == "doublon" && told.details.contains(EXTERNAL) && !told.details.contains("\"7\""));
    assert!(
        world.access().directory().unlink_identity(&world.system(), id, "encore").await.unwrap_err().is_not_found()
    );
}

#[tokio::test]
async fn somebody_who_was_made_twice_becomes_one_again() {
    let world = World::new().await;
    let school = world.school().await;
    let identity = ExternalIdentity::new("7", "Ana Ruiz").member(uai(&world, school).await, Profile::Teacher);
    let twin = provide(&world, &identity).await;
    let ana = world.member(school, Profile::Staff).await;
    let system = world.system();
    let (directory, key) = (world.access().directory(), (EXTERNAL, "7"));
    assert!(directory.move_identity(&system, ana, key, "").await.unwrap_err().is_invalid());
    assert!(directory.move_identity(&system, ana, (EXTERNAL, "8"), "x").await.unwrap_err().is_not_found());
    directory.move_identity(&system, ana, key, "deux fois la même").await.unwrap();
    let rights = world.actor(twin).await;
    assert!(!rights.rights().holds_role("teacher", Scope::Establishment(school), rights.now()));
    assert_eq!(provide(&world, &identity).await, ana);
    let rights = world.actor(ana).await;
    assert!(rights.rights().holds_role("teacher", Scope::Establishment(school), rights.now()));
}

#[tokio::test]
async fn identities_are_the_platforms_to_link_and_never_above_oneself() {
    let world = World::new().await;
    let (school, away) = (world.school().await, world.school().await);
    provide(&world, &ExternalIdentity::new("other", "Zoé Blanc")).await;
    let identity = ExternalIdentity::new("7", "Ana Ruiz").member(uai(&world, school).await, Profile::Teacher);
    let ana = provide(&world, &identity).await;
    let visitor = Actor::anonymous(world.db().now());
    assert!(
        world.access().directory().link_identity(&visitor, ana, (SSO, "9")).await.unwrap_err().is_sign_in_required()
    );
    assert!(world.access().directory().identities_of(&visitor, ana).await.unwrap_err().is_not_found());
    for person in
        [world.referent(away).await, world.member(away, Profile::Leadership).await, world.referent(school).await]
    {
        let actor = world.actor(person).await;
        let directory = world.access().directory();
        assert!(directory.link_identity(&actor, ana, (SSO, "9")).await.unwrap_err().is_forbidden());
        assert!(directory.move_identity(&actor, ana, (EXTERNAL, "other"), "x").await.unwrap_err().is_forbidden());
        let id = world.access().directory().identities_of(&world.system(), ana).await.unwrap()[0].id;
        assert!(directory.unlink_identity(&actor, id, "x").await.unwrap_err().is_forbidden());
    }
    assert!(
        world
            .access()
            .directory()
            .identities_of(&world.actor(world.referent(away).await).await, ana)
            .await
            .unwrap_err()
            .is_not_found()
    );

    // Manages people everywhere, and holds less than an administrator's account.
    world.custom_role("registrar", &["core.person.read", "core.family.read", "core.person.edit"]).await;
    let registrar = world.person(Place::Region).await;
    world.give(registrar, "registrar", Scope::Platform).await;
    let registrar = world.actor(registrar).await;
    let admin = world.admin().await;
    world.access().directory().link_identity(&world.system(), admin, (EXTERNAL, "admin")).await.unwrap();
    all_refuse_above(&world, &registrar, admin).await;
}

async fn all_refuse_above(world: &World, actor: &Actor, admin: PersonId) {
    let directory = world.access().directory();
    let id = world.access().directory().identities_of(&world.system(), admin).await.unwrap()[0].id;
    assert!(directory.link_identity(actor, admin, (SSO, "9")).await.unwrap_err().is_forbidden());
    assert!(directory.unlink_identity(actor, id, "x").await.unwrap_err().is_forbidden());
    let own = actor.person().unwrap();
    assert!(directory.move_identity(actor, own, (EXTERNAL, "admin"), "x").await.unwrap_err().is_forbidden());
    directory.link_identity(actor, own, (SSO, "own")).await.unwrap();
    assert!(directory.move_identity(actor, admin, (SSO, "own"), "x").await.unwrap_err().is_forbidden());
    assert_eq!(subjects(world, admin).await, [(EXTERNAL.into(), "admin".into())]);
}

#[tokio::test]
async fn a_suspension_holds_under_a_new_identity() {
    let world = World::new().await;
    let ana = world
        .access()
        .directory()
        .create_person(&world.system(), NewPerson::new(Place::Region, "Ana", "Ruiz").known_as(SSO, "7"))
        .await
        .unwrap();
    world.access().directory().suspend(&world.system(), ana, "essai").await.unwrap();
    world.access().directory().link_identity(&world.system(), ana, (EXTERNAL, "a")).await.unwrap();
    let found = world.access().directory().provision(&ExternalIdentity::new("a", "Ana Ruiz")).await.unwrap().person;
    assert_eq!((found.id, found.status), (ana, directory::PersonStatus::Suspended));
}
