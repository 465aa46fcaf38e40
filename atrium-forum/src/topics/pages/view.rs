//! What the pages of topics print.

use atrium_core::access::Scope;
use atrium_core::clock::Timestamp;
use atrium_core::markup::SafeHtml;
use atrium_core::web::{
    Choice, Crumb, FeedLink, FieldErrors, FileField, Hole, Incident, Pages, Piece, RequestContext, View,
};
use atrium_core::{Message, Result};
use serde::Serialize;

use crate::categories::Category;
use crate::categories::pages::told::Confirm;
use crate::follow::Standing;
use crate::names::AuthorName;
use crate::reader::Reader;
use crate::topics::store::Row;
use crate::topics::{FRENCH, HOME, Kind, Readers, Topic};

/// Returns the way from the forum to a page, by way of a category and a topic.
pub(crate) fn crumbs(
    cx: &RequestContext,
    category: Option<&Category>,
    topic: Option<&Topic>,
    here: &str,
) -> Vec<Crumb> {
    let mut crumbs = vec![Crumb::to(cx.t("forum-title"), HOME)];
    crumbs.extend(category.map(|category| Crumb::to(&category.row.name, category.url()).in_language(FRENCH)));
    crumbs.extend(topic.map(|topic| Crumb::to(&topic.title, topic.url()).in_language(FRENCH)));
    crumbs.push(Crumb::here(here));
    crumbs
}

/// Returns the kinds of topic that they may choose in a category of `scope`.
pub(crate) fn kind_choices(cx: &RequestContext, reader: &Reader, scope: Scope) -> Vec<Choice> {
    let kinds = [Kind::Question, Kind::Problem, Kind::Wish, Kind::Discussion, Kind::Announcement];
    let theirs = kinds.into_iter().filter(|kind| *kind != Kind::Announcement || reader.may_announce(scope));
    theirs.map(|kind| Choice::new(kind.key(), kind_label(cx, kind))).collect()
}

pub(crate) fn kind_label(cx: &RequestContext, kind: Kind) -> String {
    cx.message(&Message::new(format!("forum-kind-{}", kind.key())))
}

/// One of the ways to look at a list.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ViewLink {
    pub(super) label: String,
    pub(super) url: String,
    pub(super) current: bool,
}

/// One topic of a list: `forum/row`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RowView {
    title: String,
    url: String,
    /// The category's name, in lists of several.
    category: Option<String>,
    author: String,
    replies: i64,
    last: Timestamp,
    last_author: String,
    unread: bool,
    solved: bool,
    official: bool,
    locked: bool,
    pinned: bool,
    confidential: bool,
    state: &'static str,
    kind_label: String,
}

impl View for RowView {
    const TEMPLATE: &'static str = "forum/row";
}

/// Returns the topic of `row` as a list prints it, of one category or of several.
///
/// # Errors
/// Returns what the template refused.
pub(super) fn row_piece(cx: &RequestContext, reader: &Reader, row: &Row, one_category: bool) -> Result<Piece> {
    let topic = &row.topic;
    let standing = topic.standing(row.read_number, cx.actor().now());
    let unread = reader.person().is_some() && standing != Standing::Read;
    let from = match standing {
        Standing::Unread { from } if unread => Some(from),
        _ => None,
    };
    let category = reader.category(topic.category_id).map(|category| category.row.name.as_str());
    let category = category.or(Some("")).filter(|_| !one_category);
    let of = (
        (topic.id, topic.title.as_str(), category, topic.kind.key(), topic.replies_public),
        (row.author_name.as_str(), row.last_author_name.as_str(), topic.last_visible_at, cx.age(topic.last_visible_at)),
        (unread, from),
        (topic.accepted_post_id.is_some(), topic.official_post_id.is_some(), topic.locked, topic.pinned),
        (topic.readers.as_str(), topic.state.as_str()),
    );
    cx.piece(&of, || RowView {
        title: topic.title.clone(),
        url: from.map_or_else(|| topic.url(), |from| topic.url_at(from)),
        category: category.map(str::to_owned),
        author: cx.person_name(&row.author_name),
        replies: topic.replies_public,
        last: topic.last_visible_at,
        last_author: cx.person_name(&row.last_author_name),
        unread,
        solved: topic.accepted_post_id.is_some(),
        official: topic.official_post_id.is_some(),
        locked: topic.locked,
        pinned: topic.pinned,
        confidential: topic.readers == Readers::Confidential,
        state: topic.state.as_str(),
        kind_label: kind_label(cx, topic.kind),
    })
}

