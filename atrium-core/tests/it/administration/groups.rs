//! Classes and groups, through the pages.

use atrium_core::access::Scope;
use atrium_core::db::count_queries;
use atrium_core::directory::actions::Place;
use atrium_core::directory::{GroupId, PersonId, Profile};
use atrium_core::testing::Client;

use super::{Town, give, person_path, someone};

fn path(group: GroupId) -> String {
    format!("/administration/groupes/{group}")
}

impl Town {
    async fn put(&self, person: PersonId, group: GroupId) {
        self.site.atrium().directory().add_to_group(&self.site.system(), person, group).await.unwrap();
    }

    fn groups_of_a(&self) -> String {
        format!("/administration/etablissements/{}/groupes", self.a)
    }
}

#[tokio::test]
async fn a_class_is_added_renamed_filled_and_emptied() {
    let town = Town::new().await;
    let (referent, list) = (town.referent().await, town.groups_of_a());
    let school = format!("/administration/etablissements/{}", town.a);
    referent.get(&school).await.assert_contains(&list);
    referent.get(&list).await.assert_status(200).assert_contains("Ni classe ni groupe");
    let bad = referent.post(&list, &[("kind", "fratrie"), ("name", "Chorale")]).await;
    bad.assert_status(422).assert_contains("value=\"Chorale\"").assert_contains("f-kind-error");
    let nameless = referent.post(&list, &[("kind", "pupils"), ("name", " ")]).await;
    nameless.assert_status(422).assert_contains("f-name-error").assert_contains("value=\"pupils\" selected");
    let class = [("kind", "class"), ("name", "2nde 3")];
    let page = referent.post(&list, &class).await.assert_status(303).location().to_owned();
    let taken = referent.post(&list, &class).await;
    taken.assert_status(409).assert_contains("f-name-error").assert_contains("value=\"2nde 3\"");

    let found = referent.get(&format!("{page}?q=aicha")).await;
    found.assert_status(200).assert_contains("Aïcha Essai").assert_contains(&format!("{page}/membres"));
    let pupil = town.pupil_a.to_string();
    let add = format!("{page}/membres");
    referent.post(&add, &[("person", &pupil)]).await.assert_status(303);
    referent.post(&add, &[("person", &pupil)]).await.assert_status(303);
    let filled = referent.get(&format!("{page}?q=aicha")).await;
    filled.assert_contains("En fait déjà partie").assert_contains("Une personne");
    referent.get(&list).await.assert_contains("2nde 3").assert_contains("Une personne");
    referent.get(&person_path(town.pupil_a)).await.assert_contains(&page).assert_contains("2nde 3");

    let rename = format!("{page}/modifier");
    referent.post(&rename, &[("version", "1"), ("name", "")]).await.assert_status(422).assert_contains("f-name-error");
    referent.post(&rename, &[("version", "1"), ("name", "2nde 4")]).await.assert_status(303);
    town.class("2nde 5").await;
    let taken = referent.post(&rename, &[("version", "2"), ("name", "2nde 5")]).await;
    taken.assert_status(409).assert_contains("f-name-error").assert_contains("value=\"2nde 5\"");
    referent.get(&page).await.assert_contains("2nde 4");

    let remove = format!("{page}/membres/retirer");
    referent.post(&remove, &[("person", "personne")]).await.assert_status(422).assert_contains("f-person");
    referent.post(&remove, &[("person", &pupil)]).await.assert_status(303);
    referent.get(&page).await.assert_contains("La personne est retirée.").assert_lacks("Aïcha");
}

#[tokio::test]
async fn a_group_one_does_not_keep_is_not_there() {
    let town = Town::new().await;
    let referent = town.referent().await;
    let theirs = town.class_of(town.b, "2nde 1").await;
    let pupil_b = town.pupil_b.to_string();
    let list = format!("/administration/etablissements/{}/groupes", town.b);
    for path in [list.clone(), path(theirs), path(theirs) + "?q=bruno", "/administration/groupes/9999".to_owned()] {
        referent.get(&path).await.assert_status(404);
    }
    let posts: [(String, &[(&str, &str)]); 4] = [
        (list, &[("kind", "class"), ("name", "2nde 1")]),
        (path(theirs) + "/modifier", &[("name", "x")]),
        (path(theirs) + "/membres", &[("person", &pupil_b)]),
        (path(theirs) + "/membres/retirer", &[("person", &pupil_b)]),
    ];
    let pupil = town.site.signed_in(town.pupil_a).await;
    for (path, fields) in posts {
        referent.post(&path, fields).await.assert_status(404);
        pupil.post(&path, fields).await.assert_status(403);
    }
    town.put(town.pupil_b, theirs).await;
    town.admin().await.get(&person_path(town.pupil_b)).await.assert_contains(&path(theirs));
    let head = someone(&town.site, Place::Member(town.b, Profile::Leadership), "Hector").await;
    let head = town.site.signed_in(head).await;
    head.get(&person_path(town.pupil_b)).await.assert_status(200).assert_lacks("/administration/groupes/");
    head.get(&path(theirs)).await.assert_status(403);
}

