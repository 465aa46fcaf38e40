//! What the page of a flag prints.

use atrium_core::web::{Choice, Crumb, FieldErrors, View};
use serde::Serialize;

/// `/forum/messages/{id}/signaler`
#[derive(Serialize)]
pub(super) struct FlagView {
    pub(super) title: String,
    pub(super) breadcrumb: Vec<Crumb>,
    pub(super) noindex: bool,
    pub(super) url: String,
    pub(super) cancel_url: String,
    pub(super) author: String,
    pub(super) excerpt: String,
    pub(super) reasons: Vec<Choice>,
    /// `true` if they flagged this text before.
    pub(super) again: bool,
    /// The text changed while they were reading it.
    pub(super) edited: bool,
    pub(super) form: FlagFields,
    pub(super) errors: FieldErrors,
}

impl View for FlagView {
    const TEMPLATE: &'static str = "forum/flag";
}

/// What was typed.
#[derive(Serialize)]
pub(super) struct FlagFields {
    pub(super) reason: String,
    pub(super) note: String,
    pub(super) revision: i64,
}
