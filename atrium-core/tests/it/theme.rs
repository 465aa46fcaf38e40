//! Themes: slots, the product's name, frames, and files that are read again.

use std::path::Path;
use std::sync::OnceLock;

use atrium_core::config::Settings;
use atrium_core::testing::TestSite;
use tempfile::TempDir;

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[tokio::test]
async fn slots_change_less_than_a_fork_of_the_layout() {
    static THEME: OnceLock<TempDir> = OnceLock::new();
    let theme = THEME.get_or_init(|| TempDir::new().unwrap()).path();
    write(&theme.join("templates/slots/head-extra.hbs"), "<link rel=\"preconnect\" href=\"https://ent.example.fr\">");
    write(&theme.join("templates/slots/masthead.hbs"), "<a href=\"{{href \"/\"}}\">Lycée des Tilleuls</a>");
    write(&theme.join("templates/slots/colophon.hbs"), "<p>{{site.name}}, depuis 1954</p>");
    let site = TestSite::builder().settings(|settings| settings.theme_dir(THEME.get().unwrap().path())).start().await;
    let page = site.visitor().get("/").await;
    page.assert_status(200).assert_contains("<link rel=\"preconnect\" href=\"https://ent.example.fr\"></head>");
    page.assert_contains(">Lycée des Tilleuls</a>")
        .assert_contains("ATRIUM, depuis 1954")
        .assert_lacks("wordmark-plan");
}

#[tokio::test]
async fn the_workspace_has_the_hosts_name() {
    let site = TestSite::builder().settings(|mut settings: Settings| {
        settings.product_name = "Mon ENT".to_owned();
        settings
    });
    let site = site.start().await;
    let page = site.visitor().get("/").await;
    page.assert_contains("<b>Mon ENT</b>")
        .assert_contains("Une question sur Mon ENT")
        .assert_contains("L’assistance de Mon ENT");
    page.assert_lacks("d’ATRIUM");
    let document = site.visitor().get("/api/openapi.json").await.json();
    assert_eq!(document["info"]["title"], "Mon ENT assistance");
}

#[tokio::test]
async fn only_those_who_are_named_frame_pages() {
    let site = TestSite::new().await;
    let page = site.visitor().get("/").await;
    assert!(page.header("content-security-policy").ends_with("frame-ancestors 'none'"));
    assert_eq!(page.header("x-frame-options"), "DENY");
    let site = TestSite::builder().settings(|mut settings: Settings| {
        settings.frame_ancestors = "'self'  https://ent.example.fr".to_owned();
        settings
    });
    let page = site.start().await.visitor().get("/compte").await;
    assert!(page.header("content-security-policy").ends_with("frame-ancestors 'self' https://ent.example.fr"));
    assert_eq!(page.header("x-frame-options"), "");
}

#[tokio::test]
async fn a_themes_files_are_read_again_where_that_is_set() {
    static THEME: OnceLock<TempDir> = OnceLock::new();
    let theme = THEME.get_or_init(|| TempDir::new().unwrap()).path();
    let colophon = theme.join("templates/slots/colophon.hbs");
    write(&colophon, "<p>un</p>");
    let site = TestSite::builder().settings(|mut settings: Settings| {
        settings.theme_reload = true;
        settings.theme_dir(THEME.get().unwrap().path())
    });
    let site = site.start().await;
    site.visitor().get("/").await.assert_contains("<p>un</p>");
    write(&colophon, "<p>deux fois</p>");
    write(&theme.join("locales/fr/words.ftl"), "core-skip = Aller au texte\n");
    site.visitor().get("/").await.assert_contains("<p>deux fois</p>").assert_contains("Aller au texte");
    write(&colophon, "<p>{{shout}}</p>{{> nowhere}}");
    site.visitor().get("/").await.assert_status(200).assert_contains("<p>deux fois</p>");
    write(&colophon, "<p>trois fois enfin</p>");
    site.visitor().get("/").await.assert_contains("<p>trois fois enfin</p>");
}
