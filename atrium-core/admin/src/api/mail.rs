//! Mail, for programs.

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use crate::mail::{RECEIVED, page, send_trial};
use atrium_platform::access::permissions::{JOBS_RUN, MAIL_DELIVER};
use atrium_platform::directory::PersonId;
use atrium_platform::mail::replies::{self, Received, Refused};
use atrium_platform::{Result, mail};
use atrium_web::{Json, Operation, Path, Query, RequestContext, Routes, Who};

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(JOBS_RUN);
    routes.operation(who, routes!(list));
    routes.operation(who, routes!(restore));
    routes.operation(who, routes!(try_out));
    routes.operation(who, routes!(received));
    routes.operation(Who::Holder(MAIL_DELIVER), Operation::of(routes!(deliver)).long());
}

/// A person to whose address no mail goes, since a server refused it.
#[derive(Serialize, utoipa::ToSchema)]
struct RefusedAddress {
    #[schema(value_type = i64)]
    person: PersonId,
    name: String,
    /// What the server answered: `550 5.1.1`.
    code: String,
    at: String,
}

/// A page of refused addresses; `next` is the `after` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct RefusedAddresses {
    refused: Vec<RefusedAddress>,
    #[schema(value_type = Option<i64>)]
    next: Option<PersonId>,
}

/// Which page.
#[derive(Deserialize, utoipa::IntoParams)]
struct Params {
    /// `next` of the page before.
    #[param(value_type = Option<i64>)]
    after: Option<PersonId>,
}

/// The people whose addresses a mail server refused, by number, fifty at a time.
#[utoipa::path(get, path = "/api/v1/administration/mail/refused", params(Params),
    responses((status = 200, body = RefusedAddresses)))]
async fn list(cx: RequestContext, Query(asked): Query<Params>) -> Result<Json<RefusedAddresses>> {
    let (rows, next) = page(&cx, asked.after).await?;
    let refused = rows.into_iter().map(|row| RefusedAddress {
        person: row.person,
        name: row.name,
        code: row.code,
        at: row.at.to_rfc3339(),
    });
    Ok(Json(RefusedAddresses { refused: refused.collect(), next }))
}

/// Has mail sent to a person's address again.
#[utoipa::path(delete, path = "/api/v1/administration/mail/refused/{id}", params(("id" = i64, Path)),
    responses((status = 204, description = "Mail goes there again")))]
async fn restore(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    mail::actions::restore(cx.db(), cx.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Queues a trial letter to the caller's own address.
#[utoipa::path(post, path = "/api/v1/administration/mail/trial",
    responses((status = 204, description = "Queued"), (status = 409, description = "This site sends no mail")))]
async fn try_out(cx: RequestContext) -> Result<Response> {
    send_trial(&cx).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A message that came in: a reply, or a report about a delivery.
#[derive(Serialize, utoipa::ToSchema)]
struct ReceivedMessage {
    id: i64,
    /// Who wrote it, or to whom the letter went that it reports about, once that is known.
    #[schema(value_type = Option<i64>)]
    person: Option<PersonId>,
    /// What it replies to: `forum:12`; empty while that is unknown.
    subject: String,
    /// Why it was refused; absent for what was taken.
    refused: Option<&'static str>,
    /// `true` if it reports about a delivery.
    report: bool,
    at: String,
}

impl ReceivedMessage {
    fn new(row: Received) -> Self {
        Self {
            id: row.id,
            person: row.person.map(|(person, _)| person),
            subject: row.subject,
            refused: row.refused.map(Refused::key),
            report: row.is_report,
            at: row.at.to_rfc3339(),
        }
    }
}

/// What became of a message.
#[derive(Serialize, utoipa::ToSchema)]
struct DeliveredMessage {
    /// Why it was refused; absent for what was taken.
    refused: Option<&'static str>,
}

/// The last fifty messages that came in, the newest first.
#[utoipa::path(get, path = "/api/v1/administration/mail/received",
    responses((status = 200, body = [ReceivedMessage])))]
async fn received(cx: RequestContext) -> Result<Json<Vec<ReceivedMessage>>> {
    let rows = replies::list(cx.db(), cx.actor(), None, RECEIVED).await?;
    Ok(Json(rows.into_iter().map(ReceivedMessage::new).collect()))
}

/// Delivers a message as a mail server received it (RFC 5322), which replies to a letter of the platform or reports about its delivery. A message that is refused
/// is not to be delivered again.
#[utoipa::path(post, path = "/api/v1/mail/messages", request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 200, body = DeliveredMessage), (status = 404, description = "This site takes no replies by mail")))]
async fn deliver(cx: RequestContext, body: Bytes) -> Result<Json<DeliveredMessage>> {
    let refused = cx.atrium().inbox().take(&body).await?;
    Ok(Json(DeliveredMessage { refused: refused.map(Refused::key) }))
}
