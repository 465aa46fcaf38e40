//! The forum's acts as the journal tells them: in sentences, without a key.

use atrium_core::access::{Effect, Scope};
use atrium_forum::categories::{CategoryInput, Name, Slug};
use atrium_forum::topics::marks::Mark;
use atrium_forum::{Audiences, State};

use crate::world::World;

/// Returns the text of a page, without its tags.
fn words(page: &str) -> String {
    let main = page.split_once("<tbody>").and_then(|(_, rest)| rest.split_once("</tbody>")).unwrap().0;
    main.split('<').filter_map(|piece| Some(piece.split_once('>')?.1)).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn the_journal_tells_the_forums_acts_in_sentences() {
    let world = World::new().await;
    let admin = world.person("Aline Admin", None).await;
    world.assign(admin, "platform_admin", Scope::Platform, Effect::Permit).await;
    let support = world.actor(world.support).await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let reply = world.reply(world.colleague, asked.topic, "Chez moi aussi.").await.unwrap();
    world.edit(world.colleague, reply.post, 1, "Chez moi aussi, depuis lundi.").await.unwrap();
    for what in [Mark::Accept(reply.post), Mark::Official(reply.post), Mark::Lock, Mark::Pin, Mark::Restrict] {
        world.forum().topics().mark(&support, asked.topic, what).await.unwrap();
    }
    world.change(world.support, reply.post, State::Hidden).await.unwrap();
    let roles = world.atrium.access().roles().await.unwrap();
    world.forum().categories().create_for_services(&support, &roles).await.unwrap();
    let category = world.forum().categories().find(&support, "messagerie").await.unwrap();
    let mut input = CategoryInput::new(Slug::parse("messageries").unwrap(), Name::parse("Messages").unwrap());
    input.see = Audiences::parse("role:digital_referent signed_in").unwrap();
    input.confidential = true;
    world.forum().categories().update(&support, category.id(), category.row.version, input).await.unwrap();

    let cookie = world.session(admin).await;
    for (language, told) in [("fr", "Sujet verrouillé"), ("en", "Topic locked")] {
        let page = world.get("/administration/journal", &format!("{cookie}; atrium-lang={language}")).await;
        page.assert_status(200);
        let words = words(&page.text);
        assert!(words.contains(told), "{words}");
        for name in ["Des messages en double", "Messages"] {
            assert!(page.text.contains(&format!(">{name}</a>")), "{name}: {}", page.text);
        }
        for raw in [" = ", "role:", "_", "forum.", "core.", "signed", "true", "false"] {
            assert!(!words.replace("signed in", "").contains(raw), "`{raw}` in: {words}");
        }
    }
}

#[tokio::test]
async fn a_topic_that_the_reader_does_not_see_is_named_by_its_number() {
    let world = World::new().await;
    let auditor = world.person("Ines Audit", None).await;
    world.assign(auditor, "platform_admin", Scope::Platform, Effect::Permit).await;
    let secret = world.ask(world.referent, world.private, "Une affaire délicate").await.unwrap();
    let cookie = world.session(auditor).await;
    let page = world.get("/administration/journal", &cookie).await;
    page.assert_status(200);
    assert!(!page.text.contains("délicate"), "{}", page.text);
    assert!(page.text.contains(&format!("Sujet {}", secret.topic)), "{}", page.text);
}
