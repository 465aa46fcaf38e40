//! Schools and their traits.

use std::collections::BTreeSet;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use crate::establishments::{find, readable};
use atrium_platform::access::permissions::ESTABLISHMENT_EDIT;
use atrium_platform::directory::actions::{EstablishmentEdit, NewEstablishment};
use atrium_platform::directory::{Establishment, EstablishmentId, EstablishmentKind, Uai, fold};
use atrium_platform::{Error, Message, Result};
use atrium_web::{IfMatch, Json, Operation, Path, Query, RequestContext, Routes, Who, searched, versioned};

/// Schools on one page.
const PAGE: usize = 100;

pub(super) fn declare(routes: &mut Routes) {
    let editor = Who::Holder(ESTABLISHMENT_EDIT);
    routes.operation(Who::SignedIn, routes!(list));
    routes.operation(editor, Operation::of(routes!(create)).once());
    routes.operation(Who::SignedIn, routes!(show));
    routes.operation(editor, Operation::of(routes!(update)).edits());
    routes.operation(Who::SignedIn, routes!(traits));
    routes.operation(editor, Operation::of(routes!(update_traits)).edits());
}

/// A school.
#[derive(Serialize, utoipa::ToSchema)]
struct SchoolData {
    #[schema(value_type = i64)]
    id: EstablishmentId,
    uai: String,
    name: String,
    /// `lycee`, `lycee_pro`, `college` or `other`.
    #[schema(value_type = String)]
    kind: EstablishmentKind,
    city: String,
}

impl From<Establishment> for SchoolData {
    fn from(row: Establishment) -> Self {
        Self { id: row.id, uai: row.uai, name: row.name, kind: row.kind, city: row.city }
    }
}

/// A page of schools; `next` is the `after` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct Schools {
    schools: Vec<SchoolData>,
    #[schema(value_type = Option<i64>)]
    next: Option<EstablishmentId>,
}

/// Which schools.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
struct Params {
    /// Words of the name, the town, or the UAI.
    #[serde(default, deserialize_with = "searched")]
    #[param(value_type = Option<String>)]
    q: String,
    /// `next` of the page before.
    #[param(value_type = Option<i64>)]
    after: Option<EstablishmentId>,
}

/// A school to add.
#[derive(Deserialize, utoipa::ToSchema)]
struct SchoolToAdd {
    uai: String,
    name: String,
    /// `lycee`, `lycee_pro`, `college` or `other`.
    #[schema(value_type = String)]
    kind: EstablishmentKind,
    city: String,
}

/// What is changed of a school; what is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
struct SchoolChange {
    name: Option<String>,
    #[schema(value_type = Option<String>)]
    kind: Option<EstablishmentKind>,
    city: Option<String>,
}

/// Schools that one may read, by name, a hundred at a time.
#[utoipa::path(get, path = "/api/v1/administration/schools", params(Params),
    responses((status = 200, body = Schools), (status = 403, description = "One administers nothing")))]
async fn list(cx: RequestContext, Query(asked): Query<Params>) -> Result<Json<Schools>> {
    let words = fold(&asked.q);
    let mut schools = readable(&cx).await?;
    schools.sort_by(|a, b| (&a.name_folded, a.id).cmp(&(&b.name_folded, b.id)));
    if let Some(after) = asked.after {
        let last = find(&cx, after).await?;
        schools.retain(|school| (&school.name_folded, school.id) > (&last.name_folded, last.id));
    }
    schools.retain(|school| school.answers_to(&words));
    let more = schools.len() > PAGE;
    schools.truncate(PAGE);
    let next = schools.last().filter(|_| more).map(|last| last.id);
    Ok(Json(Schools { schools: schools.into_iter().map(SchoolData::from).collect(), next }))
}

/// A school.
#[utoipa::path(get, path = "/api/v1/administration/schools/{id}", params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = SchoolData)))]
async fn show(cx: RequestContext, Path(id): Path<EstablishmentId>) -> Result<Response> {
    let row = find(&cx, id).await?;
    Ok(versioned(row.version, SchoolData::from(row)))
}

/// Adds a school.
#[utoipa::path(post, path = "/api/v1/administration/schools", request_body = SchoolToAdd,
    responses((status = 201, description = "With its version in `ETag`", body = SchoolData),
        (status = 409, description = "The UAI is known")))]
async fn create(cx: RequestContext, Json(new): Json<SchoolToAdd>) -> Result<Response> {
    let uai: Uai = new.uai.parse().map_err(|_| Error::invalid_field("uai", Message::new("field-uai")))?;
    let description = EstablishmentEdit { name: new.name, kind: new.kind, city: new.city };
    let id = cx.atrium().directory().create_establishment(cx.actor(), NewEstablishment::new(uai, description)).await?;
    let row = find(&cx, id).await?;
    let mut response = versioned(row.version, SchoolData::from(row));
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// Changes how a school is described.
#[utoipa::path(patch, path = "/api/v1/administration/schools/{id}", request_body = SchoolChange,
    params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = SchoolData)))]
async fn update(
    cx: RequestContext,
    Path(id): Path<EstablishmentId>,
    IfMatch(version): IfMatch,
    Json(change): Json<SchoolChange>,
) -> Result<Response> {
    let row = find(&cx, id).await?;
    let edit = EstablishmentEdit {
        name: change.name.unwrap_or(row.name),
        kind: change.kind.unwrap_or(row.kind),
        city: change.city.unwrap_or(row.city),
    };
    cx.atrium().directory().edit_establishment(cx.actor(), id, version, edit).await?;
    let row = find(&cx, id).await?;
    Ok(versioned(row.version, SchoolData::from(row)))
}

/// What holds of a school and not of others, as keys.
#[utoipa::path(get, path = "/api/v1/administration/schools/{id}/traits", params(("id" = i64, Path)),
    responses((status = 200, description = "With the version of the traits in `ETag`", body = [String])))]
async fn traits(cx: RequestContext, Path(id): Path<EstablishmentId>) -> Result<Response> {
    let row = find(&cx, id).await?;
    Ok(versioned(row.traits_version, cx.atrium().catalogue().traits(id)))
}

/// Replaces what holds of a school.
#[utoipa::path(put, path = "/api/v1/administration/schools/{id}/traits", request_body = [String],
    params(("id" = i64, Path)),
    responses((status = 204, description = "Replaced"), (status = 422, description = "A key is none")))]
async fn update_traits(
    cx: RequestContext,
    Path(id): Path<EstablishmentId>,
    IfMatch(version): IfMatch,
    Json(keys): Json<BTreeSet<String>>,
) -> Result<Response> {
    find(&cx, id).await?;
    let saved = cx.atrium().directory().set_traits(cx.actor(), id, version, &keys).await;
    // Read again: another node may have saved what came first.
    cx.atrium().catalogue().reload().await?;
    saved?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
