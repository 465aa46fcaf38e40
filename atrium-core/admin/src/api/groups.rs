//! Classes and groups, their members, and the guardians of pupils.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::people::{People, PersonSummary};
use crate::{group, groups, guardians, people};
use atrium_platform::Result;
use atrium_platform::access::permissions::{GROUP_EDIT, PERSON_EDIT};
use atrium_platform::directory::actions::{NewGroup, PeopleFilter};
use atrium_platform::directory::{EstablishmentId, GroupId, PersonId};
use atrium_platform::directory::{Group, GroupKind};
use atrium_web::{IfMatch, Json, Operation, Path, Query, RequestContext, Routes, Who, versioned};

pub(super) fn declare(routes: &mut Routes) {
    let (editor, keeper) = (Who::Holder(GROUP_EDIT), Who::Holder(PERSON_EDIT));
    routes.operation(editor, routes!(list));
    routes.operation(editor, Operation::of(routes!(create)).once());
    routes.operation(editor, routes!(show));
    routes.operation(editor, Operation::of(routes!(update)).edits());
    routes.operation(editor, routes!(members));
    routes.operation(editor, routes!(join));
    routes.operation(editor, routes!(leave));
    routes.operation(keeper, routes!(list_guardians));
    routes.operation(keeper, routes!(link));
    routes.operation(keeper, routes!(unlink));
}

/// A class or another group of a school.
#[derive(Serialize, utoipa::ToSchema)]
struct GroupData {
    #[schema(value_type = i64)]
    id: GroupId,
    #[schema(value_type = i64)]
    school: EstablishmentId,
    /// `class`, `pupils` or `administrative`.
    #[schema(value_type = String)]
    kind: GroupKind,
    name: String,
}

impl From<Group> for GroupData {
    fn from(row: Group) -> Self {
        Self { id: row.id, school: row.establishment_id, kind: row.kind, name: row.name }
    }
}

/// A group to add.
#[derive(Deserialize, utoipa::ToSchema)]
struct GroupToAdd {
    /// `class`, `pupils` or `administrative`.
    #[schema(value_type = String)]
    kind: GroupKind,
    name: String,
}

/// Another name.
#[derive(Deserialize, utoipa::ToSchema)]
struct GroupChange {
    name: String,
}

/// The person after whom the page starts.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
struct Part {
    /// `next` of the page before.
    #[param(value_type = Option<i64>)]
    after: Option<PersonId>,
}

/// The groups of a school that one keeps.
#[utoipa::path(get, path = "/api/v1/administration/schools/{id}/groups", params(("id" = i64, Path)),
    responses((status = 200, body = [GroupData])))]
async fn list(cx: RequestContext, Path(id): Path<EstablishmentId>) -> Result<Json<Vec<GroupData>>> {
    Ok(Json(groups::kept(&cx, id).await?.into_iter().map(GroupData::from).collect()))
}

/// Adds a group to a school.
#[utoipa::path(post, path = "/api/v1/administration/schools/{id}/groups", request_body = GroupToAdd,
    params(("id" = i64, Path)),
    responses((status = 201, description = "With its version in `ETag`", body = GroupData),
        (status = 409, description = "The name is taken")))]
async fn create(cx: RequestContext, Path(id): Path<EstablishmentId>, Json(new): Json<GroupToAdd>) -> Result<Response> {
    groups::kept(&cx, id).await?;
    let made = cx.atrium().directory().create_group(cx.actor(), NewGroup::new(id, new.kind, new.name)).await?;
    let mut response = shown(&cx, made).await?;
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

async fn shown(cx: &RequestContext, id: GroupId) -> Result<Response> {
    let row = group::kept(cx, id).await?;
    Ok(versioned(row.version, GroupData::from(row)))
}

/// A group that one keeps.
#[utoipa::path(get, path = "/api/v1/administration/groups/{id}", params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = GroupData)))]
async fn show(cx: RequestContext, Path(id): Path<GroupId>) -> Result<Response> {
    shown(&cx, id).await
}

/// Gives a group another name.
#[utoipa::path(patch, path = "/api/v1/administration/groups/{id}", request_body = GroupChange,
    params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = GroupData),
        (status = 409, description = "The name is taken")))]
