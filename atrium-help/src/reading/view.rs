//! What the help's home and the pages of collections print.

use std::collections::HashMap;

use atrium_core::clock::Timestamp;
use atrium_core::web::{Crumb, FeedLink, HomeLink, HomeSection, Incident, Locale, RequestContext, View};
use atrium_core::{Message, Result};
use serde::Serialize;

use super::article::{BlockView, passages};
use super::audience::reader;
use super::feed;
use super::names::Names;
use crate::articles::store::{ArticleLine, CollectionLine};
use crate::articles::{Stored, collection};
use crate::paths::{HOME, article_path, collection_path, service_of};

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
    /// The language of the name.
    lang: &'static str,
    summary: String,
    url: String,
    articles: u64,
    /// What is the matter with the service, if anything.
    disturbance: Option<Incident>,
}

impl CollectionLink {
    fn new(cx: &RequestContext, collection: collection::Model, counts: &HashMap<String, u64>) -> Self {
        Self {
            url: collection_path(&collection.key),
            articles: within(counts, &collection.key),
            disturbance: cx.disturbance(&collection.key),
            name: name_of(cx, &collection),
            lang: language_of_name(cx, &collection),
            key: collection.key,
            summary: collection.summary,
        }
    }
}

/// Returns how many of the counted articles are in the collection `key` or inside it.
pub(super) fn within(counts: &HashMap<String, u64>, key: &str) -> u64 {
    let inside = |held: &str| held.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    counts.iter().filter(|(held, _)| inside(held)).map(|(_, count)| count).sum()
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
    /// The language of the service's name.
    service_lang: &'static str,
    updated: Timestamp,
}

