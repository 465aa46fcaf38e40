//! What people come for, from the first page to the last, with scripts and without.

mod bell;
mod find;
mod forced_colours;
mod forum;
mod letters;
mod sign_in;

use crate::browser::{Browser, Scripts, journey};

/// A developer of the Region.
const ANSWERS: &str = "julien.marchettini";

/// Asks a question, as the person who is signed in; the topic's address comes back.
async fn ask(browser: &Browser, title: &str, text: &str) -> String {
    browser.visit("/forum/comptes-connexion").await;
    browser.follow("Poser une question").await;
    browser.fill("Titre", title).await;
    browser.fill("Votre message", text).await;
    browser.press("Publier").await;
    browser.sees("Votre sujet est publié.").await;
    browser.path().await
}

/// Has the Region answer a topic, in a browser of its own.
async fn answer(name: &str, topic: String, text: &'static str) {
    journey(name, Scripts::Run, |browser| async move {
        browser.sign_in(ANSWERS).await;
        browser.visit(&topic).await;
        browser.fill("Votre réponse", text).await;
        browser.press("Envoyer la réponse").await;
        browser.sees(text).await;
    })
    .await;
}
