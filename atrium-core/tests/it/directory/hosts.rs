//! People provisioned by an embedding application.

use std::collections::BTreeMap;

use atrium_core::Result;
use atrium_core::access::Scope;
use atrium_core::db::count_queries;
use atrium_core::directory::actions::{ExternalIdentity, Synchronisation, Unresolved};
use atrium_core::directory::{self, EstablishmentId, Person, PersonId, PersonStatus, Profile, Uai};
use atrium_core::testing::World;
use sea_orm::{ConnectionTrait, Statement};

/// Returns the person behind `identity`.
async fn provide(world: &World, identity: &ExternalIdentity) -> Result<Person> {
    Ok(world.access().directory().provision(identity).await?.person)
}

async fn uai(world: &World, school: EstablishmentId) -> Uai {
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
    let ana = provide(&world, &identity).await.unwrap();
    assert_eq!(ana.display_name, "Ana Ruiz");
    let actor = world.actor(ana.id).await;
    assert!(actor.rights().holds_role("teacher", Scope::Establishment(school), actor.now()));
    let (again, queries) = count_queries(provide(&world, &identity)).await;
    assert_eq!(again.unwrap(), directory::person(world.db().db(), ana.id).await.unwrap());
    assert_eq!(queries, 3, "and no transaction");
}

#[tokio::test]
async fn what_the_host_no_longer_vouches_for_ends_and_what_was_given_here_stays() {
    let world = World::new().await;
    let (old, new) = (world.school().await, world.school().await);
    let unknown: Uai = format!("0990001{}", Uai::check_letter(990_001)).parse().unwrap();
    let before = ExternalIdentity::new("host-8", "Ana Ruiz").member(uai(&world, old).await, Profile::Teacher);
    let ana = provide(&world, &before).await.unwrap();
    world.give(ana.id, "digital_referent", Scope::Establishment(old)).await;
    let manual = world.school().await;
    world
        .access()
        .directory()
        .add_membership(&world.system(), ana.id, manual, Profile::Staff, Default::default())
        .await
        .unwrap();
    let after = ExternalIdentity::new("host-8", "Ana Blanc")
        .member(uai(&world, new).await, Profile::Leadership)
        .member(unknown, Profile::Teacher);
    let same = provide(&world, &after).await.unwrap();
    assert_eq!((same.id, same.display_name.as_str()), (ana.id, "Ana Blanc"));
    let actor = world.actor(ana.id).await;
    let holds = |key, school| actor.rights().holds_role(key, Scope::Establishment(school), actor.now());
    assert!(!holds("teacher", old) && holds("leadership", new));
    assert!(holds("digital_referent", old) && holds("staff", manual));
}

#[tokio::test]
async fn a_suspension_outlives_the_hosts_word() {
    let world = World::new().await;
    let ana = provide(&world, &ExternalIdentity::new("host-9", "Ana Ruiz")).await.unwrap();
    world.access().directory().suspend(&world.system(), ana.id, "essai").await.unwrap();
    let back = provide(&world, &ExternalIdentity::new("host-9", "Ana Autre")).await.unwrap();
    assert_eq!(back.status, PersonStatus::Suspended);
    assert!(provide(&world, &ExternalIdentity::new(" ", "Ana")).await.unwrap_err().is_invalid());
}

#[tokio::test]
async fn two_first_requests_at_once_make_one_person() {
    let world = World::new().await;
    let school = world.school().await;
    let identity = ExternalIdentity::new("host-11", "Ana Ruiz").member(uai(&world, school).await, Profile::Teacher);
    let (one, two) = tokio::join!(provide(&world, &identity), provide(&world, &identity));
    assert_eq!(one.unwrap().id, two.unwrap().id);
}

#[tokio::test]
async fn what_a_host_says_badly_keeps_nobody_out() {
    let world = World::new().await;
    let long = "Anne".repeat(40);
    let named = ExternalIdentity::new("host-11", "P\u{430}ul Martin").named(&long, "Martin").email("prof@localhost");
    let person = provide(&world, &named).await.unwrap();
    assert_eq!(person.display_name, format!("{} Martin", &long[..60]), "a name of two scripts is not shown");
    assert_eq!((person.given_name.len(), person.email), (60, None));
    let (again, queries) = count_queries(provide(&world, &named)).await;
    assert_eq!((again.unwrap().id, queries), (person.id, 2), "said again, it is nothing new");

    let named = ExternalIdentity::new("Utilisateur", "P\u{430}ul\u{202e} \u{0}Martin");
    assert_eq!(provide(&world, &named).await.unwrap().display_name, "Utilisateur");
    let nameless = ExternalIdentity::new("p\u{430}ul", "");
    assert_eq!(provide(&world, &nameless).await.unwrap().display_name, "Utilisateur");
}

