//! One post for programs: reading, editing, its texts, and bringing it from one state to another.

use atrium_core::files::FileId;
use atrium_core::web::{IfMatch, Json, Operation, Path, Problems, Query, RequestContext, Routes, Who, versioned};
use atrium_core::{Error, Message, Result};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::routes::find;
use super::versions;
use crate::posts::actions::{Edit, Edited};
use crate::posts::text::sight::Sight;
use crate::posts::view::RevisionView;
use crate::posts::{Body, PostId, Posts, Reason, store};
use crate::reader::Reader;
use crate::state::State;
use crate::topics::pages::api::PostData;
use crate::topics::{self, Title};

pub(crate) fn declare(routes: &mut Routes) {
    routes.operation(Who::Anyone, routes!(show));
    routes.operation(Who::SignedIn, routes!(source));
    routes.operation(Who::SignedIn, Operation::of(routes!(update)).edits().long());
    routes.operation(Who::SignedIn, Operation::of(routes!(change_state)).edits());
    routes.operation(Who::SignedIn, routes!(revisions));
    routes.operation(Who::SignedIn, routes!(remove_file));
}

/// A text as its author changes it.
#[derive(Serialize, utoipa::ToSchema)]
struct SourceData {
    /// The topic's title, for its question.
    title: Option<String>,
    /// Markdown, with a mark in place of each quotation that the caller may not read: left there, it stays.
    body: String,
    /// `true` if this is a change that they proposed and that waits for a moderator.
    proposed: bool,
    /// `true` if the text has such marks.
    withholds: bool,
}

/// A change of a text.
#[derive(Deserialize, utoipa::ToSchema)]
struct PostChange {
    /// The topic's title, with its question; left out, it stays.
    title: Option<String>,
    /// Markdown.
    body: String,
    /// Why.
    #[serde(default)]
    reason: String,
    /// Numbers of files that were sent before, to attach beside those that are there.
    #[serde(default)]
    #[schema(value_type = Vec<i64>)]
    files: Vec<FileId>,
}

/// What became of a change.
#[derive(Serialize, utoipa::ToSchema)]
struct Changed {
    /// `published`, or `proposed` where it waits for a moderator.
    outcome: &'static str,
    post: PostData,
}

/// The state that a post shall be in.
#[derive(Deserialize, utoipa::ToSchema)]
struct StateToTake {
    /// `visible`, `hidden` or `deleted`. With the question of a topic goes the topic.
    state: String,
    /// Why; required for hiding or deleting another person's post.
    #[serde(default)]
    reason: String,
}

/// A text that a post had, or that was proposed for it.
#[derive(Serialize, utoipa::ToSchema)]
struct RevisionData {
    number: i64,
    /// The author's name; `null` once they are erased.
    author: Option<String>,
    created: String,
    markdown: String,
    /// Why it was changed.
    reason: String,
    /// `visible`, `pending` or `refused`.
    state: &'static str,
    current: bool,
}

impl From<RevisionView> for RevisionData {
    fn from(view: RevisionView) -> Self {
        Self {
            number: view.number,
            author: view.author.into_known(),
            created: view.created.to_rfc3339(),
            markdown: view.markdown,
            reason: view.reason,
            state: view.state,
            current: view.current,
        }
    }
}

/// A page of texts; `next` is the `avant` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct Revisions {
    revisions: Vec<RevisionData>,
    next: Option<i64>,
}

/// Which texts.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
struct AskedRevisions {
    /// `next` of the page before.
    avant: Option<i64>,
}

async fn data(cx: &RequestContext, id: PostId) -> Result<PostData> {
    let (reader, topic, post) = find(cx, id).await?;
    let rows = store::some(cx.db(), reader.visibility(), &[post.id]).await?;
    let data = PostData::of(cx, &reader, &topic, rows).await?.pop();
    data.ok_or_else(|| Error::not_found(format!("post {id}")))
}

/// A post.
#[utoipa::path(get, path = "/api/v1/forum/posts/{id}", params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = PostData)))]
async fn show(cx: RequestContext, Path(id): Path<PostId>) -> Result<Response> {
    let data = data(&cx, id).await?;
    Ok(versioned(data.version(), data))
}

/// The text of a post as those who may change it begin with.
#[utoipa::path(get, path = "/api/v1/forum/posts/{id}/source", params(("id" = i64, Path)),
    responses((status = 200, description = "With the post's version in `ETag`", body = SourceData)))]
