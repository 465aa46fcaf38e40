//! Flags for programs.

use atrium_core::web::{Cx, Json, Path, Problems, Routes, Who};
use atrium_core::{Error, Message, Result};
use axum::http::StatusCode;
use serde::Deserialize;

use crate::flags::{Comment, FlagReason, actions};
use crate::pace;
use crate::permissions::FLAG;
use crate::posts::PostId;

pub(crate) fn declare(routes: &mut Routes) {
    routes.post("/api/v1/forum/posts/{id}/flags", Who::Holder(FLAG), create);
}

/// A flag to raise.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct FlagToRaise {
    /// `spam`, `rude`, `off_topic`, `personal_data` or `other`.
    reason: String,
    /// What a moderator should know.
    #[serde(default)]
    note: String,
    /// The post's `revision` as it was read.
    revision: i64,
}

/// Flags a revision of a post for the moderators. A post that was edited may be flagged again.
#[utoipa::path(post, path = "/api/v1/forum/posts/{id}/flags", tag = "forum", request_body = FlagToRaise,
    params(("id" = i64, Path)),
    responses((status = 204, description = "Flagged"),
        (status = 409, description = "Flagged before, or edited since it was read"),
        (status = 422, description = "What is wrong, field by field"),
        (status = 429, description = "Too many within an hour: `Retry-After` says when")))]
pub(crate) async fn create(cx: Cx, Path(id): Path<PostId>, Json(new): Json<FlagToRaise>) -> Result<StatusCode> {
    let mut problems = Problems::default();
    let reason = FlagReason::from_key(&new.reason).ok_or_else(|| Message::new("field-choice"));
    let reason = problems.take("reason", reason);
    let comment = problems.take("note", Comment::parse(&new.note));
    problems.finish()?;
    let (Some(reason), Some(comment)) = (reason, comment) else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    pace::flags(&cx).await?;
    actions::flag(cx.db(), cx.actor(), id, new.revision, reason, &comment).await?;
    Ok(StatusCode::NO_CONTENT)
}
