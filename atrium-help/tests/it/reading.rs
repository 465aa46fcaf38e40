//! Reading: home, collection, article, opinions.

use std::sync::OnceLock;

use crate::tables::opinion;
use atrium_core::access::Scope;
use atrium_core::access::actions::RoleChange;
use atrium_core::db::count_queries;
use atrium_core::directory::Profile;
use atrium_core::directory::actions::{NewPerson, Place};
use atrium_core::testing::TestSite;
use atrium_help::Help;
use atrium_help::content::Folder;
use atrium_help::feedback::{NewFeedback, Verdict};
use atrium_help::sync::Removals;

use sea_orm::EntityTrait;
use tempfile::TempDir;

use super::{People, at, school, site};

#[tokio::test]
async fn a_visitor_finds_their_way_from_the_home_to_an_article() {
    let site = site().await;
    let visitor = site.visitor();
    visitor.get("/aide").await.assert_status(200).assert_contains("href=\"/aide/casier\"");
    visitor.get("/aide/casier").await.assert_status(200).assert_contains("href=\"/aide/casier/rendre-un-devoir\"");
    let article = visitor.get("/aide/casier/rendre-un-devoir").await;
    article.assert_status(200).assert_contains("id=\"deposer\"").assert_contains("href=\"/aide/casier\"");
}

#[tokio::test]
async fn the_home_in_english_calls_a_service_by_its_english_name_everywhere() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let files = [
        ("casier/_index.md".to_owned(), b"---\ntitle: Casier\n---\n".to_vec()),
        ("casier/rendre.md".to_owned(), b"---\ntitle: Rendre\n---\nTexte".to_vec()),
    ];
    Help::of(site.atrium().db())
        .content()
        .sync(&site.system(), Folder::of("aide", files), Removals::Few)
        .await
        .unwrap();
    let english = site.visitor().with_cookie("atrium-lang", "en");
    english.get("/aide").await.assert_contains("Rendre").assert_contains("Homework tray").assert_lacks("Casier");
    site.visitor().get("/aide").await.assert_contains("Casier").assert_lacks("Homework tray");
}

#[tokio::test]
async fn every_article_renders_and_every_link_between_pages_leads_somewhere() {
    let site = site().await;
    let visitor = site.visitor();
    let mut pending = vec!["/aide".to_owned()];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(path) = pending.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let page = visitor.get(&path).await;
        page.assert_status(200);
        for link in page.text().split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let link = link.split(['#', '?']).next().unwrap();
            if link.starts_with("/aide") && !link.contains("lang=") {
                pending.push(link.to_owned());
            }
        }
    }
    assert!(seen.len() > 80, "{}", seen.len());
}

#[tokio::test]
async fn articles_for_some_roles_are_not_there_for_others() {
    let site = site().await;
    site.visitor().get("/aide/forum/moderer").await.assert_status(404);
    let found = site.visitor().get("/api/v1/search?q=moderer+une+file+de+moderation&limit=50").await.json();
    assert!(found["hits"].as_array().unwrap().iter().all(|hit| hit["source"] != "forum/moderer"));
    site.visitor().get("/aide/forum").await.assert_lacks("/aide/forum/moderer");
}

#[tokio::test]
async fn a_visitor_sees_every_answer_marked_and_may_say_who_they_are() {
    let site = site().await;
    let path = "/aide/procedures/eleve-sans-equipement";
    let both = site.visitor().get(path).await;
    both.assert_contains("id=\"avec-manuels\"")
        .assert_contains("id=\"sans-manuels\"")
        .assert_contains("for-block-label");
    let one = site.visitor().get(&format!("{path}?etablissement=manuels-numeriques")).await;
    one.assert_contains("id=\"avec-manuels\"").assert_lacks("id=\"sans-manuels\"");
}

#[tokio::test]
async fn an_opinion_is_kept_and_thanked_for() {
    let site = site().await;
    let visitor = site.visitor();
    let path = "/aide/casier/rendre-un-devoir";
    let answer =
        visitor.post(&format!("{path}/avis"), &[("useful", "no"), ("comment", "Et depuis un téléphone ?")]).await;
    answer.assert_status(303);
    assert_eq!(answer.location(), format!("{path}#avis"));
    let kept = opinion::Entity::find().all(site.atrium().db()).await.unwrap();
    assert_eq!((kept[0].useful, kept[0].comment.as_str()), (false, "Et depuis un téléphone ?"));
}