async fn source(cx: RequestContext, Path(id): Path<PostId>) -> Result<Response> {
    let (reader, topic, post) = find(&cx, id).await?;
    reader.check_edit(&topic, &post)?;
    let person = cx.actor().require_person()?;
    let waiting = store::proposal(cx.db(), post.id, person).await?;
    let text = waiting.as_ref().map_or(&post.markdown, |own| &own.markdown);
    let editable = Sight::of(&cx, &reader, [(topic.id, text)]).await?.editable(topic.id, text);
    let proposed_title = waiting.as_ref().and_then(|own| own.title.clone());
    let title = (post.number == 1).then(|| proposed_title.unwrap_or_else(|| topic.title.clone()));
    let (body, withholds, proposed) = (editable.text, editable.withholds, waiting.is_some());
    Ok(versioned(post.version, SourceData { title, body, proposed, withholds }))
}

/// Changes the text of a post, or proposes the change where it waits for a moderator.
#[utoipa::path(patch, path = "/api/v1/forum/posts/{id}", request_body = PostChange, params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = Changed)))]
async fn update(
    cx: RequestContext,
    Path(id): Path<PostId>,
    IfMatch(expected): IfMatch,
    Json(change): Json<PostChange>,
) -> Result<Response> {
    find(&cx, id).await?;
    let mut problems = Problems::default();
    let body = problems.take("body", Body::parse(&change.body));
    let title = problems.take("title", change.title.as_deref().map(Title::parse).transpose());
    let reason = problems.take("reason", Reason::parse_optional(&change.reason));
    problems.finish()?;
    let (Some(body), Some(title), Some(reason)) = (body, title, reason) else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    let files = change.files;
    let (edited, ..) = Posts::of(cx.db()).edit(cx.actor(), id, Edit { title, body, expected, reason, files }).await?;
    let outcome = if edited == Edited::Published { "published" } else { "proposed" };
    let post = data(&cx, id).await?;
    Ok(versioned(post.version(), Changed { outcome, post }))
}

/// Hides, deletes or restores a post.
#[utoipa::path(put, path = "/api/v1/forum/posts/{id}/state", request_body = StateToTake, params(("id" = i64, Path)),
    responses((status = 204, description = "It is in that state"),
        (status = 409, description = "It is in that state already, or is the caller's own to be shown by another")))]
async fn change_state(
    cx: RequestContext,
    Path(id): Path<PostId>,
    IfMatch(version): IfMatch,
    Json(new): Json<StateToTake>,
) -> Result<Response> {
    find(&cx, id).await?;
    let mut problems = Problems::default();
    let to = match new.state.as_str() {
        "visible" => Ok(State::Visible),
        "hidden" => Ok(State::Hidden),
        "deleted" => Ok(State::Deleted),
        _ => Err(Message::new("field-choice")),
    };
    let to = problems.take("state", to);
    let reason = problems.take("reason", Reason::parse_optional(&new.reason));
    problems.finish()?;
    let (Some(to), Some(reason)) = (to, reason) else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    Posts::of(cx.db()).change_state(cx.actor(), id, to, version, &reason).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Takes a file off a post, for good, for those who may change it.
#[utoipa::path(delete, path = "/api/v1/forum/posts/{id}/files/{file}",
    params(("id" = i64, Path), ("file" = i64, Path)), responses((status = 204, description = "It is gone")))]
async fn remove_file(cx: RequestContext, Path((id, file)): Path<(PostId, FileId)>) -> Result<StatusCode> {
    Posts::of(cx.db()).remove_file(cx.actor(), id, file).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The texts that a post had and those proposed for it, the newest first, twenty at a time, for those who may change it.
#[utoipa::path(get, path = "/api/v1/forum/posts/{id}/revisions", params(("id" = i64, Path), AskedRevisions),
    responses((status = 200, body = Revisions)))]
async fn revisions(
    cx: RequestContext,
    Path(id): Path<PostId>,
    Query(asked): Query<AskedRevisions>,
) -> Result<Json<Revisions>> {
    let found: (Reader, topics::Topic, _) = find(&cx, id).await?;
    let (views, next) = versions::page(&cx, &found, asked.avant).await?;
    Ok(Json(Revisions { revisions: views.into_iter().map(RevisionData::from).collect(), next }))
}
