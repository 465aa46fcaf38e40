//! A quotation of what one may not read is withheld wherever a text is shown, however its source is written.

use atrium_core::directory::PersonId;
use atrium_forum::State;
use atrium_forum::posts::PostId;
use atrium_forum::posts::actions::Edited;
use atrium_forum::topics::TopicId;

use crate::world::World;

const SECRET: &str = "Mon parapluie est rouge.";

/// A confidential post, and a reply in an open topic that quotes it.
struct Quoted {
    world: World,
    topic: TopicId,
    post: PostId,
}

impl Quoted {
    async fn new() -> Self {
        let world = World::new().await;
        let secret = world.ask_confidentially(world.referent, "Une affaire délicate").await.unwrap();
        let topic = world.ask(world.colleague, world.open, "Des messages en double").await.unwrap().topic;
        let text = format!("Voici.\n\n> [Claire](/forum/messages/{})\n>\n> {SECRET}\n\nLe mien aussi.", secret.post);
        let post = world.reply(world.referent, topic, &text).await.unwrap().post;
        Self { world, topic, post }
    }

    async fn page(&self, what: &str, who: PersonId) -> String {
        let cookie = self.world.session(who).await;
        let page = self.world.get(&format!("/forum/messages/{}/{what}", self.post), &cookie).await;
        page.assert_status(200);
        page.text
    }
}

/// Returns the text to edit in a form.
fn typed(page: &str) -> String {
    let area = page.split("<textarea").nth(1).unwrap().split_once('>').unwrap().1;
    let text = area.split("</textarea>").next().unwrap().trim_start_matches('\n');
    text.replace("&gt;", ">").replace("&lt;", "<").replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&")
}

#[tokio::test]
async fn a_moderator_edits_around_a_quotation_that_they_may_not_read_and_it_is_kept() {
    let quoted = Quoted::new().await;
    let world = &quoted.world;
    let page = quoted.page("modifier", world.moderator).await;
    assert!(!page.contains("parapluie") && page.contains("{{citation-1}}"), "{page}");
    assert!(page.contains("Chaque citation est remplacée"), "{page}");
    assert!(quoted.page("modifier", world.referent).await.contains(SECRET), "its author reads what they quote");

    let cookie = world.session(world.moderator).await;
    let url = format!("/forum/messages/{}/modifier", quoted.post);
    let body = typed(&page).replace("Voici.", "Voici, corrigé.");
    let preview = world.post_form(&url, &cookie, &[("body", &body), ("version", "1"), ("preview", "1")]).await;
    preview.assert_status(200);
    assert!(!preview.text.contains("parapluie") && preview.text.contains("n’est plus visible"), "{}", preview.text);
    let unknown = format!("{body}\n\n{{{{citation-9}}}}");
    let refused = world.post_form(&url, &cookie, &[("body", &unknown), ("version", "1")]).await;
    refused.assert_status(422);
    assert!(refused.text.contains("citation-9"), "what was typed comes back");
    world.post_form(&url, &cookie, &[("body", &body), ("version", "1")]).await.assert_status(303);
    let kept = quoted.page("modifier", world.referent).await;
    assert!(kept.contains(SECRET) && kept.contains("Voici, corrigé."), "{kept}");

    let stale = world.post_form(&url, &cookie, &[("body", &body), ("version", "1")]).await;
    stale.assert_status(409);
    assert!(!stale.text.contains("parapluie") && stale.text.contains("Voici, corrigé."), "{}", stale.text);
    for what in ["versions", "modifier", "moderer"] {
        let shown = quoted.page(what, world.moderator).await;
        assert!(!shown.contains("parapluie"), "{what}: {shown}");
    }
    let versions = quoted.page("versions", world.moderator).await;
    assert!(versions.contains("corrigé") && versions.contains("Le message cité"), "{versions}");
    assert!(quoted.page("versions", world.referent).await.contains(SECRET));
}

#[tokio::test]
async fn a_quotation_is_erased_with_its_mark_and_only_then() {
    let quoted = Quoted::new().await;
    let world = &quoted.world;
    let erased = "Voici.\n\nLe mien aussi.";
    world.edit(world.moderator, quoted.post, 1, erased).await.unwrap();
    assert!(!quoted.page("modifier", world.referent).await.contains(SECRET));
}

