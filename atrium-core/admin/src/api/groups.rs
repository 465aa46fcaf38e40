//! Classes and groups, their members, and the guardians of pupils.

use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::OpenApi;

use super::people::{People, PersonSummary};
use crate::{group, groups, guardians, people};
use atrium_platform::Result;
use atrium_platform::access::permissions::{GROUP_EDIT, PERSON_EDIT};
use atrium_platform::directory::actions::{
    NewGroup, PeopleFilter, add_to_group, create_group, link_guardian, remove_from_group, rename_group, unlink_guardian,
};
use atrium_platform::directory::group::{Kind, Model};
use atrium_platform::directory::{EstablishmentId, GroupId, PersonId};
use atrium_web::{BODY_LIMIT, Cx, Json, Path, Query, Routes, Who};
use atrium_web::{IfMatch, met, versioned};

pub(super) fn declare(routes: &mut Routes) {
    let (editor, keeper) = (Who::Holder(GROUP_EDIT), Who::Holder(PERSON_EDIT));
    routes.get("/api/v1/administration/schools/{id}/groups", editor, list);
    routes.post("/api/v1/administration/schools/{id}/groups", editor, create);
    routes.get("/api/v1/administration/groups/{id}", editor, show);
    routes.add(Method::PATCH, "/api/v1/administration/groups/{id}", editor, BODY_LIMIT, update);
    routes.get("/api/v1/administration/groups/{id}/members", editor, members);
    let member = "/api/v1/administration/groups/{id}/members/{person}";
    routes.add(Method::PUT, member, editor, BODY_LIMIT, join);
    routes.add(Method::DELETE, member, editor, BODY_LIMIT, leave);
    routes.get("/api/v1/administration/people/{id}/guardians", keeper, list_guardians);
    let guardian = "/api/v1/administration/people/{id}/guardians/{adult}";
    routes.add(Method::PUT, guardian, keeper, BODY_LIMIT, link);
    routes.add(Method::DELETE, guardian, keeper, BODY_LIMIT, unlink);
}

pub(super) fn openapi() -> utoipa::openapi::OpenApi {
    GroupsApi::openapi()
}

#[derive(OpenApi)]
#[openapi(
    paths(list, create, show, update, members, join, leave, list_guardians, link, unlink),
    components(schemas(GroupData, GroupToAdd, GroupChange))
)]
struct GroupsApi;

/// A class or another group of a school.
#[derive(Serialize, utoipa::ToSchema)]
struct GroupData {
    #[schema(value_type = i64)]
    id: GroupId,
    #[schema(value_type = i64)]
    school: EstablishmentId,
    /// `class`, `pupils` or `administrative`.
    #[schema(value_type = String)]
    kind: Kind,
    name: String,
}

impl From<Model> for GroupData {
    fn from(row: Model) -> Self {
        Self { id: row.id, school: row.establishment_id, kind: row.kind, name: row.name }
    }
}

/// A group to add.
#[derive(Deserialize, utoipa::ToSchema)]
struct GroupToAdd {
    /// `class`, `pupils` or `administrative`.
    #[schema(value_type = String)]
    kind: Kind,
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
#[utoipa::path(get, path = "/api/v1/administration/schools/{id}/groups", tag = "administration",
    params(("id" = i64, Path)),
    responses((status = 200, body = [GroupData]), (status = 401, description = "Not signed in"),
        (status = 403, description = "Not permitted to manage groups"), (status = 404, description = "One keeps none there")))]
async fn list(cx: Cx, Path(id): Path<EstablishmentId>) -> Result<Json<Vec<GroupData>>> {
    Ok(Json(groups::kept(&cx, id).await?.into_iter().map(GroupData::from).collect()))
}

/// Adds a group to a school.
#[utoipa::path(post, path = "/api/v1/administration/schools/{id}/groups", tag = "administration",
    request_body = GroupToAdd, params(("id" = i64, Path)),
    responses((status = 201, description = "With its version in `ETag`", body = GroupData),
        (status = 401, description = "Not signed in"), (status = 403, description = "Not permitted"),
        (status = 404, description = "One keeps no groups there"), (status = 409, description = "The name is taken"),
        (status = 422, description = "What is wrong, field by field")))]
async fn create(cx: Cx, Path(id): Path<EstablishmentId>, Json(new): Json<GroupToAdd>) -> Result<Response> {
    groups::kept(&cx, id).await?;
    let made = create_group(cx.db(), cx.actor(), NewGroup::new(id, new.kind, new.name)).await?;
    let mut response = shown(&cx, made).await?;
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

async fn shown(cx: &Cx, id: GroupId) -> Result<Response> {
    let row = group::kept(cx, id).await?;
    Ok(versioned(row.version, GroupData::from(row)))
}

/// A group that one keeps.
#[utoipa::path(get, path = "/api/v1/administration/groups/{id}", tag = "administration", params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = GroupData),
        (status = 401, description = "Not signed in"), (status = 403, description = "Not permitted to manage groups"),
        (status = 404, description = "Not found, or not manageable")))]
async fn show(cx: Cx, Path(id): Path<GroupId>) -> Result<Response> {
    shown(&cx, id).await
}

