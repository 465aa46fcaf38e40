//! What one is told of: the list behind the bell.

use axum::response::Response;
use serde::{Deserialize, Serialize};

use crate::notice_choices::CHOICES;
use atrium_platform::clock::Timestamp;
use atrium_platform::notify::{Notice, NoticeId};
use atrium_platform::{Message, Result};
use atrium_web::{Form, Pages, Path, Query, RequestContext, Routes, View, Who};

/// The list behind the bell.
pub(super) const PATH: &str = "/notifications";
const ALL_READ: &str = "/notifications/lues";
/// The notices of a page.
const PAGE: u64 = 30;

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::SignedIn, list);
    routes.post(ALL_READ, Who::SignedIn, mark_all_read);
    routes.post("/notifications/{id}/lue", Who::SignedIn, mark_read);
}

/// The last notice of a page, as the address of the next one has it: `1790000000000-12`.
pub(super) fn place(notice: &Notice) -> String {
    format!("{}-{}", notice.at.0, notice.id)
}

/// Returns the notice that `text` names as [`place`] writes it; `None` if it does not.
pub(super) fn parse_place(text: &str) -> Option<(Timestamp, NoticeId)> {
    let (at, id) = text.split_once('-')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}

/// Returns what happened, in the reader's language.
pub(super) fn happened(cx: &RequestContext, notice: &Notice) -> String {
    cx.message(&Message::new(notice.kind.message_key()).with("count", notice.times))
}

#[derive(Deserialize)]
struct Params {
    #[serde(default)]
    avant: String,
}

#[derive(Serialize)]
struct ListView {
    title: String,
    noindex: bool,
    notices: Vec<NoticeView>,
    /// Marks what is shown as read; absent if all of it is.
    all_read_url: Option<&'static str>,
    /// The instant of the newest notice shown.
    until: i64,
    choices_url: &'static str,
    pages: Pages,
}

#[derive(Serialize)]
struct NoticeView {
    happened: String,
    title: String,
    lang: Option<String>,
    url: String,
    at: Timestamp,
    /// Marks it as read; absent if it is.
    read_url: Option<String>,
}

impl View for ListView {
    const TEMPLATE: &'static str = "account/notices";
}

impl NoticeView {
    fn new(cx: &RequestContext, notice: Notice) -> Self {
        Self {
            happened: happened(cx, &notice),
            lang: Some(notice.about.language).filter(|language| language != cx.locale().tag()),
            title: notice.about.title,
            url: notice.about.path,
            at: notice.at,
            read_url: (!notice.is_read).then(|| format!("{PATH}/{}/lue", notice.id)),
        }
    }
}

/// `GET /notifications?avant=`
async fn list(cx: RequestContext, Query(params): Query<Params>) -> Result<Response> {
    let notices = cx.atrium().notices();
    let mut rows = notices.list(cx.actor(), parse_place(&params.avant), PAGE + 1).await?;
    // What may no longer be seen has just come off the bell.
    let (before, left) = (cx.unread(), notices.unread(cx.actor()).await?);
    cx.note_seen(u64::try_from(before - left).unwrap_or(0));
    let has_more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| has_more).map(|last| format!("{PATH}?avant={}", place(last)));
    cx.page(&ListView {
        title: cx.t("notices-title"),
        noindex: true,
        all_read_url: rows.iter().any(|notice| !notice.is_read).then_some(ALL_READ),
        until: rows.first().map_or(0, |newest| newest.at.0),
        notices: rows.into_iter().map(|notice| NoticeView::new(&cx, notice)).collect(),
        choices_url: CHOICES,
        pages: Pages::next(next),
    })
}

/// `POST /notifications/lues`: what came after the page was made stays unread.
async fn mark_all_read(cx: RequestContext, form: Form) -> Result<Response> {
    let until = form.raw("until").parse().map_or(cx.actor().now(), Timestamp);
    cx.atrium().notices().mark_all_read(cx.actor(), until).await?;
    Ok(cx.redirect_with(PATH, "success", "notices-all-read"))
}

/// `POST /notifications/{id}/lue`
async fn mark_read(cx: RequestContext, Path(id): Path<NoticeId>) -> Result<Response> {
    cx.atrium().notices().mark_read(cx.actor(), id).await?;
    Ok(cx.redirect_with(PATH, "success", "notices-one-read"))
}
