//! Owns the API of local accounts: their names. Passwords and links stand on the pages only.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use atrium_platform::access::permissions::PERSON_EDIT;
use atrium_platform::directory::PersonId;
use atrium_platform::login::LoginName;
use atrium_platform::{Error, Result};
use atrium_web::{IfMatch, Json, Operation, Path, RequestContext, Routes, Who, versioned};

pub(super) fn declare(routes: &mut Routes) {
    let editor = Who::Holder(PERSON_EDIT);
    routes.operation(editor, routes!(show));
    routes.operation(editor, Operation::of(routes!(update)).edits());
}

/// The local account of a person.
#[derive(Serialize, utoipa::ToSchema)]
struct LoginData {
    /// Its name; `null` without an account.
    login: Option<String>,
}

/// Its name.
#[derive(Deserialize, utoipa::ToSchema)]
struct LoginToGive {
    login: String,
}

async fn shown(cx: &RequestContext, id: PersonId) -> Result<Response> {
    let (login, version) = cx.atrium().login().versioned_login_of(id).await?.unzip();
    Ok(versioned(version.unwrap_or_default(), LoginData { login }))
}

/// The name of a person's local account.
#[utoipa::path(get, path = "/api/v1/administration/people/{id}/login", params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`: `\"0\"` without an account", body = LoginData)))]
async fn show(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    cx.atrium().login().require_management(cx.actor(), id).await?;
    shown(&cx, id).await
}

/// Gives a person a local account, or its name another spelling. Its owner is given a link to it on their page.
#[utoipa::path(put, path = "/api/v1/administration/people/{id}/login", request_body = LoginToGive,
    params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = LoginData)))]
async fn update(
    cx: RequestContext,
    Path(id): Path<PersonId>,
    IfMatch(version): IfMatch,
    Json(new): Json<LoginToGive>,
) -> Result<Response> {
    let name = LoginName::parse(&new.login).map_err(|message| Error::invalid_field("login", message))?;
    let access = cx.atrium().access();
    match version {
        0 => access.login().create_login(cx.actor(), id, &name).await?,
        version => access.login().rename_login(cx.actor(), id, version, &name).await?,
    }
    shown(&cx, id).await
}