#[tokio::test]
async fn proposals_and_the_review_queue_withhold_it_and_a_proposal_is_gone_on_with() {
    let world = World::new().await;
    let secret = world.ask_confidentially(world.referent, "Une affaire délicate").await.unwrap();
    let asked = world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    world.change(world.support, asked.post, State::Visible).await.unwrap();
    let quoting = |words: &str| format!("> [Claire](/forum/messages/{})\n>\n> {SECRET}\n\n{words}", secret.post);
    let edited = world.edit(world.referent, asked.post, 2, &quoting("Première.")).await.unwrap();
    assert_eq!(edited, Edited::Proposed);
    let moderator = world.session(world.moderator).await;
    let queue = world.get("/forum/moderation", &moderator).await.text;
    assert!(!queue.contains("parapluie") && queue.contains("Première."), "{queue}");
    let support = world.session(world.support).await;
    assert!(world.get("/forum/moderation", &support).await.text.contains(SECRET));

    // Its author loses sight of what they quote, and goes on with the proposal.
    world.change(world.support, secret.post, State::Deleted).await.unwrap();
    let author = world.session(world.referent).await;
    let url = format!("/forum/messages/{}/modifier", asked.post);
    let form = world.get(&url, &author).await.text;
    assert!(!form.contains("parapluie") && form.contains("{{citation-1}}"), "{form}");
    let body = typed(&form).replace("Première.", "Seconde.");
    let fields = [("body", body.as_str()), ("title", "Une annonce à relire"), ("version", "2")];
    world.post_form(&url, &author, &fields).await.assert_status(303);
    let queue = world.get("/forum/moderation", &support).await.text;
    assert!(queue.contains("Seconde.") && queue.contains(SECRET), "{queue}");
}

#[tokio::test]
async fn a_source_written_by_hand_is_a_source() {
    let world = World::new().await;
    let secret = world.ask_confidentially(world.referent, "Une affaire délicate").await.unwrap();
    let url = world.topic(secret.topic).await.url();
    let topic = world.ask(world.colleague, world.open, "Des messages en double").await.unwrap().topic;
    for text in [
        format!("> **[Claire]({url}#message-1)**\n>\n> {SECRET}"),
        format!("> [Claire](/forum/sujets/{}) : {SECRET}", secret.topic),
        format!("> {SECRET}\n>\n> — https://aide.exemple.fr{url}#message-1"),
        format!("> {SECRET} (<https://aide.exemple.fr/assistance/forum/messages/{}>)", secret.post),
        format!("> [Claire](//aide.exemple.fr{url}?a-partir=1#message-1)\n> {SECRET}"),
        format!("> [!NOTE]\n> [Claire]({url}#message-1)\n> {SECRET}"),
        format!("- > [Claire](../messages/{})\n  > {SECRET}", secret.post),
    ] {
        let post = world.reply(world.referent, topic, &format!("{text}\n\nLe mien aussi.")).await.unwrap();
        let cookie = world.session(world.colleague).await;
        for path in [
            format!("{}?a-partir={}", world.topic(topic).await.url(), post.number),
            format!("/api/v1/forum/topics/{topic}?a-partir={}", post.number),
        ] {
            let page = world.get(&path, &cookie).await;
            page.assert_status(200);
            assert!(!page.text.contains("parapluie") && page.text.contains("Le mien aussi."), "{text}: {}", page.text);
        }
        let own = world.session(world.head).await;
        let api = format!("/api/v1/forum/topics/{topic}?a-partir={}", post.number);
        assert!(world.get(&api, &own).await.text.contains("parapluie"), "{text}: who may read it reads it");
    }
    world.atrium.index_now().await.unwrap();
    let found = world.get("/api/v1/search?q=parapluie&kind=forum", "").await.json();
    assert_eq!(found["total"], 0, "{found}");
}

#[tokio::test]
async fn a_source_in_the_same_topic_is_named_by_its_number_alone() {
    let world = World::new().await;
    let topic = world.ask(world.colleague, world.open, "Des messages en double").await.unwrap().topic;
    let said = world.reply(world.pupil, topic, SECRET).await.unwrap();
    world.reply(world.referent, topic, &format!("> [là](#message-2) : {SECRET}\n\nLe mien aussi.")).await.unwrap();
    world.change(world.support, said.post, State::Hidden).await.unwrap();
    let cookie = world.session(world.colleague).await;
    let page = world.get(&format!("/api/v1/forum/topics/{topic}"), &cookie).await;
    assert!(!page.text.contains("parapluie") && page.text.contains("Le mien aussi."), "{}", page.text);
}

#[tokio::test]
async fn a_text_too_large_to_render_shows_no_more_than_one_that_is_not() {
    let quoted = Quoted::new().await;
    let world = &quoted.world;
    let secret = world.ask_confidentially(world.referent, "Une autre affaire").await.unwrap();
    let bomb = "*a **b** `c` [d](/e)* ".repeat(1200);
    let text = format!("{bomb}\n\n> [Claire](/forum/messages/{})\n>\n> {SECRET}", secret.post);
    world.reply(world.referent, quoted.topic, &text).await.unwrap();
    let cookie = world.session(world.colleague).await;
    let page = world.get(&world.topic(quoted.topic).await.url(), &cookie).await;
    page.assert_status(200);
    assert!(!page.text.contains("parapluie"));
}
