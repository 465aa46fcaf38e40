//! Places in schools: given and ended.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use crate::{memberships, people};
use atrium_platform::access::permissions::PERSON_EDIT;
use atrium_platform::access::{Validity, visible_person};
use atrium_platform::clock::Timestamp;
use atrium_platform::directory::{self, EstablishmentId, Membership, MembershipId, PersonId, Profile};
use atrium_platform::{Error, Message, Result};
use atrium_web::{Json, Operation, Path, Problems, RequestContext, Routes, Who, dates};

pub(super) fn declare(routes: &mut Routes) {
    let editor = Who::Holder(PERSON_EDIT);
    routes.operation(Who::SignedIn, routes!(list));
    routes.operation(editor, Operation::of(routes!(create)).once());
    routes.operation(editor, routes!(delete));
}

/// A place in a school.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct MembershipData {
    #[schema(value_type = i64)]
    id: MembershipId,
    #[schema(value_type = i64)]
    school: EstablishmentId,
    profile: &'static str,
    /// `manual`, `host`, or an import's name. The same place may have several sources, a row for each.
    source: String,
    from: Option<String>,
    /// That instant excluded.
    until: Option<String>,
}

impl From<Membership> for MembershipData {
    fn from(row: Membership) -> Self {
        Self {
            id: row.id,
            school: row.establishment_id,
            profile: row.profile.key(),
            source: row.source,
            from: row.valid_from.map(Timestamp::to_rfc3339),
            until: row.valid_until.map(Timestamp::to_rfc3339),
        }
    }
}

/// A place to give.
#[derive(Deserialize, utoipa::ToSchema)]
struct MembershipToGive {
    #[schema(value_type = i64)]
    school: EstablishmentId,
    /// `student`, `teacher`, `leadership`, `school_life` or `staff`.
    profile: String,
    /// The first day, as `2026-09-01`.
    from: Option<String>,
    /// The last day, as `2027-07-05`.
    until: Option<String>,
}

/// The number of the place.
#[derive(Serialize, utoipa::ToSchema)]
struct MembershipGiven {
    #[schema(value_type = i64)]
    id: MembershipId,
}

/// Returns two days of a body as a span, and notes what is not a day.
pub(super) fn span(from: Option<&str>, until: Option<&str>, problems: &mut Problems) -> Option<Validity> {
    let day = |text: Option<&str>| {
        let parsed = text.map(|text| dates::parse_day(text).ok_or_else(|| Message::new("field-date")));
        parsed.transpose()
    };
    let from = problems.take("from", day(from));
    let until = problems.take("until", day(until));
    Some(Validity::new(from?.map(|day| day.0), until?.map(|day| day.1)))
}

/// The places of a person that one may know of, past and future ones too.
#[utoipa::path(get, path = "/api/v1/administration/people/{id}/memberships", params(("id" = i64, Path)),
    responses((status = 200, body = [MembershipData])))]
async fn list(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Json<Vec<MembershipData>>> {
    people::require_reader(&cx)?;
    visible_person(cx.db(), cx.actor(), id).await?;
    let held = memberships::known(&cx, id).await?;
    Ok(Json(held.into_iter().map(MembershipData::from).collect()))
}

/// Gives a person a place in a school.
#[utoipa::path(post, path = "/api/v1/administration/people/{id}/memberships", request_body = MembershipToGive,
    params(("id" = i64, Path)),
    responses((status = 201, body = MembershipGiven),
        (status = 403, description = "Not permitted, or would give more than the caller holds"),
        (status = 409, description = "They have that place by hand")))]
async fn create(cx: RequestContext, Path(id): Path<PersonId>, Json(new): Json<MembershipToGive>) -> Result<Response> {
    let mut problems = Problems::default();
    let profile = Profile::from_key(&new.profile).ok_or_else(|| Message::new("field-unknown-choice"));
    let profile = problems.take("profile", profile);
    let validity = span(new.from.as_deref(), new.until.as_deref(), &mut problems);
    problems.finish()?;
    let (Some(profile), Some(validity)) = (profile, validity) else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    let id = cx.atrium().directory().add_membership(cx.actor(), id, new.school, profile, validity).await?;
    Ok((StatusCode::CREATED, Json(MembershipGiven { id })).into_response())
}

/// Ends a place now, and with the last one of a school the person's groups there. The same place from another source
/// stays.
#[utoipa::path(delete, path = "/api/v1/administration/memberships/{id}", params(("id" = i64, Path)),
    responses((status = 204, description = "Ended")))]
async fn delete(cx: RequestContext, Path(id): Path<MembershipId>) -> Result<Response> {
    let row = directory::membership(cx.db(), id).await?;
    if !people::may_know(cx.actor(), &row) {
        return Err(Error::not_found(format!("membership {id}")));
    }
    cx.atrium().directory().end_membership(cx.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
