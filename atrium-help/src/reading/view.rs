//! What the pages print.

use std::collections::{BTreeSet, HashMap};

use atrium_core::clock::Timestamp;
use atrium_core::markup::{AudienceRule, Fit, SafeHtml};
use atrium_core::web::{Cx, FieldErrors, Form, HomeLink, HomeSection, View};
use atrium_core::{Error, Message, Result};
use serde::Serialize;

use super::audience::{Said, reader};
use super::routes::USEFUL;
use super::{HOME, article_path, collection_path};
use crate::articles::store::ArticleLine;
use crate::articles::{READ, article, collection};
use crate::sync::{Stored, collection_html};

#[derive(Serialize)]
pub(super) struct Crumb {
    label: String,
    url: String,
}

#[derive(Serialize)]
pub(super) struct ArticleLink {
    title: String,
    summary: String,
    url: String,
    audience: Vec<String>,
    updated: Timestamp,
}

impl ArticleLink {
    fn new(cx: &Cx, line: &ArticleLine) -> Self {
        Self {
            title: line.title.clone(),
            summary: line.summary.clone(),
            url: article_path(&line.collection, &line.slug),
            audience: audience_labels(cx, &line.audience),
            updated: line.updated_at,
        }
    }
}

/// Names of profiles and roles, in the reader's language.
fn audience_labels(cx: &Cx, keys: &str) -> Vec<String> {
    keys.lines().map(|key| role_label(cx, key)).collect()
}

#[derive(Serialize)]
pub(super) struct CollectionLink {
    key: String,
    name: String,
    summary: String,
    url: String,
    articles: u64,
    state: String,
    state_label: String,
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
            service: collections.iter().find(|c| c.key == line.collection).map(|c| c.title.clone()).unwrap_or_default(),
            title: line.title,
            updated: line.updated_at,
        };
        let recent = recent.into_iter().map(short).collect();
        let useful = useful.into_iter().take(USEFUL).map(short).collect();
        let link = |collection: collection::Model| {
            let (state, _) = service_state(cx, &collection.key);
            CollectionLink {
                url: collection_path(&collection.key),
                articles: counts.get(&collection.key).copied().unwrap_or_default(),
                state_label: state_label(cx, &state),
                state,
                key: collection.key,
                name: collection.title,
                summary: collection.summary,
            }
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
    state: String,
    state_label: String,
    state_note: String,
    available: Option<bool>,
    launch_url: Option<String>,
    articles: Vec<ArticleLink>,
    more: u64,
    links: Vec<HomeLink>,
}

impl View for CollectionView {
    const TEMPLATE: &'static str = "help/service";
}

impl CollectionView {
    pub(super) fn new(
        cx: &Cx,
        collection: collection::Model,
        articles: &[ArticleLine],
        total: u64,
        links: Vec<HomeLink>,
    ) -> Self {
        let (state, state_note) = service_state(cx, &collection.key);
        let offer = offer(cx, &collection.key);
        Self {
            description: collection.summary.clone(),
            breadcrumb: vec![Crumb { label: cx.t("help-home-title"), url: HOME.to_owned() }],
            intro: collection_html(&collection.key, &collection.markdown),
            articles: articles.iter().map(|line| ArticleLink::new(cx, line)).collect(),
            more: total.saturating_sub(articles.len() as u64),
            links,
            state_label: state_label(cx, &state),
            available: offer.as_ref().map(|offer| offer.is_some()),
            launch_url: offer.flatten(),
            state,
            state_note,
            title: collection.title,
            summary: collection.summary,
        }
    }
}

