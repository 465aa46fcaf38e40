//! What is kept of pages: never another reader's, and never older than the last act.

use atrium_core::Atrium;
use atrium_core::access::{Effect, Scope};
use atrium_core::db::count_queries;
use atrium_forum::State;
use atrium_forum::topics::TopicId;
use atrium_forum::topics::marks::Mark;
use axum::body::Body;
use axum::http::{Request, header};
use tempfile::TempDir;

use crate::world::World;

async fn read(atrium: &Atrium, path: &str, cookie: &str) -> String {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    World::send_to(atrium, request).await.text
}

async fn url(world: &World, topic: TopicId) -> String {
    world.topic(topic).await.url()
}

fn reply_key(page: &str) -> String {
    let value = page.split(r#"name="key" value=""#).nth(1).expect("a page with a reply form");
    value.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn readers_with_other_rights_never_read_each_others_page() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Un sujet à plusieurs lectures").await.unwrap();
    let hidden = world.reply(world.pupil, asked.topic, "Ceci sera masqué.").await.unwrap();
    world.reply(world.colleague, asked.topic, "Ceci se lit partout.").await.unwrap();
    world.change(world.moderator, hidden.post, State::Hidden).await.unwrap();
    let url = url(&world, asked.topic).await;
    // Who sees the hidden reply, and who may moderate it.
    let readers = [
        (world.moderator, "Marc Girard", true, true),
        (world.colleague, "Paul Bosc", false, false),
        (world.pupil, "Samir Diop", true, false),
        (world.head, "Odile Caron", false, false),
        (world.local_moderator, "Nora Henry", false, false),
    ];
    let mut people = Vec::new();
    for (person, name, sees, moderates) in readers {
        people.push((world.session(person).await, name, sees, moderates));
    }
    for round in 0..3 {
        for (cookie, name, sees, moderates) in people.iter().chain(people.iter().rev()) {
            let page = read(&world.atrium, &url, cookie).await;
            assert_eq!(page.contains("Ceci sera masqué."), *sees, "{name}, {round}");
            assert_eq!(page.contains("restaurer"), *moderates, "{name}, {round}");
            assert!(page.contains("Ceci se lit partout."), "{name}, {round}");
            for (_, other, _, _) in &people {
                let menu = format!("<p class=\"menu-name\">{other}</p>");
                assert_eq!(page.contains(&menu), other == name, "{name} and {other}, {round}");
            }
        }
        let page = read(&world.atrium, &url, "").await;
        assert!(!page.contains("Ceci sera masqué.") && !page.contains("menu-name"), "visitor, {round}");
    }
}

#[tokio::test]
async fn readers_who_are_given_the_same_page_find_their_own_name_on_it() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Un sujet lu par deux personnes").await.unwrap();
    let url = url(&world, asked.topic).await;
    let readers =
        [(world.head, "Odile Caron", "d’Odile Caron", "O"), (world.colleague, "Paul Bosc", "de Paul Bosc", "P")];
    for path in ["/", "/forum", url.as_str()] {
        for (person, name, of, initials) in readers.iter().chain(&readers).chain(readers.iter().rev()) {
            let page = read(&world.atrium, path, &world.session(*person).await).await;
            let own = format!("data-person=\"{person}\"");
            let menu =
                format!("aria-hidden=\"true\">{initials}</span><span class=\"visually-hidden\">Menu {of}</span>");
            assert!(page.contains(&own) && page.contains(&menu), "{path}, {name}: {page}");
            let others = readers.iter().filter(|(other, ..)| other != person);
            for (_, other, _, _) in others {
                assert!(!page.contains(&format!("Menu d’{other}")) && !page.contains(&format!("Menu de {other}")));
                assert!(!page.contains(&format!("menu-name\">{other}")), "{path}, {name}: {page}");
            }
        }
    }
}

