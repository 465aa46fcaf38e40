//! What the queue prints.

use atrium_core::clock::Timestamp;
use atrium_core::markup::SafeHtml;
use atrium_core::web::{Crumb, FieldErrors, Pages, View};
use serde::Serialize;

use crate::names::AuthorName;
use crate::posts::Piece;
use crate::review::ReviewId;
use crate::topics::pages::RestrictedView;

/// `/forum/moderation`
#[derive(Serialize)]
pub(super) struct QueueView {
    pub(super) title: String,
    pub(super) breadcrumb: Vec<Crumb>,
    pub(super) noindex: bool,
    pub(super) items: Vec<ItemView>,
    pub(super) errors: FieldErrors,
    pub(super) form: Option<DecisionFields>,
    pub(super) pagination: Pages,
    pub(super) history_url: &'static str,
    pub(super) restricted: Vec<RestrictedView>,
}

impl View for QueueView {
    const TEMPLATE: &'static str = "forum/review";
}

/// `/forum/moderation/decisions`
#[derive(Serialize)]
pub(super) struct HistoryView {
    pub(super) title: String,
    pub(super) breadcrumb: Vec<Crumb>,
    pub(super) noindex: bool,
    pub(super) decisions: Vec<DecidedView>,
    pub(super) pagination: Pages,
}

impl View for HistoryView {
    const TEMPLATE: &'static str = "forum/history";
}

/// An item that left the queue.
#[derive(Serialize)]
pub(super) struct DecidedView {
    #[serde(skip)]
    pub(super) id: ReviewId,
    pub(super) outcome: String,
    pub(super) why: String,
    /// Empty when the platform decided.
    pub(super) by: AuthorName,
    pub(super) at: Timestamp,
    pub(super) reason: String,
    pub(super) topic: String,
    pub(super) post_url: String,
    pub(super) number: i64,
    pub(super) category: String,
    pub(super) author: AuthorName,
    pub(super) author_note: String,
}

/// One item of the queue.
#[derive(Serialize)]
pub(super) struct ItemView {
    pub(super) id: i64,
    pub(super) kind: String,
    pub(super) reason_label: String,
    pub(super) topic: String,
    pub(super) topic_url: String,
    pub(super) category: String,
    pub(super) author: AuthorName,
    pub(super) author_note: String,
    pub(super) created: Timestamp,
    /// The text as it would be published; the text as it is now beside it, for a change.
    pub(super) body: SafeHtml,
    pub(super) current: Option<String>,
    pub(super) proposed: Option<String>,
    /// What the proposed text changes, for a change.
    pub(super) changes: Option<Vec<Piece>>,
    /// What it changes of the title, where it does.
    pub(super) title_changes: Option<Vec<Piece>>,
    pub(super) flags: Vec<FlagView>,
    pub(super) claimed_by: Option<AuthorName>,
    pub(super) mine: bool,
    pub(super) version: i64,
    pub(super) approve_url: Option<String>,
    pub(super) hide_url: Option<String>,
    pub(super) claim_url: Option<String>,
    pub(super) release_url: Option<String>,
}

/// What one reader said.
#[derive(Serialize)]
pub(super) struct FlagView {
    pub(super) reason_label: String,
    pub(super) note: String,
    pub(super) by: AuthorName,
    pub(super) at: Timestamp,
    /// `true` if it was about a text that has changed since.
    pub(super) earlier: bool,
}

/// What was typed with a decision that was refused.
#[derive(Serialize)]
pub(super) struct DecisionFields {
    pub(super) item: i64,
    pub(super) reason: String,
}
