//! What programs do with a topic that is there: file it elsewhere, mark it, note what was read of it; and what was
//! written about the same thing.

use atrium_core::web::{IfMatch, Json, Operation, Path, Query, RequestContext, Routes, Who, versioned};
use atrium_core::{Error, Message, Result};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::page::find;
use super::restrict::{leaves, undoable_topics, warning};
use super::routes::consequences;
use super::similar;
use crate::follow;
use crate::permissions::{MODERATE, OFFICIAL};
use crate::posts::PostId;
use crate::posts::text::quote::quote;
use crate::reader::Reader;
use crate::topics::marks::Mark;
use crate::topics::{Kind, Readers, TopicId, Topics};

pub(crate) fn declare(routes: &mut Routes) {
    let moderator = Who::Holder(MODERATE);
    routes.operation(Who::Anyone, routes!(place));
    routes.operation(Who::SignedIn, Operation::of(routes!(update_place)).edits());
    routes.operation(Who::SignedIn, routes!(of_move));
    routes.operation(Who::SignedIn, routes!(accept));
    routes.operation(Who::SignedIn, routes!(unaccept));
    routes.operation(Who::Holder(OFFICIAL), routes!(mark_official));
    routes.operation(Who::Holder(OFFICIAL), routes!(unmark_official));
    routes.operation(moderator, routes!(lock));
    routes.operation(moderator, routes!(unlock));
    routes.operation(moderator, routes!(pin));
    routes.operation(moderator, routes!(unpin));
    routes.operation(moderator, routes!(restriction));
    routes.operation(moderator, routes!(restrict));
    routes.operation(moderator, routes!(open));
    routes.operation(moderator, routes!(restricted));
    routes.operation(Who::SignedIn, routes!(read));
    routes.operation(Who::SignedIn, routes!(quotation));
    routes.operation(Who::Anyone, routes!(similar));
}

/// Where a topic is filed.
#[derive(Serialize, utoipa::ToSchema)]
struct PlaceData {
    /// Slug of its category.
    category: String,
    /// `question`, `problem`, `wish`, `discussion` or `announcement`.
    kind: &'static str,
}

/// Where a topic shall be filed.
#[derive(Deserialize, utoipa::ToSchema)]
struct PlaceToTake {
    /// Slug of the category.
    category: String,
    /// `question`, `problem`, `wish`, `discussion` or `announcement`.
    kind: String,
}

/// Where it might be filed.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
struct AskedPlace {
    /// Slug of the category.
    category: String,
    /// Its kind; the present one unless told.
    kind: Option<String>,
}

/// What filing a topic elsewhere does to its readers, in words. No line: the same people go on reading it.
#[derive(Serialize, utoipa::ToSchema)]
struct Told {
    lines: Vec<String>,
}

/// One of a topic's replies.
#[derive(Deserialize, utoipa::ToSchema)]
struct Answer {
    #[schema(value_type = i64)]
    post: PostId,
}

/// How far a topic was read.
#[derive(Deserialize, utoipa::ToSchema)]
struct ReadTo {
    /// The number of the last post that was read.
    number: i64,
}

/// A post as the beginning of a reply.
#[derive(Serialize, utoipa::ToSchema)]
struct Quotation {
    markdown: String,
}

/// Which post.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
struct AskedPost {
    /// Its number in the topic.
    number: i64,
}

/// What is about to be asked.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
struct AskedTitle {
    title: String,
}

/// An article or a topic about the same thing.
#[derive(Serialize, utoipa::ToSchema)]
struct SimilarData {
    /// `help`, `forum`, or the kind of another plugin.
    kind: String,
    title: String,
    section: String,
    url: String,
    solved: bool,
    official: bool,
}

/// What making a topic confidential does, told before it is done.
#[derive(Serialize, utoipa::ToSchema)]
struct Restriction {
    /// `true` if it is confidential already.
    confidential: bool,
    /// `true` if the caller would no longer read it. They may open it again, without reading it.
    leaves: bool,
    /// Who would read it, in the caller's language, a sentence each.
    told: Vec<String>,
}

/// A topic that the caller made confidential and no longer reads, but may open again.
#[derive(Serialize, utoipa::ToSchema)]
struct RestrictedTopic {
    #[schema(value_type = i64)]
    id: TopicId,
}

fn unknown(field: &'static str) -> Error {
    Error::invalid_field(field, Message::new("field-choice"))
}

fn kind_of(key: &str) -> Result<Kind> {
    Kind::from_key(key).ok_or_else(|| unknown("kind"))
}

async fn placed(cx: &RequestContext, id: TopicId) -> Result<Response> {
    let (reader, row) = find(cx, id).await?;
    let category = reader.category_of(row.topic())?.row.slug.clone();
    Ok(versioned(row.topic.version, PlaceData { category, kind: row.topic.kind.key() }))
}

