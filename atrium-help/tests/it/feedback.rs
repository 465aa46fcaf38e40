//! Opinions: who reads which, and how they are listed.

use atrium_core::access::{Actor, Scope, Validity, Via};
use atrium_core::db::count_queries;
use atrium_core::directory::actions::Place;
use atrium_core::directory::{PersonId, Profile};
use atrium_core::testing::TestSite;
use atrium_help::Help;
use atrium_help::content::Folder;
use atrium_help::feedback::{Filter, NewFeedback, Verdict};
use atrium_help::sync::Removals;

use super::{People, school};

const LIST: &str = "/administration/aide/avis";
const ARTICLE: &str = "/administration/aide/avis/casier/rendre";

/// Returns a site with two public articles and one for moderators.
async fn site() -> TestSite {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let files = [
        ("casier/rendre", "---\ntitle: Rendre un devoir\n---\nTexte"),
        ("casier/voir", "---\ntitle: Voir les devoirs\n---\nTexte"),
        ("forum/moderer", "---\ntitle: Tenir la file\nvisibility: [observer]\n---\nTexte"),
    ];
    let folder = Folder::of("aide", files.map(|(source, text)| (format!("{source}.md"), text.as_bytes().to_vec())));
    Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::Few).await.unwrap();
    site
}

async fn actor(site: &TestSite, person: PersonId) -> Actor {
    site.atrium().access().actor_for(person, Via::Web).await.unwrap()
}

