//! In the other language, texts that exist in one language say so, on every page that can be reached.

use std::collections::BTreeSet;

use atrium_core::catalogue::{ServiceState, StateChange};
use atrium_core::testing::{Client, TestSite, texts_outside_language};
use atrium_help::Help;
use atrium_help::content::Folder;
use atrium_help::sync::Removals;

/// What every French text of this site begins with.
const FRENCH: &str = "Œuvre";
/// What every English text of this site begins with.
const ENGLISH: &str = "Work";

/// A service with a name for each language, and one whose name is the same in all.
const SERVICES: &str = "[[service]]\nkey = \"casier\"\nname = { fr = \"Œuvre rendue\", en = \"Work tray\" }\n\
     summary = { fr = \"Œuvre à rendre.\", en = \"Work to hand in.\" }\n\
     [[service]]\nkey = \"livres\"\nname = \"Pronote\"\nsummary = \"Pronote\"\n";

const FILES: [(&str, &str); 5] = [
    ("casier/_index", "---\ntitle: Œuvre de tête\nsummary: Œuvre résumée.\n---\nŒuvre **introduite**."),
    (
        "casier/rendre",
        "---\ntitle: Œuvre à rendre\nsummary: Œuvre pas à pas.\norder: 1\n---\n## Œuvre préparée\n\nŒuvre.\n\n\
         ## Œuvre achevée\n\n- Œuvre\n",
    ),
    ("casier/voir", "---\ntitle: Œuvre à voir\norder: 2\n---\nŒuvre"),
    ("livres/ouvrir", "---\ntitle: Œuvre ouverte\n---\nŒuvre"),
    ("guide/debut", "---\ntitle: Œuvre au début\n---\nŒuvre"),
];

/// Follows every link from `/` and `/aide`, and returns the number of pages and the texts outside their language.
async fn walk(client: &Client, (mark, lang): (&str, &str)) -> (usize, BTreeSet<String>) {
    let mut next =
        vec!["/".to_owned(), "/aide".to_owned(), "/administration".to_owned(), "/recherche?q=oeuvre".to_owned()];
    let (mut seen, mut wrong) = (BTreeSet::new(), BTreeSet::new());
    while let Some(path) = next.pop() {
        let inside = path.starts_with('/') && !path.starts_with("/statique/") && !path.contains("lang=");
        if !inside || !seen.insert(path.clone()) {
            continue;
        }
        let page = client.get(&path).await;
        if page.status != 200 || !page.text().starts_with("<!doctype html>") {
            continue;
        }
        wrong
            .extend(texts_outside_language(&page.text(), mark, lang).into_iter().map(|text| format!("{path}: {text}")));
        let links = page.text();
        let links = links.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let link = |link: &str| link.replace("&amp;", "&").replace("&#x3D;", "=").split('#').next().map(str::to_owned);
        next.extend(links.filter_map(link));
    }
    (seen.len(), wrong)
}

#[tokio::test]
async fn texts_of_one_language_say_so_on_every_page_in_the_other() {
    let site = TestSite::builder().with(|builder| builder.services("services.toml", SERVICES)).plugin(Help::new());
    let site = site.start().await;
    let folder = Folder::of("aide", FILES.map(|(source, text)| (format!("{source}.md"), text.as_bytes().to_vec())));
    Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::Few).await.unwrap();
    let note =
        StateChange { state: ServiceState::Degraded, note_fr: "Œuvre en retard.".to_owned(), note_en: String::new() };
    let catalogue = site.atrium().catalogue();
    let version = catalogue.service("casier").unwrap().version;
    catalogue.set_state(&site.system(), "casier", version, note).await.unwrap();
    site.settle().await;
    let admin = site.admin().await;
    for (tag, other) in [("en", (FRENCH, "fr")), ("fr", (ENGLISH, "en"))] {
        for client in [site.visitor(), site.signed_in(admin).await] {
            let client = client.with_cookie("atrium-lang", tag);
            client.get("/").await.assert_contains(&format!("<html lang=\"{tag}\""));
            let (seen, wrong) = walk(&client, other).await;
            assert!(seen > 8, "{seen} pages");
            assert!(wrong.is_empty(), "in {tag}: {wrong:#?}");
        }
    }
}