/// Returns the person with this key.
async fn by_key(world: &World, key: &str) -> Option<PersonId> {
    let backend = world.db().db().get_database_backend();
    let sql = "SELECT person_id AS id FROM atrium_identity WHERE subject = $1";
    let asked = Statement::from_sql_and_values(backend, sql, [key.into()]);
    let row = world.db().db().query_one_raw(asked).await.unwrap()?;
    Some(PersonId(row.try_get("", "id").unwrap()))
}

fn unknown() -> Uai {
    format!("0990001{}", Uai::check_letter(990_001)).parse().unwrap()
}

async fn classes(world: &World, person: PersonId) -> Vec<String> {
    let groups = directory::groups_of(world.db().db(), &[person]).await.unwrap();
    groups.into_iter().map(|(_, group)| group.name).collect()
}

#[tokio::test]
async fn a_host_vouches_for_classes_children_and_roles() {
    let world = World::new().await;
    let school = world.school().await;
    let uai = uai(&world, school).await;
    let pupil = ExternalIdentity::new("host-lou", "Lou Ruiz").member(uai.clone(), Profile::Student);
    let pupil = pupil.class(uai.clone(), "2nde 3").reads("en");
    let lou = provide(&world, &pupil).await.unwrap();
    assert_eq!((classes(&world, lou.id).await, lou.locale.as_str()), (vec!["2nde 3".to_owned()], "en"));
    let adult =
        ExternalIdentity::new("host-ana", "Ana Ruiz").child("host-lou").role_in(uai.clone(), "digital_referent");
    let told = world.access().directory().provision(&adult).await.unwrap();
    assert_eq!(told.unresolved, []);
    let ana = told.person.id;
    assert_eq!(directory::children(world.db().db(), ana).await.unwrap(), [lou.id]);
    let actor = world.actor(ana).await;
    let holds = |key: &str| actor.rights().holds_role(key, Scope::Establishment(school), actor.now());
    assert!(holds("guardian") && holds("digital_referent"));
    let (again, queries) = count_queries(provide(&world, &pupil)).await;
    assert_eq!((again.unwrap().id, queries), (lou.id, 3), "the same again writes nothing");

    let other = ExternalIdentity::new("host-lou", "Lou Ruiz").member(uai.clone(), Profile::Student).class(uai, "1re 1");
    provide(&world, &other).await.unwrap();
    assert_eq!(classes(&world, lou.id).await, ["1re 1"]);
    provide(&world, &ExternalIdentity::new("host-ana", "Ana Ruiz")).await.unwrap();
    assert!(directory::children(world.db().db(), ana).await.unwrap().is_empty());
    let actor = world.actor(ana).await;
    assert!(!actor.rights().holds_role("digital_referent", Scope::Establishment(school), actor.now()));
}

#[tokio::test]
async fn what_was_given_here_outlives_the_hosts_word() {
    let world = World::new().await;
    let school = world.school().await;
    let uai = uai(&world, school).await;
    let class = world.class(school).await;
    let identity = ExternalIdentity::new("host-lou", "Lou Ruiz").member(uai.clone(), Profile::Student);
    let lou = provide(&world, &identity.clone().class(uai.clone(), "2nde A")).await.unwrap().id;
    let adult = provide(&world, &ExternalIdentity::new("host-ana", "Ana Ruiz").child("host-lou")).await.unwrap().id;
    let second = world.member(school, Profile::Staff).await;
    world.access().directory().add_to_group(&world.system(), lou, class).await.unwrap();
    world.access().directory().link_guardian(&world.system(), second, lou).await.unwrap();
    world.give(adult, "digital_referent", Scope::Establishment(school)).await;
    provide(&world, &identity).await.unwrap();
    provide(&world, &ExternalIdentity::new("host-ana", "Ana Ruiz")).await.unwrap();
    assert_eq!(classes(&world, lou).await.len(), 1, "the class that was given here");
    assert_eq!(directory::guardians(world.db().db(), lou).await.unwrap(), [second]);
    let actor = world.actor(adult).await;
    assert!(actor.rights().holds_role("digital_referent", Scope::Establishment(school), actor.now()));
}

#[tokio::test]
async fn what_refers_to_the_unknown_is_told_and_left_out() {
    let world = World::new().await;
    let school = uai(&world, world.school().await).await;
    let identity = ExternalIdentity::new("host-1", "Ana Ruiz")
        .member(unknown(), Profile::Teacher)
        .class(school, "2nde 3")
        .child("host-none")
        .role("headmaster")
        .role("platform_admin")
        .role("teacher");
    let told = world.access().directory().provision(&identity).await.unwrap();
    let expected = [
        Unresolved::School(unknown()),
        Unresolved::Group("2nde 3".to_owned()),
        Unresolved::Child("host-none".to_owned()),
        Unresolved::Role("headmaster".to_owned()),
        Unresolved::Role("platform_admin".to_owned()),
        Unresolved::Role("teacher".to_owned()),
    ];
    assert_eq!(told.unresolved, expected);
    assert!(!world.actor(told.person.id).await.rights().is_everything());
    assert!(classes(&world, told.person.id).await.is_empty());
    let (again, queries) = count_queries(world.access().directory().provision(&identity)).await;
    assert_eq!(
        (again.unwrap().unresolved, queries),
        (vec![Unresolved::School(unknown())], 4),
        "looked at again in an hour"
    );
    world.db().set_now(world.db().now().plus_seconds(3600));
    assert_eq!(world.access().directory().provision(&identity).await.unwrap().unresolved, expected);
}

