//! What the queue prints.

use atrium_core::clock::Timestamp;
use atrium_core::markup::SafeHtml;
use atrium_core::web::{FieldErrors, View};
use serde::Serialize;

use crate::posts::view::AuthorView;
use crate::topics::{Crumb, Pagination};

/// `/forum/moderation`
#[derive(Serialize)]
pub(super) struct QueueView {
    pub(super) title: String,
    pub(super) breadcrumb: Vec<Crumb>,
    pub(super) noindex: bool,
    pub(super) items: Vec<ItemView>,
    pub(super) pagination: Pagination,
}

impl View for QueueView {
    const TEMPLATE: &'static str = "forum/review";
}

/// One item of the queue.
#[derive(Serialize)]
pub(super) struct ItemView {
    pub(super) id: i64,
    pub(super) reason: &'static str,
    pub(super) reason_label: String,
    pub(super) created: Timestamp,
    pub(super) score: i64,
    pub(super) version: i64,
    pub(super) topic_title: String,
    pub(super) topic_url: String,
    pub(super) category: String,
    pub(super) author: AuthorView,
    pub(super) state: &'static str,
    pub(super) body: SafeHtml,
    /// The text that is proposed, and the title with it.
    pub(super) proposed: Option<ProposalView>,
    pub(super) flags: Vec<FlagView>,
    /// Who looks at it, when somebody else does.
    pub(super) claimed_by: String,
    pub(super) claimed: bool,
    pub(super) mine: bool,
    pub(super) claim_url: Option<String>,
    pub(super) decide_url: String,
    pub(super) form: DecisionFields,
    pub(super) errors: FieldErrors,
}

#[derive(Serialize)]
pub(super) struct ProposalView {
    pub(super) title: Option<String>,
    pub(super) markdown: String,
    pub(super) current: String,
    pub(super) reason: String,
}

#[derive(Serialize)]
pub(super) struct FlagView {
    pub(super) reason_label: String,
    pub(super) comment: String,
    pub(super) by: String,
    pub(super) created: Timestamp,
}

#[derive(Default, Serialize)]
pub(super) struct DecisionFields {
    pub(super) reason: String,
}
