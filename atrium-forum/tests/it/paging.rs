//! Pages of a topic, in any mixture of states: each post once, for its author, for moderators and for others.

use std::collections::BTreeMap;

use atrium_core::directory::PersonId;
use atrium_forum::State;
use atrium_forum::topics::TopicId;
use atrium_forum::topics::marks::Mark;
use sea_orm::{ConnectionTrait, Statement};

use crate::world::World;

/// More than three pages.
const POSTS: i64 = 70;

/// Returns a topic of two people's posts, by number.
async fn topic(world: &World) -> (TopicId, BTreeMap<i64, PersonId>) {
    let topic = world.ask(world.referent, world.open, "Une longue discussion").await.unwrap().topic;
    let mut authors = BTreeMap::from([(1, world.referent)]);
    for number in 2..=POSTS {
        let author = if number % 3 == 0 { world.pupil } else { world.colleague };
        world.reply(author, topic, &format!("Réponse numéro {number}.")).await.unwrap();
        authors.insert(number, author);
    }
    (topic, authors)
}

/// As the posts would stand after any history: the question shown, and each reply in any state.
async fn put(world: &World, topic: TopicId, states: &BTreeMap<i64, State>) {
    for (number, state) in states {
        let writer = world.db().writer();
        let sql = "UPDATE atrium_forum_post SET state = $1 WHERE topic_id = $2 AND number = $3";
        let values = [state.as_str().into(), topic.0.into(), (*number).into()];
        let update = Statement::from_sql_and_values(writer.get_database_backend(), sql, values);
        writer.execute_raw(update).await.unwrap();
    }
    world.happen().await;
}

/// Mixtures: whole pages gone, ends gone, and states scattered by a fixed generator.
fn mixtures() -> Vec<BTreeMap<i64, State>> {
    let all = |state: fn(i64) -> State| (2..=POSTS).map(|number| (number, state(number))).collect();
    let mut mixtures: Vec<BTreeMap<i64, State>> = vec![
        all(|_| State::Visible),
        all(|_| State::Deleted),
        all(|number| if (21..=60).contains(&number) { State::Hidden } else { State::Visible }),
        all(|number| if number > 45 { State::Pending } else { State::Visible }),
        all(|number| if number < 45 { State::Deleted } else { State::Visible }),
    ];
    let mut seed = 1_u64;
    for _ in 0..4 {
        let mut mixture = BTreeMap::new();
        for number in 2..=POSTS {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let states = [State::Visible, State::Pending, State::Hidden, State::Deleted];
            mixture.insert(number, states[usize::try_from(seed >> 62).unwrap()]);
        }
        mixtures.push(mixture);
    }
    mixtures
}

/// Returns a page, its addresses as they are.
async fn page(world: &World, path: &str, cookie: &str) -> String {
    let answer = world.get(path, cookie).await;
    answer.assert_status(200);
    answer.text.replace("&#x3D;", "=").replace("&amp;", "&")
}

/// Returns the numbers of the posts that a page shows, in order.
fn shown(page: &str) -> Vec<i64> {
    let ids = page.split(" id=\"message-").skip(1);
    ids.map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect()
}

/// Returns the target of a link of the pagination.
fn link(page: &str, rel: &str) -> Option<String> {
    let rest = page.split(&format!("rel=\"{rel}\" href=\"")).nth(1)?;
    Some(rest.split('"').next().unwrap().to_owned())
}

/// Returns the last page's address as the head of the topic gives it.
fn last(page: &str) -> Option<String> {
    let before = page.split("Aller au dernier message").next().filter(|before| before.len() < page.len())?;
    Some(before.rsplit("href=\"").next().unwrap().split('"').next().unwrap().to_owned())
}

/// Returns the content of the pages from `path` on, following `rel`.
async fn walk(world: &World, cookie: &str, path: &str, rel: &str) -> Vec<Vec<i64>> {
    let mut pages = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let text = page(world, &path, cookie).await;
        pages.push(shown(&text));
        assert!(pages.len() <= 5, "{path}: {pages:?}");
        next = link(&text, rel);
    }
    pages
}