/// Where a topic is filed.
#[utoipa::path(get, path = "/api/v1/forum/topics/{id}/place", params(("id" = i64, Path)),
    responses((status = 200, description = "With the topic's version in `ETag`", body = PlaceData)))]
async fn place(cx: RequestContext, Path(id): Path<TopicId>) -> Result<Response> {
    placed(&cx, id).await
}

/// Files a topic under another category or kind.
#[utoipa::path(put, path = "/api/v1/forum/topics/{id}/place", request_body = PlaceToTake, params(("id" = i64, Path)),
    responses((status = 200, description = "With the topic's version in `ETag`", body = PlaceData),
        (status = 204, description = "Filed where the caller does not read it")))]
async fn update_place(
    cx: RequestContext,
    Path(id): Path<TopicId>,
    IfMatch(version): IfMatch,
    Json(to): Json<PlaceToTake>,
) -> Result<Response> {
    let reader = Reader::asking(&cx).await?;
    let target = reader.category_by_slug(&to.category).map_err(|_| unknown("category"))?.id();
    let topic = Topics::of(cx.db()).refile(cx.actor(), id, version, target, kind_of(&to.kind)?).await?;
    if reader.sees(&topic) { placed(&cx, id).await } else { Ok(StatusCode::NO_CONTENT.into_response()) }
}

/// Tells what filing a topic elsewhere would do to its readers.
#[utoipa::path(get, path = "/api/v1/forum/topics/{id}/place/consequences", params(("id" = i64, Path), AskedPlace),
    responses((status = 200, body = Told)))]
async fn of_move(cx: RequestContext, Path(id): Path<TopicId>, Query(asked): Query<AskedPlace>) -> Result<Json<Told>> {
    let (reader, row) = find(&cx, id).await?;
    let target = reader.category_by_slug(&asked.category).map_err(|_| unknown("category"))?;
    let kind = asked.kind.as_deref().map_or(Ok(row.topic.kind), kind_of)?;
    let told = consequences(&cx, &reader, row.topic(), target, kind).await?;
    Ok(Json(Told { lines: told.map(|told| told.into_lines()).unwrap_or_default() }))
}

async fn put(cx: &RequestContext, id: TopicId, what: Mark) -> Result<StatusCode> {
    Topics::of(cx.db()).mark(cx.actor(), id, what).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says which reply solved a topic.
#[utoipa::path(put, path = "/api/v1/forum/topics/{id}/accepted", request_body = Answer, params(("id" = i64, Path)),
    responses((status = 204, description = "Accepted"), (status = 409, description = "It is no visible reply of it")))]
async fn accept(cx: RequestContext, Path(id): Path<TopicId>, Json(answer): Json<Answer>) -> Result<StatusCode> {
    put(&cx, id, Mark::Accept(answer.post)).await
}

/// Says that no reply solved a topic.
#[utoipa::path(delete, path = "/api/v1/forum/topics/{id}/accepted", params(("id" = i64, Path)),
    responses((status = 204, description = "None is accepted")))]
async fn unaccept(cx: RequestContext, Path(id): Path<TopicId>) -> Result<StatusCode> {
    put(&cx, id, Mark::Unaccept).await
}

/// Says which reply is the Region's answer.
#[utoipa::path(put, path = "/api/v1/forum/topics/{id}/official", request_body = Answer, params(("id" = i64, Path)),
    responses((status = 204, description = "Marked"), (status = 409, description = "It is no visible reply of it")))]
async fn mark_official(cx: RequestContext, Path(id): Path<TopicId>, Json(answer): Json<Answer>) -> Result<StatusCode> {
    put(&cx, id, Mark::Official(answer.post)).await
}

/// Says that the Region has not answered.
#[utoipa::path(delete, path = "/api/v1/forum/topics/{id}/official", params(("id" = i64, Path)),
    responses((status = 204, description = "None is marked")))]
async fn unmark_official(cx: RequestContext, Path(id): Path<TopicId>) -> Result<StatusCode> {
    put(&cx, id, Mark::Unofficial).await
}

/// Closes a topic to replies.
#[utoipa::path(put, path = "/api/v1/forum/topics/{id}/lock", params(("id" = i64, Path)),
    responses((status = 204, description = "It takes moderators' replies only")))]
async fn lock(cx: RequestContext, Path(id): Path<TopicId>) -> Result<StatusCode> {
    put(&cx, id, Mark::Lock).await
}

/// Opens a topic to replies again.
#[utoipa::path(delete, path = "/api/v1/forum/topics/{id}/lock", params(("id" = i64, Path)),
    responses((status = 204, description = "It takes replies")))]