#[tokio::test]
async fn an_act_shows_on_the_next_page_of_every_node() {
    let world = World::new().await;
    let dir = TempDir::new().unwrap();
    let other = world.node(&dir).await;
    let asked = world.ask(world.referent, world.open, "Un sujet qui change").await.unwrap();
    let reply = world.reply(world.colleague, asked.topic, "Première version.").await.unwrap();
    let cookie = world.session(world.head).await;
    let first = url(&world, asked.topic).await;
    let pages = async |path: &str| {
        let pages = [read(&world.atrium, path, &cookie).await, read(&other, path, &cookie).await];
        assert_eq!(pages[0].contains("menu-name"), pages[1].contains("menu-name"));
        pages
    };
    let all = |pages: &[String; 2], text: &str, shown: bool| {
        pages.iter().for_each(|page| assert_eq!(page.contains(text), shown, "{text}: {page}"));
    };
    all(&pages(&first).await, "Première version.", true);
    all(&pages("/forum").await, "Un sujet qui change", true);

    let version = world.post(reply.post).await.version;
    world.edit(world.colleague, reply.post, version, "Deuxième version.").await.unwrap();
    let edited = pages(&first).await;
    all(&edited, "Deuxième version.", true);
    all(&edited, "Première version.", false);

    world.change(world.moderator, reply.post, State::Hidden).await.unwrap();
    all(&pages(&first).await, "Deuxième version.", false);
    world.change(world.moderator, reply.post, State::Visible).await.unwrap();
    all(&pages(&first).await, "Deuxième version.", true);

    let moderator = world.actor(world.moderator).await;
    all(&pages(&first).await, "badge-locked", false);
    world.forum().topics().mark(&moderator, asked.topic, Mark::Lock).await.unwrap();
    all(&pages(&first).await, "badge-locked", true);
    world.forum().topics().mark(&moderator, asked.topic, Mark::Unlock).await.unwrap();
    all(&pages(&first).await, "badge-locked", false);

    all(&pages(&first).await, "/moderer", false);
    world.assign(world.head, "moderator", Scope::Platform, Effect::Permit).await;
    all(&pages(&first).await, "/moderer", true);
    all(&pages("/forum").await, "/forum/moderation", true);

    world.change(world.moderator, asked.post, State::Deleted).await.unwrap();
    all(&pages("/forum").await, "Un sujet qui change", false);
    other.stop().await.unwrap();
}

#[tokio::test]
async fn what_somebody_reads_shows_on_their_next_page_and_on_no_one_elses() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Un sujet à lire").await.unwrap();
    let url = url(&world, asked.topic).await;
    let (pupil, colleague) = (world.session(world.pupil).await, world.session(world.colleague).await);
    let unread = async |cookie: &str| read(&world.atrium, "/forum", cookie).await.contains("is-unread");
    assert!(unread(&pupil).await && unread(&colleague).await);
    read(&world.atrium, &url, &pupil).await;
    assert!(!unread(&pupil).await && unread(&colleague).await);
    world.reply(world.referent, asked.topic, "Une suite.").await.unwrap();
    assert!(unread(&pupil).await && unread(&colleague).await);
}

#[tokio::test]
async fn each_reply_form_has_a_key_of_its_own() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Un sujet où répondre").await.unwrap();
    let (url, cookie) = (url(&world, asked.topic).await, world.session(world.pupil).await);
    let mut keys = Vec::new();
    for number in 0..4 {
        let page = read(&world.atrium, &url, &cookie).await;
        let key = reply_key(&page);
        let fields = [("body", "La même réponse."), ("key", key.as_str())];
        if number == 3 {
            world.post_form(&format!("{url}/reponses"), &cookie, &fields).await.assert_status(303);
        }
        keys.push(key);
    }
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 4);
    assert!(keys.iter().all(|key| key.len() > 10), "{keys:?}");
}

#[tokio::test]
async fn what_one_reader_may_do_or_has_begun_is_not_on_the_page_of_the_next() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Un sujet à deux mains").await.unwrap();
    let reply = world.reply(world.colleague, asked.topic, "Ma réponse à moi.").await.unwrap();
    let url = url(&world, asked.topic).await;
    let (author, other) = (world.session(world.colleague).await, world.session(world.head).await);
    let edit = format!("/forum/messages/{}/modifier", reply.post);
    let told = |page: &str| page.matches("Ma réponse à moi.").count();
    for round in 0..3 {
        let own = read(&world.atrium, &url, &author).await;
        let before = read(&world.atrium, &url, &other).await;
        assert!(own.contains(&edit) && !before.contains(&edit), "{round}");
        let quoting = read(&world.atrium, &format!("{url}?citer=2"), &other).await;
        assert!(told(&quoting) > told(&before), "{round}: {quoting}");
        for cookie in [&other, &author] {
            assert_eq!(told(&read(&world.atrium, &url, cookie).await), told(&before), "{round}");
        }
    }
}

#[tokio::test]
async fn a_page_that_was_read_before_costs_few_queries() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Un sujet relu").await.unwrap();
    world.reply(world.colleague, asked.topic, "Une réponse.").await.unwrap();
    let (url, cookie) = (url(&world, asked.topic).await, world.session(world.pupil).await);
    for (path, most) in [("/", 1), ("/forum", 2), (url.as_str(), 2)] {
        for _ in 0..2 {
            world.get(path, &cookie).await.assert_status(200);
        }
        // On PostgreSQL no value is kept while another transaction of the server may still commit.
        if !world.db().is_postgres() {
            let (_, queries) = count_queries(world.get(path, &cookie)).await;
            assert_eq!(queries, most, "{path}");
        }
    }
}
