//! The page that confirms an action, and asks for a reason if the action keeps one.

use axum::response::Response;
use serde::Serialize;

use super::{person, refusal};
use atrium_platform::directory::Person;
use atrium_platform::{Error, Message, Result};
use atrium_web::{Crumb, FieldErrors, RequestContext, View};

/// An action about to be done, and the field of its reason.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct ConfirmView {
    pub(super) title: String,
    pub(super) noindex: bool,
    pub(super) breadcrumb: Vec<Crumb>,
    /// A sentence on what will happen.
    pub(super) text: String,
    pub(super) action: String,
    pub(super) version: i64,
    /// The label of the button.
    pub(super) button: String,
    /// `true` if it is hard to undo.
    pub(super) danger: bool,
    /// Set by the function that asks.
    pub(super) asks_reason: bool,
    pub(super) reason: String,
    pub(super) cancel_url: String,
    pub(super) errors: FieldErrors,
}

impl View for ConfirmView {
    const TEMPLATE: &'static str = "admin/confirm";
}

impl ConfirmView {
    /// Creates the question about something of `row`'s, from whose page it comes and to which it leads back. The caller
    /// sets the action and the button.
    pub(super) fn of_person(cx: &RequestContext, row: &Person, title: &'static str, text: &Message) -> Self {
        let title = cx.t(title);
        Self {
            breadcrumb: person::crumbs(cx, row, &title),
            title,
            text: cx.message(text),
            danger: true,
            cancel_url: person::path(row.id),
            ..Self::default()
        }
    }

    /// Asks for a confirmation and a reason.
    pub(super) fn ask(self, cx: &RequestContext) -> Result<Response> {
        cx.page(&Self { noindex: true, asks_reason: true, ..self })
    }

    /// Asks for a confirmation, for an action without a reason.
    pub(super) fn ask_plainly(self, cx: &RequestContext) -> Result<Response> {
        cx.page(&Self { noindex: true, ..self })
    }

    /// Asks again, with the typed reason and the problems.
    pub(super) fn again(self, cx: &RequestContext, reason: String, error: Error) -> Result<Response> {
        let (status, errors) = refusal(cx, error)?;
        cx.page_with(status, &Self { noindex: true, asks_reason: true, reason, errors, ..self })
    }
}