async fn unlock(cx: RequestContext, Path(id): Path<TopicId>) -> Result<StatusCode> {
    put(&cx, id, Mark::Unlock).await
}

/// Keeps a topic on top of its category.
#[utoipa::path(put, path = "/api/v1/forum/topics/{id}/pin", params(("id" = i64, Path)),
    responses((status = 204, description = "It is on top")))]
async fn pin(cx: RequestContext, Path(id): Path<TopicId>) -> Result<StatusCode> {
    put(&cx, id, Mark::Pin).await
}

/// Lets a topic stand where its last reply puts it.
#[utoipa::path(delete, path = "/api/v1/forum/topics/{id}/pin", params(("id" = i64, Path)),
    responses((status = 204, description = "It is in its place")))]
async fn unpin(cx: RequestContext, Path(id): Path<TopicId>) -> Result<StatusCode> {
    put(&cx, id, Mark::Unpin).await
}

/// What making a topic confidential would do.
#[utoipa::path(get, path = "/api/v1/forum/topics/{id}/confidential", params(("id" = i64, Path)),
    responses((status = 200, body = Restriction)))]
async fn restriction(cx: RequestContext, Path(id): Path<TopicId>) -> Result<Json<Restriction>> {
    let (reader, row) = find(&cx, id).await?;
    let topic = row.topic();
    reader.require_moderates(topic)?;
    let leaves = leaves(&reader, topic);
    Ok(Json(Restriction { confidential: topic.readers == Readers::Confidential, leaves, told: warning(&cx, leaves) }))
}

/// Makes a topic confidential: for its asker, their school and the Region only.
#[utoipa::path(put, path = "/api/v1/forum/topics/{id}/confidential", params(("id" = i64, Path)),
    responses((status = 204, description = "The caller may be among those who no longer read it")))]
async fn restrict(cx: RequestContext, Path(id): Path<TopicId>) -> Result<StatusCode> {
    put(&cx, id, Mark::Restrict).await
}

/// Opens a topic to everybody who reads its category.
#[utoipa::path(delete, path = "/api/v1/forum/topics/{id}/confidential", params(("id" = i64, Path)),
    responses((status = 204, description = "Open"), (status = 409, description = "Its category is confidential")))]
async fn open(cx: RequestContext, Path(id): Path<TopicId>) -> Result<StatusCode> {
    put(&cx, id, Mark::Open).await
}

/// Topics that the caller made confidential and no longer reads, the latest first.
#[utoipa::path(get, path = "/api/v1/forum/moderation/restricted", responses((status = 200, body = [RestrictedTopic])))]
async fn restricted(cx: RequestContext) -> Result<Json<Vec<RestrictedTopic>>> {
    let reader = Reader::asking(&cx).await?;
    let topics = undoable_topics(&cx, &reader, crate::review::PAGE).await?;
    Ok(Json(topics.into_iter().map(|id| RestrictedTopic { id }).collect()))
}

/// Notes how far the caller has read a topic. It never goes back.
#[utoipa::path(put, path = "/api/v1/forum/topics/{id}/read", request_body = ReadTo, params(("id" = i64, Path)),
    responses((status = 204, description = "Noted")))]
async fn read(cx: RequestContext, Path(id): Path<TopicId>, Json(to): Json<ReadTo>) -> Result<StatusCode> {
    let (reader, row) = find(&cx, id).await?;
    let number = to.number.clamp(0, row.topic.last_number);
    follow::actions::mark_read(cx.db(), &reader, row.topic(), number, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A post of a topic as the beginning of a reply.
#[utoipa::path(get, path = "/api/v1/forum/topics/{id}/quotation", params(("id" = i64, Path), AskedPost),
    responses((status = 200, body = Quotation)))]
async fn quotation(
    cx: RequestContext,
    Path(id): Path<TopicId>,
    Query(asked): Query<AskedPost>,
) -> Result<Json<Quotation>> {
    let (reader, row) = find(&cx, id).await?;
    Ok(Json(Quotation { markdown: quote(&cx, &reader, row.topic(), asked.number).await? }))
}

/// Articles and topics similar to a title, five at most.
#[utoipa::path(get, path = "/api/v1/forum/similar", params(AskedTitle), responses((status = 200, body = [SimilarData])))]
async fn similar(cx: RequestContext, Query(asked): Query<AskedTitle>) -> Result<Json<Vec<SimilarData>>> {
    let hits = similar::to(&cx, &asked.title).await?;
    let data = |hit: super::view::SimilarHit| SimilarData {
        kind: hit.kind,
        title: hit.title,
        section: hit.section,
        url: cx.href(&hit.url),
        solved: hit.solved,
        official: hit.official,
    };
    Ok(Json(hits.into_iter().map(data).collect()))
}
