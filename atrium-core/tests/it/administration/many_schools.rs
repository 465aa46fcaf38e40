//! Forms that choose one of many schools: by words of its name or town or by its UAI, without JavaScript.

use atrium_core::access::Scope;
use atrium_core::db::hear_statements;
use atrium_core::directory::actions::Place;
use atrium_core::directory::{self, Profile};

use super::{Town, give, person_path, school, someone};

const NEW: &str = "/administration/personnes/nouvelle";

/// Adds 25 schools of two names to a town.
async fn many() -> Town {
    let town = Town::new().await;
    for number in 0..25 {
        let name = if number < 15 { "Collège Mistral" } else { "Lycée Pagnol" };
        school(&town.site, 70_000 + number, name).await;
    }
    town
}

/// Returns the first offered value.
fn offered(page: &str, field: &str) -> String {
    let (_, rest) = page.split_once(&format!("type=\"radio\" name=\"{field}_choice\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_person_is_added_to_a_school_that_is_searched_for() {
    let town = many().await;
    let admin = town.admin().await;
    let form = |more: &[(&'static str, &str)]| {
        let usual = [("given_name", "Farid"), ("family_name", "Nouveau"), ("locale", "fr"), ("profile", "teacher")];
        usual.iter().chain(more).map(|(name, text)| (*name, (*text).to_owned())).collect::<Vec<_>>()
    };
    let post = async |more: &[(&'static str, &str)]| {
        let form = form(more);
        let fields: Vec<_> = form.iter().map(|(name, text)| (*name, text.as_str())).collect();
        admin.post(NEW, &fields).await
    };
    let blank = admin.get(NEW).await;
    blank.assert_status(200).assert_lacks("Collège Mistral").assert_contains("name=\"school_search\"");
    blank.assert_contains("Région, sans établissement");
    let several = post(&[("school_search", "mistral")]).await;
    several.assert_status(422).assert_contains("f-school-error").assert_contains("value=\"mistral\"");
    several.assert_contains("value=\"Farid\"").assert_lacks("Pagnol");
    assert_eq!(several.text().matches("name=\"school_choice\"").count(), 10);
    let choice = offered(&several.text(), "school");
    let picked = [("school_search", "mistral"), ("school_meant", "mistral"), ("school_choice", choice.as_str())];
    post(&picked).await.assert_status(303);
    // The words changed since: a choice offered for other words does not count.
    let typed_on = [("school_search", "pagnol"), ("school_meant", "mistral"), ("school_choice", choice.as_str())];
    post(&typed_on).await.assert_status(422).assert_contains("Lycée Pagnol (");
    for unknown in ["zut", "<b>", "()"] {
        post(&[("school_search", unknown)]).await.assert_status(422).assert_contains("Aucun établissement");
    }
    let both = post(&[("school", "region"), ("school_search", "calanques")]).await;
    both.assert_status(422).assert_contains("pas les deux");
    let nowhere = post(&[]).await;
    nowhere.assert_status(422).assert_contains("f-school-error");
    // The found school is kept if another field is wrong.
    let other = post(&[("school_search", "calanques"), ("profile", "zut")]).await;
    other.assert_status(303);
    let wrong = post(&[("school_search", "calanques"), ("login", "§")]).await;
    wrong.assert_status(422).assert_contains("value=\"Lycée des Calanques (");
    let uai = directory::establishment(town.site.atrium().db(), town.b).await.unwrap().uai;
    let lower = format!("n’importe quoi ({})", uai.to_lowercase());
    for (text, name) in [(lower.as_str(), "Ali"), ("lycée de la crau", "Ben")] {
        post(&[("school_search", text), ("given_name", name), ("another", "1")]).await.assert_status(303);
    }
    post(&[("school", "region"), ("profile", ""), ("another", "1")]).await.assert_status(422);
}

#[tokio::test]
async fn a_place_a_role_and_a_question_about_rights_find_their_school() {
    let town = many().await;
    let admin = town.admin().await;
    let places = format!("{}/appartenances/nouvelle", person_path(town.teacher_a));
    admin.get(&places).await.assert_lacks("Collège Mistral").assert_contains("name=\"school_search\"");
    admin.post(&places, &[("school_search", "mistral"), ("profile", "teacher")]).await.assert_status(422);
    admin.post(&places, &[("school_search", "de la crau"), ("profile", "teacher")]).await.assert_status(303);

    let grants = format!("{}/attributions/nouvelle", person_path(town.teacher_a));
    let page = admin.get(&grants).await;
    page.assert_lacks("Collège Mistral").assert_contains("name=\"scope_search\"").assert_contains("value=\"p\"");
    let typed =
        [("role", "digital_referent"), ("effect", "permit"), ("reason", "Rentrée"), ("scope_search", "mistral")];
    let several = admin.post(&grants, &typed).await;
    several.assert_status(422).assert_contains("value=\"mistral\"").assert_contains("Rentrée");
    let choice = offered(&several.text(), "scope");
    assert!(choice.starts_with('e'), "{choice}");
    let picked = [("scope_meant", "mistral"), ("scope_choice", choice.as_str())];
    admin.post(&grants, &[&typed[..], &picked].concat()).await.assert_status(303);

    let rights = format!("/administration/droits?personne={}&permission=core.person.read", town.teacher_a);
    let asked = admin.get(&format!("{rights}&lieu=&lieu_search=mistral")).await;
    asked.assert_status(200).assert_contains("f-lieu-error").assert_lacks("id=\"reponse\"");
    admin.get(&format!("{rights}&lieu=&lieu_search=calanques")).await.assert_contains("id=\"reponse\"");
    admin.get(&format!("{rights}&lieu=e{}", town.a)).await.assert_contains("id=\"reponse\"");
    admin.get(&format!("{rights}&lieu=")).await.assert_status(200).assert_contains("f-lieu-error");
}

#[tokio::test]
async fn names_are_offered_of_the_schools_that_one_reads() {
    let town = many().await;
    let path = |text: &str| format!("/administration/etablissements/suggestions?q={text}");
    let offered = async |client: &atrium_core::testing::Client, text: &str| {
        let answer = client.get(&path(text)).await;
        answer.assert_status(200).json()["schools"].as_array().unwrap().len()
    };
    let (admin, referent) = (town.admin().await, town.referent().await);
    assert_eq!((offered(&admin, "mistral").await, offered(&admin, "calanques").await), (10, 1));
    assert_eq!((offered(&referent, "mistral").await, offered(&referent, "calanques").await), (0, 1));
    town.site.visitor().get(&path("mistral")).await.assert_status(303);
    town.site.signed_in(town.pupil_a).await.get(&path("mistral")).await.assert_status(403);
}

#[tokio::test]
async fn the_list_of_schools_is_paged_through_once_each() {
    let town = Town::new().await;
    for number in 0..85 {
        school(&town.site, 70_000 + number, &format!("École {number:02}")).await;
    }
    let admin = town.admin().await;
    let (mut path, mut seen, mut sizes) = ("/administration/etablissements?q=ecole".to_owned(), Vec::new(), Vec::new());
    loop {
        let answer = admin.get(&path).await;
        let page = answer.assert_status(200).assert_contains("85 établissements").text();
        let before = seen.len();
        seen.extend((0..85).filter(|number| page.contains(&format!(">École {number:02}<"))));
        sizes.push(seen.len() - before);
        let Some((_, rest)) = page.split_once("class=\"pagination-next\" rel=\"next\" href=\"") else { break };
        path = rest.split('"').next().unwrap().replace("&amp;", "&").replace("&#x3D;", "=");
    }
    assert_eq!((seen, sizes), ((0..85).collect::<Vec<_>>(), vec![40, 40, 5]));
    let referent = town.referent().await.get("/administration/etablissements").await;
    referent.assert_contains("1 établissement").assert_lacks("École").assert_lacks("rel=\"next\"");
}

#[tokio::test]
async fn where_few_schools_are_ones_own_they_stand_in_a_list() {
    let town = many().await;
    let head = someone(&town.site, Place::Member(town.a, Profile::Teacher), "Gina").await;
    give(&town.site, head, "digital_referent", Scope::Establishment(town.a)).await;
    let page = town.site.signed_in(head).await.get(NEW).await;
    page.assert_status(200).assert_contains("<select id=\"f-school\"").assert_lacks("school_search");
    // Schools of others are not found, however they are sent.
    let client = town.site.signed_in(head).await;
    let fields = [("given_name", "Ali"), ("family_name", "B"), ("locale", "fr"), ("profile", "student")];
    let elsewhere = [&fields[..], &[("school_search", "mistral")]].concat();
    client.post(NEW, &elsewhere).await.assert_status(422);
}

#[tokio::test]
async fn a_technician_searches_the_schools_of_their_sector_alone() {
    let town = many().await;
    let directory = town.site.atrium().directory();
    let system = town.site.system();
    let sector = directory.create_sector(&system, "Durance nord").await.unwrap();
    let schools = directory::establishments(town.site.atrium().db()).await.unwrap();
    for school in schools.iter().filter(|school| school.name == "Collège Mistral") {
        directory.add_to_sector(&system, sector, school.id).await.unwrap();
    }
    for number in 0..30 {
        let id = school(&town.site, 80_000 + number, "Collège Giono").await;
        directory.add_to_sector(&system, sector, id).await.unwrap();
    }
    let technician = town.site.region_member().give_at("stil_technician", Scope::Sector(sector)).await.client().await;
    let (page, heard) = hear_statements(technician.get("/administration/personnes?etablissement=giono")).await;
    page.assert_status(200).assert_contains("Collège Giono").assert_lacks("Lycée Pagnol");
    let reads_all =
        |sql: &str| sql.contains("FROM \"atrium_establishment\"") && !sql.contains(" WHERE ") && !sql.contains("LIMIT");
    let all: Vec<_> = heard.iter().filter(|statement| reads_all(&statement.sql)).collect();
    assert!(all.is_empty(), "{all:?}");
    let elsewhere = technician.get("/administration/personnes?etablissement=pagnol").await;
    elsewhere.assert_status(200).assert_contains("Aucun établissement").assert_lacks("Lycée Pagnol");
}
