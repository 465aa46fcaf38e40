//! The account for programs: who one is here, one's sessions and tokens. Tokens are made on the page alone.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use crate::data::EXPORTS;
use atrium_platform::Result;
use atrium_platform::access::{Effect, Origin, Scope};
use atrium_platform::clock::Timestamp;
use atrium_platform::directory::actions::PersonEdit;
use atrium_platform::directory::{self, EstablishmentId, PersonId};
use atrium_platform::login::{ApiTokenId, SessionId, SessionInfo};
use atrium_platform::privacy::ErasureRequests;
use atrium_web::{IfMatch, Json, Operation, Path, Places, RequestContext, Routes, TokenData, Who, versioned};

pub(super) fn declare(routes: &mut Routes) {
    routes.operation(Who::SignedIn, routes!(show));
    routes.operation(Who::SignedIn, Operation::of(routes!(update)).edits());
    routes.operation(Who::SignedIn, Operation::of(routes!(data)).limited(EXPORTS));
    routes.operation(Who::SignedIn, routes!(erasure));
    routes.operation(Who::SignedIn, routes!(ask_erasure));
    routes.operation(Who::SignedIn, routes!(withdraw_erasure));
    routes.operation(Who::SignedIn, routes!(sessions));
    routes.operation(Who::SignedIn, routes!(delete_sessions));
    routes.operation(Who::SignedIn, routes!(delete_session));
    routes.operation(Who::SignedIn, routes!(tokens));
    routes.operation(Who::SignedIn, routes!(delete_token));
}

/// Who one is here.
#[derive(Serialize, utoipa::ToSchema)]
struct Profile {
    #[schema(value_type = i64)]
    id: PersonId,
    /// The name shown beside what they write.
    name: String,
    given_name: String,
    family_name: String,
    email: Option<String>,
    /// Preferred language: `fr` or `en`.
    locale: String,
    /// The name of the local account.
    login: Option<String>,
    memberships: Vec<Place>,
    roles: Vec<HeldRole>,
}

/// A place in a school.
#[derive(Serialize, utoipa::ToSchema)]
struct Place {
    #[schema(value_type = i64)]
    school: EstablishmentId,
    school_name: String,
    profile: &'static str,
}

/// A role that was given.
#[derive(Serialize, utoipa::ToSchema)]
struct HeldRole {
    role: String,
    label: String,
    /// Where: `p` for the platform, `e12` for a school, `g45` for a group.
    scope: String,
    scope_name: String,
    until: Option<String>,
}

/// What one may change of oneself; what is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
struct ProfileChange {
    /// Empty to remove it.
    email: Option<String>,
    /// `fr` or `en`.
    locale: Option<String>,
}

/// A browser in which one is signed in.
#[derive(Serialize, utoipa::ToSchema)]
struct Session {
    #[schema(value_type = i64)]
    id: SessionId,
    created: String,
    last_seen: String,
    expires: String,
    user_agent: String,
    address: String,
}

impl From<SessionInfo> for Session {
    fn from(session: SessionInfo) -> Self {
        Self {
            id: session.id,
            created: session.created_at.to_rfc3339(),
            last_seen: session.last_seen.to_rfc3339(),
            expires: session.expires_at.to_rfc3339(),
            user_agent: session.user_agent,
            address: session.address,
        }
    }
}

async fn profile(cx: &RequestContext) -> Result<Response> {
    let (me, now, rights) = (cx.actor().require_person()?, cx.actor().now(), cx.actor().rights());
    let row = directory::person(cx.db(), me).await?;
    let login = cx.atrium().login().login_of(me).await?;
    let schools = rights.memberships(now).map(|held| Scope::Establishment(held.establishment));
    let places = Places::load(cx, schools.chain(rights.roles(now).map(|role| role.scope))).await?;
    let given = rights
        .roles(now)
        .filter(|role| role.effect == Effect::Permit && matches!(role.origin, Origin::Assignment { .. }));
    let profile = Profile {
        id: me,
        name: row.display_name,
        given_name: row.given_name,
        family_name: row.family_name,
        email: row.email,
        locale: row.locale,
        login,
        memberships: rights
            .memberships(now)
            .map(|held| Place {
                school: held.establishment,
                school_name: places.school(held.establishment),
                profile: held.profile.key(),
            })
            .collect(),
        roles: given
            .map(|role| HeldRole {
                role: role.key.to_string(),
                label: places.role(&role.key),
                scope: role.scope.to_string(),
                scope_name: places.scope(role.scope),
                until: role.validity.until.map(Timestamp::to_rfc3339),
            })
            .collect(),
    };
    Ok(versioned(row.version, profile))
}