#[tokio::test]
async fn pages_show_each_post_once_in_every_mixture_of_states() {
    let world = World::new().await;
    let (topic, authors) = topic(&world).await;
    let url = world.topic(topic).await.url();
    let readers = [(None, world.head), (Some(world.pupil), world.pupil), (None, world.support)];
    let mut sessions = Vec::new();
    for (_, person) in readers {
        sessions.push(world.session(person).await);
    }
    for states in mixtures() {
        put(&world, topic, &states).await;
        for ((author, person), cookie) in readers.iter().zip(&sessions) {
            let sees = |number: i64| match states.get(&number) {
                None | Some(State::Visible) => true,
                Some(State::Deleted) => *person == world.support,
                Some(_) => *person == world.support || *author == Some(authors[&number]),
            };
            let expected: Vec<_> = (1..=POSTS).filter(|number| sees(*number)).collect();
            let forward = walk(&world, cookie, &url, "next").await;
            assert_eq!(forward.concat(), expected, "{states:?}");
            assert!(forward.iter().all(|page| !page.is_empty()), "{forward:?}");

            let first = page(&world, &url, cookie).await;
            let end = last(&first).unwrap_or_else(|| url.clone());
            assert!(end == url || end.ends_with(&format!("#message-{}", expected.last().unwrap())), "{end}");
            let mut back = walk(&world, cookie, end.split('#').next().unwrap(), "prev").await;
            back.reverse();
            assert_eq!(back, forward, "back from the last page");

            for number in [2, 20, 21, 45, POSTS, POSTS + 500] {
                let page = page(&world, &format!("{url}?a-partir={number}"), cookie).await;
                assert!(forward.contains(&shown(&page)), "a link to a post of no page leads to one");
            }
        }
    }
}

#[tokio::test]
async fn the_first_unread_post_is_one_that_the_reader_sees() {
    let world = World::new().await;
    let (topic, _) = topic(&world).await;
    let url = world.topic(topic).await.url();
    let cookie = world.session(world.head).await;
    page(&world, &url, &cookie).await;
    put(&world, topic, &(21..=43).map(|number| (number, State::Hidden)).collect()).await;
    let page = page(&world, &url, &cookie).await;
    assert!(page.contains(&format!("{url}?a-partir=41#message-44\">Aller au premier non lu")), "{page}");
}

#[tokio::test]
async fn an_answer_stands_in_place_and_its_beginning_on_top() {
    let world = World::new().await;
    let (topic, _) = topic(&world).await;
    let url = world.topic(topic).await.url();
    let cookie = world.session(world.head).await;
    let support = world.actor(world.support).await;
    for number in [5, 50] {
        let long = format!("Videz le cache numéro {number}. ").repeat(40);
        let post = world.get(&format!("/api/v1/forum/topics/{topic}?a-partir={number}"), &cookie).await.json();
        let id = post["posts"][0]["id"].as_i64().unwrap();
        let post = atrium_forum::posts::PostId(id);
        world.edit(world.support, post, 1, &long).await.unwrap();
        world.forum().topics().mark(&support, topic, Mark::Official(post)).await.unwrap();
        world.forum().topics().mark(&support, topic, Mark::Accept(post)).await.unwrap();
        let page = page(&world, &url, &cookie).await;
        let (top, place) = (page.find("class=\"answer is-official").unwrap(), page.find("id=\"message-5\"").unwrap());
        assert!(top < place);
        assert!(page.contains(&format!("#message-{number}\">Lire cette réponse")));
        assert_eq!(page.matches(long.trim()).count(), usize::from(number == 5), "whole where it stands, nowhere else");
        let mut ids: Vec<_> = page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "an id stands once");
    }
}

#[tokio::test]
async fn the_beginning_of_an_answer_says_nothing_that_it_quotes() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let hidden = world.reply(world.pupil, asked.topic, "Le numéro secret de Samir.").await.unwrap().post;
    let text =
        format!("> **[Samir](/forum/messages/{hidden})**\n>\n> Le numéro secret de Samir.\n\nNe l’écrivez pas ici.");
    let post = world.reply(world.colleague, asked.topic, &text).await.unwrap().post;
    world.forum().topics().mark(&world.actor(world.referent).await, asked.topic, Mark::Accept(post)).await.unwrap();
    world.change(world.support, hidden, State::Hidden).await.unwrap();
    let cookie = world.session(world.head).await;
    let page = world.get(&world.topic(asked.topic).await.url(), &cookie).await.text;
    assert!(page.contains("<p>Ne l’écrivez pas ici.</p>") && !page.contains("secret"), "{page}");
}
