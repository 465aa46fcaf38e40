//! People provisioned by an embedding application.

use atrium_core::access::Scope;
use atrium_core::db::count_queries;
use atrium_core::directory::actions::{ExternalIdentity, provision, suspend};
use atrium_core::directory::{self, PersonStatus, Profile, Uai};
use atrium_core::testing::World;

async fn uai(world: &World, school: atrium_core::directory::EstablishmentId) -> Uai {
    directory::establishment(world.db().db(), school).await.unwrap().uai.parse().unwrap()
}

#[tokio::test]
async fn the_first_time_makes_them_and_the_next_writes_nothing() {
    let world = World::new().await;
    let school = world.school().await;
    let identity = ExternalIdentity::new("host-7", "Ana Ruiz")
        .named("Ana", "Ruiz")
        .email("ana@exemple.fr")
        .member(uai(&world, school).await, Profile::Teacher);
    let ana = provision(world.db(), &identity).await.unwrap();
    assert_eq!(ana.display_name, "Ana Ruiz");
    let actor = world.actor(ana.id).await;
    assert!(actor.rights().holds_role("teacher", Scope::Establishment(school), actor.now()));
    let (again, queries) = count_queries(provision(world.db(), &identity)).await;
    assert_eq!(again.unwrap(), directory::person(world.db().db(), ana.id).await.unwrap());
    assert_eq!(queries, 3, "and no transaction");
}

#[tokio::test]
async fn what_the_host_no_longer_vouches_for_ends_and_what_was_given_here_stays() {
    let world = World::new().await;
    let (old, new) = (world.school().await, world.school().await);
    let unknown: Uai = format!("0990001{}", Uai::check_letter(990_001)).parse().unwrap();
    let before = ExternalIdentity::new("host-8", "Ana Ruiz").member(uai(&world, old).await, Profile::Teacher);
    let ana = provision(world.db(), &before).await.unwrap();
    world.give(ana.id, "digital_referent", Scope::Establishment(old)).await;
    let manual = world.school().await;
    atrium_core::directory::actions::add_membership(
        world.access(),
        &world.system(),
        ana.id,
        manual,
        Profile::Staff,
        Default::default(),
    )
    .await
    .unwrap();
    let after = ExternalIdentity::new("host-8", "Ana Blanc")
        .member(uai(&world, new).await, Profile::Leadership)
        .member(unknown, Profile::Teacher);
    let same = provision(world.db(), &after).await.unwrap();
    assert_eq!((same.id, same.display_name.as_str()), (ana.id, "Ana Blanc"));
    let actor = world.actor(ana.id).await;
    let holds = |key, school| actor.rights().holds_role(key, Scope::Establishment(school), actor.now());
    assert!(!holds("teacher", old) && holds("leadership", new));
    assert!(holds("digital_referent", old) && holds("staff", manual));
}

#[tokio::test]
async fn a_suspension_outlives_the_hosts_word() {
    let world = World::new().await;
    let ana = provision(world.db(), &ExternalIdentity::new("host-9", "Ana Ruiz")).await.unwrap();
    suspend(world.access(), &world.system(), ana.id, "essai").await.unwrap();
    let back = provision(world.db(), &ExternalIdentity::new("host-9", "Ana Autre")).await.unwrap();
    assert_eq!(back.status, PersonStatus::Suspended);
    assert!(provision(world.db(), &ExternalIdentity::new(" ", "Ana")).await.unwrap_err().is_invalid());
}

#[tokio::test]
async fn two_first_requests_at_once_make_one_person() {
    let world = World::new().await;
    let school = world.school().await;
    let identity = ExternalIdentity::new("host-11", "Ana Ruiz").member(uai(&world, school).await, Profile::Teacher);
    let (one, two) = tokio::join!(provision(world.db(), &identity), provision(world.db(), &identity));
    assert_eq!(one.unwrap().id, two.unwrap().id);
}

#[tokio::test]
async fn what_a_host_says_badly_keeps_nobody_out() {
    let world = World::new().await;
    let long = "Anne".repeat(40);
    let named = ExternalIdentity::new("host-11", "P\u{430}ul Martin").named(&long, "Martin").email("prof@localhost");
    let person = provision(world.db(), &named).await.unwrap();
    assert_eq!(person.display_name, format!("{} Martin", &long[..60]), "a name of two scripts is not shown");
    assert_eq!((person.given_name.len(), person.email), (60, None));
    let (again, queries) = count_queries(provision(world.db(), &named)).await;
    assert_eq!((again.unwrap().id, queries), (person.id, 2), "said again, it is nothing new");

    let named = ExternalIdentity::new("Utilisateur", "P\u{430}ul\u{202e} \u{0}Martin");
    assert_eq!(provision(world.db(), &named).await.unwrap().display_name, "Utilisateur");
    let nameless = ExternalIdentity::new("p\u{430}ul", "");
    assert_eq!(provision(world.db(), &nameless).await.unwrap().display_name, "Utilisateur");
}
