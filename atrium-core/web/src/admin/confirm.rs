//! The page between a button and an act, which asks for a reason where the act keeps one.

use axum::response::Response;
use serde::Serialize;

use super::refusal;
use crate::{Crumb, Cx, FieldErrors, View};
use atrium_platform::{Error, Result};

/// What is about to be done, and where to say why.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct ConfirmView {
    pub(super) title: String,
    pub(super) noindex: bool,
    pub(super) breadcrumb: Vec<Crumb>,
    /// What will happen, in a sentence.
    pub(super) text: String,
    pub(super) action: String,
    pub(super) version: i64,
    /// What the button says.
    pub(super) button: String,
    /// Is it hard to undo?
    pub(super) danger: bool,
    /// Set by the way of asking.
    pub(super) asks_reason: bool,
    pub(super) reason: String,
    pub(super) cancel_url: String,
    pub(super) errors: FieldErrors,
}

impl View for ConfirmView {
    const TEMPLATE: &'static str = "admin/confirm";
}

impl ConfirmView {
    /// Asks whether, and why.
    pub(super) fn ask(self, cx: &Cx) -> Result<Response> {
        cx.page(&Self { noindex: true, asks_reason: true, ..self })
    }

    /// Asks whether, for an act that keeps no reason.
    pub(super) fn ask_plainly(self, cx: &Cx) -> Result<Response> {
        cx.page(&Self { noindex: true, ..self })
    }

    /// Asks again, with what was typed and what is wrong with it.
    pub(super) fn again(self, cx: &Cx, reason: String, error: Error) -> Result<Response> {
        let (status, errors) = refusal(cx, error)?;
        cx.page_with(status, &Self { noindex: true, asks_reason: true, reason, errors, ..self })
    }
}
