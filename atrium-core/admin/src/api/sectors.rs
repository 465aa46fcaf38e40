//! Sectors and their schools.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use crate::sectors;
use atrium_platform::Result;
use atrium_platform::access::Scope;
use atrium_platform::access::permissions::SECTOR_EDIT;
use atrium_platform::directory::{self, EstablishmentId, SectorId};
use atrium_web::{IfMatch, Json, Operation, Path, Query, RequestContext, Routes, Who, created, searched, versioned};

pub(super) fn declare(routes: &mut Routes) {
    let editor = Who::Holder(SECTOR_EDIT);
    routes.operation(editor, routes!(list));
    routes.operation(editor, Operation::of(routes!(create)).once());
    routes.operation(editor, routes!(show));
    routes.operation(editor, Operation::of(routes!(update)).edits());
    routes.operation(editor, routes!(delete));
    routes.operation(editor, routes!(join));
    routes.operation(editor, routes!(leave));
}

/// A named set of schools in a list.
#[derive(Serialize, utoipa::ToSchema)]
struct SectorSummary {
    #[schema(value_type = i64)]
    id: SectorId,
    name: String,
    /// The number of its schools.
    schools: usize,
}

/// A named set of schools.
#[derive(Serialize, utoipa::ToSchema)]
struct SectorData {
    #[schema(value_type = i64)]
    id: SectorId,
    name: String,
    /// The numbers of its schools, in the order of their names.
    #[schema(value_type = Vec<i64>)]
    schools: Vec<EstablishmentId>,
}

/// The name of a sector.
#[derive(Deserialize, utoipa::ToSchema)]
struct SectorName {
    name: String,
}

/// Which sectors.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
struct AskedSectors {
    /// Words of the name.
    #[serde(default, deserialize_with = "searched")]
    #[param(value_type = Option<String>)]
    q: String,
}

/// The sectors, by name.
#[utoipa::path(get, path = "/api/v1/administration/sectors", params(AskedSectors),
    responses((status = 200, body = [SectorSummary])))]
async fn list(cx: RequestContext, Query(asked): Query<AskedSectors>) -> Result<Json<Vec<SectorSummary>>> {
    let found = sectors::found(&cx, &asked.q).await?;
    let row =
        |(sector, schools): (directory::Sector, usize)| SectorSummary { id: sector.id, name: sector.name, schools };
    Ok(Json(found.into_iter().map(row).collect()))
}

/// Adds a sector without schools.
#[utoipa::path(post, path = "/api/v1/administration/sectors", request_body = SectorName,
    responses((status = 201, description = "With its version in `ETag`", body = SectorData),
        (status = 409, description = "The name is taken")))]
async fn create(cx: RequestContext, Json(new): Json<SectorName>) -> Result<Response> {
    let id = cx.atrium().directory().create_sector(cx.actor(), &new.name).await?;
    created(&cx, &format!("/api/v1/administration/sectors/{id}"), shown(&cx, id).await?)
}

async fn shown(cx: &RequestContext, id: SectorId) -> Result<Response> {
    cx.actor().require(SECTOR_EDIT, Scope::Platform)?;
    let row = directory::sector(cx.db(), id).await?;
    let schools = sectors::schools_of(cx, id).await?.into_iter().map(|school| school.id).collect();
    Ok(versioned(row.version, SectorData { id, name: row.name, schools }))
}

/// A sector with its schools.
#[utoipa::path(get, path = "/api/v1/administration/sectors/{id}", params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = SectorData)))]
async fn show(cx: RequestContext, Path(id): Path<SectorId>) -> Result<Response> {
    shown(&cx, id).await
}

/// Gives a sector another name.
#[utoipa::path(patch, path = "/api/v1/administration/sectors/{id}", request_body = SectorName,
    params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = SectorData),
        (status = 409, description = "The name is taken")))]
async fn update(
    cx: RequestContext,
    Path(id): Path<SectorId>,
    IfMatch(version): IfMatch,
    Json(change): Json<SectorName>,
) -> Result<Response> {
    cx.atrium().directory().rename_sector(cx.actor(), id, version, &change.name).await?;
    shown(&cx, id).await
}

/// Deletes a sector at which no role is given.
#[utoipa::path(delete, path = "/api/v1/administration/sectors/{id}", params(("id" = i64, Path)),
    responses((status = 204, description = "Deleted"), (status = 409, description = "Roles are given there")))]
async fn delete(cx: RequestContext, Path(id): Path<SectorId>) -> Result<Response> {
    cx.atrium().directory().delete_sector(cx.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Adds a school to a sector; one that it has stays.
#[utoipa::path(put, path = "/api/v1/administration/sectors/{id}/schools/{school}",
    params(("id" = i64, Path), ("school" = i64, Path)),
    responses((status = 204, description = "The sector has it"),
        (status = 403, description = "Not permitted, or would give more than the caller holds")))]
async fn join(cx: RequestContext, Path((id, school)): Path<(SectorId, EstablishmentId)>) -> Result<Response> {
    cx.atrium().directory().add_to_sector(cx.actor(), id, school).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Removes a school from a sector.
#[utoipa::path(delete, path = "/api/v1/administration/sectors/{id}/schools/{school}",
    params(("id" = i64, Path), ("school" = i64, Path)),
    responses((status = 204, description = "The sector does not have it")))]
async fn leave(cx: RequestContext, Path((id, school)): Path<(SectorId, EstablishmentId)>) -> Result<Response> {
    cx.atrium().directory().remove_from_sector(cx.actor(), id, school).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
