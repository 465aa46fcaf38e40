//! Ending letters from a letter itself (RFC 8058): with a token in place of a sign-in, by the button of a mail program or
//! by that of the page behind the link. Looking at the page changes nothing.

use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use crate::notice_choices::{CHOICES, label};
use atrium_platform::Result;
use atrium_platform::directory::PersonId;
use atrium_platform::notify::NoticeKind;
use atrium_platform::secrets::{Purpose, Secrets};
use atrium_web::{Path, RateLimit, RequestContext, Routes, View, Who};

/// Signs whose letters of which kind a link ends.
const UNSUBSCRIBE: Purpose = Purpose("account.unsubscribe");
/// Mail services send the wishes of many people from few addresses.
const ENDINGS: RateLimit = RateLimit::per_hour("account.unsubscribe", 2_000);

pub(super) fn declare(routes: &mut Routes) {
    routes.get("/courriel/{token}", Who::Anyone, show);
    routes.post_from_elsewhere("/courriel/{token}", end);
}

/// Returns the path that ends a person's letters of a kind.
pub(super) fn path(secrets: &Secrets, person: PersonId, kind: NoticeKind) -> String {
    format!("/courriel/{}", secrets.token(UNSUBSCRIBE, &format!("{person}.{}", kind.key())))
}

/// Returns whose letters of which kind a token ends; `None` if it is not ours, or the kind is gone.
fn ended_by(cx: &RequestContext, token: &str) -> Option<(PersonId, NoticeKind)> {
    let context = cx.atrium().context();
    let (person, key) = context.secrets.payload(UNSUBSCRIBE, token)?.split_once('.')?;
    let kind = context.notices.kinds().into_iter().find(|kind| kind.key() == key)?;
    Some((person.parse().ok()?, kind))
}

#[derive(Serialize)]
struct EndView {
    title: String,
    noindex: bool,
    /// What it ends; absent for a link that is not valid.
    kind: Option<String>,
    is_done: bool,
    action: String,
    choices_url: &'static str,
}

impl View for EndView {
    const TEMPLATE: &'static str = "account/unsubscribe";
}

impl EndView {
    fn new(cx: &RequestContext, title: &'static str) -> Self {
        let (title, action) = (cx.t(title), cx.path().to_owned());
        Self { title, noindex: true, kind: None, is_done: false, action, choices_url: CHOICES }
    }
}

fn not_ours(cx: &RequestContext) -> Result<Response> {
    cx.page_with(StatusCode::NOT_FOUND, &EndView::new(cx, "unsubscribe-wrong"))
}

/// `GET /courriel/{token}`
async fn show(cx: RequestContext, Path(token): Path<String>) -> Result<Response> {
    let Some((_, kind)) = ended_by(&cx, &token) else { return not_ours(&cx) };
    cx.page(&EndView { kind: Some(label(&cx, kind)), ..EndView::new(&cx, "unsubscribe-title") })
}

/// `POST /courriel/{token}`: answered in place, as mail services follow no redirect.
async fn end(cx: RequestContext, Path(token): Path<String>) -> Result<Response> {
    cx.allow(ENDINGS).await?;
    let Some((person, kind)) = ended_by(&cx, &token) else { return not_ours(&cx) };
    cx.atrium().notices().unsubscribe(person, kind).await?;
    cx.page(&EndView { kind: Some(label(&cx, kind)), is_done: true, ..EndView::new(&cx, "unsubscribe-done") })
}
