//! Owns the API of tokens of accounts that one manages, and of programs. Tokens are made on the pages only.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use atrium_platform::access::permissions::PERSON_EDIT;
use atrium_platform::directory::PersonId;
use atrium_platform::login::{ApiTokenId, Program};
use atrium_platform::{Error, Result};
use atrium_web::{Json, Operation, Path, RequestContext, Routes, TokenData, Who, created};

pub(super) fn declare(routes: &mut Routes) {
    let editor = Who::Holder(PERSON_EDIT);
    routes.operation(editor, routes!(list));
    routes.operation(editor, routes!(delete));
    routes.operation(editor, routes!(programs));
    routes.operation(editor, Operation::of(routes!(create)).once());
}

/// The account of a program.
#[derive(Serialize, utoipa::ToSchema)]
struct ProgramData {
    /// The account's number, under which it is given roles.
    #[schema(value_type = i64)]
    id: PersonId,
    name: String,
    purpose: String,
    /// `true` unless it is suspended.
    active: bool,
    tokens: Vec<TokenData>,
}

impl From<Program> for ProgramData {
    fn from(program: Program) -> Self {
        Self {
            id: program.id,
            name: program.name,
            purpose: program.purpose,
            active: program.is_active,
            tokens: program.tokens.into_iter().map(TokenData::from).collect(),
        }
    }
}

/// A program to add.
#[derive(Deserialize, utoipa::ToSchema)]
struct ProgramToAdd {
    name: String,
    /// What it is for.
    #[serde(default)]
    purpose: String,
}

/// The tokens of an account that the caller manages, the newest first.
#[utoipa::path(get, path = "/api/v1/administration/people/{id}/tokens", params(("id" = i64, Path)),
    responses((status = 200, body = [TokenData])))]
async fn list(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Json<Vec<TokenData>>> {
    let held = cx.atrium().login().api_tokens_of(cx.actor(), id).await?;
    Ok(Json(held.into_iter().map(TokenData::from).collect()))
}

/// Revokes a token of an account that the caller manages, from its next request on.
#[utoipa::path(delete, path = "/api/v1/administration/people/{id}/tokens/{token}",
    params(("id" = i64, Path), ("token" = i64, Path)), responses((status = 204, description = "Revoked")))]
async fn delete(cx: RequestContext, Path((id, token)): Path<(PersonId, ApiTokenId)>) -> Result<Response> {
    let held = cx.atrium().login().api_tokens_of(cx.actor(), id).await?;
    if !held.iter().any(|held| held.grant.id == token) {
        return Err(Error::not_found(format!("API token {token} of person {id}")));
    }
    cx.atrium().login().revoke_api_token(cx.actor(), token).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Accounts of programs, by name, with their tokens.
#[utoipa::path(get, path = "/api/v1/administration/programs", responses((status = 200, body = [ProgramData])))]
async fn programs(cx: RequestContext) -> Result<Json<Vec<ProgramData>>> {
    let programs = cx.atrium().login().programs(cx.actor()).await?;
    Ok(Json(programs.into_iter().map(ProgramData::from).collect()))
}

/// Makes the account of a program, without roles. Its tokens are made on its page.
#[utoipa::path(post, path = "/api/v1/administration/programs", request_body = ProgramToAdd,
    responses((status = 201, body = ProgramData)))]
async fn create(cx: RequestContext, Json(new): Json<ProgramToAdd>) -> Result<Response> {
    let access = cx.atrium().access();
    let id = access.login().create_program(cx.actor(), &new.name, &new.purpose).await?;
    let made = access.login().programs(cx.actor()).await?.into_iter().find(|program| program.id == id);
    let made = made.ok_or_else(|| Error::bug("a program that was made and is not there"))?;
    created(&cx, &format!("/api/v1/administration/people/{id}"), Json(ProgramData::from(made)))
}
