//! Finding an article, with a typing mistake on the way.

use thirtyfour::Key;

use crate::browser::{Browser, Scripts, journey};

/// Label of the search field.
const SEARCH: &str = "Rechercher dans l’assistance";

/// “rendre un devoir”, typed fast.
const TYPED: &str = "rendre un devoire";

#[tokio::test]
async fn a_typing_mistake_still_finds_the_article() {
    journey("find", Scripts::Run, from_home_to_article).await;
}

#[tokio::test]
async fn without_scripts_too() {
    journey("find", Scripts::Blocked, from_home_to_article).await;
}

async fn from_home_to_article(browser: Browser) {
    browser.visit("/").await;
    let field = browser.field(SEARCH).await;
    field.send_keys(TYPED).await.unwrap();
    field.send_keys(Key::Enter).await.unwrap();
    browser.wait_for("//article[contains(@class, 'result')]").await;
    assert!(browser.path().await.starts_with("/recherche?q=rendre"), "{}", browser.path().await);
    browser.is_sound().await;

    browser.wait_for("//article[contains(@class, 'result')]//h2/a").await.click().await.unwrap();
    browser.wait_for("//article//h1").await;
    assert!(browser.path().await.starts_with("/aide/"), "{}", browser.path().await);
    browser.sees("devoir").await;
    browser.is_sound().await;
}

#[tokio::test]
async fn suggestions_appear_while_typing_and_the_keyboard_chooses_one() {
    journey("suggestions", Scripts::Run, async |browser: Browser| {
        browser.visit("/").await;
        let field = browser.field(SEARCH).await;
        field.send_keys("casi").await.unwrap();
        browser.wait_for("//a[@role = 'option']").await;
        browser.is_sound_still().await;

        field.send_keys(Key::Down).await.unwrap();
        let chosen = browser.wait_for("//a[@role = 'option'][@aria-selected = 'true']").await;
        let title = chosen.text().await.unwrap().lines().next().unwrap().to_owned();
        field.send_keys(Key::Enter).await.unwrap();
        // An article or the page of a service: the navigation says that one is in the help.
        browser.wait_for("//a[@aria-current = 'true'][contains(., 'Aide')]").await;
        browser.sees(&title).await;
    })
    .await;
}

#[tokio::test]
async fn nothing_found_says_so_and_keeps_what_was_typed() {
    journey("nothing", Scripts::Blocked, async |browser: Browser| {
        browser.visit("/recherche?q=xyzzyqwk").await;
        browser.sees("Rien ne répond à ces mots").await;
        assert_eq!(browser.field(SEARCH).await.value().await.unwrap().as_deref(), Some("xyzzyqwk"));
    })
    .await;
}

#[tokio::test]
async fn a_slash_leads_to_the_search_and_is_typed_in_a_field() {
    journey("slash", Scripts::Run, async |browser: Browser| {
        browser.visit("/aide").await;
        let body = browser.wait_for("//body").await;
        body.send_keys("/").await.unwrap();
        let field = browser.wait_for("//input[@aria-keyshortcuts = '/']").await;
        field.send_keys("a/b").await.unwrap();
        assert_eq!(field.value().await.unwrap().as_deref(), Some("a/b"));
        assert_eq!(browser.run("return document.activeElement.name").await, "q");
    })
    .await;
}

#[tokio::test]
async fn every_kind_of_page_a_visitor_reads_is_sound() {
    journey("reading", Scripts::Run, async |browser: Browser| {
        for path in ["/aide", "/aide/casier", "/recherche", "/?lang=en"] {
            browser.visit(path).await;
        }
        browser.open("/nulle-part").await;
    })
    .await;
}
