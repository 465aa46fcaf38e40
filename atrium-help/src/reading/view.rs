//! What the help's home and the pages of collections print.

use std::collections::HashMap;

use atrium_core::clock::Timestamp;
use atrium_core::markup::SafeHtml;
use atrium_core::web::{Crumb, Cx, Disturbance, HomeLink, HomeSection, Locale, View};
use atrium_core::{Message, Result};
use serde::Serialize;

use super::names::Names;
use super::{HOME, article_path, collection_path};
use crate::articles::collection;
use crate::articles::store::ArticleLine;
use crate::sync::collection_html;

#[derive(Serialize)]
pub(super) struct ArticleLink {
    title: String,
    summary: String,
    url: String,
    audience: Vec<String>,
    updated: Timestamp,
}

impl ArticleLink {
    pub(super) fn new(names: &Names, line: &ArticleLine) -> Self {
        Self {
            title: line.title.clone(),
            summary: line.summary.clone(),
            url: article_path(&line.collection, &line.slug),
            audience: names.audience(&line.audience),
            updated: line.updated_at,
        }
    }
}

#[derive(Serialize)]
pub(super) struct CollectionLink {
    key: String,
    name: String,
    summary: String,
    url: String,
    articles: u64,
    /// What is the matter with the service, if anything.
    disturbance: Option<Disturbance>,
}

#[derive(Serialize)]
struct CollectionGroup {
    title: String,
    services: Vec<CollectionLink>,
}

#[derive(Serialize)]
struct ShortLink {
    title: String,
    url: String,
    service: String,
    updated: Timestamp,
}

/// `help/home`
#[derive(Serialize)]
pub(super) struct HomeView {
    title: String,
    description: String,
    groups: Vec<CollectionGroup>,
    useful: Vec<ShortLink>,
    recent: Vec<ShortLink>,
}

/// What the help's home is made of.
pub(super) struct Content {
    pub(super) collections: Vec<collection::Model>,
    /// Visible articles of each collection.
    pub(super) counts: HashMap<String, u64>,
    pub(super) recent: Vec<ArticleLine>,
    pub(super) useful: Vec<ArticleLine>,
}

impl View for HomeView {
    const TEMPLATE: &'static str = "help/home";
}

impl HomeView {
    pub(super) fn new(cx: &Cx, content: Content) -> Self {
        let Content { collections, counts, recent, useful } = content;
        let catalogue = cx.atrium().catalogue().services();
        let short = |line: ArticleLine| ShortLink {
            url: article_path(&line.collection, &line.slug),
            service: collections.iter().find(|c| c.key == line.collection).map(|c| name_of(cx, c)).unwrap_or_default(),
            title: line.title,
            updated: line.updated_at,
        };
        let recent = recent.into_iter().map(short).collect();
        let useful = useful.into_iter().map(short).collect();
        let link = |collection: collection::Model| CollectionLink {
            url: collection_path(&collection.key),
            articles: counts.get(&collection.key).copied().unwrap_or_default(),
            disturbance: cx.disturbance(&collection.key),
            name: name_of(cx, &collection),
            key: collection.key,
            summary: collection.summary,
        };
        // A plain collection of which the reader may see nothing is none for them.
        let is_service = |key: &str| catalogue.iter().any(|service| service.key == key);
        let shown = collections.into_iter().filter(|c| is_service(&c.key) || counts.contains_key(&c.key));
        let (services, others): (Vec<_>, Vec<_>) = shown.map(link).partition(|link| is_service(&link.key));
        let groups = [("help-home-services", services), ("help-home-collections", others)];
        let groups = groups.into_iter().filter(|(_, services)| !services.is_empty());
        Self {
            title: cx.t("help-home-title"),
            description: cx.t("help-home-description"),
            groups: groups.map(|(title, services)| CollectionGroup { title: cx.t(title), services }).collect(),
            useful,
            recent,
        }
    }
}

