//! What visitors see of the help, for machines: a feed of what changed, and the sitemap's pages.

use atrium_core::access::{Actor, Visibility};
use atrium_core::web::{
    FEED_LENGTH, Feed, FeedEntry, FeedLink, Locale, PublicAddress, RequestContext, SITEMAP_PART, SitemapPage,
};
use atrium_core::{Message, Result};
use axum::response::Response;

use crate::articles::{store, visibility};
use crate::paths::{HOME, article_path, collection_path};

/// Where the feed stands.
pub(super) const PATH: &str = "/aide/flux.atom";
/// Numbers of articles in one part of the sitemap; the first part holds the collections as well.
const NUMBERS: u64 = SITEMAP_PART - 2_001;
/// Collections in the sitemap at most.
const COLLECTIONS: usize = 2_000;

/// Returns what a visitor reads, for any reader.
fn visitor(cx: &RequestContext) -> Visibility {
    visibility(&Actor::anonymous(cx.actor().now()))
}

/// Returns the feed, for pages that point to it.
pub(super) fn link(cx: &RequestContext) -> FeedLink {
    FeedLink { title: cx.t("help-feed-title"), url: PATH.to_owned() }
}

/// `GET /aide/flux.atom`
pub(super) async fn show(cx: RequestContext, public: PublicAddress) -> Result<Response> {
    let articles = store::recent(cx.db(), &visitor(&cx), FEED_LENGTH).await?;
    let entries = articles.into_iter().map(|line| FeedEntry {
        name: format!("help/{}", line.id),
        path: article_path(&line.collection, &line.slug),
        title: line.title,
        updated: line.updated_at,
        author: String::new(),
        summary: line.summary,
    });
    let feed = Feed {
        // Its articles are in French, whatever the reader's browser prefers.
        title: cx.atrium().say(Locale::Fr, &Message::new("help-feed-title")),
        path: PATH.to_owned(),
        page: HOME.to_owned(),
        entries: entries.collect(),
    };
    feed.answer(&cx, &public)
}

/// Returns the number of parts of the help's share of the sitemap.
pub(crate) async fn parts(cx: &RequestContext) -> Result<u64> {
    Ok(store::last_id(cx.db()).await?.unsigned_abs() / NUMBERS + 1)
}

/// Returns the pages of one part: the articles of its numbers, and in the first one the collections.
pub(crate) async fn pages(cx: &RequestContext, part: u64) -> Result<Vec<SitemapPage>> {
    let rule = visitor(cx);
    let bound = |part: u64| i64::try_from(part * NUMBERS).unwrap_or(i64::MAX);
    let articles = store::between(cx.db(), &rule, (bound(part), bound(part + 1))).await?;
    let mut pages = Vec::new();
    if part == 0 {
        pages.push(SitemapPage::new(HOME, articles.iter().map(|line| line.updated_at).max()));
        let mut collections: Vec<_> = store::counts(cx.db(), &rule).await?.into_keys().collect();
        collections.sort();
        pages.extend(collections.iter().take(COLLECTIONS).map(|key| SitemapPage::new(collection_path(key), None)));
    }
    let article =
        |line: store::ArticleLine| SitemapPage::new(article_path(&line.collection, &line.slug), Some(line.updated_at));
    pages.extend(articles.into_iter().map(article));
    Ok(pages)
}
