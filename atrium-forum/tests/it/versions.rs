//! The texts of a post, and what each changed.

use atrium_core::db::count_queries;
use atrium_forum::posts::Reason;
use atrium_forum::posts::actions::{Edit, Edited};
use atrium_forum::topics::Title;
use atrium_forum::{State, posts};

use crate::world::World;

const ADDED: &str = "<ins class=\"change\"><span class=\"visually-hidden\">[ajout\u{a0}: </span>";
const REMOVED: &str = "<del class=\"change\"><span class=\"visually-hidden\">[retrait\u{a0}: </span>";

/// Returns the page without what is said around changes: `{+added+}`, `[-removed-]`.
fn told(page: &str) -> String {
    let added_end = "<span class=\"visually-hidden\"> fin de l’ajout]</span></ins>";
    let removed_end = "<span class=\"visually-hidden\"> fin du retrait]</span></del>";
    let page = page.replace(ADDED, "{+").replace(added_end, "+}");
    page.replace(REMOVED, "[-").replace(removed_end, "-]")
}

#[tokio::test]
async fn versions_say_word_by_word_what_changed() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let edit = async |title: &str, body: &str| {
        let expected = world.post(asked.post).await.version;
        let (title, body) = (Some(Title::parse(title).unwrap()), posts::Body::parse(body).unwrap());
        let edit = Edit { title, body, expected, reason: Reason::none(), files: Vec::new() };
        world.forum().posts().edit(&world.actor(world.referent).await, asked.post, edit).await.unwrap()
    };
    edit("Des messages en triple", "Rien ne se passe quand on <b>touche</b>.").await;
    let cookie = world.session(world.referent).await;
    let page = told(&world.get(&format!("/forum/messages/{}/versions", asked.post), &cookie).await.text);
    let body = "Rien ne se passe quand on [-clique.-]{+&lt;b&gt;touche&lt;/b&gt;.+}</pre>";
    assert!(page.contains(body), "{page}");
    assert!(page.contains("<b>Des messages en [-double-]{+triple+}</b>"), "{page}");
    assert!(
        page.contains("<pre class=\"diff\" tabindex=\"0\">Rien ne se passe quand on clique.</pre>"),
        "the first, whole"
    );
}

#[tokio::test]
async fn twenty_versions_make_a_page_and_the_queries_do_not_grow() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.pupil, topic, "Version numéro-1").await.unwrap().post;
    let cookie = world.session(world.pupil).await;
    let url = format!("/forum/messages/{post}/versions");
    let mut costs = Vec::new();
    for number in 2..=41 {
        world.edit(world.pupil, post, number - 1, &format!("Version numéro-{number}")).await.unwrap();
        if matches!(number, 5 | 41) {
            world.get(&url, &cookie).await.assert_status(200);
            costs.push(count_queries(world.get(&url, &cookie)).await.1);
        }
    }
    assert_eq!(costs[0], costs[1]);
    let (mut path, mut seen) = (url.clone(), Vec::new());
    loop {
        let page = world.get(&path, &cookie).await;
        page.assert_status(200);
        let page = told(&page.text);
        let here: Vec<_> = (1..=41).rev().filter(|n| page.contains(&format!("id=\"version-{n}\""))).collect();
        assert!(here.len() <= 20);
        for number in here.iter().filter(|number| **number > 1) {
            let changed = format!("Version [-numéro-{}-]{{+numéro-{number}+}}", number - 1);
            assert!(page.contains(&changed), "{changed}");
        }
        seen.extend(here);
        let Some(next) = page.split("rel=\"next\" href=\"").nth(1) else { break };
        path = next.split('"').next().unwrap().replace("&#x3D;", "=");
    }
    assert_eq!(seen, (1..=41).rev().collect::<Vec<_>>());
    world.get(&format!("{url}?avant=x"), &cookie).await.assert_status(400);
}

#[tokio::test]
async fn a_proposed_text_is_compared_with_what_is_shown() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    world.change(world.moderator, asked.post, State::Visible).await.unwrap();
    for text in ["Rien ne va.", "Rien ne se passe quand on touche."] {
        let version = world.post(asked.post).await.version;
        assert_eq!(world.edit(world.referent, asked.post, version, text).await.unwrap(), Edited::Proposed);
    }
    let expected = "Rien ne se passe quand on [-clique.-]{+touche.+}</pre>";
    let moderator = world.session(world.moderator).await;
    let queue = told(&world.get("/forum/moderation", &moderator).await.text);
    assert!(queue.contains(expected), "{queue}");
    let author = world.session(world.referent).await;
    let page = told(&world.get(&format!("/forum/messages/{}/versions", asked.post), &author).await.text);
    assert!(page.contains(expected), "not with the proposal that was refused before: {page}");
}
