//! Signing in and out.

use crate::browser::{Browser, Scripts, journey};

#[tokio::test]
async fn a_teacher_signs_in_and_out() {
    journey("sign-in", Scripts::Run, in_and_out).await;
}

#[tokio::test]
async fn without_scripts_too() {
    journey("sign-in", Scripts::Blocked, in_and_out).await;
}

async fn in_and_out(browser: Browser) {
    browser.visit("/").await;
    browser.follow("Se connecter").await;
    browser.fill("Identifiant", "claire.montagnier-rey").await;
    browser.fill("Mot de passe", "ce n’est pas le bon").await;
    browser.press("Se connecter").await;
    browser.sees("L’identifiant ou le mot de passe ne convient pas.").await;
    browser.is_sound().await;
    let typed = browser.field("Identifiant").await.value().await.unwrap();
    assert_eq!(typed.as_deref(), Some("claire.montagnier-rey"), "what was typed comes back");

    browser.sign_in("claire.montagnier-rey").await;
    browser.visit("/compte").await;
    browser.sees("Claire Montagnier-Rey").await;
    browser.sees("Celle-ci").await;

    browser.wait_for("//summary[.//span[contains(@class, 'avatar')]]").await.click().await.unwrap();
    browser.is_sound_still().await;
    browser.press("Se déconnecter").await;
    browser.sees("Vous êtes déconnecté.").await;
    browser.is_sound_still().await;
    browser.open("/compte").await;
    browser.does_not_see("Claire Montagnier-Rey").await;
}

#[tokio::test]
async fn the_administrators_pages_are_sound() {
    journey("administration", Scripts::Run, async |browser: Browser| {
        browser.sign_in("corinne.delestrac").await;
        browser.visit("/administration").await;
        let pages = browser.paths_of("//main//a[contains(@href, '/administration')]").await;
        assert!(pages.len() >= 5, "{pages:?}");
        for page in pages {
            browser.visit(&page).await;
        }
    })
    .await;
}
