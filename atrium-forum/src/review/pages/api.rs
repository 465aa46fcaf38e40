//! The queue for programs: what waits, claims and decisions, and what was decided.

use atrium_core::web::{IfMatch, Json, Operation, Path, Problems, Query, RequestContext, Routes, Who, versioned};
use atrium_core::{Error, Message, Result};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::routes::cursor;
use super::view::ItemView;
use super::{history, routes as pages};
use crate::names::AuthorName;
use crate::permissions::MODERATE;
use crate::posts::{PostId, Reason};
use crate::reader::Reader;
use crate::review::{Decision, Item, PAGE, Review, ReviewId};
use crate::topics::TopicId;

pub(crate) fn declare(routes: &mut Routes) {
    let moderator = Who::Holder(MODERATE);
    routes.operation(moderator, routes!(queue));
    routes.operation(moderator, routes!(show));
    routes.operation(moderator, routes!(claim));
    routes.operation(moderator, routes!(release));
    routes.operation(moderator, Operation::of(routes!(decide)).edits());
    routes.operation(moderator, routes!(decisions));
}

/// What a reader said of a post.
#[derive(Serialize, utoipa::ToSchema)]
struct RaisedFlag {
    /// Their reason, in words.
    reason: String,
    note: String,
    /// `null` once they are erased.
    by: Option<String>,
    at: String,
    /// `true` if it was about a text that has changed since.
    earlier: bool,
}

/// Something that waits for a moderator.
#[derive(Serialize, utoipa::ToSchema)]
struct QueueItem {
    #[schema(value_type = i64)]
    id: ReviewId,
    #[schema(value_type = i64)]
    topic: TopicId,
    #[schema(value_type = i64)]
    post: PostId,
    /// `flag`, `first_post`, `all_posts`, `edit` or `official`.
    why: &'static str,
    title: String,
    /// The category's name.
    category: String,
    /// The author's name; `null` once they are erased.
    author: Option<String>,
    author_note: String,
    created: String,
    /// The text as it would be published.
    html: String,
    /// For a change: the text as it is, as Markdown.
    current: Option<String>,
    /// For a change: the text as it would be, as Markdown.
    proposed: Option<String>,
    flags: Vec<RaisedFlag>,
    /// Who has claimed it.
    claimed_by: Option<String>,
    /// `true` if the caller has claimed it.
    mine: bool,
    /// `true` if the caller may decide it now.
    may_decide: bool,
    /// What `If-Match` takes.
    version: i64,
}

impl QueueItem {
    fn new(cx: &RequestContext, view: ItemView, item: &Item) -> Self {
        let flag = |flag: super::view::FlagView| RaisedFlag {
            reason: flag.reason_label,
            note: flag.note,
            by: flag.by.into_known(),
            at: flag.at.to_rfc3339(),
            earlier: flag.earlier,
        };
        Self {
            id: item.id,
            topic: item.topic_id,
            post: item.post_id,
            why: item.reason.key(),
            title: view.topic,
            category: view.category,
            author: view.author.into_known(),
            author_note: view.author_note,
            created: view.created.to_rfc3339(),
            html: cx.mounted_html(&view.body),
            current: view.current,
            proposed: view.proposed,
            flags: view.flags.into_iter().map(flag).collect(),
            claimed_by: view.claimed_by.and_then(AuthorName::into_known),
            mine: view.mine,
            may_decide: view.approve_url.is_some(),
            version: view.version,
        }
    }
}

/// A page of the queue; `next` is the `apres` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct Queue {
    items: Vec<QueueItem>,
    next: Option<String>,
}

/// Something that left the queue.
#[derive(Serialize, utoipa::ToSchema)]
struct DecidedItem {
    #[schema(value_type = i64)]
    id: ReviewId,
    #[schema(value_type = i64)]
    topic: TopicId,
    #[schema(value_type = i64)]
    post: PostId,
    why: &'static str,
    /// `keep` or `remove`; `null` if its author took the post back.
    decision: Option<&'static str>,
    /// What came of it, in words.
    outcome: String,
    /// `null` if the platform decided, or once they are erased.
    by: Option<String>,
    at: String,
    reason: String,
    title: String,
    category: String,
    /// The author's name; `null` once they are erased.
    author: Option<String>,
}

/// A page of decisions; `next` is the `apres` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct Decisions {
    decisions: Vec<DecidedItem>,
    next: Option<String>,
}

/// From which on.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
struct Params {
    /// `next` of the page before.
    apres: Option<String>,
}

/// A decision.
#[derive(Deserialize, utoipa::ToSchema)]
struct DecisionToMake {
    /// `keep`: the post is published or stays, the change is taken, the answer is the Region's again. `remove`: not so.
    decision: String,
    /// Why; required to remove.
    #[serde(default)]
    reason: String,
}