#[tokio::test]
async fn a_list_brings_everyone_of_its_source_in_line() {
    let world = World::new().await;
    let (school, other) = (world.school().await, world.school().await);
    let here = uai(&world, school).await;
    let pupil = |key: &str| ExternalIdentity::new(key, "Lou Essai").member(here.clone(), Profile::Student);
    let parent = ExternalIdentity::new("p", "Ana Essai").child("a").child("b");
    let list = [
        parent.clone(),
        pupil("a").class(here.clone(), "2nde 1"),
        pupil("b").class(here.clone(), "2nde 1"),
        pupil("c"),
    ];
    let done = world
        .access()
        .directory()
        .synchronise(&world.system(), Synchronisation::new("be1d", list.clone()))
        .await
        .unwrap();
    assert_eq!((done.people, done.ended), (4, 0));
    assert!(done.unresolved.is_empty() && done.refused.is_empty());
    let events = world.db().events().await.len();
    world.access().directory().synchronise(&world.system(), Synchronisation::new("be1d", list)).await.unwrap();
    assert_eq!(world.db().events().await.len(), events, "a second time changes nothing");

    let id = async |key: &str| by_key(&world, key).await.unwrap();
    let (b, c, p) = (id("b").await, id("c").await, id("p").await);
    world
        .access()
        .directory()
        .add_membership(&world.system(), c, other, Profile::Student, Default::default())
        .await
        .unwrap();
    let list = [parent, pupil("a").class(here.clone(), "2nde 2"), pupil("b").member(unknown(), Profile::Student)];
    let done =
        world.access().directory().synchronise(&world.system(), Synchronisation::new("be1d", list)).await.unwrap();
    assert_eq!((done.people, done.ended), (3, 1));
    assert_eq!(done.unresolved, BTreeMap::from([(Unresolved::School(unknown()), vec!["b".to_owned()])]));
    let now = world.db().now();
    let rows = directory::memberships(world.db().db(), c).await.unwrap();
    let schools: Vec<_> = rows.iter().filter(|row| row.validity().holds(now)).map(|row| row.establishment_id).collect();
    assert_eq!(schools, [other], "what the list lacks ends, what was given here stays");
    assert!(classes(&world, b).await.is_empty());
    assert_eq!(directory::children(world.db().db(), p).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_list_that_lacks_most_people_is_refused_unless_that_is_meant() {
    let world = World::new().await;
    let school = uai(&world, world.school().await).await;
    let all: Vec<_> = (0..4)
        .map(|n| ExternalIdentity::new(format!("n{n}"), "Lou Essai").member(school.clone(), Profile::Student))
        .collect();
    let run = |list: Synchronisation| {
        let actor = world.system();
        let access = world.access();
        async move { access.directory().synchronise(&actor, list).await }
    };
    run(Synchronisation::new("be1d", all.clone())).await.unwrap();
    assert!(run(Synchronisation::new("be1d", [])).await.unwrap_err().is_conflict());
    assert!(run(Synchronisation::new("be1d", all[..1].to_vec())).await.unwrap_err().is_conflict());
    assert_eq!(run(Synchronisation::new("be1d", all[..2].to_vec())).await.unwrap().ended, 2);
    assert_eq!(run(Synchronisation::new("be1d", []).removing_many()).await.unwrap().ended, 2);
    for source in ["", "manual", "demo", "BE1D", "be 1d"] {
        assert!(run(Synchronisation::new(source, [])).await.unwrap_err().is_invalid(), "{source}");
    }
    let twice = [all[0].clone(), all[0].clone()];
    assert!(run(Synchronisation::new("be1d", twice)).await.unwrap_err().is_invalid());
    let bad = [all[0].clone(), ExternalIdentity::new(" ", "Personne")];
    let done = run(Synchronisation::new("be1d", bad)).await.unwrap();
    assert_eq!((done.people, done.refused.len()), (1, 1));
}

#[tokio::test]
async fn a_schools_staff_cannot_synchronise() {
    let world = World::new().await;
    let school = world.school().await;
    let head = world.actor(world.member(school, Profile::Leadership).await).await;
    let list = Synchronisation::new("be1d", [ExternalIdentity::new("a", "Lou Essai")]);
    assert!(world.access().directory().synchronise(&head, list).await.unwrap_err().is_forbidden());
    assert!(by_key(&world, "a").await.is_none());
}
