//! What is kept about a person, for programs: handed over, and erased.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa_axum::routes;

use crate::erasures::{self, Asked};
use atrium_platform::Result;
use atrium_platform::access::permissions::PRIVACY_HANDLE;
use atrium_platform::directory::PersonId;
use atrium_web::{Json, Path, RequestContext, Routes, Who};

pub(super) fn declare(routes: &mut Routes) {
    routes.operation(Who::Holder(PRIVACY_HANDLE), routes!(export));
    routes.operation(Who::Holder(PRIVACY_HANDLE), routes!(erase));
    routes.operation(Who::Holder(PRIVACY_HANDLE), routes!(erasure_requests));
}

/// Why a person is erased.
#[derive(Deserialize, utoipa::ToSchema)]
struct ErasureReason {
    reason: String,
}

/// Everything that is kept about a person, by who keeps it.
#[utoipa::path(get, path = "/api/v1/administration/people/{id}/data", params(("id" = i64, Path)),
    responses((status = 200, description = "`core` and each plugin have a part", body = Object)))]
async fn export(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Json<Value>> {
    Ok(Json(cx.atrium().export_person(cx.actor(), id).await?))
}

/// Erases a person for good. What they wrote stays, under a neutral name.
#[utoipa::path(post, path = "/api/v1/administration/people/{id}/erase", request_body = ErasureReason,
    params(("id" = i64, Path)), responses((status = 204, description = "Erased")))]
async fn erase(cx: RequestContext, Path(id): Path<PersonId>, Json(new): Json<ErasureReason>) -> Result<Response> {
    cx.atrium().erase_person(cx.actor(), id, &new.reason).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Somebody who asks to be erased.
#[derive(Serialize, utoipa::ToSchema)]
struct ErasureAsker {
    #[schema(value_type = i64)]
    person: PersonId,
    name: String,
    asked: String,
}

/// Who asks to be erased, the oldest requests first, at most two hundred.
#[utoipa::path(get, path = "/api/v1/administration/erasure-requests", responses((status = 200, body = [ErasureAsker])))]
async fn erasure_requests(cx: RequestContext) -> Result<Json<Vec<ErasureAsker>>> {
    let asker = |asked: Asked| ErasureAsker { person: asked.person, name: asked.name, asked: asked.at.to_rfc3339() };
    Ok(Json(erasures::waiting(&cx).await?.into_iter().map(asker).collect()))
}
