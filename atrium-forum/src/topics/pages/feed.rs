//! What visitors see of the forum, for machines: a feed of each category, and the sitemap's pages.

use std::collections::{BTreeMap, HashMap};

use atrium_core::access::Actor;
use atrium_core::clock::Timestamp;
use atrium_core::markup::{excerpt, plain_text};
use atrium_core::web::{
    FEED_LENGTH, Feed, FeedEntry, FeedLink, Path, PublicAddress, RequestContext, SITEMAP_PART, SitemapPage,
};
use atrium_core::{Message, Result};
use axum::response::Response;

use crate::categories::Category;
use crate::posts;
use crate::reader::Reader;
use crate::topics::store::{self, Filter, Wanted};
use crate::topics::{HOME, TopicId, address};

/// Characters of a question in a feed.
const SUMMARY: usize = 300;
/// Categories in the sitemap at most.
const CATEGORIES: usize = 999;
/// Numbers of topics in one part of the sitemap; the first part holds the categories as well.
const NUMBERS: u64 = SITEMAP_PART - 1_000;

/// Returns the visibility of a visitor, for any reader.
async fn visitor(cx: &RequestContext) -> Result<Reader> {
    Reader::of(cx.db(), &Actor::anonymous(cx.actor().now())).await
}

/// Returns the feed of `category`, if visitors read it.
pub(super) fn link(cx: &RequestContext, category: &Category) -> Option<FeedLink> {
    let title = cx.message(&Message::new("forum-feed-title").with("category", &category.row.name));
    category.see.is_public().then(|| FeedLink { title, url: path(category) })
}

fn path(category: &Category) -> String {
    format!("{}/flux.atom", category.url())
}

/// `GET /forum/{category}/flux.atom`
pub(super) async fn show(cx: RequestContext, public: PublicAddress, Path(slug): Path<String>) -> Result<Response> {
    let reader = visitor(&cx).await?;
    let category = reader.category_by_slug(&slug)?;
    let wanted = Wanted {
        rule: reader.visibility(),
        reader: None,
        category: Some(category.id()),
        filter: Filter::All,
        after: None,
        limit: FEED_LENGTH,
        now: cx.db().now(),
    };
    let mut rows = store::list(cx.db(), wanted).await?;
    // Pinned topics stand first in lists; a feed has no such place.
    rows.sort_by_key(|row| std::cmp::Reverse(row.topic.last_visible_post_id));
    let topics: Vec<_> = rows.iter().map(|row| row.topic.id).collect();
    let questions = posts::store::seen_questions(cx.db(), reader.visibility(), &topics).await?;
    let questions: HashMap<_, _> = questions.iter().map(|row| (row.post.topic_id, row)).collect();
    let entry = |row: &store::Row| {
        let question = questions.get(&row.topic.id);
        // No author: where visitors read, the pages say more of them than machines are to keep.
        FeedEntry {
            name: format!("forum/{}", row.topic.id),
            title: row.topic.title.clone(),
            path: row.topic.url(),
            updated: question
                .and_then(|row| row.post.edited_at)
                .unwrap_or(row.topic.last_visible_at)
                .max(row.topic.last_visible_at),
            author: String::new(),
            // Without what it quotes, which may have other readers.
            summary: question
                .map(|row| excerpt(&plain_text(&row.post.markdown.own_words()), SUMMARY))
                .unwrap_or_default(),
        }
    };
    let feed = Feed {
        title: category.row.name.clone(),
        path: path(category),
        page: category.url(),
        entries: rows.iter().map(entry).collect(),
    };
    feed.answer(&cx, &public)
}

/// Returns the number of parts of the forum's share of the sitemap.
pub(crate) async fn parts(cx: &RequestContext) -> Result<u64> {
    match visitor(cx).await?.categories().next() {
        Some(_) => Ok(store::last_id(cx.db()).await?.unsigned_abs() / NUMBERS + 1),
        None => Ok(0),
    }
}

/// Returns the instant of the newest post visible to visitors in each part.
pub(crate) async fn changes(cx: &RequestContext) -> Result<BTreeMap<u64, Timestamp>> {
    let reader = visitor(cx).await?;
    let changes = store::newest_by_range(cx.db(), reader.visibility(), NUMBERS.cast_signed()).await?;
    Ok(changes.into_iter().map(|(part, at)| (part.unsigned_abs(), at)).collect())
}

/// Returns the pages of one part: the topics of its numbers, and in the first one the categories.
pub(crate) async fn pages(cx: &RequestContext, part: u64) -> Result<Vec<SitemapPage>> {
    let reader = visitor(cx).await?;
    let bound = |part: u64| i64::try_from(part * NUMBERS).unwrap_or(i64::MAX);
    let topics = store::addresses(cx.db(), reader.visibility(), (bound(part), bound(part + 1))).await?;
    let topic = |(id, title, at): (TopicId, String, Timestamp)| SitemapPage::new(address(id, &title), Some(at));
    let mut pages = Vec::new();
    if part == 0 {
        pages.push(SitemapPage::new(HOME, None));
        pages.extend(reader.categories().take(CATEGORIES).map(|category| SitemapPage::new(category.url(), None)));
    }
    pages.extend(topics.into_iter().map(topic));
    Ok(pages)
}