/// A category beside the list of the forum's page.
#[derive(Serialize)]
pub(super) struct CategoryView {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) url: String,
    pub(super) topics: i64,
    pub(super) unread: i64,
    pub(super) service: String,
}

/// `/forum`
#[derive(Serialize)]
pub(super) struct HomeView {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) ask_url: Option<String>,
    pub(super) views: Vec<ViewLink>,
    pub(super) categories: Vec<CategoryView>,
    pub(super) topics: Vec<Piece>,
    pub(super) pagination: Pages,
    pub(super) manage_url: Option<&'static str>,
    pub(super) review_url: Option<&'static str>,
    pub(super) review_count: u64,
}

impl View for HomeView {
    const TEMPLATE: &'static str = "forum/home";
    const IS_SHARED: bool = true;
}

/// `/forum/{category}`
#[derive(Serialize)]
pub(super) struct ListView {
    /// The service that the category is about.
    #[serde(skip)]
    pub(super) service: Option<String>,
    pub(super) title: String,
    /// Its feed, if visitors read it.
    pub(super) feed: Option<FeedLink>,
    pub(super) description: String,
    pub(super) breadcrumb: Vec<Crumb>,
    pub(super) ask_url: Option<String>,
    pub(super) ask_note: String,
    pub(super) confidential: bool,
    pub(super) views: Vec<ViewLink>,
    pub(super) topics: Vec<Piece>,
    pub(super) pagination: Pages,
    pub(super) help_url: Option<String>,
    /// What is the matter with the category's service.
    pub(super) disturbance: Option<Incident>,
    pub(super) edit_url: Option<String>,
}

impl View for ListView {
    const TEMPLATE: &'static str = "forum/category";
    const IS_SHARED: bool = true;

    fn service(&self) -> Option<&str> {
        self.service.as_deref()
    }
}

/// `/forum/sujets/{id_slug}`
#[derive(Serialize)]
pub(super) struct TopicView {
    /// The service that its category is about.
    #[serde(skip)]
    pub(super) service: Option<String>,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) breadcrumb: Vec<Crumb>,
    pub(super) noindex: bool,
    /// What is the matter with the category's service.
    pub(super) disturbance: Option<Incident>,
    pub(super) topic: TopicHead,
    pub(super) question: Option<Piece>,
    pub(super) answers: Vec<Answer>,
    pub(super) posts: Vec<Piece>,
    pub(super) first_unread_url: Option<String>,
    /// The last post, when it is on another page.
    pub(super) last_url: Option<String>,
    pub(super) pagination: Pages,
    pub(super) reply: Option<ReplyBox>,
    pub(super) closed_note: String,
    pub(super) form: ReplyFields,
    pub(super) files: FileField,
    pub(super) errors: FieldErrors,
    pub(super) preview: Option<SafeHtml>,
    pub(super) sign_in_url: Option<String>,
}

impl View for TopicView {
    const TEMPLATE: &'static str = "forum/topic";
    const IS_SHARED: bool = true;

    fn service(&self) -> Option<&str> {
        self.service.as_deref()
    }
}

#[derive(Serialize)]
pub(super) struct TopicHead {
    pub(super) title: String,
    pub(super) kind_label: String,
    pub(super) locked: bool,
    pub(super) pinned: bool,
    pub(super) confidential: bool,
    pub(super) solved: bool,
    pub(super) official: bool,
    pub(super) state: &'static str,
    pub(super) state_note: String,
    pub(super) state_note_lang: &'static str,
    pub(super) replies: i64,
    pub(super) created: Timestamp,
    pub(super) actions: TopicActions,
}