#[tokio::test]
async fn nobody_is_put_in_a_group_by_themselves_or_from_elsewhere() {
    let town = Town::new().await;
    let referent = town.referent().await;
    let page = town.class("2nde 3").await;
    let add = format!("{page}/membres");
    let (me, stranger) = (referent.person().to_string(), town.pupil_b.to_string());
    referent.post(&add, &[("person", &me)]).await.assert_status(403);
    referent.get(&format!("{page}?q=emma")).await.assert_contains("Emma Essai").assert_lacks("name=\"person\"");
    referent.post(&add, &[("person", &stranger)]).await.assert_status(404);
    referent.get(&format!("{page}?q=bruno")).await.assert_lacks("Bruno").assert_contains("Personne ne répond");
    let elsewhere = town.admin().await.post(&add, &[("person", &stranger)]).await;
    elsewhere.assert_status(422).assert_contains("n’appartient pas à l’établissement du groupe");
}

#[tokio::test]
async fn members_one_may_not_know_of_are_neither_listed_nor_counted() {
    let town = Town::new().await;
    let class = town.class_of(town.a, "2nde 3").await;
    town.put(town.pupil_a, class).await;
    town.put(town.teacher_a, class).await;
    let role = [
        ("key", "class_keeper"),
        ("label_fr", "Tient les classes"),
        ("permissions", "core.group.edit"),
        ("permissions", "core.person.read"),
        ("reason", "essai"),
    ];
    town.admin().await.post("/administration/roles/nouveau", &role).await.assert_status(303);
    let keeper = someone(&town.site, Place::Member(town.a, Profile::Staff), "Inès").await;
    give(&town.site, keeper, "class_keeper", Scope::Establishment(town.a)).await;
    let keeper = town.site.signed_in(keeper).await;
    let page = keeper.get(&path(class)).await;
    page.assert_status(200).assert_contains("Chloé").assert_contains("Une personne").assert_lacks("Aïcha");
    keeper.get(&town.groups_of_a()).await.assert_status(200).assert_contains("Une personne");
    keeper.get(&format!("{}?q=aicha", path(class))).await.assert_lacks("Aïcha");
    let pupil = town.pupil_a.to_string();
    keeper.post(&format!("{}/membres/retirer", path(class)), &[("person", &pupil)]).await.assert_status(404);
    town.admin().await.get(&path(class)).await.assert_contains("2 personnes");
}

async fn cost(client: &Client, path: &str) -> u64 {
    let (page, queries) = count_queries(client.get(path)).await;
    page.assert_status(200);
    queries
}

#[tokio::test]
async fn a_group_costs_as_many_queries_with_few_members_as_with_many() {
    let town = Town::new().await;
    let class = town.class_of(town.a, "2nde 3").await;
    town.put(town.pupil_a, class).await;
    let referent = town.referent().await;
    let paths = [path(class), format!("{}?q=essai", path(class)), town.groups_of_a(), person_path(town.pupil_a)];
    let mut few = Vec::new();
    for path in &paths {
        referent.get(path).await.assert_status(200);
        few.push(cost(&referent, path).await);
    }
    for number in 0..50 {
        let pupil = someone(&town.site, Place::Member(town.a, Profile::Student), &format!("Nom{number:02}")).await;
        town.put(pupil, class).await;
    }
    for number in 0..12 {
        let other = town.class_of(town.a, &format!("1re {number}")).await;
        town.put(town.pupil_a, other).await;
    }
    let mut many = Vec::new();
    for path in &paths {
        many.push(cost(&referent, path).await);
    }
    assert_eq!(few, many);
    assert!(many.iter().all(|queries| *queries <= 17), "{many:?}");
}

#[tokio::test]
async fn members_are_paged_through_once_each() {
    let town = Town::new().await;
    let class = town.class_of(town.a, "2nde 3").await;
    for number in 0..45 {
        let pupil = someone(&town.site, Place::Member(town.a, Profile::Student), &format!("Nom{number:02}")).await;
        town.put(pupil, class).await;
    }
    let referent = town.referent().await;
    let first = referent.get(&path(class)).await.text();
    let last = first.split("apres&#x3D;").nth(1).and_then(|rest| rest.split('"').next()).expect("a second page");
    let second = referent.get(&format!("{}?apres={last}", path(class))).await.assert_status(200).text();
    for number in 0..45 {
        let name = format!("Nom{number:02} Essai</a>");
        assert_eq!(first.matches(&name).count() + second.matches(&name).count(), 1, "{name}");
    }
}