#[tokio::test]
async fn a_comment_too_long_comes_back_with_its_text() {
    let site = site().await;
    let comment = format!("{}fin", "a".repeat(1000));
    let path = "/aide/casier/rendre-un-devoir/avis";
    let answer = site.visitor().post(path, &[("useful", "yes"), ("comment", &comment)]).await;
    answer.assert_status(422).assert_contains("aaafin");
    let undecided = site.visitor().post(path, &[("useful", "maybe"), ("comment", "Un mot")]).await;
    undecided.assert_status(422).assert_contains("Un mot");
    site.visitor().post("/aide/casier/nulle-part/avis", &[("useful", "yes")]).await.assert_status(404);
}

#[tokio::test]
async fn pages_cost_the_same_queries_for_few_articles_and_for_many() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let fill = async |count: usize| {
        let article = |n: usize| {
            (format!("casier/article-{n}.md"), format!("---\ntitle: Article {n}\n---\nUn texte.").into_bytes())
        };
        let folder = Folder::of("aide", (0..count).map(article));
        Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::Few).await.unwrap();
        site.settle().await;
    };
    let (access, system) = (site.atrium().access(), site.system());
    let reader =
        access.directory().create_person(&system, NewPerson::new(Place::Region, "Léa", "Martin")).await.unwrap();
    let reader = site.signed_in(reader).await;
    let cost = async |path: &str| {
        let (answer, queries) = count_queries(reader.get(path)).await;
        answer.assert_status(200);
        queries
    };
    let paths = ["/", "/aide", "/aide/casier", "/aide/casier/article-1", "/recherche?q=texte"];
    // The first page after a change looks through the events.
    let begin = async || drop(reader.get("/aide/casier/article-2").await);
    fill(3).await;
    begin().await;
    let mut few = Vec::new();
    for path in paths {
        few.push(cost(path).await);
    }
    fill(60).await;
    begin().await;
    for (path, few) in paths.into_iter().zip(few) {
        assert_eq!(cost(path).await, few, "{path}");
        assert!(few <= 9, "{path}: {few}");
    }
}

#[tokio::test]
async fn readers_of_an_article_share_it_as_far_as_they_see_the_same() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let boarding = school(&site, "Lycée des Tamaris", &["internat-labellise"]).await;
    let other = school(&site, "Lycée du Parc", &[]).await;
    let write = async |text: &str| {
        let passage = "::: pour etablissement=internat-labellise\nPour un internat\n:::\n";
        let text = format!("---\ntitle: A\n---\n{text}\n\n{passage}");
        let folder = Folder::of("aide", [("casier/a.md".to_owned(), text.into_bytes())]);
        Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::Few).await.unwrap();
    };
    write("Premier texte").await;
    site.settle().await;
    let people = People::of(&site);
    let mut readers = Vec::new();
    for (name, school) in [("Anne", boarding), ("Bruno", boarding), ("Carla", other)] {
        let person = people.called(name, Place::Member(school, Profile::Teacher)).await;
        readers.push((name, school == boarding, person, site.signed_in(person).await));
    }
    let (path, opinions) = ("/aide/casier/a", "/administration/aide/avis/casier/a");
    for _ in 0..2 {
        for (name, boards, _, reader) in &readers {
            let page = reader.get(path).await;
            page.assert_status(200).assert_contains("Premier texte").assert_lacks(opinions);
            page.assert_contains(&format!("menu-name\">{name} Essai<"));
            assert_eq!(page.text().contains("Pour un internat"), *boards, "{name}");
            let others = readers.iter().filter(|(other, ..)| other != name);
            others.for_each(|(other, ..)| {
                assert!(!page.text().contains(&format!("{other} Essai")), "{other} on {name}'s")
            });
        }
    }
    let (_, queries) = count_queries(readers[0].3.get(path)).await;
    assert_eq!(queries, 1, "the identity");

    people.give(readers[0].2, "digital_referent", Scope::Establishment(boarding)).await;
    readers[0].3.get(path).await.assert_contains(opinions);
    readers[1].3.get(path).await.assert_lacks(opinions);
    write("Second texte").await;
    for (_, _, _, reader) in &readers {
        reader.get(path).await.assert_contains("Second texte").assert_lacks("Premier texte");
    }
}

/// Returns an article's file with these lines in its front matter.
fn article(source: &str, head: &str) -> (String, Vec<u8>) {
    (format!("{source}.md"), format!("---\ntitle: Article {source}\n{head}---\nUn texte.").into_bytes())
}

