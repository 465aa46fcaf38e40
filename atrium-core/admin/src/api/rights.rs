//! Owns the API of role assignments and of the journal.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::memberships::span;
use super::people::Reason;
use crate::{audit as pages, explain as places};
use atrium_platform::access::actions::{AssignmentFilter, NewAssignment};
use atrium_platform::access::permissions::{AUDIT_READ, ROLE_ASSIGN};
use atrium_platform::access::{Assignment, AssignmentId, Effect, RoleId, Scope};
use atrium_platform::clock::Timestamp;
use atrium_platform::directory::{EstablishmentId, PersonId};
use atrium_platform::{Error, Message, Result, audit};
use atrium_web::{Json, Operation, Path, Problems, Query, RequestContext, Routes, Who};

/// Rows on one page.
const PAGE: u64 = 50;

pub(super) fn declare(routes: &mut Routes) {
    let giver = Who::Holder(ROLE_ASSIGN);
    routes.operation(giver, routes!(list));
    routes.operation(giver, Operation::of(routes!(create)).once());
    routes.operation(giver, routes!(delete));
    routes.operation(Who::Holder(AUDIT_READ), routes!(acts));
}

/// A role that was given to, or forbidden to, somebody.
#[derive(Serialize, utoipa::ToSchema)]
struct AssignmentData {
    #[schema(value_type = i64)]
    id: AssignmentId,
    #[schema(value_type = i64)]
    person: PersonId,
    #[schema(value_type = i64)]
    role: RoleId,
    /// `p` for the platform, `e12` for a school, `g45` for a group.
    scope: Option<String>,
    /// `permit` or `forbid`.
    effect: &'static str,
    from: Option<String>,
    /// That instant excluded.
    until: Option<String>,
    reason: String,
    #[schema(value_type = Option<i64>)]
    granted_by: Option<PersonId>,
    granted_at: String,
}

impl From<Assignment> for AssignmentData {
    fn from(row: Assignment) -> Self {
        Self {
            id: row.id,
            person: row.person_id,
            role: row.role_id,
            scope: row.scope().map(|scope| scope.to_string()),
            effect: effect(row.effect),
            from: row.valid_from.map(Timestamp::to_rfc3339),
            until: row.valid_until.map(Timestamp::to_rfc3339),
            reason: row.reason,
            granted_by: row.granted_by,
            granted_at: row.created_at.to_rfc3339(),
        }
    }
}

pub(super) fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Permit => "permit",
        Effect::Forbid => "forbid",
    }
}

/// A page of assignments; `next` is the `before` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct Assignments {
    assignments: Vec<AssignmentData>,
    #[schema(value_type = Option<i64>)]
    next: Option<AssignmentId>,
}

/// Which assignments.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
struct AskedAssignments {
    /// Of this person.
    #[param(value_type = Option<i64>)]
    person: Option<PersonId>,
    /// Of this role, by its number.
    #[param(value_type = Option<i64>)]
    role: Option<RoleId>,
    /// Of this school and its groups.
    #[param(value_type = Option<i64>)]
    school: Option<EstablishmentId>,
    /// `next` of the page before.
    #[param(value_type = Option<i64>)]
    before: Option<AssignmentId>,
}

/// A role to give or to forbid.
#[derive(Deserialize, utoipa::ToSchema)]
struct RoleToGive {
    #[schema(value_type = i64)]
    person: PersonId,
    /// The role's key.
    role: String,
    /// `p`, `s3`, `e12` or `g45`.
    scope: String,
    /// `permit` unless told; or `forbid`.
    effect: Option<String>,
    /// The first day, as `2026-09-01`.
    from: Option<String>,
    /// The last day.
    until: Option<String>,
    reason: String,
}

/// The number of the assignment.
#[derive(Serialize, utoipa::ToSchema)]
struct AssignmentMade {
    #[schema(value_type = i64)]
    id: AssignmentId,
}

/// Who holds or is forbidden what, where one administers roles: the newest first, fifty at a time.
#[utoipa::path(get, path = "/api/v1/administration/assignments", params(AskedAssignments),
    responses((status = 200, body = Assignments), (status = 403, description = "One gives no roles")))]
async fn list(cx: RequestContext, Query(asked): Query<AskedAssignments>) -> Result<Json<Assignments>> {
    let mut filter = AssignmentFilter::default();
    filter.person = asked.person;
    filter.role = asked.role;
    filter.establishment = asked.school;
    let mut rows = cx.atrium().access().list_assignments(cx.actor(), filter, asked.before, PAGE + 1).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).expect("a page is short"));
    let next = rows.last().filter(|_| more).map(|last| last.id);
    Ok(Json(Assignments { assignments: rows.into_iter().map(AssignmentData::from).collect(), next }))
}

