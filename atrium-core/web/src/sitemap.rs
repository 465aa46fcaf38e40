//! `/robots.txt`, and the sitemap (sitemaps.org) as an index of parts.
//!
//! A plugin cuts its pages into parts itself, so that added pages do not move others to another part.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::response::Response;
use quick_xml::Writer;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::machines::{PublicAddress, State, document, element};
use super::path::Path;
use super::request_context::RequestContext;
use super::routes::{RouteInfo, Routes, Who};
use atrium_platform::clock::Timestamp;
use atrium_platform::{Error, Result};

/// The most pages of one part: a tenth of what the protocol allows, so that a part is made in some milliseconds.
pub const SITEMAP_PART: u64 = 5_000;
/// The most parts of the index, by the protocol.
const PARTS: u64 = 50_000;
/// The documents made at once: they are not for readers.
static MAKING: Semaphore = Semaphore::const_new(2);
/// The longest that a robot waits for its turn.
const TURN: Duration = Duration::from_secs(10);
const XML: &str = "application/xml; charset=utf-8";
/// The seconds after which a refused robot may come back.
const RETRY_AFTER: u64 = 30;

/// Paths open to visitors whose pages are never cached.
const UNKEPT: [&str; 3] = ["/api/", "/connexion", "/recherche"];

/// A page that visitors may see.
#[derive(Clone, Debug)]
pub struct SitemapPage {
    /// Path below the mount point.
    pub path: String,
    /// The last visible change, if known.
    pub changed: Option<Timestamp>,
}

impl SitemapPage {
    /// Creates a page that last changed at `changed`.
    pub fn new(path: impl Into<String>, changed: Option<Timestamp>) -> Self {
        Self { path: path.into(), changed }
    }
}

pub(super) fn declare(routes: &mut Routes) {
    routes.get_shared("/robots.txt", robots);
    routes.get_shared("/sitemap.xml", index);
    routes.get_shared("/sitemap/{part}", part);
}

/// `GET /robots.txt`. Robots read it at the root of a host: an application that mounts the platform below adds these lines
/// to its own.
async fn robots(cx: RequestContext, address: PublicAddress) -> Response {
    let mut text = "User-agent: *\n".to_owned();
    for path in closed(cx.atrium().routes()) {
        text.push_str(&format!("Disallow: {}\n", cx.href(&path)));
    }
    text.push_str(&format!("Sitemap: {}\n", address.url("/sitemap.xml")));
    address.answer("text/plain; charset=utf-8", text.into_bytes())
}

/// Returns the paths closed to robots: pages for signed-in people, with all paths below them, and [`UNKEPT`].
fn closed(routes: &[RouteInfo]) -> BTreeSet<String> {
    let is_closed = |route: &&RouteInfo| route.who != Who::Anyone && !route.path.contains('{');
    let mut closed: BTreeSet<String> = UNKEPT.map(str::to_owned).into();
    for path in routes.iter().filter(is_closed).map(|route| route.path.as_str()) {
        let below = format!("{path}/");
        if routes.iter().filter(|route| route.path.starts_with(&below)).all(|route| route.who != Who::Anyone) {
            closed.insert(below);
        }
        // A public path may begin with the same letters.
        closed.insert(format!("{path}$"));
    }
    let all = closed.clone();
    closed.retain(|path| !all.iter().any(|above| above.ends_with('/') && path != above && path.starts_with(above)));
    closed
}

/// `GET /sitemap.xml`
async fn index(cx: RequestContext, address: PublicAddress) -> Result<Response> {
    let path = "/sitemap.xml";
    let state = State::now(&cx).await?;
    if let Some(unchanged) = address.unchanged(&state, path) {
        return Ok(unchanged);
    }
    let _turn = turn().await?;
    let mut parts = vec![("core-0".to_owned(), None)];
    for plugin in cx.atrium().plugins() {
        let count = plugin.sitemap_parts(&cx).await?.min(PARTS);
        let changed = plugin.sitemap_changes(&cx).await?;
        parts.extend((0..count).map(|part| (format!("{}-{part}", plugin.id()), changed.get(&part).copied())));
    }
    parts.truncate(usize::try_from(PARTS).unwrap_or(usize::MAX));
    let body = list("sitemapindex", |writer| {
        parts.iter().try_for_each(|(part, changed)| {
            entry(writer, "sitemap", &address.url(&format!("/sitemap/{part}.xml")), *changed)
        })
    })?;
    Ok(address.answer_in(&state, path, XML, body))
}

/// `GET /sitemap/{plugin}-{part}.xml`
async fn part(cx: RequestContext, address: PublicAddress, Path(name): Path<String>) -> Result<Response> {
    let absent = || Error::not_found(format!("sitemap {name}"));
    let (owner, number) = name.strip_suffix(".xml").and_then(|name| name.rsplit_once('-')).ok_or_else(absent)?;
    let number: u64 = number.parse().map_err(|_| absent())?;
    let state = State::now(&cx).await?;
    if let Some(unchanged) = address.unchanged(&state, &name) {
        return Ok(unchanged);
    }
    let _turn = turn().await?;
    let mut pages = match (owner, number) {
        ("core", 0) => vec![SitemapPage::new("/", None)],
        _ => match cx.atrium().plugins().iter().find(|plugin| plugin.id() == owner) {
            Some(plugin) if number < plugin.sitemap_parts(&cx).await?.min(PARTS) => plugin.sitemap(&cx, number).await?,
            _ => return Err(absent()),
        },
    };
    pages.truncate(usize::try_from(SITEMAP_PART).unwrap_or(usize::MAX));
    let body = list("urlset", |writer| {
        pages.iter().try_for_each(|page| entry(writer, "url", &address.url(&page.path), page.changed))
    })?;
    Ok(address.answer_in(&state, &name, XML, body))
}

/// Waits for a turn to make a document.
async fn turn() -> Result<SemaphorePermit<'static>> {
    let turn = tokio::time::timeout(TURN, MAKING.acquire()).await;
    turn.map_err(|_| Error::busy("sitemaps", RETRY_AFTER))?.map_err(|source| Error::internal("turns", source))
}

/// Writes an entry: its address, and its last change if known.
fn entry(writer: &mut Writer<Vec<u8>>, name: &str, address: &str, changed: Option<Timestamp>) -> std::io::Result<()> {
    let entry = writer.create_element(name);
    let written = entry.write_inner_content(|writer| {
        element(writer, "loc", address)?;
        match changed {
            Some(changed) => element(writer, "lastmod", &changed.to_rfc3339()),
            None => Ok(()),
        }
    });
    written.map(drop)
}

fn list(name: &str, write: impl FnOnce(&mut Writer<Vec<u8>>) -> std::io::Result<()>) -> Result<Vec<u8>> {
    document(|writer| {
        let root = writer.create_element(name);
        let root = root.with_attribute(("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"));
        root.write_inner_content(write).map(drop)
    })
}
