//! The help for programs: what each reader sees of it, and opinions.

use atrium_core::directory::Profile;
use atrium_core::directory::actions::Place;
use atrium_core::testing::{TestSite, assert_operations_as_declared};
use atrium_help::Help;
use atrium_help::content::Folder;
use atrium_help::sync::Removals;
use axum::http::Method;
use serde_json::{Value, json};

use super::{People, school};

const ARTICLES: &str = "/api/v1/help/articles";
const OPINIONS: &str = "/api/v1/help/opinions";

/// Returns a site with two public articles and one for moderators.
async fn site() -> TestSite {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let text = "---\ntitle: Rendre un devoir\nsummary: Comment on rend.\n---\n## Où\n\nDans le **casier**.\n\n\
        ::: pour profil=student\nTon casier.\n:::\n\n::: pour profil=teacher\nVotre casier.\n:::\n";
    let files = [
        ("casier/rendre", text),
        ("casier/voir", "---\ntitle: Voir les devoirs\n---\nTexte"),
        ("forum/moderer", "---\ntitle: Tenir la file\nvisibility: [observer]\n---\nTexte"),
    ];
    let folder = Folder::of("aide", files.map(|(source, text)| (format!("{source}.md"), text.as_bytes().to_vec())));
    Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::Few).await.unwrap();
    site
}

fn addresses(articles: &Value) -> Vec<String> {
    articles.as_array().unwrap().iter().map(|article| article["address"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn collections_and_articles_are_listed_as_the_reader_sees_them() {
    let site = site().await;
    let people = People::of(&site);
    let (visitor, moderator) = (site.visitor(), site.signed_in(people.region("observer").await).await);
    let collections = visitor.get("/api/v1/help/collections").await.assert_status(200).json();
    assert_eq!(collections.as_array().unwrap().len(), 1);
    assert_eq!((&collections[0]["key"], &collections[0]["articles"]), (&json!("casier"), &json!(2)));
    assert_eq!(moderator.get("/api/v1/help/collections").await.json().as_array().unwrap().len(), 2);
    let listed = visitor.get(&format!("{ARTICLES}?collection=casier")).await.assert_status(200).json();
    assert_eq!(addresses(&listed["articles"]), ["casier/rendre", "casier/voir"]);
    assert_eq!(listed["next"], Value::Null);
    visitor.get(&format!("{ARTICLES}?collection=forum")).await.assert_status(404);
    visitor.get(&format!("{ARTICLES}?collection=rien")).await.assert_status(404);
    let listed = moderator.get(&format!("{ARTICLES}?collection=forum")).await.json();
    assert_eq!(addresses(&listed["articles"]), ["forum/moderer"]);
    let recent = visitor.get(&format!("{ARTICLES}/recent")).await.assert_status(200).json();
    assert_eq!(recent.as_array().unwrap().len(), 2);
    visitor.get(&format!("{ARTICLES}/useful")).await.assert_status(200);
}

#[tokio::test]
async fn an_article_has_the_passages_of_its_reader() {
    let site = site().await;
    let people = People::of(&site);
    let lycee = school(&site, "Lycée d’ici", &[]).await;
    let pupil = site.signed_in(people.member(lycee, Profile::Student).await).await;
    let path = "/api/v1/help/article?address=casier/rendre";
    let article = site.visitor().get(path).await.assert_status(200).json();
    assert_eq!((&article["title"], &article["next"]), (&json!("Rendre un devoir"), &json!("casier/voir")));
    assert_eq!(article["headings"][0]["text"], "Où");
    assert_eq!(article["collections"], json!(["casier"]));
    let texts = |article: &Value| article["passages"].to_string();
    assert!(texts(&article).contains("Ton casier") && texts(&article).contains("Votre casier"));
    assert!(article["markdown"].as_str().unwrap().contains("Dans le **casier**"));
    let own = pupil.get(path).await.json();
    assert!(texts(&own).contains("Ton casier") && !texts(&own).contains("Votre casier"));
    assert_eq!(own["markdown"], Value::Null, "its text has passages for others");
    let said = site.visitor().get(&format!("{path}&profil=teacher")).await.json();
    assert!(!texts(&said).contains("Ton casier") && texts(&said).contains("Votre casier"));
    for address in ["forum/moderer", "casier/rien", "casier"] {
        site.visitor().get(&format!("/api/v1/help/article?address={address}")).await.assert_status(404);
    }
    site.visitor().get("/api/v1/help/article").await.assert_status(400);
}

#[tokio::test]
async fn opinions_are_given_by_everyone_and_read_by_those_who_may() {
    let site = site().await;
    let people = People::of(&site);
    let lycee = school(&site, "Lycée d’ici", &[]).await;
    let (pupil, referent) = (people.member(lycee, Profile::Student).await, people.referent(lycee).await);
    let (pupil, referent) = (site.signed_in(pupil).await, site.signed_in(referent).await);
    let opinion = json!({"address": "casier/rendre", "useful": false, "comment": "Mon casier reste vide."});
    let given = pupil.json(Method::POST, OPINIONS, &opinion).await;
    given.assert_status(204);
    assert!(given.header("ratelimit").starts_with("\"help.feedback\";r=299;"), "{}", given.header("ratelimit"));
    site.visitor()
        .json(Method::POST, OPINIONS, &json!({"address": "casier/voir", "useful": true}))
        .await
        .assert_status(204);
    let hidden = json!({"address": "forum/moderer", "useful": true});
    site.visitor().json(Method::POST, OPINIONS, &hidden).await.assert_status(404);
    let long = json!({"address": "casier/voir", "useful": true, "comment": "x".repeat(1001)});
    let refused = site.visitor().json(Method::POST, OPINIONS, &long).await;
    assert_eq!(refused.assert_status(422).json()["errors"][0]["field"], "comment");

    let articles = referent.get(&format!("{OPINIONS}/articles")).await.assert_status(200).json();
    assert_eq!(addresses(&articles["articles"]), ["casier/rendre"], "those of one's own school");
    let opinions = referent.get(&format!("{OPINIONS}?address=casier/rendre")).await.assert_status(200).json();
    assert_eq!((&opinions["not_useful"], &opinions["opinions"][0]["comment"]), (&json!(1), &opinion["comment"]));
    for path in [format!("{OPINIONS}/articles"), format!("{OPINIONS}?address=casier/rendre")] {
        pupil.get(&path).await.assert_status(403);
        site.visitor().get(&path).await.assert_status(401);
    }
}

#[tokio::test]
async fn every_operation_answers_as_it_is_declared() {
    let site = site().await;
    let people = People::of(&site);
    let (nobody, admin) = (people.at(Place::Region).await, people.region("platform_admin").await);
    assert_operations_as_declared(&site, nobody, &[admin]).await;
}
