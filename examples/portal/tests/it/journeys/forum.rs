//! A question's life in the forum: asked, answered, the answer accepted; a message flagged, and judged.

use thirtyfour::{By, Key};

use crate::browser::{Browser, Scripts, has_text, journey};

/// Referents of two schools, the Region's assistance, and the forum's moderator, as `demo/people.toml` has them.
const ASKS: &str = "helene.castagnier";
const FLAGS: &str = "mehdi.belkadi";
const ANSWERS: &str = "sabrina.toumiat";
const MODERATES: &str = "pascal.guerinot";

const ANSWER: &str = "Vérifiez d’abord que la classe est rattachée à l’établissement.";

#[tokio::test]
async fn a_question_is_answered_accepted_flagged_and_judged() {
    journey("forum", Scripts::Run, |browser| life_of_a_question(browser, "Le casier de la 2nde 3 est vide ce matin"))
        .await;
}

#[tokio::test]
async fn without_scripts_too() {
    journey("forum", Scripts::Blocked, |browser| life_of_a_question(browser, "La 1re STMG ne voit plus ses manuels"))
        .await;
}

async fn life_of_a_question(browser: Browser, title: &'static str) {
    browser.sign_in(ASKS).await;
    let topic = ask(&browser, title).await;

    browser.sign_in(ANSWERS).await;
    answer(&browser, &topic).await;

    send_again(&browser).await;

    browser.sign_in(ASKS).await;
    accept(&browser, &topic).await;

    browser.sign_in(FLAGS).await;
    flag(&browser, &topic).await;

    browser.sign_in(MODERATES).await;
    hide(&browser, title).await;

    browser.sign_in(ASKS).await;
    browser.visit(&topic).await;
    browser.does_not_see(ANSWER).await;
}

/// Asks, after a look at what it will be like. The topic's address comes back.
async fn ask(browser: &Browser, title: &str) -> String {
    browser.visit("/forum").await;
    browser.visit("/forum/comptes-connexion").await;
    browser.follow("Poser une question").await;
    browser.is_sound().await;

    browser.fill("Titre", title).await;
    browser.fill("Votre message", "Depuis ce matin, **toute la classe** est touchée.").await;
    browser.press("Aperçu").await;
    browser.wait_for("//div[contains(@class, 'preview')]//strong[. = 'toute la classe']").await;
    browser.is_sound_still().await;
    let kept = browser.field("Titre").await.value().await.unwrap();
    assert_eq!(kept.as_deref(), Some(title), "what was typed comes back");

    browser.press("Publier").await;
    browser.wait_for(&format!("//h1[{}]", has_text(title))).await;
    browser.sees("Votre sujet est publié.").await;
    browser.is_sound().await;
    browser.path().await
}

async fn answer(browser: &Browser, topic: &str) {
    browser.visit(topic).await;
    browser.fill("Votre réponse", ANSWER).await;
    browser.press("Envoyer la réponse").await;
    browser.wait_for(&answer_on_show("")).await;
}

/// Goes back and sends the same answer again.
async fn send_again(browser: &Browser) {
    let posts = browser.count("article.post").await;
    browser.back().await;
    let field = browser.field("Votre réponse").await;
    if field.value().await.unwrap().unwrap_or_default().is_empty() {
        field.send_keys(ANSWER).await.unwrap();
    }
    browser.press("Envoyer la réponse").await;
    browser.sees("Cette réponse était déjà envoyée").await;
    assert_eq!(browser.count("article.post").await, posts);
}

async fn accept(browser: &Browser, topic: &str) {
    browser.visit(topic).await;
    browser.press("Accepter cette réponse").await;
    browser.sees("Réponse acceptée").await;
    browser.wait_for("//span[contains(@class, 'badge-solved')]").await;
    browser.is_sound_still().await;
}

async fn flag(browser: &Browser, topic: &str) {
    browser.visit(topic).await;
    browser.wait_for(&answer_on_show(&format!("//a[{}]", has_text("Signaler")))).await.click().await.unwrap();
    browser.sees(ANSWER).await;
    browser.is_sound().await;
    browser.wait_for(&format!("//label[{}]", has_text("Hors sujet"))).await.click().await.unwrap();
    browser.press("Envoyer le signalement").await;
    browser.sees("Le signalement est transmis aux modérateurs.").await;
}

async fn hide(browser: &Browser, title: &str) {
    browser.visit("/forum/moderation").await;
    let item = format!("//article[contains(@class, 'review-item')][.//h2[{}]]", has_text(title));
    let item = browser.wait_for(&item).await;
    let reason = item.find(By::Css("input[name = reason]")).await.unwrap();
    reason.send_keys("Ne répond pas à la question posée.").await.unwrap();
    reason.send_keys(Key::Enter).await.unwrap();
    assert_eq!(browser.path().await, "/forum/moderation", "Enter decides nothing");
    browser.wait_for(&format!("//article[contains(@class, 'review-item')][.//h2[{}]]", has_text(title))).await;
    let button = item.find(By::XPath(format!(".//button[{}]", has_text("Masquer")))).await.unwrap();
    button.click().await.unwrap();
    browser.sees("Le message est masqué.").await;
    browser.is_sound_still().await;
}

/// Returns the XPath of the answer on the topic's page, or of what lies `below` it.
fn answer_on_show(below: &str) -> String {
    format!("//article[contains(@class, 'post')][.//div[contains(@class, 'prose')][{}]]{below}", has_text(ANSWER))
}
