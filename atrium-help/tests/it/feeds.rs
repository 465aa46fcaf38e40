//! What machines are given of the help: the feed of what changed, and the sitemap.

use atrium_core::testing::TestSite;
use atrium_help::Help;
use atrium_help::content::Folder;
use atrium_help::sync::Removals;

use super::{People, site};

#[tokio::test]
async fn the_feed_and_the_sitemap_hold_what_visitors_read() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let article = |path: &str, head: &str| (format!("{path}.md"), format!("---\n{head}\n---\nTexte\n").into_bytes());
    let files = [
        article("casier/rendre", "title: Rendre & reprendre\nsummary: En deux mots."),
        article("casier/moderer", "title: Modérer en secret\nvisibility: [observer]"),
        article("secret/moderer", "title: Caché\nvisibility: [observer]"),
    ];
    Help::of(site.atrium().db())
        .content()
        .sync(&site.system(), Folder::of("aide", files), Removals::Few)
        .await
        .unwrap();
    let moderator = People::of(&site).region("observer").await;
    for client in [site.visitor(), site.signed_in(moderator).await] {
        let feed = client.get("/aide/flux.atom").await;
        feed.assert_status(200)
            .assert_contains("<title>Rendre &amp; reprendre</title>")
            .assert_contains("En deux mots.");
        feed.assert_lacks("secret").assert_lacks("Caché");
        let part = client.get("/sitemap/help-0.xml").await;
        part.assert_contains("/aide/casier/rendre</loc><lastmod>").assert_contains("/aide/casier</loc>");
        part.assert_lacks("moderer").assert_lacks("/aide/secret");
    }
    site.visitor().get("/sitemap.xml").await.assert_contains("/sitemap/help-0.xml").assert_lacks("help-1");
    site.visitor().get("/aide").await.assert_contains("href=\"/aide/flux.atom\"");
}

#[tokio::test]
async fn the_real_help_has_a_feed_of_fifty_entries_that_is_given_once() {
    let site = site().await;
    let feed = site.visitor().get("/aide/flux.atom").await;
    assert_eq!(feed.assert_status(200).text().matches("<entry>").count(), 50);
    assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
    let known = site.visitor().with_header("if-none-match", feed.header("etag"));
    known.get("/aide/flux.atom").await.assert_status(304);
    // The same for a reader of another language.
    let english = site.visitor().with_header("accept-language", "en").get("/aide/flux.atom").await;
    assert_eq!(english.text(), feed.text());
    let part = site.visitor().get("/sitemap/help-0.xml").await.text();
    for url in part.split("<loc>").skip(1).map(|rest| rest.split('<').next().unwrap()) {
        let path = url.trim_start_matches("http://").split_once('/').map_or("/", |(_, path)| path);
        site.visitor().get(&format!("/{path}")).await.assert_status(200);
    }
}
