//! What a reader finds first, and what the page says without an answer.

use std::path::Path;

use atrium_core::directory::actions::Place;
use atrium_core::directory::{PersonId, Profile};
use atrium_core::testing::{Client, TestSite};
use atrium_help::Help;

use super::{People, school, site};

const UNANSWERED: &str = "/recherche?q=recette+de+cr%C3%AApes+bretonnes";

async fn client(site: &TestSite, person: Option<PersonId>) -> Client {
    match person {
        Some(person) => site.signed_in(person).await,
        None => site.visitor(),
    }
}

#[tokio::test]
async fn a_search_that_nothing_answers_says_so_and_where_to_go_on() {
    let site = site().await;
    let page = site.visitor().get(UNANSWERED).await;
    page.assert_status(200)
        .assert_contains("Rien ne répond à ces mots.")
        .assert_contains("Demandez au référent numérique de votre établissement.")
        .assert_contains("href=\"/aide/procedures/qui-contacter\"")
        .assert_contains("href=\"/aide/casier\"")
        .assert_lacks("résultats</p>");
    assert!(page.text().matches("class=\"result\"").count() <= 5);
    let api = site.visitor().get("/api/v1/search?limit=50&q=recette+de+cr%C3%AApes+bretonnes").await.json();
    assert_eq!(api["answered"], false);
    assert!(api["hits"].as_array().unwrap().len() <= 5, "{api}");
    let beyond = site.visitor().get("/api/v1/search?page=2&q=recette+de+cr%C3%AApes+bretonnes").await.json();
    assert_eq!(beyond["hits"].as_array().unwrap().len(), 0, "{beyond}");
    assert_eq!(site.visitor().get("/api/v1/search?q=rendre+un+devoir").await.json()["answered"], true);
    let suggested = site.visitor().get("/recherche/suggestions?q=recette+de+cr%C3%AApes").await.json();
    assert_eq!(suggested["suggestions"].as_array().unwrap().len(), 0);

    let foreign = site.visitor().get("/recherche?q=zxqv+plomk").await;
    foreign.assert_contains("Aucun service proche").assert_lacks("Les services les plus proches");
    let empty = site.visitor().get("/recherche?q=le+la+les").await;
    empty.assert_contains("Écrivez un mot qui dise").assert_lacks("class=\"result\"").assert_lacks("Rien ne répond");

    let english = site.visitor().with_header("accept-language", "en").get(UNANSWERED).await;
    english.assert_contains("Nothing answers these words.").assert_contains("Ask the digital referent of your school.");
}

#[tokio::test]
async fn the_api_says_that_a_question_of_empty_words_asks_for_nothing() {
    let site = site().await;
    let empty = site.visitor().get("/api/v1/search?q=dans+le").await.json();
    assert_eq!((&empty["wordless"], &empty["answered"], &empty["total"]), (&true.into(), &false.into(), &0.into()));
    let asked = site.visitor().get("/api/v1/search?q=casier").await.json();
    assert_eq!((&asked["wordless"], &asked["kinds"]["help"]), (&false.into(), &asked["total"]));
}

#[tokio::test]
async fn counts_of_words_that_are_read_in_part_say_that_there_is_more() {
    let site = site().await;
    let address = "/api/v1/search?q=compte";
    assert_eq!(site.visitor().get(address).await.json()["total_is_lower_bound"], false);
    site.visitor().get("/recherche?q=compte").await.assert_lacks("<span class=\"count\">plus de ");
    site.atrium().search().set_bound(20, 20);
    let api = site.visitor().get(address).await.json();
    assert_eq!((&api["total_is_lower_bound"], &api["answered"]), (&true.into(), &true.into()), "{api}");
    let page = site.visitor().get("/recherche?q=compte").await;
    page.assert_contains("Plus de ").assert_contains("<span class=\"count\">plus de ");
}

