//! Route × state × role: what comes of every declared route, for a reply in each of its states, as each of the forum's
//! people. The rows come from the router, so that a route that is added is in the table and has to be looked at.

use std::fmt::Write as _;

use atrium_core::directory::PersonId;
use atrium_core::web::RouteInfo;
use atrium_forum::State;
use atrium_forum::flags::{Comment, FlagReason};
use atrium_forum::posts::PostId;
use atrium_forum::topics::TopicId;
use atrium_forum::topics::marks::Mark;
use axum::http::{Method, header};

use crate::world::{Answer, World, key};

/// In which state the reply, or its topic, is found.
#[derive(Clone, Copy, Debug)]
enum Found {
    Visible,
    Flagged,
    Locked,
    Confidential,
    Pending,
    Hidden,
    Deleted,
    TopicHidden,
}

const FOUND: [Found; 8] = [
    Found::Visible,
    Found::Flagged,
    Found::Locked,
    Found::Confidential,
    Found::Pending,
    Found::Hidden,
    Found::Deleted,
    Found::TopicHidden,
];

struct Thing {
    topic: TopicId,
    post: PostId,
    item: i64,
}

/// Returns a topic of the referent's with a reply of theirs, found like this, and what waits about it where `route`
/// asks for that.
async fn thing(world: &World, found: Found, route: &RouteInfo) -> Thing {
    let category = if matches!(found, Found::Pending) { world.reviewed } else { world.open };
    let asked = match found {
        Found::Confidential => world.ask_confidentially(world.referent, "Une affaire délicate").await.unwrap(),
        _ => world.ask(world.referent, category, "Des messages en double").await.unwrap(),
    };
    if matches!(found, Found::Pending) {
        world.change(world.support, asked.post, State::Visible).await.unwrap();
    }
    let post = world.reply(world.referent, asked.topic, "Chez moi aussi.").await.unwrap().post;
    let support = world.actor(world.support).await;
    match found {
        Found::Flagged => {
            world
                .forum()
                .flags()
                .create(&support, post, 1, FlagReason::Rude, &Comment::default())
                .await
                .map(drop)
                .unwrap();
        }
        Found::Locked => drop(world.forum().topics().mark(&support, asked.topic, Mark::Lock).await.unwrap()),
        Found::Hidden => drop(world.change(world.support, post, State::Hidden).await.unwrap()),
        Found::Deleted => drop(world.change(world.support, post, State::Deleted).await.unwrap()),
        Found::TopicHidden => drop(world.change(world.support, asked.post, State::Hidden).await.unwrap()),
        Found::Visible | Found::Confidential | Found::Pending => {}
    }
    let (mut item, mut after) = (None, None);
    while item.is_none() && route.path.contains("/moderation/") {
        let page = world.forum().review().queue(&support, after).await.unwrap();
        let Some(last) = page.last() else { break };
        item = page.iter().find(|item| item.post_id == post).map(|item| item.id.0);
        after = Some((last.score, last.id));
    }
    Thing { topic: asked.topic, post, item: item.unwrap_or(999_999) }
}

async fn call(world: &World, route: &RouteInfo, thing: &Thing, cookie: &str) -> Answer {
    let (topic, post) = (world.topic(thing.topic).await, world.post(thing.post).await);
    let path = route
        .path
        .replace("{id_slug}", topic.url().trim_start_matches("/forum/sujets/"))
        .replace("{category}", "messagerie");
    let path = path.replace("{slug}", "messagerie");
    let id = match () {
        () if path.contains("/moderation/") => thing.item,
        () if path.contains("/administration/") => world.open.0,
        () if path.starts_with("/api/v1/forum/posts/") => thing.post.0,
        () if path.starts_with("/api/") => thing.topic.0,
        () => thing.post.0,
    };
    let path = path.replace("{id}", &id.to_string());
    let version = match () {
        () if path.starts_with("/forum/moderation") => 1,
        () if path.ends_with("/deplacer") => topic.version,
        () => post.version,
    };
    if route.method == Method::GET {
        return world.get(&path, cookie).await;
    }
    let fields = [
        ("version", version.to_string()),
        ("key", key().to_string()),
        ("title", "Un titre assez long".to_owned()),
        ("body", "Un texte.".to_owned()),
        ("category", "messagerie".to_owned()),
        ("kind", "question".to_owned()),
        ("reason", if path.ends_with("/signaler") { "rude".to_owned() } else { "Un motif.".to_owned() }),
        ("action", "hide".to_owned()),
    ];
    if path.starts_with("/api/") {
        let body = serde_json::json!({
            "reason": "rude", "revision": post.revision, "category": "messagerie", "title": "Un titre assez long", "body": "Un texte.", "markdown": "Un texte.",
            "kind": "question", "key": key().to_string(), "state": "hidden", "post": thing.post.0, "decision": "hide", "note": "Un motif.",
        });
        let version = if path.contains("/topics/") { topic.version } else { version };
        return world.call(cookie, (route.method.as_str(), &path), Some(version), &body).await;
    }
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    world.post_form(&path, cookie, &fields).await
}