/// `help/service`
#[derive(Serialize)]
pub(super) struct CollectionView {
    title: String,
    description: String,
    breadcrumb: Vec<Crumb>,
    summary: String,
    intro: SafeHtml,
    disturbance: Option<Disturbance>,
    available: Option<bool>,
    launch_url: Option<String>,
    articles: Vec<ArticleLink>,
    more: u64,
    links: Vec<HomeLink>,
}

impl View for CollectionView {
    const TEMPLATE: &'static str = "help/service";
}

/// What a collection's page is made of.
pub(super) struct Shelf {
    pub(super) collection: collection::Model,
    pub(super) articles: Vec<ArticleLine>,
    /// How many there are, with those that are not listed.
    pub(super) total: u64,
    /// What other plugins have about the service.
    pub(super) links: Vec<HomeLink>,
}

impl CollectionView {
    pub(super) async fn load(cx: &Cx, shelf: Shelf) -> Result<Self> {
        let Shelf { collection, articles, total, links } = shelf;
        let names = Names::load(cx, articles.iter().flat_map(|line| line.audience.lines())).await?;
        let offer = offer(cx, &collection.key);
        Ok(Self {
            description: collection.summary.clone(),
            breadcrumb: vec![Crumb::to(cx.t("help-home-title"), HOME)],
            intro: collection_html(&collection.key, &collection.markdown),
            articles: articles.iter().map(|line| ArticleLink::new(&names, line)).collect(),
            more: total.saturating_sub(articles.len() as u64),
            links,
            disturbance: cx.disturbance(&collection.key),
            available: offer.as_ref().map(|offer| offer.is_some()),
            launch_url: offer.flatten(),
            title: name_of(cx, &collection),
            summary: collection.summary,
        })
    }
}

/// What a collection is called: as its folder says, or, in another language, as the catalogue calls the service.
pub(super) fn name_of(cx: &Cx, collection: &collection::Model) -> String {
    let service = cx.atrium().catalogue().service(&collection.key).filter(|_| cx.locale() != Locale::Fr);
    service.map_or_else(|| collection.title.clone(), |service| cx.service_name(&service).to_owned())
}

/// A service of the catalogue that no folder describes: its page says what the catalogue knows.
pub(super) fn undescribed(cx: &Cx, key: &str) -> Option<collection::Model> {
    let service = cx.atrium().catalogue().service(key)?;
    let summary = match cx.locale() {
        Locale::En if !service.summary_en.is_empty() => service.summary_en.clone(),
        _ => service.summary_fr.clone(),
    };
    let title = cx.service_name(&service).to_owned();
    Some(collection::Model {
        key: service.key,
        root: String::new(),
        title,
        summary,
        markdown: String::new(),
        icon: String::new(),
        position: service.position,
        content_hash: String::new(),
    })
}

/// Whether the reader has the service, and where it opens; nothing for visitors, people without a school, and
/// collections that are no service.
fn offer(cx: &Cx, key: &str) -> Option<Option<String>> {
    cx.atrium().catalogue().service(key)?;
    let now = cx.actor().now();
    let mut memberships = cx.actor().rights().memberships(now).peekable();
    memberships.peek()?;
    let catalogue = cx.atrium().catalogue();
    let mut offers = memberships.flat_map(|held| catalogue.available(held.establishment, held.profile));
    Some(offers.find(|offer| offer.service.key == key).map(|offer| offer.launch_url.unwrap_or_default()))
}

/// The help's part of the platform's home page.
pub(crate) fn home_section(cx: &Cx, collections: &[collection::Model], counts: &HashMap<String, u64>) -> HomeSection {
    let catalogue = cx.atrium().catalogue().services();
    let is_service = |key: &str| catalogue.iter().any(|service| service.key == key);
    let plain = collections.iter().filter(|c| !is_service(&c.key) && counts.contains_key(&c.key));
    let links = plain.map(|collection| HomeLink {
        title: collection.title.clone(),
        url: collection_path(&collection.key),
        meta: collection.summary.clone(),
    });
    HomeSection {
        title: cx.t("help-home-title"),
        url: HOME.to_owned(),
        more: cx.message(&Message::new("help-home-more").with("count", counts.values().sum::<u64>())),
        links: links.take(6).collect(),
    }
}
