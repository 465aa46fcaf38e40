//! What the page of an article prints: its passages as they are for this reader, and what stands around them.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use atrium_core::access::Visibility;
use atrium_core::clock::Timestamp;
use atrium_core::markup::{AudienceRule, Fit, Reader, SafeHtml};
use atrium_core::web::{Crumb, FieldErrors, Form, Incident, RequestContext, View};
use atrium_core::{Error, Message, Result};
use serde::Serialize;

use super::audience::{Said, reader};
use super::names::Names;
use super::view::{ArticleLink, crumb};
use crate::articles::store::ArticleLine;
use crate::articles::{Heading, PageBlock, Stored, article, collection};
use crate::paths::{HOME, article_path, service_of};
use crate::permissions::{READ, READ_FEEDBACK};
use crate::{calendar, feedback};

#[derive(Serialize)]
struct TocEntry {
    id: String,
    title: String,
    level: u8,
}

/// A stretch of a text as a page prints it.
#[derive(Serialize)]
pub(super) struct BlockView {
    pub(super) html: SafeHtml,
    /// The readers the passage is for; empty when it is for this reader, or for everyone.
    pub(super) label: String,
}

/// Returns the passages of a text that this reader is shown, and their headings.
pub(super) fn passages(names: &Names, blocks: &[PageBlock], reader: &Reader) -> (Vec<BlockView>, Vec<Heading>) {
    let (mut shown, mut headings) = (Vec::new(), Vec::new());
    for block in blocks {
        let label = match block.audience.as_ref().map(|rule| (rule, rule.fit(reader))) {
            Some((_, Fit::No)) => continue,
            Some((rule, Fit::Unknown)) => names.rule(rule),
            Some((_, Fit::Yes)) | None => String::new(),
        };
        headings.extend(block.headings.iter().cloned());
        shown.push(BlockView { html: block.html.clone(), label });
    }
    (shown, headings)
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
    /// The service that it is about, or the part of the help in which it stands.
    #[serde(skip)]
    service: String,
    title: String,
    description: String,
    /// What is the matter with the service that it is about.
    disturbance: Option<Incident>,
    summary: String,
    breadcrumb: Vec<Crumb>,
    audience: Vec<String>,
    toc: Vec<TocEntry>,
    readers: Vec<ReaderChoice>,
    reader_note: String,
    blocks: Vec<BlockView>,
    updated: Timestamp,
    opinions_url: Option<String>,
    previous: Option<ArticleLink>,
    next: Option<ArticleLink>,
    review_due: bool,
    feedback: FeedbackView,
    form: FeedbackForm,
    errors: FieldErrors,
}

impl View for ArticleView {
    const TEMPLATE: &'static str = "help/article";
    const IS_SHARED: bool = true;

    fn service(&self) -> Option<&str> {
        Some(&self.service)
    }
}

/// An article with what stands around it, the same for everybody who may see the same.
pub(super) struct Placed {
    /// The article, without its texts.
    article: article::Model,
    blocks: Vec<PageBlock>,
    /// Its collection, after those around it, without their texts.
    shelves: Vec<collection::Model>,
    previous: Option<ArticleLine>,
    next: Option<ArticleLine>,
    /// The rule of those who see it so.
    visible: Visibility,
    /// The readers that its passages ask for.
    rules: Vec<AudienceRule>,
}

impl Placed {
    /// Reads the blocks of `article`.
    ///
    /// # Errors
    /// What is kept of its text cannot be read.
    pub(super) fn of(
        mut article: article::Model,
        mut shelves: Vec<collection::Model>,
        previous: Option<ArticleLine>,
        next: Option<ArticleLine>,
        visible: Visibility,
    ) -> Result<Self> {
        let blocks = Stored::blocks_of(&article)?;
        let rules = blocks.iter().filter_map(|block| block.audience.clone()).collect();
        // Pages need no more of the texts than the blocks.
        (article.markdown, article.rendered) = (String::new(), String::new());
        for shelf in &mut shelves {
            (shelf.markdown, shelf.rendered) = (String::new(), String::new());
        }
        Ok(Self { article, blocks, shelves, previous, next, visible, rules })
    }

    /// Returns about how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let blocks: usize = self.blocks.iter().map(|block| block.html.as_str().len() + 500).sum();
        blocks + self.shelves.len() * 500 + 4_000
    }
}

/// What the page of an article depends on besides the article: who reads it, as far as it matters to them.
#[derive(Hash)]
pub(super) struct Reading<'a> {
    visible: &'a Visibility,
    /// What a visitor says of themselves.
    said: Said,
    /// What is known of the reader, where passages ask.
    reader: Option<KnownReader>,
    reads_opinions: bool,
    review_due: bool,
}

impl<'a> Reading<'a> {
    pub(super) fn new(cx: &RequestContext, placed: &'a Placed, said: &Said) -> Self {
        let asks = !placed.rules.is_empty();
        let said = said.among(&placed.rules);
        Self {
            visible: &placed.visible,
            reader: asks.then(|| KnownReader(said.complete(reader(cx.actor(), cx.atrium().catalogue())))),
            said,
            reads_opinions: cx.actor().rights().holds_somewhere(READ_FEEDBACK, cx.actor().now()),
            review_due: is_due(cx, placed.article.review_on.as_deref()),
        }
    }
}