/// Returns the items as this moderator may see them, each with its row.
async fn items(cx: &RequestContext, reader: &Reader, rows: &[Item]) -> Result<Vec<QueueItem>> {
    let views = pages::views(cx, reader, rows).await?;
    let item = |view: ItemView| {
        let row = rows.iter().find(|row| row.id.0 == view.id)?;
        Some(QueueItem::new(cx, view, row))
    };
    Ok(views.into_iter().filter_map(item).collect())
}

/// What waits where the caller moderates: the heaviest, then the oldest, twenty at a time.
#[utoipa::path(get, path = "/api/v1/forum/moderation/queue", params(Params), responses((status = 200, body = Queue)))]
async fn queue(cx: RequestContext, Query(asked): Query<Params>) -> Result<Json<Queue>> {
    let after = asked.apres.as_deref().map(cursor).transpose()?;
    let reader = Reader::asking(&cx).await?;
    let mut rows = Review::of(cx.db()).queue_of(&reader, after).await?;
    let length = usize::try_from(PAGE).expect("a page is short");
    let more = rows.len() > length;
    rows.truncate(length);
    let next = rows.last().filter(|_| more).map(|item| format!("{}-{}", item.score, item.id));
    Ok(Json(Queue { items: items(&cx, &reader, &rows).await?, next }))
}

async fn shown(cx: &RequestContext, id: ReviewId) -> Result<Response> {
    let reader = Reader::asking(cx).await?;
    let row = Review::of(cx.db()).item(&reader, id).await?;
    let item = items(cx, &reader, &[row]).await?.pop();
    let item = item.ok_or_else(|| Error::not_found(format!("review item {id}")))?;
    Ok(versioned(item.version, item))
}

/// Something that waits for a moderator.
#[utoipa::path(get, path = "/api/v1/forum/moderation/queue/{id}", params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = QueueItem)))]
async fn show(cx: RequestContext, Path(id): Path<ReviewId>) -> Result<Response> {
    shown(&cx, id).await
}

/// Takes an item for a quarter of an hour, so that two moderators do not look at the same one.
#[utoipa::path(put, path = "/api/v1/forum/moderation/queue/{id}/claim", params(("id" = i64, Path)),
    responses((status = 204, description = "The caller has it"),
        (status = 409, description = "Another moderator has it, or it is decided")))]
async fn claim(cx: RequestContext, Path(id): Path<ReviewId>) -> Result<StatusCode> {
    Review::of(cx.db()).claim(cx.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives an item back.
#[utoipa::path(delete, path = "/api/v1/forum/moderation/queue/{id}/claim", params(("id" = i64, Path)),
    responses((status = 204, description = "The caller does not have it")))]
async fn release(cx: RequestContext, Path(id): Path<ReviewId>) -> Result<StatusCode> {
    Review::of(cx.db()).release(cx.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Decides an item.
#[utoipa::path(post, path = "/api/v1/forum/moderation/queue/{id}/decision", request_body = DecisionToMake,
    params(("id" = i64, Path)),
    responses((status = 204, description = "Decided"),
        (status = 409, description = "Another moderator has it or has decided it, or it is the caller's own post")))]
async fn decide(
    cx: RequestContext,
    Path(id): Path<ReviewId>,
    IfMatch(version): IfMatch,
    Json(new): Json<DecisionToMake>,
) -> Result<Response> {
    let mut problems = Problems::default();
    let decision = Decision::from_key(&new.decision).ok_or_else(|| Message::new("field-choice"));
    let decision = problems.take("decision", decision);
    let reason = problems.take("reason", Reason::parse_optional(&new.reason));
    problems.finish()?;
    let (Some(decision), Some(reason)) = (decision, reason) else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    Review::of(cx.db()).decide(cx.actor(), id, version, decision, &reason).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What left the queue where the caller moderates, the latest first, twenty at a time.
#[utoipa::path(get, path = "/api/v1/forum/moderation/decisions", params(Params),
    responses((status = 200, body = Decisions)))]
async fn decisions(cx: RequestContext, Query(asked): Query<Params>) -> Result<Json<Decisions>> {
    let after = asked.apres.as_deref().map(cursor).transpose()?;
    let reader = Reader::asking(&cx).await?;
    let (rows, next) = history::page(&cx, &reader, after).await?;
    let views = history::views(&cx, &reader, &rows).await?;
    let data = |view: super::view::DecidedView| {
        let row = rows.iter().find(|row| row.id == view.id)?;
        Some(DecidedItem {
            id: row.id,
            topic: row.topic_id,
            post: row.post_id,
            why: row.reason.key(),
            decision: row.decision.map(Decision::key),
            outcome: view.outcome,
            by: view.by.into_known(),
            at: view.at.to_rfc3339(),
            reason: view.reason,
            title: view.topic,
            category: view.category,
            author: view.author.into_known(),
        })
    };
    Ok(Json(Decisions { decisions: views.into_iter().filter_map(data).collect(), next }))
}