fn state_label(cx: &Cx, state: &str) -> String {
    match state {
        "" => String::new(),
        state => cx.message(&Message::new(format!("core-service-state-{state}"))),
    }
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

/// The state of the service, when it is one of the catalogue and something is the matter.
fn service_state(cx: &Cx, key: &str) -> (String, String) {
    let services = cx.atrium().catalogue().services();
    let Some(service) = services.iter().find(|service| service.key == key) else { return Default::default() };
    let note = match cx.locale() {
        atrium_core::web::Locale::En if !service.state_note_en.is_empty() => &service.state_note_en,
        _ => &service.state_note_fr,
    };
    match service.state.as_str() {
        "normal" => Default::default(),
        state => (state.to_owned(), note.clone()),
    }
}

#[derive(Serialize)]
struct TocEntry {
    id: String,
    title: String,
    level: u8,
}

#[derive(Serialize)]
struct BlockView {
    html: SafeHtml,
    /// For whom the passage is; empty when it is for this reader, or for everyone.
    label: String,
}

/// "I am a …": a way for a visitor to see the passages that hold for them.
#[derive(Serialize)]
struct ReaderChoice {
    label: String,
    url: String,
    current: bool,
}

#[derive(Serialize)]
struct FeedbackView {
    url: String,
    done: bool,
}

#[derive(Default, Serialize)]
struct FeedbackForm {
    useful: String,
    comment: String,
}

/// `help/article`
#[derive(Serialize)]
pub(super) struct ArticleView {
    title: String,
    description: String,
    summary: String,
    breadcrumb: Vec<Crumb>,
    audience: Vec<String>,
    toc: Vec<TocEntry>,
    readers: Vec<ReaderChoice>,
    reader_note: String,
    blocks: Vec<BlockView>,
    updated: Timestamp,
    previous: Option<ArticleLink>,
    next: Option<ArticleLink>,
    review_due: bool,
    feedback: FeedbackView,
    form: FeedbackForm,
    errors: FieldErrors,
}

impl View for ArticleView {
    const TEMPLATE: &'static str = "help/article";
}

/// An article with what stands around it.
pub(super) struct Around {
    pub(super) collection: collection::Model,
    pub(super) previous: Option<ArticleLine>,
    pub(super) next: Option<ArticleLine>,
    /// What a visitor says of themselves.
    pub(super) said: Said,
}

impl ArticleView {
    pub(super) fn new(cx: &Cx, article: article::Model, around: Around) -> Result<Self> {
        let blocks = Stored::load(&article)?.into_blocks()?;
        let path = article_path(&article.collection, &article.slug);
        let rules: Vec<_> = blocks.iter().filter_map(|block| block.audience.clone()).collect();
        let said = around.said.among(&rules);
        let reader = said.complete(reader(cx.actor(), cx.atrium().catalogue()));
        let mut toc = Vec::new();
        let mut shown = Vec::new();
        for block in blocks {
            let label = match block.audience.as_ref().map(|rule| (rule, rule.fit(&reader))) {
                Some((_, Fit::No)) => continue,
                Some((rule, Fit::Unknown)) => rule_label(cx, rule),
                Some((_, Fit::Yes)) | None => String::new(),
            };
            let entries = block.headings.into_iter().filter(|heading| heading.level <= 3);
            toc.extend(entries.map(|heading| TocEntry { id: heading.id, title: heading.text, level: heading.level }));
            shown.push(BlockView { html: block.html, label });
        }
        let Around { collection, previous, next, .. } = around;
        let neighbour = |line: Option<ArticleLine>| line.map(|line| ArticleLink::new(cx, &line));
        let home = Crumb { label: cx.t("help-home-title"), url: HOME.to_owned() };
        let parent = Crumb { label: collection.title, url: collection_path(&collection.key) };
        Ok(Self {
            description: article.summary.clone(),
            summary: article.summary,
            breadcrumb: vec![home, parent],
            audience: audience_labels(cx, &article.audience),
            toc,
            readers: choices(cx, &rules, &said, &path),
            reader_note: reader_note(cx, &rules),
            blocks: shown,
            updated: article.updated_at,
            previous: neighbour(previous),
            next: neighbour(next),
            review_due: is_due(cx, article.review_on.as_deref()),
            feedback: FeedbackView { url: format!("{path}/avis"), done: false },
            form: FeedbackForm::default(),
            errors: FieldErrors::new(),
            title: article.title,
        })
    }

    /// The page with the opinion that was not accepted.
    pub(super) fn refuse_feedback(&mut self, cx: &Cx, form: &Form, error: &Error) {
        self.form = FeedbackForm { useful: form.text("useful"), comment: form.text("comment") };
        self.errors = cx.field_errors(error);
    }

    /// The page after an opinion was given.
    pub(super) fn thank(&mut self) {
        self.feedback.done = true;
    }
}

/// That the page's passages were chosen for the person who is signed in, and as whom.
fn reader_note(cx: &Cx, rules: &[AudienceRule]) -> String {
    if rules.is_empty() || cx.actor().person().is_none() {
        return String::new();
    }
    let profiles: BTreeSet<_> =
        cx.actor().rights().memberships(cx.actor().now()).map(|held| held.profile.key()).collect();
    let profiles: Vec<_> = profiles.into_iter().map(|key| role_label(cx, key)).collect();
    match profiles.is_empty() {
        true => String::new(),
        false => cx.message(&Message::new("help-reader-note").with("profiles", profiles.join(", "))),
    }
}

/// What a visitor may say of themselves, among what the article's passages ask.
fn choices(cx: &Cx, rules: &[AudienceRule], said: &Said, path: &str) -> Vec<ReaderChoice> {
    if cx.actor().person().is_some() {
        return Vec::new();
    }
    let profiles: BTreeSet<_> = rules.iter().flat_map(|rule| &rule.profiles).collect();
    let traits: BTreeSet<_> = rules.iter().flat_map(|rule| &rule.traits).collect();
    let profile = profiles.into_iter().map(|key| (Said::profile(key), role_label(cx, key)));
    let of_trait = traits.into_iter().map(|key| (Said::establishment(key), trait_label(cx, key)));
    let choice = |(choice, label): (Said, String)| {
        let current = *said == choice;
        let url = if current { path.to_owned() } else { format!("{path}?{}", choice.query()) };
        ReaderChoice { label, url, current }
    };
    profile.chain(of_trait).map(choice).collect()
}

/// Has the date of review passed, for those who may do something about it?
fn is_due(cx: &Cx, review_on: Option<&str>) -> bool {
    let today = cx.actor().now().to_rfc3339();
    let may = cx.actor().rights().holds_somewhere(READ, cx.actor().now());
    may && review_on.is_some_and(|date| date < &today[..10])
}

fn role_label(cx: &Cx, key: &str) -> String {
    cx.message(&Message::new(format!("core-role-{}", key.replace('_', "-"))))
}

fn trait_label(cx: &Cx, key: &str) -> String {
    cx.message(&Message::new(format!("help-trait-{key}")))
}

/// For whom a conditional passage is, in words.
fn rule_label(cx: &Cx, rule: &AudienceRule) -> String {
    let services = cx.atrium().catalogue().services();
    let of_service = |key: &String| {
        let service = services.iter().find(|service| service.key == *key);
        let name = service.map_or(key.as_str(), |service| cx.service_name(service));
        cx.message(&Message::new("help-block-service").with("service", name))
    };
    let mut words: Vec<_> = rule.profiles.iter().chain(&rule.roles).map(|key| role_label(cx, key)).collect();
    words.extend(rule.traits.iter().map(|key| trait_label(cx, key)));
    words.extend(rule.services.iter().map(of_service));
    words.join(", ")
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
