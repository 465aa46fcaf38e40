//! Reading: home, collection, article, opinions.

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
