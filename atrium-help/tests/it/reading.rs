//! Reading: home, collection, article, opinions.

use atrium_core::db::count_queries;
use atrium_core::directory::actions::{NewPerson, Place, create_person};
use atrium_core::testing::TestSite;
use atrium_help::content::Folder;
use atrium_help::{Help, sync};

use super::site;

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
    let kept = atrium_help::feedback::store::list(site.atrium().db(), None, 10).await.unwrap();
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
        let article =
            |n: usize| (format!("casier/article-{n}"), format!("---\ntitle: Article {n}\n---\nUn texte.").into_bytes());
        let folder = Folder::of("aide", (0..count).map(article));
        sync::sync(site.atrium().db(), &site.system(), folder).await.unwrap();
        site.settle().await;
    };
    let (access, system) = (site.atrium().access(), site.system());
    let reader = create_person(access, &system, NewPerson::new(Place::Region, "Léa", "Martin")).await.unwrap();
    let reader = site.signed_in(reader).await;
    let cost = async |path: &str| {
        let (answer, queries) = count_queries(reader.get(path)).await;
        answer.assert_status(200);
        queries
    };
    let paths = ["/", "/aide", "/aide/casier", "/aide/casier/article-1", "/recherche?q=texte"];
    fill(3).await;
    let mut few = Vec::new();
    for path in paths {
        few.push(cost(path).await);
    }
    fill(60).await;
    for (path, few) in paths.into_iter().zip(few) {
        assert_eq!(cost(path).await, few, "{path}");
        assert!(few <= 9, "{path}: {few}");
    }
}