async fn say(site: &TestSite, person: PersonId, source: &str, verdict: Verdict, comment: &str) {
    let new = NewFeedback::new(verdict, comment);
    Help::of(site.atrium().db())
        .feedback()
        .give(&actor(site, person).await, source.split_once('/').unwrap(), new)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_referent_reads_the_opinions_of_their_own_school_and_the_region_all_of_them() {
    let site = site().await;
    let people = People::of(&site);
    let (here, elsewhere) = (school(&site, "Lycée d’ici", &[]).await, school(&site, "Lycée d’ailleurs", &[]).await);
    let pupil = people.called("Zéphyrin", Place::Member(here, Profile::Student)).await;
    let stranger = people.member(elsewhere, Profile::Student).await;
    say(&site, pupil, "casier/rendre", Verdict::NotUseful, "Mon casier reste vide.").await;
    say(&site, stranger, "casier/rendre", Verdict::Useful, "Trouvé en dix secondes.").await;
    say(&site, stranger, "casier/voir", Verdict::NotUseful, "Pas clair du tout.").await;
    site.visitor().post("/aide/casier/rendre/avis", &[("useful", "yes"), ("comment", "De passage.")]).await;

    let referent = site.signed_in(people.referent(here).await).await;
    let articles = referent.get(LIST).await;
    articles.assert_status(200).assert_contains("Rendre un devoir").assert_lacks("Voir les devoirs");
    articles.assert_contains("Aucun avis favorable").assert_contains("Inutile pour un lecteur");
    let opinions = referent.get(ARTICLE).await;
    opinions.assert_contains("Mon casier reste vide.").assert_lacks("dix secondes").assert_lacks("De passage.");
    opinions.assert_lacks("Zéphyrin").assert_lacks("Lycée d’ici");

    for role in ["help_author", "help_reviewer", "region_support", "region_developer"] {
        let reader = site.signed_in(people.region(role).await).await;
        reader.get(LIST).await.assert_contains("Voir les devoirs").assert_contains("Utile pour 2 lecteurs");
        let opinions = reader.get(ARTICLE).await;
        opinions.assert_contains("Mon casier").assert_contains("dix secondes").assert_contains("De passage.");
        opinions.assert_lacks("Zéphyrin").assert_lacks("Lycée d’");
    }
}

#[tokio::test]
async fn a_teacher_of_two_schools_is_read_in_both() {
    let site = site().await;
    let people = People::of(&site);
    let (one, two) = (school(&site, "Lycée un", &[]).await, school(&site, "Lycée deux", &[]).await);
    let teacher = people.member(one, Profile::Teacher).await;
    let always = Validity::ALWAYS;
    site.atrium().directory().add_membership(&site.system(), teacher, two, Profile::Teacher, always).await.unwrap();
    say(&site, teacher, "casier/rendre", Verdict::NotUseful, "Et pour deux lycées ?").await;
    for school in [one, two] {
        let referent = site.signed_in(people.referent(school).await).await;
        referent.get(ARTICLE).await.assert_contains("Et pour deux lycées");
    }
}

#[tokio::test]
async fn opinions_are_closed_to_those_who_may_not_read_them() {
    let site = site().await;
    let people = People::of(&site);
    let here = school(&site, "Lycée d’ici", &[]).await;
    let db = site.atrium().db();
    for profile in [Profile::Student, Profile::Teacher, Profile::Leadership, Profile::Staff] {
        let person = people.member(here, profile).await;
        let stranger = actor(&site, person).await;
        assert!(
            Help::of(db).feedback().list_articles(&stranger, Filter::All, None, 10).await.unwrap_err().is_forbidden()
        );
        let opinions = Help::of(db).feedback().list(&stranger, ("casier", "rendre"), Filter::All, None, 10).await;
        assert!(opinions.unwrap_err().is_forbidden());
        let client = site.signed_in(person).await;
        client.get(LIST).await.assert_status(403);
        client.get(ARTICLE).await.assert_status(403);
        client.get("/aide/casier/rendre").await.assert_lacks(LIST);
    }
    let visitor = Actor::anonymous(site.clock().now());
    assert!(
        Help::of(db).feedback().list_articles(&visitor, Filter::All, None, 10).await.unwrap_err().is_sign_in_required()
    );
    site.visitor().get(LIST).await.assert_status(303);
    site.visitor().get("/aide/casier/rendre").await.assert_lacks(LIST);
}

#[tokio::test]
async fn opinions_on_an_article_that_one_may_not_see_are_not_there() {
    let site = site().await;
    let people = People::of(&site);
    let here = school(&site, "Lycée d’ici", &[]).await;
    let moderator = people.referent(here).await;
    people.give(moderator, "observer", Scope::Platform).await;
    say(&site, moderator, "forum/moderer", Verdict::NotUseful, "Il manque les délais.").await;
    let referent = site.signed_in(people.referent(here).await).await;
    referent.get(LIST).await.assert_status(200).assert_lacks("Tenir la file");
    referent.get("/administration/aide/avis/forum/moderer").await.assert_status(404);
    // It takes no place on the page either.
    let pupil = people.member(here, Profile::Student).await;
    say(&site, pupil, "casier/voir", Verdict::Useful, "").await;
    say(&site, moderator, "forum/moderer", Verdict::NotUseful, "").await;
    let page =
        Help::of(site.atrium().db()).feedback().list_articles(referent.actor(), Filter::All, None, 1).await.unwrap();
    assert_eq!(page.iter().map(|opinions| opinions.article.slug.as_str()).collect::<Vec<_>>(), ["voir"]);
    let moderator = site.signed_in(moderator).await;
    moderator.get(LIST).await.assert_contains("Tenir la file");
}

#[tokio::test]
async fn opinions_are_filtered_and_each_is_on_one_page() {
    let site = site().await;
    let people = People::of(&site);
    let here = school(&site, "Lycée d’ici", &[]).await;
    let pupil = people.member(here, Profile::Student).await;
    let referent = site.signed_in(people.referent(here).await).await;
    let cost = async |path: &str| count_queries(referent.get(path)).await.1;
    say(&site, pupil, "casier/rendre", Verdict::Useful, "").await;
    let few = (cost(LIST).await, cost(ARTICLE).await);
    for n in 0..70 {
        let verdict = if n % 2 == 0 { Verdict::Useful } else { Verdict::NotUseful };
        say(&site, pupil, "casier/rendre", verdict, &format!("Remarque n° {n}.")).await;
    }
    say(&site, pupil, "casier/voir", Verdict::Useful, "").await;
    assert_eq!((cost(LIST).await, cost(ARTICLE).await), few, "queries do not depend on rows");

    let mut seen = Vec::new();
    let mut next = Some(format!("{ARTICLE}?filtre=commentaire"));
    let mut pages = 0;
    while let Some(path) = next {
        let page = referent.get(&path).await.text();
        seen.extend(page.split("Remarque n° ").skip(1).map(|rest| rest.split('.').next().unwrap().to_owned()));
        let link = page.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
        next = link.map(|link| link.replace("&amp;", "&").replace("&#x3D;", "="));
        pages += 1;
    }
    assert_eq!(pages, 3);
    assert_eq!(seen, (0..70).rev().map(|n| n.to_string()).collect::<Vec<_>>(), "the newest first, each once");
    let useless = referent.get(&format!("{ARTICLE}?filtre=non")).await;
    useless.assert_contains("Remarque n° 69.").assert_lacks("Remarque n° 68.");
    referent.get(&format!("{LIST}?filtre=non")).await.assert_lacks("Voir les devoirs");
    referent.get(&format!("{LIST}?filtre=commentaire")).await.assert_lacks("Voir les devoirs");
    referent.get(LIST).await.assert_contains("Voir les devoirs");
}

#[tokio::test]
async fn whoever_reads_opinions_is_led_to_them_in_both_languages() {
    let site = site().await;
    let here = school(&site, "Lycée d’ici", &[]).await;
    let referent = site.signed_in(People::of(&site).referent(here).await).await;
    referent.get("/administration").await.assert_contains(&format!("href=\"{LIST}\""));
    referent.get("/aide/casier/rendre").await.assert_contains(&format!("href=\"{ARTICLE}\""));
    let english = site.signed_in(referent.person()).await.with_cookie("atrium-lang", "en");
    english.get(LIST).await.assert_contains("Opinions on the help");
}

#[tokio::test]
async fn opinions_are_forgotten_at_an_age_with_the_schools_of_whoever_gave_them() {
    let site = site().await;
    let people = People::of(&site);
    let here = school(&site, "Lycée d’ici", &[]).await;
    let pupil = people.member(here, Profile::Student).await;
    let region = people.region("region_support").await;
    say(&site, pupil, "casier/rendre", Verdict::NotUseful, "Ancien avis.").await;
    site.pass_seconds(700 * 24 * 3600);
    say(&site, pupil, "casier/rendre", Verdict::Useful, "Nouvel avis.").await;
    site.pass_seconds(31 * 24 * 3600);
    let done = site.atrium().run_due_jobs().await.unwrap();
    assert!(done.contains(&("help.opinions", 1)), "{done:?}");
    let opinions = site.signed_in(region).await.get(ARTICLE).await;
    opinions.assert_contains("Nouvel avis.").assert_lacks("Ancien avis.");
}

#[tokio::test]
async fn an_opinion_sent_again_from_the_same_browser_counts_once() {
    let site = site().await;
    let people = People::of(&site);
    let visitor = site.visitor();
    let form = [("useful", "no"), ("comment", "Pas clair.")];
    for _ in 0..2 {
        let sent = visitor.post("/aide/casier/rendre/avis", &form).await;
        assert_eq!(sent.assert_status(303).location(), "/aide/casier/rendre#avis");
    }
    visitor.post("/aide/casier/voir/avis", &form).await.assert_status(303);
    visitor.post("/aide/casier/rendre/avis", &[("useful", "yes"), ("comment", "")]).await.assert_status(303);
    site.visitor().post("/aide/casier/rendre/avis", &form).await.assert_status(303);
    let reader = site.signed_in(people.region("help_author").await).await;
    let opinions = reader.get(ARTICLE).await.text();
    assert_eq!(opinions.matches("Pas clair.").count(), 2, "another browser's is another's");
    assert!(opinions.contains("Utile pour un lecteur"), "{opinions}");
}

#[tokio::test]
async fn an_opinion_is_handed_over_and_stays_without_its_author() {
    let site = site().await;
    let people = People::of(&site);
    let here = school(&site, "Lycée d’ici", &[]).await;
    let pupil = people.member(here, Profile::Student).await;
    say(&site, pupil, "casier/rendre", Verdict::NotUseful, "Pas clair du tout.").await;
    let document = site.atrium().export_person(&site.system(), pupil).await.unwrap();
    let opinion = &document["help"]["opinions"][0];
    assert_eq!((&opinion["verdict"], &opinion["comment"]), (&"not_useful".into(), &"Pas clair du tout.".into()));
    site.atrium().erase_person(&site.system(), pupil, "demande de la famille").await.unwrap();
    let document = site.atrium().export_person(&site.system(), pupil).await.unwrap();
    assert_eq!(document["help"]["opinions"].as_array().map(Vec::len), Some(0));
    let region = people.region("region_support").await;
    site.signed_in(region).await.get(ARTICLE).await.assert_contains("Pas clair du tout.");
}