/// Where forms about the topic go; `null` where the reader may not.
#[derive(Default, Serialize)]
pub(super) struct TopicActions {
    pub(super) lock_url: Option<String>,
    pub(super) unlock_url: Option<String>,
    pub(super) pin_url: Option<String>,
    pub(super) unpin_url: Option<String>,
    pub(super) restrict_url: Option<String>,
    pub(super) open_url: Option<String>,
    pub(super) refile_url: Option<String>,
    pub(super) moderate_url: Option<String>,
}

/// The beginning of an answer, on top of its topic.
#[derive(Serialize)]
pub(super) struct Answer {
    pub(super) official: bool,
    pub(super) accepted: bool,
    pub(super) author: AuthorName,
    pub(super) author_note: String,
    pub(super) excerpt: String,
    pub(super) number: i64,
    pub(super) url: String,
}

#[derive(Serialize)]
pub(super) struct ReplyBox {
    pub(super) url: String,
    pub(super) reviewed: bool,
}

#[derive(Serialize)]
pub(super) struct ReplyFields {
    pub(super) body: String,
    pub(super) key: Hole,
}

/// `/forum/{category}/nouveau`
#[derive(Serialize)]
pub(super) struct AskView {
    /// The service that the category is about, once it is known.
    #[serde(skip)]
    pub(super) service: Option<String>,
    pub(super) title: String,
    pub(super) breadcrumb: Vec<Crumb>,
    pub(super) noindex: bool,
    pub(super) url: String,
    pub(super) similar_url: &'static str,
    /// With a preview, for those whose browser does not ask while they type.
    pub(super) similar: Vec<SimilarHit>,
    pub(super) category: String,
    pub(super) categories: Vec<Choice>,
    pub(super) reviewed: bool,
    pub(super) confidential: bool,
    pub(super) kinds: Vec<Choice>,
    pub(super) establishments: Vec<Choice>,
    pub(super) form: AskFields,
    pub(super) files: FileField,
    pub(super) errors: FieldErrors,
    pub(super) preview: Option<SafeHtml>,
}

impl View for AskView {
    const TEMPLATE: &'static str = "forum/ask";

    fn service(&self) -> Option<&str> {
        self.service.as_deref()
    }
}

/// What was typed.
#[derive(Serialize)]
pub(super) struct AskFields {
    pub(super) category: String,
    pub(super) title: String,
    pub(super) kind: String,
    pub(super) body: String,
    pub(super) establishment: String,
    pub(super) confidential: bool,
    pub(super) key: String,
}

/// `/forum/similaires?titre=`
#[derive(Serialize)]
pub(super) struct SimilarView {
    pub(super) hits: Vec<SimilarHit>,
}

impl View for SimilarView {
    const TEMPLATE: &'static str = "forum/similar";
}

#[derive(Serialize)]
pub(super) struct SimilarHit {
    pub(super) kind: String,
    pub(super) kind_label: String,
    pub(super) title: String,
    pub(super) section: String,
    pub(super) url: String,
    pub(super) solved: bool,
    pub(super) official: bool,
}

/// `/forum/sujets/{id_slug}/deplacer`
#[derive(Serialize)]
pub(super) struct RefileView {
    pub(super) title: String,
    pub(super) breadcrumb: Vec<Crumb>,
    pub(super) noindex: bool,
    pub(super) url: String,
    pub(super) cancel_url: String,
    pub(super) categories: Vec<Choice>,
    pub(super) kinds: Vec<Choice>,
    /// Why it is confidential and whether it stays so; empty for an open one.
    pub(super) readers_note: String,
    pub(super) form: RefileFields,
    /// Who will read it and who no longer will, when that changes.
    pub(super) confirm: Option<Confirm>,
    pub(super) errors: FieldErrors,
}

impl View for RefileView {
    const TEMPLATE: &'static str = "forum/refile";
}

#[derive(Serialize)]
pub(super) struct RefileFields {
    pub(super) category: String,
    pub(super) kind: String,
    pub(super) version: i64,
}