/// Gives a group another name.
#[utoipa::path(patch, path = "/api/v1/administration/groups/{id}", tag = "administration", request_body = GroupChange,
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "`ETag` of what was read")),
    responses((status = 200, description = "With its version in `ETag`", body = GroupData),
        (status = 401, description = "Not signed in"), (status = 403, description = "Not permitted to manage groups"),
        (status = 404, description = "Not found, or not manageable"), (status = 409, description = "The name is taken"),
        (status = 412, description = "Changed since"), (status = 422, description = "What is wrong, field by field"),
        (status = 428, description = "No `If-Match`")))]
async fn update(
    cx: Cx,
    Path(id): Path<GroupId>,
    IfMatch(version): IfMatch,
    Json(change): Json<GroupChange>,
) -> Result<Response> {
    match met(rename_group(cx.db(), cx.actor(), id, version, &change.name).await)? {
        None => shown(&cx, id).await,
        Some(refused) => Ok(refused),
    }
}

/// Returns the members of a group that are visible to the caller, forty at a time.
#[utoipa::path(get, path = "/api/v1/administration/groups/{id}/members", tag = "administration",
    params(("id" = i64, Path), Part),
    responses((status = 200, body = People), (status = 401, description = "Not signed in"),
        (status = 403, description = "Not permitted to manage groups"), (status = 404, description = "Not found, or not manageable")))]
async fn members(cx: Cx, Path(id): Path<GroupId>, Query(part): Query<Part>) -> Result<Json<People>> {
    group::kept(&cx, id).await?;
    let inside = PeopleFilter { group: Some(id), ..PeopleFilter::default() };
    let (rows, next) = people::page(&cx, inside, part.after, people::PAGE).await?;
    Ok(Json(People { people: rows.into_iter().map(PersonSummary::from).collect(), next }))
}

/// Puts somebody of the school in a group; who is in it stays.
#[utoipa::path(put, path = "/api/v1/administration/groups/{id}/members/{person}", tag = "administration",
    params(("id" = i64, Path), ("person" = i64, Path)),
    responses((status = 204, description = "They are in it"), (status = 401, description = "Not signed in"),
        (status = 403, description = "Not permitted, or would give more than the caller holds"),
        (status = 404, description = "No such group or person, or not visible"),
        (status = 422, description = "They are not in the school")))]
async fn join(cx: Cx, Path((id, person)): Path<(GroupId, PersonId)>) -> Result<Response> {
    add_to_group(cx.atrium().access(), cx.actor(), person, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Takes somebody out of a group.
#[utoipa::path(delete, path = "/api/v1/administration/groups/{id}/members/{person}", tag = "administration",
    params(("id" = i64, Path), ("person" = i64, Path)),
    responses((status = 204, description = "They are not in it"), (status = 401, description = "Not signed in"),
        (status = 403, description = "Not permitted"),
        (status = 404, description = "No such group or person, or not visible")))]
async fn leave(cx: Cx, Path((id, person)): Path<(GroupId, PersonId)>) -> Result<Response> {
    remove_from_group(cx.atrium().access(), cx.actor(), person, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Returns the guardians of a pupil that are visible to the caller, forty at a time.
#[utoipa::path(get, path = "/api/v1/administration/people/{id}/guardians", tag = "administration",
    params(("id" = i64, Path), Part),
    responses((status = 200, body = People), (status = 401, description = "Not signed in"),
        (status = 403, description = "Not permitted"), (status = 404, description = "No such pupil")))]
async fn list_guardians(cx: Cx, Path(id): Path<PersonId>, Query(part): Query<Part>) -> Result<Json<People>> {
    guardians::pupil(&cx, id).await?;
    let filter = PeopleFilter { guardians_of: Some(id), ..PeopleFilter::default() };
    let (rows, next) = people::page(&cx, filter, part.after, people::PAGE).await?;
    Ok(Json(People { people: rows.into_iter().map(PersonSummary::from).collect(), next }))
}

/// Makes an adult a guardian of a pupil; who is one stays.
#[utoipa::path(put, path = "/api/v1/administration/people/{id}/guardians/{adult}", tag = "administration",
    params(("id" = i64, Path), ("adult" = i64, Path)),
    responses((status = 204, description = "They are"), (status = 401, description = "Not signed in"),
        (status = 403, description = "Not permitted, or would give more than the caller holds"),
        (status = 404, description = "No such pupil or adult that one may know of"),
        (status = 422, description = "Both are the same person")))]
async fn link(cx: Cx, Path((id, adult)): Path<(PersonId, PersonId)>) -> Result<Response> {
    guardians::pupil(&cx, id).await?;
    link_guardian(cx.atrium().access(), cx.actor(), adult, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Ends that an adult is a guardian of a pupil.
#[utoipa::path(delete, path = "/api/v1/administration/people/{id}/guardians/{adult}", tag = "administration",
    params(("id" = i64, Path), ("adult" = i64, Path)),
    responses((status = 204, description = "They are not"), (status = 401, description = "Not signed in"),
        (status = 403, description = "Not permitted"), (status = 404, description = "No such pupil")))]
async fn unlink(cx: Cx, Path((id, adult)): Path<(PersonId, PersonId)>) -> Result<Response> {
    guardians::pupil(&cx, id).await?;
    unlink_guardian(cx.atrium().access(), cx.actor(), adult, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
