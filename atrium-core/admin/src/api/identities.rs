//! Identities of people: listed, linked, moved and unlinked.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::people::Reason;
use atrium_platform::access::permissions::PERSON_EDIT;
use atrium_platform::directory::{Identity, IdentityId, PersonId};
use atrium_platform::{Error, Result};
use atrium_web::{Json, Operation, Path, RequestContext, Routes, Who};

pub(super) fn declare(routes: &mut Routes) {
    let editor = Who::Holder(PERSON_EDIT);
    routes.operation(editor, routes!(list));
    routes.operation(editor, Operation::of(routes!(create)).once());
    routes.operation(editor, routes!(delete));
}

/// Who a person is at an issuer.
#[derive(Serialize, utoipa::ToSchema)]
struct IdentityData {
    #[schema(value_type = i64)]
    id: IdentityId,
    /// The address of a sign-on service, `aaf`, or `external` for a host without a name.
    issuer: String,
    /// The key of the person at the issuer.
    subject: String,
    /// `manual`, `host`, or an import's name.
    source: String,
    created: String,
}

impl From<Identity> for IdentityData {
    fn from(row: Identity) -> Self {
        Self {
            id: row.id,
            issuer: row.issuer,
            subject: row.subject,
            source: row.source,
            created: row.created_at.to_rfc3339(),
        }
    }
}

/// An identity to link.
#[derive(Deserialize, utoipa::ToSchema)]
struct IdentityToLink {
    issuer: String,
    subject: String,
    /// `true` to take it from the person who has it, with a reason.
    #[serde(default, rename = "move")]
    moves: bool,
    #[serde(default)]
    reason: String,
}

/// The identities of a person whose record the caller manages, the oldest first.
#[utoipa::path(get, path = "/api/v1/administration/people/{id}/identities", params(("id" = i64, Path)),
    responses((status = 200, body = [IdentityData])))]
async fn list(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Json<Vec<IdentityData>>> {
    let rows = cx.atrium().directory().identities_of(cx.actor(), id).await?;
    Ok(Json(rows.into_iter().map(IdentityData::from).collect()))
}

/// Links an identity to a person: a sign-in under it is that person's from then on.
#[utoipa::path(post, path = "/api/v1/administration/people/{id}/identities", request_body = IdentityToLink,
    params(("id" = i64, Path)),
    responses((status = 201, body = IdentityData),
        (status = 403, description = "Not permitted, or the account holds more than the caller does"),
        (status = 409, description = "It is another person's"),
        (status = 422, description = "What is wrong, field by field")))]
async fn create(cx: RequestContext, Path(id): Path<PersonId>, Json(new): Json<IdentityToLink>) -> Result<Response> {
    let directory = cx.atrium().directory();
    if new.moves {
        directory.move_identity(cx.actor(), id, (&new.issuer, &new.subject), &new.reason).await?;
    } else {
        directory.link_identity(cx.actor(), id, (&new.issuer, &new.subject)).await?;
    }
    let rows = directory.identities_of(cx.actor(), id).await?;
    let own = |row: &Identity| row.issuer == new.issuer.trim() && row.subject == new.subject.trim();
    let row = rows.into_iter().find(own).ok_or_else(|| Error::bug("an identity that was linked and is not there"))?;
    Ok((StatusCode::CREATED, Json(IdentityData::from(row))).into_response())
}

/// Unlinks an identity, with a reason: a sign-in under it makes a new person.
#[utoipa::path(post, path = "/api/v1/administration/identities/{id}/unlink", request_body = Reason,
    params(("id" = i64, Path)),
    responses((status = 204, description = "Unlinked"), (status = 422, description = "No reason")))]
async fn delete(cx: RequestContext, Path(id): Path<IdentityId>, Json(why): Json<Reason>) -> Result<Response> {
    cx.atrium().directory().unlink_identity(cx.actor(), id, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
