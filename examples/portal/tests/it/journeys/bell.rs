//! Somebody waits for an answer, and learns of it on the page that they are reading.

use super::{answer, ask};
use crate::browser::{Scripts, has_text, journey};

/// A head of a school.
const ASKS: &str = "sylvie.arnoux-delmas";

/// What the demo tells them of.
const TOLD: usize = 5;

const TITLE: &str = "La messagerie n’affiche plus les dossiers partagés";
const LIT: &str = "//a[contains(@class, 'bell')]/span[@class = 'bell-count'][text()]";

#[tokio::test]
async fn the_bell_lights_while_the_page_stays_open() {
    journey("bell", Scripts::Run, |browser| async move {
        browser.sign_in(ASKS).await;
        browser.wait_for(&format!("{LIT}[. = '{TOLD}']")).await;
        browser.visit("/notifications").await;
        browser.press("Tout marquer comme lu").await;
        browser.sees("Vos notifications sont marquées comme lues.").await;
        assert_eq!(browser.count(".bell-count:not(:empty)").await, 0, "nothing is unread");
        let topic = ask(&browser, TITLE, "Depuis la mise à jour, la liste est vide.").await;

        browser.visit("/aide").await;
        browser.run("window.stayed = true").await;
        answer("bell-answer", topic, "Rouvrez la messagerie : ils reviennent.").await;
        let bell = browser.wait_for(LIT).await;
        assert_eq!(bell.text().await.unwrap(), "1");
        assert_eq!(browser.run("return window.stayed === true").await, true, "without loading the page again");

        browser.wait_for("//a[contains(@class, 'bell')]").await.click().await.unwrap();
        browser.wait_for(&format!("//main//a[{}]", has_text(TITLE))).await.click().await.unwrap();
        browser.sees("Rouvrez la messagerie").await;
        assert_eq!(browser.count(".bell-count:not(:empty)").await, 0, "reading the answer takes it off");
    })
    .await;
}