#[tokio::test]
async fn what_some_may_not_see_takes_no_place_among_the_most_useful() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let (db, system) = (site.atrium().db(), site.system());
    let reserved = (0..30).map(|n| article(&format!("forum/reserve-{n}"), "visibility: [observer]\n"));
    let folder = Folder::of("aide", reserved.chain([article("forum/public", "")]));
    Help::of(db).content().sync(&system, folder, Removals::Few).await.unwrap();
    for n in 0..30 {
        for _ in 0..2 {
            let slug = format!("reserve-{n}");
            Help::of(db)
                .feedback()
                .give(&system, ("forum", &slug), NewFeedback::new(Verdict::Useful, ""))
                .await
                .unwrap();
        }
    }
    Help::of(db).feedback().give(&system, ("forum", "public"), NewFeedback::new(Verdict::Useful, "")).await.unwrap();
    let home = site.visitor().get("/aide").await;
    home.assert_contains("id=\"utiles\"").assert_lacks("reserve-");
}

#[tokio::test]
async fn roles_traits_and_services_are_called_by_their_names_and_never_by_their_keys() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let (db, access, system) = (site.atrium().db(), site.atrium().access(), site.system());
    let change =
        RoleChange { label_fr: "Tuteur de stage".into(), label_en: "Placement tutor".into(), ..Default::default() };
    access.create_role(&system, "placement_tutor", change, "essai").await.unwrap();
    school(&site, "Lycée des Tamaris", &["internat-labellise"]).await;
    let text = "---\ntitle: A\naudience: [placement_tutor, school_life]\n---\n\
                ::: pour role=placement_tutor\nUn\n:::\n\n::: pour etablissement=internat-labellise\nDeux\n:::\n";
    let folder = Folder::of("aide", [("casier/a.md".to_owned(), text.as_bytes().to_vec())]);
    let report = Help::of(db).content().sync(&system, folder, Removals::Few).await.unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    for path in ["/aide/casier", "/aide/casier/a"] {
        let page = site.visitor().get(path).await;
        page.assert_contains("Tuteur de stage").assert_contains("vie scolaire");
        page.assert_lacks("placement_tutor").assert_lacks("core-role-");
        let english = site.visitor().with_header("accept-language", "en").get(path).await;
        english.assert_contains("Placement tutor");
    }
    let page = site.visitor().get("/aide/casier/a").await;
    page.assert_contains("certains lecteurs").assert_lacks("internat-labellise").assert_lacks("help-trait");
}

#[tokio::test]
async fn a_review_is_due_by_the_days_of_paris() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let folder = Folder::of("aide", [article("casier/a", "review: 2026-06-30\n")]);
    Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::Few).await.unwrap();
    let author = People::of(&site).region("help_author").await;
    let due = "La date de relecture de cet article est passée";
    for (utc, passed) in [("2026-06-30T21:30:00Z", false), ("2026-06-30T22:30:00Z", true)] {
        site.clock().set(at(utc));
        let page = site.signed_in(author).await.get("/aide/casier/a").await;
        assert_eq!(page.assert_status(200).text().contains(due), passed, "{utc}");
    }
}

#[tokio::test]
async fn each_service_has_its_page_before_anything_is_written_about_it() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let home = site.visitor().get("/").await.text();
    let links: Vec<_> = home.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let services: Vec<_> = links.into_iter().filter(|link| link.starts_with("/aide/casier")).collect();
    assert!(!services.is_empty(), "the home page leads to the service");
    let page = site.visitor().get("/aide/casier").await;
    page.assert_status(200).assert_contains("Aucun article ne traite encore de ce service");
    site.visitor().get("/aide/nulle-part").await.assert_status(404);
}

#[tokio::test]
async fn a_theme_puts_its_own_beside_every_article() {
    static THEME: OnceLock<TempDir> = OnceLock::new();
    let theme = THEME.get_or_init(|| TempDir::new().unwrap()).path();
    std::fs::create_dir_all(theme.join("templates/slots")).unwrap();
    std::fs::write(theme.join("templates/slots/beside-article.hbs"), "<p>Le référent : salle B12</p>").unwrap();
    let articles = TempDir::new().unwrap();
    std::fs::create_dir_all(articles.path().join("casier")).unwrap();
    std::fs::write(articles.path().join("casier/rendre.md"), "---\ntitle: Rendre\n---\nTexte\n").unwrap();
    let site = TestSite::builder().settings(|settings| settings.theme_dir(THEME.get().unwrap().path()));
    let site = site.plugin(Help::from_dir(articles.path())).start().await;
    site.visitor()
        .get("/aide/casier/rendre")
        .await
        .assert_status(200)
        .assert_contains("<p>Le référent : salle B12</p>");
    site.visitor().get("/aide/casier").await.assert_lacks("salle B12");
}