/// `help/home`
#[derive(Serialize)]
pub(super) struct HomeView {
    title: String,
    feed: FeedLink,
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
    pub(super) fn new(cx: &RequestContext, content: Content) -> Self {
        let Content { collections, counts, recent, useful } = content;
        let catalogue = cx.atrium().catalogue().services();
        let short = |line: ArticleLine| {
            let collection = collections.iter().find(|c| c.key == line.collection);
            ShortLink {
                url: article_path(&line.collection, &line.slug),
                service: collection.map(|c| name_of(cx, c)).unwrap_or_default(),
                service_lang: collection.map_or("", |c| language_of_name(cx, c)),
                title: line.title,
                updated: line.updated_at,
            }
        };
        let recent = recent.into_iter().map(short).collect();
        let useful = useful.into_iter().map(short).collect();
        // A plain collection is left out if the reader may see no article of it.
        let is_service = |key: &str| catalogue.iter().any(|service| service.key == key);
        let outer = collections.into_iter().filter(|c| !c.key.contains('/'));
        let shown = outer.filter(|c| is_service(&c.key) || within(&counts, &c.key) > 0);
        let links = shown.map(|collection| CollectionLink::new(cx, collection, &counts));
        let (services, others): (Vec<_>, Vec<_>) = links.partition(|link| is_service(&link.key));
        let groups = [("help-home-services", services), ("help-home-collections", others)];
        let groups = groups.into_iter().filter(|(_, services)| !services.is_empty());
        Self {
            feed: feed::link(cx),
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
    /// The service that it is about, or the part of the help in which it stands.
    #[serde(skip)]
    service: String,
    title: String,
    /// The languages of title and summary.
    lang: &'static str,
    summary_lang: &'static str,
    description: String,
    breadcrumb: Vec<Crumb>,
    summary: String,
    intro: Vec<BlockView>,
    disturbance: Option<Incident>,
    available: Option<bool>,
    launch_url: Option<String>,
    sections: Vec<CollectionLink>,
    articles: Vec<ArticleLink>,
    more: u64,
    links: Vec<HomeLink>,
}

impl View for CollectionView {
    const TEMPLATE: &'static str = "help/service";

    fn service(&self) -> Option<&str> {
        Some(&self.service)
    }
}

/// What a collection's page is made of.
pub(super) struct Shelf {
    pub(super) collection: collection::Model,
    pub(super) articles: Vec<ArticleLine>,
    /// How many there are, with those that are not listed.
    pub(super) total: u64,
    /// The collections above it and directly inside it.
    pub(super) around: Vec<collection::Model>,
    /// Visible articles of each collection.
    pub(super) counts: HashMap<String, u64>,
    /// What other plugins have about the service.
    pub(super) links: Vec<HomeLink>,
}

impl CollectionView {
    pub(super) async fn load(cx: &RequestContext, shelf: Shelf) -> Result<Self> {
        let Shelf { collection, articles, total, links, around, counts } = shelf;
        let blocks = Stored::introduction(&collection)?.into_blocks()?;
        let roles = blocks.iter().filter_map(|block| block.audience.as_ref()).flat_map(|rule| &rule.roles);
        let keys = articles.iter().flat_map(|line| line.audience.lines()).chain(roles.map(String::as_str));
        let names = Names::load(cx, keys).await?;
        let (intro, _) = passages(&names, &blocks, &reader(cx.actor(), cx.atrium().catalogue()));
        let service = service_of(&collection.key);
        let offer = offer(cx, service);
        let (mut above, inside): (Vec<_>, Vec<_>) =
            around.into_iter().partition(|other| other.key.len() < collection.key.len());
        above.sort_by_key(|shelf| shelf.key.len());
        let home = Crumb::to(cx.t("help-home-title"), HOME);
        let above = above.iter().map(|shelf| crumb(cx, shelf));
        Ok(Self {
            service: service.to_owned(),
            description: collection.summary.clone(),
            breadcrumb: std::iter::once(home).chain(above).collect(),
            intro,
            sections: inside.into_iter().map(|inside| CollectionLink::new(cx, inside, &counts)).collect(),
            articles: articles.iter().map(|line| ArticleLink::new(&names, line)).collect(),
            more: total.saturating_sub(articles.len() as u64),
            links,
            disturbance: cx.disturbance(service),
            available: offer.as_ref().map(|offer| offer.is_some()),
            launch_url: offer.flatten(),
            title: name_of(cx, &collection),
            lang: language_of_name(cx, &collection),
            summary_lang: if collection.root.is_empty() {
                // Of the catalogue, in the reader's language.
                ""
            } else {
                FRENCH
            },
            summary: collection.summary,
        })
    }
}

/// The language in which articles are written.
pub(super) const FRENCH: &str = "fr";

/// Returns the step of a breadcrumb that leads to a collection.
pub(super) fn crumb(cx: &RequestContext, collection: &collection::Model) -> Crumb {
    Crumb::to(name_of(cx, collection), collection_path(&collection.key)).in_language(language_of_name(cx, collection))
}

/// Returns the language in which [`name_of`] answers.
fn language_of_name(cx: &RequestContext, collection: &collection::Model) -> &'static str {
    cx.atrium().catalogue().service(&collection.key).map_or(FRENCH, |service| cx.language_of(&service.name_en))
}

/// Returns what a collection is called: as its folder says, or, in another language, as the catalogue calls the
/// service.
pub(super) fn name_of(cx: &RequestContext, collection: &collection::Model) -> String {
    let service = cx.atrium().catalogue().service(&collection.key).filter(|_| cx.locale() != Locale::Fr);
    service.map_or_else(|| collection.title.clone(), |service| cx.service_name(&service).to_owned())
}

/// Returns a service of the catalogue that no folder describes: its page says what the catalogue knows.
pub(super) fn undescribed(cx: &RequestContext, key: &str) -> Option<collection::Model> {
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
        file: String::new(),
        rendered: String::new(),
        renderer: 0,
        anchors: None,
    })
}

/// Tells whether the reader has the service, and where it opens; `None` for visitors, people without a school, and
/// collections that are no service.
fn offer(cx: &RequestContext, key: &str) -> Option<Option<String>> {
    cx.atrium().catalogue().service(key)?;
    let now = cx.actor().now();
    let mut memberships = cx.actor().rights().memberships(now).peekable();
    memberships.peek()?;
    let catalogue = cx.atrium().catalogue();
    let mut offers = memberships.flat_map(|held| catalogue.available(held.establishment, held.profile));
    Some(offers.find(|offer| offer.service.key == key).map(|offer| offer.launch_url.unwrap_or_default()))
}

/// Returns the help's part of the platform's home page.
pub(crate) fn home_section(
    cx: &RequestContext,
    collections: &[CollectionLine],
    counts: &HashMap<String, u64>,
) -> HomeSection {
    let catalogue = cx.atrium().catalogue().services();
    let is_service = |key: &str| catalogue.iter().any(|service| service.key == key);
    let outer = collections.iter().filter(|c| !c.key.contains('/'));
    let plain = outer.filter(|c| !is_service(&c.key) && within(counts, &c.key) > 0);
    let links = plain.map(|collection| {
        let link = HomeLink::new(&collection.title, collection_path(&collection.key)).in_language(FRENCH);
        link.with_meta_in(FRENCH, &collection.summary)
    });
    HomeSection {
        title: cx.t("help-home-title"),
        url: HOME.to_owned(),
        more: cx.message(&Message::new("help-home-more").with("count", counts.values().sum::<u64>())),
        links: links.take(6).collect(),
    }
}
