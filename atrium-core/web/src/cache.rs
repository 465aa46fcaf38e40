//! Caches visitors' pages, rendered and compressed, until an event: no SQL and no template on the hot path.
//!
//! A cached page is valid while there was no event since before it was rendered, no change of the catalogue, and no
//! announcement that began or ended. Search results depend on the index instead, so those pages are not cached.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::context::{anonymous_locale, base};
use super::encoding::Encoding;
use super::locale::Locale;
use super::proxy;
use crate::Atrium;
use atrium_platform::Result;
use atrium_platform::db::Db;
use atrium_platform::events::{Consumer, Delivery, Event, Position};

/// Marks a response that may be reused for other visitors.
#[derive(Clone, Copy)]
pub(super) struct Cacheable;

/// The longest URL of a cached page.
const LONGEST_ADDRESS: usize = 300;
/// The lifetime of a cached page: pages show the age of things.
const LIFE: Duration = Duration::from_secs(30);
/// The most bytes cached.
const CAPACITY: u64 = 24 * 1024 * 1024;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    base: String,
    address: String,
    locale: Locale,
    encoding: Encoding,
}

struct Kept {
    moment: Moment,
    headers: HeaderMap,
    body: Bytes,
}

/// The state that visitors' pages depend on.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Moment {
    events: u64,
    catalogue: Position,
    /// The number of announcements that have begun or ended.
    announced: usize,
}

/// The page cache of one node.
#[derive(Clone)]
pub(crate) struct PageCache {
    pages: Cache<Key, Arc<Kept>>,
    events: Arc<AtomicU64>,
    /// The kinds of events that change no visitors' page.
    quiet: Arc<[&'static str]>,
}

impl PageCache {
    /// Creates an empty cache; `quiet` are the kinds of events that change no visitors' page.
    pub(super) fn new(quiet: Arc<[&'static str]>) -> Self {
        let weigh =
            |key: &Key, kept: &Arc<Kept>| u32::try_from(kept.body.len() + key.address.len() + 1024).unwrap_or(u32::MAX);
        let pages = Cache::builder().weigher(weigh).max_capacity(CAPACITY).time_to_live(LIFE).build();
        Self { pages, events: Arc::default(), quiet }
    }

    fn now(&self, atrium: &Atrium) -> Moment {
        let (catalogue, announced) = atrium.catalogue().moment(atrium.db().now());
        Moment { events: self.events.load(Ordering::SeqCst), catalogue, announced }
    }

    pub(super) fn drop_all(&self) {
        self.events.fetch_add(1, Ordering::SeqCst);
        self.pages.invalidate_all();
    }
}

#[async_trait]
impl Consumer for PageCache {
    fn name(&self) -> &'static str {
        "core.pages"
    }

    fn delivery(&self) -> Delivery {
        Delivery::PerNode
    }

    async fn lost(&self, _db: &Db) -> Result<()> {
        self.drop_all();
        Ok(())
    }

    async fn consume(&self, _db: &Db, events: &[Event]) -> Result<()> {
        let is_quiet = |event: &Event| self.quiet.contains(&event.kind.as_str());
        if !events.iter().all(is_quiet) {
            self.drop_all();
        }
        Ok(())
    }
}

/// Serves a cached page, or caches the response.
pub(super) async fn keep_pages(State(atrium): State<Atrium>, req: Request, next: Next) -> Response {
    atrium.shell().follow_theme(atrium.settings(), atrium.plugins());
    let address = req.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let head = *req.method() == Method::HEAD;
    let reads = head || *req.method() == Method::GET;
    if !reads || address.len() > LONGEST_ADDRESS || address.contains("lang=") {
        return next.run(req).await;
    }
    if proxy::client(req.headers(), req.extensions(), atrium.settings().behind_proxy).is_err() {
        // `context` refuses it, whether the page is cached or not.
        return next.run(req).await;
    }
    let (parts, body) = req.into_parts();
    let locale = anonymous_locale(&atrium, &parts);
    let mut req = Request::from_parts(parts, body);
    let Some(locale) = locale else { return next.run(req).await };
    let cache = &atrium.shell().pages;
    let encoding = req.extensions().get::<Encoding>().copied().unwrap_or(Encoding::Identity);
    let key = Key { base: base(req.extensions(), req.uri()), address, locale, encoding };
    let known = req.headers().get(IF_NONE_MATCH).cloned();
    let moment = cache.now(&atrium);
    if let Some(kept) = cache.pages.get(&key).filter(|kept| kept.moment == moment) {
        return answer(&kept, known.as_ref(), head);
    }
    // Serves HEAD from the GET response. The router drops the body after its length is known.
    *req.method_mut() = Method::GET;
    let response = next.run(req).await;
    if response.extensions().get::<Cacheable>().is_none() {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
        return atrium_platform::Error::bug("a page ended early").into_response();
    };
    // Invariant: the moment was read before the page was rendered, so a page that missed a change is never reused.
    let kept = Arc::new(Kept { moment, headers: headers(parts.headers, &body), body });
    cache.pages.insert(key, kept.clone());
    answer(&kept, known.as_ref(), head)
}

fn headers(mut headers: HeaderMap, body: &Bytes) -> HeaderMap {
    let digest = format!("\"{}\"", hex::encode(&Sha256::digest(body)[..8]));
    headers.insert(ETAG, HeaderValue::try_from(digest).expect("hexadecimal is a header value"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding, accept-language, cookie"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    headers
}

fn answer(kept: &Kept, known: Option<&HeaderValue>, head: bool) -> Response {
    let unchanged = known.is_some_and(|known| names(known, kept.headers.get(ETAG)));
    let mut response = match unchanged {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false if head => Response::new(Body::empty()),
        false => Response::new(Body::from(kept.body.clone())),
    };
    *response.headers_mut() = kept.headers.clone();
    if unchanged {
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    response
}

/// Returns `true` if `tag` is among the client's tags. Weak and strong tags compare alike.
pub(super) fn names(known: &HeaderValue, tag: Option<&HeaderValue>) -> bool {
    let (Ok(known), Some(Ok(tag))) = (known.to_str(), tag.map(HeaderValue::to_str)) else { return false };
    known.split(',').map(str::trim).any(|one| one == "*" || strong(one) == strong(tag))
}

fn strong(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}
