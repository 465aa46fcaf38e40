//! Documents of the forum for machines: the feed of a category, and the sitemap. Both show what visitors see.

use atrium_forum::State;
use atrium_forum::topics::marks::Mark;

use crate::world::{Answer, World};

const FEED: &str = "/forum/messagerie/flux.atom";
const PART: &str = "/sitemap/forum-0.xml";

async fn again(world: &World, path: &str, first: &Answer) -> Answer {
    let tag = first.headers.get("etag").unwrap().clone();
    let request = axum::http::Request::get(path).header("if-none-match", tag);
    world.send(request.body(axum::body::Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_feed_holds_what_visitors_see_and_is_given_once() {
    let world = World::new().await;
    world.ask(world.referent, world.open, "Des <b>messages</b> & \"doublons\"").await.unwrap();
    let hidden = world.ask(world.referent, world.open, "Un sujet masqué").await.unwrap();
    world.change(world.support, hidden.post, State::Hidden).await.unwrap();
    let support = world.actor(world.support).await;
    let secret = world.ask(world.referent, world.open, "Une affaire délicate").await.unwrap();
    world.forum().topics().mark(&support, secret.topic, Mark::Restrict).await.unwrap();

    let feed = world.get(FEED, "").await;
    feed.assert_status(200);
    assert_eq!(feed.headers["content-type"], "application/atom+xml; charset=utf-8");
    assert!(feed.headers["cache-control"].to_str().unwrap().starts_with("public"), "{:?}", feed.headers);
    assert!(feed.text.contains("Des &lt;b&gt;messages&lt;/b&gt; &amp;"), "{}", feed.text);
    for absent in ["masqué", "délicate", "Claire Aubert"] {
        assert!(!feed.text.contains(absent), "{absent}: {}", feed.text);
    }
    assert_eq!(feed.text.matches("<entry>").count(), 1);
    // RFC 4287: one id, title and date of the feed and of each entry, and an author of the feed.
    for (element, count) in [("<id>", 2), ("<title>", 2), ("<updated>", 2), ("<author>", 1), ("rel=\"self\"", 1)] {
        assert_eq!(feed.text.matches(element).count(), count, "{element}: {}", feed.text);
    }
    let unchanged = again(&world, FEED, &feed).await;
    assert_eq!((unchanged.status.as_u16(), unchanged.text.as_str()), (304, ""));
    assert!(unchanged.headers["cache-control"].to_str().unwrap().starts_with("public"));
    // Somebody who reads more is given the same.
    let moderator = world.session(world.moderator).await;
    assert_eq!(world.get(FEED, &moderator).await.text, feed.text);

    world.ask(world.referent, world.open, "Un sujet de plus").await.unwrap();
    assert_eq!(again(&world, FEED, &feed).await.status.as_u16(), 200);
}

#[tokio::test]
async fn an_edit_of_the_question_is_news() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let updated = |feed: &str| {
        let entry = feed.split("<entry>").nth(1).unwrap().to_owned();
        let date = |text: &str| text.split("<updated>").nth(1).unwrap().split('<').next().unwrap().to_owned();
        (date(feed), date(&entry))
    };
    let before = updated(&world.get(FEED, "").await.text);
    world.pass_seconds(3600);
    world.edit(world.referent, asked.post, 1, "Un texte plus clair, avec un exemple.").await.unwrap();
    let feed = world.get(FEED, "").await.text;
    let after = updated(&feed);
    assert!(feed.contains("plus clair") && after.0 > before.0 && after.1 > before.1, "{before:?} {after:?}");
}

#[tokio::test]
async fn a_category_that_visitors_do_not_read_has_no_feed_for_anybody() {
    let world = World::new().await;
    let referent = world.session(world.referent).await;
    for cookie in ["", &referent] {
        world.get("/forum/entre-referents/flux.atom", cookie).await.assert_status(404);
        world.get("/forum/nulle-part/flux.atom", cookie).await.assert_status(404);
    }
    let link = "application/atom+xml";
    assert!(world.get("/forum/messagerie", "").await.text.contains(FEED));
    assert!(!world.get("/forum/entre-referents", &referent).await.text.contains(link));
}

#[tokio::test]
async fn a_feed_is_short_and_its_newest_entries_stand_first() {
    let world = World::new().await;
    for number in 0..60 {
        world.ask(world.referent, world.open, &format!("Sujet numéro {number}")).await.unwrap();
    }
    let feed = world.get(FEED, "").await;
    assert_eq!(feed.text.matches("<entry>").count(), 50);
    assert!(feed.text.find("numéro 59").unwrap() < feed.text.find("numéro 58").unwrap());
    assert!(!feed.text.contains("numéro 9<"));
}

#[tokio::test]
async fn the_sitemap_names_what_visitors_see() {
    let world = World::new().await;
    let seen = world.ask(world.referent, world.open, "Un sujet visible").await.unwrap();
    let inside = world.ask(world.referent, world.private, "Entre nous seulement").await.unwrap();
    let pending = world.ask(world.referent, world.reviewed, "Un sujet en attente").await.unwrap();
    let index = world.get("/sitemap.xml", "").await;
    index.assert_status(200);
    assert!(index.text.contains("<sitemapindex") && index.text.contains(PART), "{}", index.text);
    let moderator = world.session(world.moderator).await;
    for cookie in ["", &moderator] {
        let part = world.get(PART, cookie).await;
        part.assert_status(200);
        assert!(part.text.contains(&format!("/forum/sujets/{}-un-sujet-visible</loc><lastmod>", seen.topic)));
        assert!(part.text.contains("/forum/messagerie</loc>"));
        for absent in
            [format!("sujets/{}-", inside.topic), format!("sujets/{}-", pending.topic), "referents".to_owned()]
        {
            assert!(!part.text.contains(&absent), "{absent}: {}", part.text);
        }
    }
    let part = world.get(PART, "").await;
    assert_eq!(again(&world, PART, &part).await.status.as_u16(), 304);
    for absent in ["/sitemap/forum-1.xml", "/sitemap/forum--1.xml", "/sitemap/autre-0.xml", "/sitemap/forum.xml"] {
        world.get(absent, "").await.assert_status(404);
    }
}
