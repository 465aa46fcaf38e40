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

/// Signs whose letters a link ends, and which.
const UNSUBSCRIBE: Purpose = Purpose("account.unsubscribe");
/// Mail services send the wishes of many people from few addresses.
const ENDINGS: RateLimit = RateLimit::per_hour("account.unsubscribe", 2_000);

pub(super) fn declare(routes: &mut Routes) {
    routes.get("/courriel/{token}", Who::Anyone, show);
    routes.post_from_elsewhere("/courriel/{token}", end);
}

/// What a link ends.
#[derive(Clone, Copy)]
pub(super) enum Ended {
    /// Letters of a kind.
    Kind(NoticeKind),
    /// Digests.
    Digests,
}

/// The word of digests, which no kind has: kinds have a dot.
const DIGESTS: &str = "digests";

impl Ended {
    fn key(self) -> &'static str {
        match self {
            Self::Kind(kind) => kind.key(),
            Self::Digests => DIGESTS,
        }
    }

    fn label(self, cx: &RequestContext) -> String {
        match self {
            Self::Kind(kind) => label(cx, kind),
            Self::Digests => cx.t("unsubscribe-digests"),
        }
    }
}

/// Returns the path that ends letters of a person.
pub(super) fn path(secrets: &Secrets, person: PersonId, what: Ended) -> String {
    format!("/courriel/{}", secrets.token(UNSUBSCRIBE, &format!("{person}.{}", what.key())))
}

/// Returns whose letters a token ends, and which; `None` if it is not ours, or the kind is gone.
fn ended_by(cx: &RequestContext, token: &str) -> Option<(PersonId, Ended)> {
    let context = cx.atrium().context();
    let (person, key) = context.secrets.payload(UNSUBSCRIBE, token)?.split_once('.')?;
    let what = if key == DIGESTS {
        Ended::Digests
    } else {
        Ended::Kind(context.notices.kinds().into_iter().find(|kind| kind.key() == key)?)
    };
    Some((person.parse().ok()?, what))
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
    let Some((_, what)) = ended_by(&cx, &token) else { return not_ours(&cx) };
    cx.page(&EndView { kind: Some(what.label(&cx)), ..EndView::new(&cx, "unsubscribe-title") })
}

/// `POST /courriel/{token}`: answered in place, as mail services follow no redirect.
async fn end(cx: RequestContext, Path(token): Path<String>) -> Result<Response> {
    cx.allow(ENDINGS).await?;
    let Some((person, what)) = ended_by(&cx, &token) else { return not_ours(&cx) };
    let notices = cx.atrium().notices();
    match what {
        Ended::Kind(kind) => notices.unsubscribe(person, kind).await?,
        Ended::Digests => notices.end_digests(person).await?,
    }
    cx.page(&EndView { kind: Some(what.label(&cx)), is_done: true, ..EndView::new(&cx, "unsubscribe-done") })
}