/// Returns the outcome in one word.
fn outcome(answer: &Answer) -> &'static str {
    let to_sign_in = answer.headers.get(header::LOCATION).is_some_and(|to| to.as_bytes().starts_with(b"/connexion"));
    match answer.status.as_u16() {
        401 => "sign-in",
        303 if to_sign_in => "sign-in",
        200 | 201 | 204 | 301 | 303 => "yes",
        400 | 422 => "invalid",
        403 => "no",
        404 => "-",
        409 => "conflict",
        412 => "stale",
        other => panic!("{other}: {}", answer.text),
    }
}

/// The page that follows tells what the act did: the answer leaves a word for it that names the act.
fn assert_says_what_was_done(answer: &Answer, route: &RouteInfo) {
    let cookies = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let said = cookies.filter_map(|cookie| cookie.strip_prefix("atrium-flash=")).any(|flash| flash.contains(".forum-"));
    assert!(said, "nothing is said after POST {}", route.path);
}

#[tokio::test]
async fn what_comes_of_each_route_is_written_down_for_each_state_and_role() {
    let world = World::new().await;
    let people: [(&str, Option<PersonId>); 8] = [
        ("visitor", None),
        ("pupil", Some(world.pupil)),
        ("author", Some(world.referent)),
        ("colleague", Some(world.colleague)),
        ("head", Some(world.head)),
        ("moderator", Some(world.moderator)),
        ("elsewhere", Some(world.local_moderator)),
        ("support", Some(world.support)),
    ];
    let mut cookies = Vec::new();
    for (name, person) in people {
        let cookie = match person {
            Some(person) => world.session(person).await,
            None => String::new(),
        };
        cookies.push((name, cookie));
    }
    let routes = world.atrium.routes().iter().filter(|route| route.plugin == "forum");
    let mut table = String::new();
    for route in routes {
        let states = if route.path.contains("{id") { &FOUND[..] } else { &FOUND[..1] };
        let mut rows: Vec<(Vec<Found>, String)> = Vec::new();
        for found in states {
            let mut kept = None;
            let mut row = String::new();
            for (name, cookie) in &cookies {
                let thing = match kept.take() {
                    Some(thing) => thing,
                    None => thing(&world, *found, route).await,
                };
                let answer = call(&world, route, &thing, cookie).await;
                let outcome = outcome(&answer);
                if route.method == Method::POST && answer.status == 303 && outcome == "yes" {
                    assert_says_what_was_done(&answer, route);
                }
                write!(row, " {name}={outcome}").unwrap();
                // A refused request had no effect.
                kept = (route.method == Method::GET || outcome != "yes").then_some(thing);
            }
            match rows.iter_mut().find(|(_, other)| *other == row) {
                Some((states, _)) => states.push(*found),
                None => rows.push((vec![*found], row)),
            }
        }
        writeln!(table, "{} {}", route.method, route.path).unwrap();
        for (states, row) in rows {
            let states: Vec<_> = states.iter().map(|found| format!("{found:?}")).collect();
            let states = if route.path.contains("{id") { states.join(" ") } else { "any".to_owned() };
            writeln!(table, "  {states}:\n   {row}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}
