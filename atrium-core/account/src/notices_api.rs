//! What one is told of, for programs.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use crate::{notice_choices, notices};
use atrium_platform::notify::{ByMail, Notice, NoticeId};
use atrium_platform::{Error, Message, Result};
use atrium_web::{Json, Path, Query, RequestContext, Routes, Who, dates};

/// The notices of a page.
const PAGE: u64 = 50;

pub(super) fn declare(routes: &mut Routes) {
    routes.operation(Who::SignedIn, routes!(list));
    routes.operation(Who::SignedIn, routes!(mark_all_read));
    routes.operation(Who::SignedIn, routes!(mark_read));
    routes.operation(Who::SignedIn, routes!(choices));
    routes.operation(Who::SignedIn, routes!(choose));
}

/// Something that one is told of.
#[derive(Serialize, utoipa::ToSchema)]
struct Notification {
    #[schema(value_type = i64)]
    id: NoticeId,
    /// The kind: `forum.reply`.
    kind: &'static str,
    /// What happened, in words.
    text: String,
    /// How many events it stands for, since it was read last.
    times: i64,
    /// The title of what it is about.
    title: String,
    /// BCP 47 language of the title.
    language: String,
    url: String,
    /// The instant of the newest event.
    at: String,
    read: bool,
}

impl Notification {
    fn new(cx: &RequestContext, notice: Notice) -> Self {
        Self {
            text: notices::happened(cx, &notice),
            id: notice.id,
            kind: notice.kind.key(),
            times: notice.times,
            title: notice.about.title,
            language: notice.about.language,
            url: cx.href(&notice.about.path),
            at: notice.at.to_rfc3339(),
            read: notice.is_read,
        }
    }
}

/// A page of notifications.
#[derive(Serialize, utoipa::ToSchema)]
struct Notifications {
    /// How many are unread, on all pages.
    unread: i64,
    items: Vec<Notification>,
    /// `after` of the next page.
    next: Option<String>,
}

/// The page of the list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
struct Part {
    /// `next` of the page before.
    after: Option<String>,
}

/// Up to which instant.
#[derive(Deserialize, utoipa::ToSchema)]
struct Until {
    /// `at` of the newest one that was shown; now, if it is left out.
    until: Option<String>,
}

/// How many were marked.
#[derive(Serialize, utoipa::ToSchema)]
struct Marked {
    marked: u64,
}

/// A kind of notifications.
#[derive(Serialize, utoipa::ToSchema)]
struct NotificationKind {
    kind: &'static str,
    label: String,
    /// Whether one is told of it on the site.
    on: bool,
    /// How one is told of it by mail, if one has an address: `never`, `at_once`, `daily`, `weekly`.
    mail: &'static str,
}

/// The kinds that one wants to be told of.
#[derive(Deserialize, utoipa::ToSchema)]
struct NotificationKinds {
    /// On the site: every other kind is switched off.
    on: BTreeSet<String>,
    /// By mail: `never`, `at_once`, `daily` or `weekly` for a kind. Kinds that are left out stay as they are.
    #[serde(default)]
    mail: BTreeMap<String, String>,
}

/// What one is told of, the newest first.
#[utoipa::path(get, path = "/api/v1/account/notifications", params(Part),
    responses((status = 200, body = Notifications)))]
async fn list(cx: RequestContext, Query(part): Query<Part>) -> Result<Json<Notifications>> {
    let after = match &part.after {
        Some(text) => {
            let wrong = || Error::invalid_field("after", Message::new("field-unknown-choice"));
            Some(notices::parse_place(text).ok_or_else(wrong)?)
        }
        None => None,
    };
    let all = cx.atrium().notices();
    let mut rows = all.list(cx.actor(), after, PAGE + 1).await?;
    let has_more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    Ok(Json(Notifications {
        unread: all.unread(cx.actor()).await?,
        next: rows.last().filter(|_| has_more).map(notices::place),
        items: rows.into_iter().map(|notice| Notification::new(&cx, notice)).collect(),
    }))
}

/// Marks everything as read, up to an instant.
#[utoipa::path(post, path = "/api/v1/account/notifications/read", request_body = Until,
    responses((status = 200, body = Marked)))]
async fn mark_all_read(cx: RequestContext, Json(body): Json<Until>) -> Result<Json<Marked>> {
    let until = match &body.until {
        Some(text) => {
            dates::parse_instant(text).ok_or_else(|| Error::invalid_field("until", Message::new("field-date")))?
        }
        None => cx.actor().now(),
    };
    Ok(Json(Marked { marked: cx.atrium().notices().mark_all_read(cx.actor(), until).await? }))
}

/// Marks one as read.
#[utoipa::path(post, path = "/api/v1/account/notifications/{id}/read", params(("id" = i64, Path)),
    responses((status = 204, description = "It is read")))]
async fn mark_read(cx: RequestContext, Path(id): Path<NoticeId>) -> Result<Response> {
    cx.atrium().notices().mark_read(cx.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn kinds(cx: &RequestContext) -> Result<Json<Vec<NotificationKind>>> {
    let all = cx.atrium().notices().choices(cx.actor()).await?;
    let kinds = all.into_iter().map(|choice| NotificationKind {
        kind: choice.kind.key(),
        label: notice_choices::label(cx, choice.kind),
        on: choice.is_on,
        mail: choice.by_mail.key(),
    });
    Ok(Json(kinds.collect()))
}

/// The kinds of notifications, and whether one is told of each.
#[utoipa::path(get, path = "/api/v1/account/notification-kinds",
    responses((status = 200, body = [NotificationKind])))]
async fn choices(cx: RequestContext) -> Result<Json<Vec<NotificationKind>>> {
    kinds(&cx).await
}

/// Chooses the kinds that one is told of.
#[utoipa::path(put, path = "/api/v1/account/notification-kinds", request_body = NotificationKinds,
    responses((status = 200, body = [NotificationKind])))]
async fn choose(cx: RequestContext, Json(body): Json<NotificationKinds>) -> Result<Json<Vec<NotificationKind>>> {
    let wrong = |()| Error::invalid_field("mail", Message::new("field-unknown-choice"));
    let by_mail = |(kind, word): (String, String)| Ok((kind, word.parse::<ByMail>().map_err(wrong)?));
    let by_mail = body.mail.into_iter().map(by_mail).collect::<Result<_>>()?;
    cx.atrium().notices().choose(cx.actor(), &body.on, &by_mail).await?;
    kinds(&cx).await
}