#[tokio::test]
async fn people_of_a_school_are_told_whom_to_ask_there_and_only_of_its_services() {
    let site = site().await;
    let people = People::of(&site);
    let own = school(&site, "Lycée des Calanques", &[]).await;
    let pupil = people.member(own, Profile::Student).await;
    let page = site.signed_in(pupil).await.get(UNANSWERED).await;
    page.assert_contains("Demandez au référent numérique de votre établissement (Lycée des Calanques).")
        .assert_contains("href=\"/aide/casier\"")
        .assert_lacks("href=\"/aide/moodle\"");
    let referent = people.referent(own).await;
    let page = site.signed_in(referent).await.get(UNANSWERED).await;
    page.assert_contains("Demandez à l’assistance de la Région").assert_lacks("Demandez au référent");
    let support = people.region("region_support").await;
    site.signed_in(support).await.get(UNANSWERED).await.assert_lacks("Demandez ");
}

/// Writes articles that differ only in their audience.
fn tablets(dir: &Path) {
    let folder = dir.join("casier");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("_index.md"), "---\ntitle: Casier\n---\nLe casier.").unwrap();
    let write = |slug: &str, head: &str, text: &str| {
        let text = format!("---\ntitle: Emprunter une tablette\n{head}---\n{text}\n");
        std::fs::write(folder.join(format!("{slug}.md")), text).unwrap();
    };
    let text = "La tablette s’emprunte au lycée pour l’année.";
    for profile in ["student", "guardian", "leadership", "digital_referent"] {
        write(profile, &format!("audience: [{profile}]\n"), text);
    }
    write("reserved", "visibility: [region_support]\n", text);
    for key in ["manuels-numeriques", "sans-manuels-numeriques"] {
        write(key, "audience: [teacher]\n", &format!("::: pour etablissement={key}\n{text}\n:::"));
    }
}

#[tokio::test]
async fn what_is_addressed_to_the_reader_comes_first_on_the_page_in_the_api_and_among_suggestions() {
    let dir = tempfile::tempdir().unwrap();
    tablets(dir.path());
    let site = TestSite::builder().plugin(Help::from_dir(dir.path())).start().await;
    site.settle().await;
    let people = People::of(&site);
    let with = school(&site, "Lycée A", &["manuels-numeriques"]).await;
    let without = school(&site, "Lycée B", &["sans-manuels-numeriques"]).await;
    // Sees everything, and is of a school.
    let editor = people.at(Place::Member(without, Profile::Leadership)).await;
    people.give(editor, "help_author", atrium_core::access::Scope::Platform).await;
    let referent = people.referent(with).await;
    let child = people.member(without, Profile::Student).await;
    let parent = people.at(Place::GuardianOf(child)).await;
    let readers = [
        (people.member(with, Profile::Student).await, &["student"][..]),
        (parent, &["guardian"]),
        (people.member(with, Profile::Teacher).await, &["manuels-numeriques"]),
        (people.member(without, Profile::Teacher).await, &["sans-manuels-numeriques"]),
        (people.region("region_support").await, &["reserved"]),
        (editor, &["leadership"]),
        (referent, &["digital_referent", "manuels-numeriques"]),
    ];
    for (person, own) in readers {
        let client = client(&site, Some(person)).await;
        let api = client.get("/api/v1/search?q=emprunter+une+tablette").await.json();
        let hits = api["hits"].as_array().unwrap();
        assert!(hits.len() >= 6, "nothing is hidden: {api}");
        let mut first: Vec<_> = hits.iter().take(own.len()).map(|hit| hit["source"].as_str().unwrap()).collect();
        first.sort_unstable();
        let own: Vec<_> = own.iter().map(|slug| format!("casier/{slug}")).collect();
        assert_eq!(first, own);
        let path = own.iter().map(|source| format!("/aide/{source}")).collect::<Vec<_>>();
        let page = client.get("/recherche?q=emprunter+une+tablette").await.text();
        let shown = page.split("<article class=\"result\">").nth(1).unwrap();
        assert!(path.iter().any(|path| shown.contains(&format!("\"{path}\""))), "{path:?}: {shown}");
        let suggested = client.get("/recherche/suggestions?q=emprunter+une+tab").await.json();
        let url = suggested["suggestions"][0]["url"].as_str().unwrap().split('#').next().unwrap().to_owned();
        assert!(path.contains(&url), "{path:?}: {suggested}");
    }
    let visitor = site.visitor().get("/api/v1/search?q=emprunter+une+tablette").await.json();
    assert_eq!(visitor["hits"].as_array().unwrap().len(), 6, "{visitor}");
}
