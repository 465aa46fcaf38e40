//! Flags for programs.

use atrium_core::web::{Json, Operation, Path, Problems, RequestContext, Routes, Who};
use atrium_core::{Error, Message, Result};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa_axum::routes;

use crate::flags::{Comment, FlagReason, Flags};
use crate::permissions::FLAG;
use crate::posts::PostId;
use crate::rate_limit;

pub(crate) fn declare(routes: &mut Routes) {
    routes.operation(Who::Holder(FLAG), Operation::of(routes!(create)).limited(rate_limit::FLAGS));
}

/// A flag to raise.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct FlagToRaise {
    /// `spam`, `rude`, `off_topic`, `personal_data` or `other`.
    reason: String,
    /// What a moderator should know.
    #[serde(default)]
    note: String,
    /// The post's `revision` as it was read.
    revision: i64,
}

/// Flags a revision of a post for the moderators. A post that was edited may be flagged again.
#[utoipa::path(post, path = "/api/v1/forum/posts/{id}/flags", request_body = FlagToRaise, params(("id" = i64, Path)),
    responses((status = 204, description = "Flagged"),
        (status = 409, description = "Flagged before, or edited since it was read")))]
async fn create(cx: RequestContext, Path(id): Path<PostId>, Json(new): Json<FlagToRaise>) -> Result<StatusCode> {
    let mut problems = Problems::default();
    let reason = FlagReason::from_key(&new.reason).ok_or_else(|| Message::new("field-choice"));
    let reason = problems.take("reason", reason);
    let comment = problems.take("note", Comment::parse(&new.note));
    problems.finish()?;
    let (Some(reason), Some(comment)) = (reason, comment) else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    Flags::of(cx.db()).create(cx.actor(), id, new.revision, reason, &comment).await?;
    Ok(StatusCode::NO_CONTENT)
}