/// Who one is here, one's places and roles.
#[utoipa::path(get, path = "/api/v1/account",
    responses((status = 200, description = "With its version in `ETag`", body = Profile)))]
async fn show(cx: RequestContext) -> Result<Response> {
    profile(&cx).await
}

/// Changes one's own address and language.
#[utoipa::path(patch, path = "/api/v1/account", request_body = ProfileChange,
    responses((status = 200, body = Profile)))]
async fn update(cx: RequestContext, IfMatch(version): IfMatch, Json(change): Json<ProfileChange>) -> Result<Response> {
    let me = cx.actor().require_person()?;
    let row = directory::person(cx.db(), me).await?;
    let mut edit = PersonEdit::new(row.given_name, row.family_name);
    edit.display_name = row.display_name;
    edit.email = change.email.or(row.email);
    edit.locale = change.locale.unwrap_or(row.locale);
    cx.atrium().directory().edit_person(cx.actor(), me, version, edit).await?;
    profile(&cx).await
}

/// Everything that is kept about oneself, by who keeps it.
#[utoipa::path(get, path = "/api/v1/account/data",
    responses((status = 200, description = "`core` and each plugin have a part", body = Object)))]
async fn data(cx: RequestContext) -> Result<Json<serde_json::Value>> {
    let me = cx.actor().require_person()?;
    Ok(Json(cx.atrium().export_person(cx.actor(), me).await?))
}

/// Returns the browsers in which one is signed in, the newest first.
#[utoipa::path(get, path = "/api/v1/account/sessions", responses((status = 200, body = [Session])))]
async fn sessions(cx: RequestContext) -> Result<Json<Vec<Session>>> {
    let me = cx.actor().require_person()?;
    let held = cx.atrium().login().sessions_of(me).await?;
    Ok(Json(held.into_iter().map(Session::from).collect()))
}

/// Ends every session but the one that asks.
#[utoipa::path(delete, path = "/api/v1/account/sessions", responses((status = 204, description = "Ended")))]
async fn delete_sessions(cx: RequestContext) -> Result<Response> {
    cx.atrium().login().revoke_other_sessions(cx.actor(), cx.session()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Ends a session.
#[utoipa::path(delete, path = "/api/v1/account/sessions/{id}", params(("id" = i64, Path)),
    responses((status = 204, description = "Ended")))]
async fn delete_session(cx: RequestContext, Path(id): Path<SessionId>) -> Result<Response> {
    cx.atrium().login().revoke_session(cx.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// One's own tokens that still hold, the newest first.
#[utoipa::path(get, path = "/api/v1/account/tokens", responses((status = 200, body = [TokenData])))]
async fn tokens(cx: RequestContext) -> Result<Json<Vec<TokenData>>> {
    let held = cx.atrium().login().own_api_tokens(cx.actor()).await?;
    Ok(Json(held.into_iter().map(TokenData::from).collect()))
}

/// Revokes a token, from its next request on; the one that asks, too.
#[utoipa::path(delete, path = "/api/v1/account/tokens/{id}", params(("id" = i64, Path)),
    responses((status = 204, description = "Revoked")))]
async fn delete_token(cx: RequestContext, Path(id): Path<ApiTokenId>) -> Result<Response> {
    cx.atrium().login().revoke_api_token(cx.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Whether one asked to be erased.
#[derive(Serialize, utoipa::ToSchema)]
struct ErasureAsked {
    /// When; `null` if one did not.
    asked: Option<String>,
}

/// Whether one asked to be erased, which waits for those who handle personal data.
#[utoipa::path(get, path = "/api/v1/account/erasure-request", responses((status = 200, body = ErasureAsked)))]
async fn erasure(cx: RequestContext) -> Result<Json<ErasureAsked>> {
    let asked = ErasureRequests::of(cx.db()).own(cx.actor()).await?;
    Ok(Json(ErasureAsked { asked: asked.map(Timestamp::to_rfc3339) }))
}

/// Asks to be erased. Once the request is accepted, name, account and roles are removed for good, and what one wrote stays
/// without the name.
#[utoipa::path(put, path = "/api/v1/account/erasure-request", responses((status = 204, description = "Asked")))]
async fn ask_erasure(cx: RequestContext) -> Result<Response> {
    ErasureRequests::of(cx.db()).ask(cx.actor()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Takes the request to be erased back.
#[utoipa::path(delete, path = "/api/v1/account/erasure-request", responses((status = 204, description = "Withdrawn")))]
async fn withdraw_erasure(cx: RequestContext) -> Result<Response> {
    ErasureRequests::of(cx.db()).withdraw(cx.actor()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