/// Gives or forbids a role, within what one holds.
#[utoipa::path(post, path = "/api/v1/administration/assignments", request_body = RoleToGive,
    responses((status = 201, body = AssignmentMade),
        (status = 403, description = "Not permitted, or would give more than the caller holds"),
        (status = 409, description = "It is held already")))]
async fn create(cx: RequestContext, Json(new): Json<RoleToGive>) -> Result<Response> {
    let unknown = || Message::new("field-unknown-choice");
    let mut problems = Problems::default();
    let roles = cx.atrium().access().roles().await?;
    let role = problems.take("role", roles.by_key(&new.role).map(|role| role.id).ok_or_else(unknown));
    let scope = problems.take("scope", places::parse_scope(&cx, &new.scope).await?.ok_or_else(unknown));
    let validity = span(new.from.as_deref(), new.until.as_deref(), &mut problems);
    let makes = match new.effect.as_deref() {
        None | Some("permit") => Ok(NewAssignment::permit as fn(PersonId, RoleId, Scope) -> NewAssignment),
        Some("forbid") => Ok(NewAssignment::forbid as fn(PersonId, RoleId, Scope) -> NewAssignment),
        Some(_) => Err(unknown()),
    };
    let makes = problems.take("effect", makes);
    problems.finish()?;
    let (Some(role), Some(scope), Some(validity), Some(makes)) = (role, scope, validity, makes) else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    let assignment = makes(new.person, role, scope).during(validity).because(new.reason);
    let id = cx.atrium().access().grant(cx.actor(), assignment).await?;
    Ok((StatusCode::CREATED, Json(AssignmentMade { id })).into_response())
}

/// Takes an assignment back, with a reason.
#[utoipa::path(post, path = "/api/v1/administration/assignments/{id}/revoke", request_body = Reason,
    params(("id" = i64, Path)),
    responses((status = 204, description = "Taken back"),
        (status = 409, description = "The last administrator would go"), (status = 422, description = "No reason")))]
async fn delete(cx: RequestContext, Path(id): Path<AssignmentId>, Json(why): Json<Reason>) -> Result<Response> {
    cx.atrium().access().revoke(cx.actor(), id, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Which acts.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
struct AskedActs {
    /// What was acted on, as the journal writes it (`person:42`), or the name of an account, or the UAI of a school.
    subject: Option<String>,
    /// `next` of the page before.
    before: Option<i64>,
}

/// An act of the journal.
#[derive(Serialize, utoipa::ToSchema)]
struct Act {
    id: i64,
    at: String,
    #[schema(value_type = Option<i64>)]
    actor: Option<PersonId>,
    /// The name at the time of the act; `null` for the platform itself, and once the person is erased.
    actor_name: Option<String>,
    /// `web`, `api`, `cli` or `system`.
    via: String,
    action: String,
    subject: String,
    scope: Option<String>,
    reason: String,
    /// What changed; `null` if the act says it all.
    #[schema(value_type = Option<Object>)]
    details: serde_json::Value,
}

impl From<audit::Entry> for Act {
    fn from(row: audit::Entry) -> Self {
        Self {
            id: row.id,
            at: row.at.to_rfc3339(),
            actor: row.actor_id,
            actor_name: Some(row.actor_name).filter(|name| !name.is_empty()),
            via: row.via,
            action: row.action,
            subject: row.subject,
            scope: row.scope,
            reason: row.reason,
            details: serde_json::from_str(&row.details).unwrap_or_default(),
        }
    }
}

/// A page of acts; `next` is the `before` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct Acts {
    acts: Vec<Act>,
    next: Option<i64>,
}

/// Who did what to what: the newest first, fifty at a time.
#[utoipa::path(get, path = "/api/v1/administration/journal", params(AskedActs),
    responses((status = 200, body = Acts), (status = 403, description = "One does not read the journal")))]
async fn acts(cx: RequestContext, Query(asked): Query<AskedActs>) -> Result<Json<Acts>> {
    let subject = pages::subject_of(&cx, asked.subject.as_deref().unwrap_or_default().trim()).await?;
    let subject = Some(subject.as_str()).filter(|subject| !subject.is_empty());
    let mut rows = cx.atrium().access().journal(cx.actor(), subject, asked.before, PAGE + 1).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).expect("a page is short"));
    let next = rows.last().filter(|_| more).map(|last| last.id);
    Ok(Json(Acts { acts: rows.into_iter().map(Act::from).collect(), next }))
}
