//! Owns the API of roles: what each holds, and making, changing and deleting custom ones.

use std::collections::BTreeSet;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::people::Reason;
use crate::roles::{find, require_reader};
use atrium_platform::Result;
use atrium_platform::access::actions::RoleChange;
use atrium_platform::access::permissions::ROLE_EDIT;
use atrium_platform::access::{PermissionDef, Role, RoleId};
use atrium_web::{IfMatch, Json, Operation, Path, RequestContext, Routes, Who, created, versioned};

pub(super) fn declare(routes: &mut Routes) {
    let editor = Who::Holder(ROLE_EDIT);
    routes.operation(Who::SignedIn, routes!(permissions));
    routes.operation(Who::SignedIn, routes!(list));
    routes.operation(editor, Operation::of(routes!(create)).once());
    routes.operation(Who::SignedIn, routes!(show));
    routes.operation(editor, Operation::of(routes!(update)).edits());
    routes.operation(editor, Operation::of(routes!(delete)).edits());
}

/// A permission that a role can hold.
#[derive(Serialize, utoipa::ToSchema)]
struct PermissionData {
    /// `core.person.edit`.
    key: &'static str,
    label: &'static str,
    /// The permissions without which it has no effect.
    needs: Vec<&'static str>,
}

/// A role with what it holds.
#[derive(Serialize, utoipa::ToSchema)]
struct RoleData {
    #[schema(value_type = i64)]
    id: RoleId,
    key: String,
    label: String,
    label_fr: String,
    label_en: String,
    built_in: bool,
    /// Whether what brings the role is absent, so that it gives no rights.
    absent: bool,
    speaks_for_region: bool,
    permissions: Vec<&'static str>,
}

impl RoleData {
    fn new(cx: &RequestContext, role: &Role) -> Self {
        Self {
            id: role.id,
            key: role.key.to_string(),
            label: cx.role_name(role).to_owned(),
            label_fr: role.label_fr.clone(),
            label_en: role.label_en.clone(),
            built_in: role.built_in,
            absent: role.is_absent,
            speaks_for_region: role.speaks_for_region,
            permissions: role.permissions.iter().map(|permission| permission.0).collect(),
        }
    }
}

/// A custom role to make.
#[derive(Deserialize, utoipa::ToSchema)]
struct RoleToMake {
    /// Two to forty lower-case letters, digits and `_`, beginning with a letter. It stays.
    key: String,
    label_fr: String,
    /// The French label unless told.
    #[serde(default)]
    label_en: String,
    /// Keys of permissions that the caller holds everywhere.
    permissions: BTreeSet<String>,
    reason: String,
}

/// What is changed of a role; what is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
struct RoleEdit {
    label_fr: Option<String>,
    label_en: Option<String>,
    /// All of them, as they shall be.
    permissions: Option<BTreeSet<String>>,
    reason: String,
}

/// The permissions that roles can hold, by key.
#[utoipa::path(get, path = "/api/v1/administration/permissions", responses((status = 200, body = [PermissionData])))]
async fn permissions(cx: RequestContext) -> Result<Json<Vec<PermissionData>>> {
    require_reader(&cx)?;
    let data = |def: &PermissionDef| PermissionData {
        key: def.permission.0,
        label: cx.permission_name(def),
        needs: def.needs.iter().map(|needed| needed.0).collect(),
    };
    let mut all: Vec<_> = cx.atrium().access().permissions().iter().map(data).collect();
    all.sort_by_key(|permission| permission.key);
    Ok(Json(all))
}

/// Every role, for those who give or make roles.
#[utoipa::path(get, path = "/api/v1/administration/roles", responses((status = 200, body = [RoleData])))]
async fn list(cx: RequestContext) -> Result<Json<Vec<RoleData>>> {
    require_reader(&cx)?;
    let roles = cx.atrium().access().roles().await?;
    Ok(Json(roles.list().into_iter().map(|role| RoleData::new(&cx, role)).collect()))
}

async fn shown(cx: &RequestContext, id: RoleId) -> Result<Response> {
    let role = find(cx, id).await?;
    Ok(versioned(role.version, RoleData::new(cx, &role)))
}

/// A role.
#[utoipa::path(get, path = "/api/v1/administration/roles/{id}", params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = RoleData)))]
async fn show(cx: RequestContext, Path(id): Path<RoleId>) -> Result<Response> {
    require_reader(&cx)?;
    shown(&cx, id).await
}

/// Makes a custom role of permissions that the caller holds everywhere.
#[utoipa::path(post, path = "/api/v1/administration/roles", request_body = RoleToMake,
    responses((status = 201, description = "With its version in `ETag`", body = RoleData),
        (status = 403, description = "Not permitted, or would hold more than the caller"),
        (status = 409, description = "The key is taken")))]
async fn create(cx: RequestContext, Json(new): Json<RoleToMake>) -> Result<Response> {
    let change = RoleChange { label_fr: new.label_fr, label_en: new.label_en, permissions: new.permissions };
    let id = cx.atrium().access().create_role(cx.actor(), &new.key, change, &new.reason).await?;
    created(&cx, &format!("/api/v1/administration/roles/{id}"), shown(&cx, id).await?)
}

/// Changes the labels or the permissions of a custom role.
#[utoipa::path(patch, path = "/api/v1/administration/roles/{id}", request_body = RoleEdit, params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = RoleData),
        (status = 403, description = "Not permitted, built in, or would change more than the caller holds")))]
async fn update(
    cx: RequestContext,
    Path(id): Path<RoleId>,
    IfMatch(version): IfMatch,
    Json(edit): Json<RoleEdit>,
) -> Result<Response> {
    let role = find(&cx, id).await?;
    let held = || role.permissions.iter().map(|permission| permission.0.to_owned()).collect();
    let change = RoleChange {
        label_fr: edit.label_fr.unwrap_or_else(|| role.label_fr.clone()),
        label_en: edit.label_en.unwrap_or_else(|| role.label_en.clone()),
        permissions: edit.permissions.unwrap_or_else(held),
    };
    cx.atrium().access().edit_role(cx.actor(), id, version, change, &edit.reason).await?;
    shown(&cx, id).await
}

/// Deletes a custom role that is not held any more.
#[utoipa::path(post, path = "/api/v1/administration/roles/{id}/delete", request_body = Reason,
    params(("id" = i64, Path)),
    responses((status = 204, description = "Deleted"), (status = 409, description = "It is held")))]
async fn delete(
    cx: RequestContext,
    Path(id): Path<RoleId>,
    IfMatch(version): IfMatch,
    Json(why): Json<Reason>,
) -> Result<Response> {
    cx.atrium().access().delete_role(cx.actor(), id, version, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