/// A reader that is hashed by everything that passages may ask for.
struct KnownReader(Reader);

impl Hash for KnownReader {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Reader { profiles, roles, traits, services, .. } = &self.0;
        (profiles, roles, traits, services).hash(state);
    }
}

impl ArticleView {
    /// Creates the page of `placed` for a reader.
    pub(super) async fn load(cx: &RequestContext, placed: &Placed, reading: &Reading<'_>) -> Result<Self> {
        let neighbours = [&placed.previous, &placed.next].into_iter().flatten();
        let audiences = neighbours.map(|line| &line.audience).chain([&placed.article.audience]);
        let keys = audiences.flat_map(|keys| keys.lines());
        let keys = keys.chain(placed.rules.iter().flat_map(|rule| &rule.roles).map(String::as_str));
        let names = Names::load(cx, keys).await?;
        Ok(Self::new(cx, &names, placed, reading))
    }

    fn new(cx: &RequestContext, names: &Names, placed: &Placed, reading: &Reading<'_>) -> Self {
        let Placed { article, blocks, shelves, previous, next, rules, .. } = placed;
        let path = article_path(&article.collection, &article.slug);
        let unknown = Reader::default();
        let reader = reading.reader.as_ref().map_or(&unknown, |known| &known.0);
        let (shown, headings) = passages(names, blocks, reader);
        let entries = headings.into_iter().filter(|heading| heading.level <= 3);
        let toc =
            entries.map(|heading| TocEntry { id: heading.id, title: heading.text, level: heading.level }).collect();
        let neighbour = |line: &Option<ArticleLine>| line.as_ref().map(|line| ArticleLink::new(names, line));
        let home = Crumb::to(cx.t("help-home-title"), HOME);
        let above = shelves.iter().map(|shelf| crumb(cx, shelf));
        Self {
            service: service_of(&article.collection).to_owned(),
            disturbance: cx.disturbance(service_of(&article.collection)),
            description: article.summary.clone(),
            summary: article.summary.clone(),
            breadcrumb: std::iter::once(home).chain(above).collect(),
            audience: names.audience(&article.audience),
            toc,
            readers: choices(cx, names, rules, &reading.said, &path),
            reader_note: reader_note(cx, names, rules, reader),
            blocks: shown,
            updated: article.updated_at,
            opinions_url: reading.reads_opinions.then(|| feedback::article_path(&article.collection, &article.slug)),
            previous: neighbour(previous),
            next: neighbour(next),
            review_due: reading.review_due,
            feedback: FeedbackView { url: format!("{path}/avis"), done: false },
            form: FeedbackForm::default(),
            errors: FieldErrors::new(),
            title: article.title.clone(),
        }
    }

    /// Returns the page with the opinion that was not accepted.
    pub(super) fn refuse_feedback(&mut self, cx: &RequestContext, form: &Form, error: &Error) {
        self.form = FeedbackForm { useful: form.text("useful"), comment: form.text("comment") };
        self.errors = cx.field_errors(error);
    }

    /// Returns the page after an opinion was given.
    pub(super) fn thank(&mut self) {
        self.feedback.done = true;
    }
}

/// Tells that the page's passages were chosen for the person who is signed in, by which profiles and traits.
fn reader_note(cx: &RequestContext, names: &Names, rules: &[AudienceRule], reader: &Reader) -> String {
    if rules.is_empty() || cx.actor().person().is_none() {
        return String::new();
    }
    let profiles = reader.profiles.iter().flatten().filter_map(|key| names.role(key));
    // What holds of their school counts where a passage asks for it.
    let asked: BTreeSet<_> = rules.iter().flat_map(|rule| &rule.traits).collect();
    let traits = reader.traits.iter().flatten().filter(|key| asked.contains(key)).filter_map(|key| names.of_trait(key));
    let said: Vec<_> = profiles.chain(traits).collect();
    if said.is_empty() {
        String::new()
    } else {
        cx.message(&Message::new("help-reader-note").with("profiles", said.join(", ")))
    }
}

/// Returns what a visitor may say of themselves, among what the article's passages ask and has a name.
fn choices(cx: &RequestContext, names: &Names, rules: &[AudienceRule], said: &Said, path: &str) -> Vec<ReaderChoice> {
    if cx.actor().person().is_some() {
        return Vec::new();
    }
    let profiles: BTreeSet<_> = rules.iter().flat_map(|rule| &rule.profiles).collect();
    let traits: BTreeSet<_> = rules.iter().flat_map(|rule| &rule.traits).collect();
    let profile = profiles.into_iter().filter_map(|key| Some((Said::profile(key), names.role(key)?)));
    let of_trait = traits.into_iter().filter_map(|key| Some((Said::establishment(key), names.of_trait(key)?)));
    let choice = |(choice, label): (Said, String)| {
        let current = *said == choice;
        let url = if current { path.to_owned() } else { format!("{path}?{}", choice.query()) };
        ReaderChoice { label, url, current }
    };
    profile.chain(of_trait).map(choice).collect()
}

/// Returns `true` if the date of review has passed and the reader may act on it.
fn is_due(cx: &RequestContext, review_on: Option<&str>) -> bool {
    let now = cx.actor().now();
    let may = cx.actor().rights().holds_somewhere(READ, now);
    may && review_on.and_then(calendar::parse).is_some_and(|date| date < calendar::day(now))
}