async fn update(
    cx: RequestContext,
    Path(id): Path<GroupId>,
    IfMatch(version): IfMatch,
    Json(change): Json<GroupChange>,
) -> Result<Response> {
    cx.atrium().directory().rename_group(cx.actor(), id, version, &change.name).await?;
    shown(&cx, id).await
}

/// Returns the members of a group that are visible to the caller, forty at a time.
#[utoipa::path(get, path = "/api/v1/administration/groups/{id}/members", params(("id" = i64, Path), Part),
    responses((status = 200, body = People)))]
async fn members(cx: RequestContext, Path(id): Path<GroupId>, Query(part): Query<Part>) -> Result<Json<People>> {
    group::kept(&cx, id).await?;
    let inside = PeopleFilter { group: Some(id), ..PeopleFilter::default() };
    let (rows, next) = people::page(&cx, inside, part.after, people::PAGE).await?;
    Ok(Json(People { people: rows.into_iter().map(PersonSummary::from).collect(), next }))
}

/// Puts somebody of the school in a group; who is in it stays.
#[utoipa::path(put, path = "/api/v1/administration/groups/{id}/members/{person}",
    params(("id" = i64, Path), ("person" = i64, Path)),
    responses((status = 204, description = "They are in it"),
        (status = 403, description = "Not permitted, or would give more than the caller holds"),
        (status = 422, description = "They are not in the school")))]
async fn join(cx: RequestContext, Path((id, person)): Path<(GroupId, PersonId)>) -> Result<Response> {
    cx.atrium().directory().add_to_group(cx.actor(), person, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Takes somebody out of a group.
#[utoipa::path(delete, path = "/api/v1/administration/groups/{id}/members/{person}",
    params(("id" = i64, Path), ("person" = i64, Path)), responses((status = 204, description = "They are not in it")))]
async fn leave(cx: RequestContext, Path((id, person)): Path<(GroupId, PersonId)>) -> Result<Response> {
    cx.atrium().directory().remove_from_group(cx.actor(), person, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Returns the guardians of a pupil that are visible to the caller, forty at a time.
#[utoipa::path(get, path = "/api/v1/administration/people/{id}/guardians", params(("id" = i64, Path), Part),
    responses((status = 200, body = People)))]
async fn list_guardians(
    cx: RequestContext,
    Path(id): Path<PersonId>,
    Query(part): Query<Part>,
) -> Result<Json<People>> {
    guardians::pupil(&cx, id).await?;
    let filter = PeopleFilter { guardians_of: Some(id), ..PeopleFilter::default() };
    let (rows, next) = people::page(&cx, filter, part.after, people::PAGE).await?;
    Ok(Json(People { people: rows.into_iter().map(PersonSummary::from).collect(), next }))
}

/// Makes an adult a guardian of a pupil; who is one stays.
#[utoipa::path(put, path = "/api/v1/administration/people/{id}/guardians/{adult}",
    params(("id" = i64, Path), ("adult" = i64, Path)),
    responses((status = 204, description = "They are"),
        (status = 403, description = "Not permitted, or would give more than the caller holds"),
        (status = 422, description = "Both are the same person")))]
async fn link(cx: RequestContext, Path((id, adult)): Path<(PersonId, PersonId)>) -> Result<Response> {
    guardians::pupil(&cx, id).await?;
    cx.atrium().directory().link_guardian(cx.actor(), adult, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Ends that an adult is a guardian of a pupil.
#[utoipa::path(delete, path = "/api/v1/administration/people/{id}/guardians/{adult}",
    params(("id" = i64, Path), ("adult" = i64, Path)), responses((status = 204, description = "They are not")))]
async fn unlink(cx: RequestContext, Path((id, adult)): Path<(PersonId, PersonId)>) -> Result<Response> {
    guardians::pupil(&cx, id).await?;
    cx.atrium().directory().unlink_guardian(cx.actor(), adult, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
