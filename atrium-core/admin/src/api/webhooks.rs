//! Webhooks, for programs.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use crate::explain::parse_scope;
use crate::webhooks::{deliveries, kind_label, outcome_label};
use atrium_platform::access::permissions::WEBHOOK_MANAGE;
use atrium_platform::clock::Timestamp;
use atrium_platform::directory::PersonId;
use atrium_platform::webhooks::{
    Webhook, WebhookDelivery, WebhookDeliveryId, WebhookId, WebhookInput, WebhookOutcome, WebhookState,
};
use atrium_platform::{Error, Message, Result};
use atrium_web::{IfMatch, Json, Operation, Path, Query, RequestContext, Routes, Who, created, versioned};

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(WEBHOOK_MANAGE);
    routes.operation(who, routes!(list));
    routes.operation(who, routes!(list_kinds));
    routes.operation(who, routes!(create));
    routes.operation(who, routes!(show));
    routes.operation(who, Operation::of(routes!(update)).edits());
    routes.operation(who, routes!(delete));
    routes.operation(who, routes!(pause));
    routes.operation(who, routes!(resume));
    routes.operation(who, routes!(try_out));
    routes.operation(who, routes!(replace_secret));
    routes.operation(who, routes!(list_deliveries));
    routes.operation(who, routes!(redeliver));
}

/// A webhook.
#[derive(Serialize, utoipa::ToSchema)]
struct WebhookData {
    #[schema(value_type = i64)]
    id: WebhookId,
    name: String,
    /// Where it calls.
    url: String,
    /// The keys of the kinds of events that it wants.
    kinds: Vec<String>,
    /// Where these happen: `p` for everywhere, `s3` for a sector, `e12` for a school.
    scope: String,
    /// The person whose rights decide what is sent.
    #[schema(value_type = i64)]
    owner: PersonId,
    /// `active`, `paused`, `gone` or `failing`.
    #[schema(value_type = String)]
    state: WebhookState,
    /// Attempts that failed since the last one that did not.
    failures: i64,
    failing_since: Option<String>,
    /// Until when messages are signed with the secret of before, too.
    old_secret_until: Option<String>,
    created: String,
}

/// A new webhook with its secret, which is shown this once.
#[derive(Serialize, utoipa::ToSchema)]
struct NewWebhookData {
    #[serde(flatten)]
    webhook: WebhookData,
    /// `whsec_…`, by which the receiver verifies signatures.
    secret: String,
}

/// The secret of a webhook, which is shown this once.
#[derive(Serialize, utoipa::ToSchema)]
struct SecretData {
    /// `whsec_…`
    secret: String,
}

/// What somebody writes of a webhook.
#[derive(Deserialize, utoipa::ToSchema)]
struct WebhookFields {
    name: String,
    /// An `https:` URL.
    url: String,
    /// Keys of public kinds of events.
    kinds: Vec<String>,
    /// `p`, `s3` or `e12`.
    scope: String,
}

/// A kind of events that webhooks may want.
#[derive(Serialize, utoipa::ToSchema)]
struct KindData {
    key: &'static str,
    label: String,
}

/// An attempt at sending a message.
#[derive(Serialize, utoipa::ToSchema)]
struct DeliveryData {
    #[schema(value_type = i64)]
    id: WebhookDeliveryId,
    /// The message's `webhook-id`.
    message: String,
    kind: String,
    /// The number of the attempt, from 1.
    attempt: i64,
    /// `delivered`, or why it was not.
    #[schema(value_type = String)]
    outcome: WebhookOutcome,
    label: String,
    /// What the receiver answered.
    status: Option<i64>,
    /// How long it took.
    milliseconds: i64,
    at: String,
}

/// A page of attempts, newest first; `next` is the `after` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct Deliveries {
    deliveries: Vec<DeliveryData>,
    #[schema(value_type = Option<i64>)]
    next: Option<WebhookDeliveryId>,
}

/// Which page.
#[derive(Deserialize, utoipa::IntoParams)]
struct Params {
    /// `next` of the page before.
    #[param(value_type = Option<i64>)]
    after: Option<WebhookDeliveryId>,
}

impl From<Webhook> for WebhookData {
    fn from(hook: Webhook) -> Self {
        Self {
            id: hook.id,
            name: hook.name,
            url: hook.url,
            kinds: hook.kinds,
            scope: hook.scope.to_string(),
            owner: hook.owner,
            state: hook.state,
            failures: hook.failures,
            failing_since: hook.failing_since.map(Timestamp::to_rfc3339),
            old_secret_until: hook.old_secret_until.map(Timestamp::to_rfc3339),
            created: hook.created_at.to_rfc3339(),
        }
    }
}

impl WebhookFields {
    async fn parse(self, cx: &RequestContext) -> Result<WebhookInput> {
        let unknown = || Error::invalid_field("scope", Message::new("field-unknown-choice"));
        let scope = parse_scope(cx, &self.scope).await?.ok_or_else(unknown)?;
        Ok(WebhookInput { name: self.name, url: self.url, kinds: self.kinds, scope })
    }
}

impl DeliveryData {
    fn new(cx: &RequestContext, row: WebhookDelivery) -> Self {
        Self {
            id: row.id,
            message: row.message,
            kind: row.kind,
            attempt: row.attempt,
            label: outcome_label(cx, row.outcome),
            outcome: row.outcome,
            status: row.status,
            milliseconds: row.millis,
            at: row.at.to_rfc3339(),
        }
    }
}

/// The webhooks that the caller manages, by name.
#[utoipa::path(get, path = "/api/v1/administration/webhooks", responses((status = 200, body = [WebhookData])))]
async fn list(cx: RequestContext) -> Result<Json<Vec<WebhookData>>> {
    let all = cx.atrium().webhooks().list(cx.actor()).await?;
    Ok(Json(all.into_iter().map(WebhookData::from).collect()))
}

/// The kinds of events that webhooks may want.
#[utoipa::path(get, path = "/api/v1/administration/webhooks/kinds", responses((status = 200, body = [KindData])))]
async fn list_kinds(cx: RequestContext) -> Json<Vec<KindData>> {
    let kinds = cx.atrium().webhooks().kinds();
    Json(kinds.into_iter().map(|key| KindData { key, label: kind_label(&cx, key) }).collect())
}

/// Makes a webhook of the caller's, and answers with its secret, which is shown this once.
#[utoipa::path(post, path = "/api/v1/administration/webhooks", request_body = WebhookFields,
    responses((status = 201, body = NewWebhookData), (status = 409, description = "The site has too many")))]
async fn create(cx: RequestContext, Json(new): Json<WebhookFields>) -> Result<Response> {
    let input = new.parse(&cx).await?;
    let (id, secret) = cx.atrium().webhooks().create(cx.actor(), &input).await?;
    let webhook = cx.atrium().webhooks().find(cx.actor(), id).await?.into();
    let made = Json(NewWebhookData { webhook, secret: secret.reveal() });
    created(&cx, &format!("/api/v1/administration/webhooks/{id}"), made)
}

async fn shown(cx: &RequestContext, id: WebhookId) -> Result<Response> {
    let hook = cx.atrium().webhooks().find(cx.actor(), id).await?;
    Ok(versioned(hook.version, WebhookData::from(hook)))
}

/// A webhook.
#[utoipa::path(get, path = "/api/v1/administration/webhooks/{id}", params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = WebhookData)))]
async fn show(cx: RequestContext, Path(id): Path<WebhookId>) -> Result<Response> {
    shown(&cx, id).await
}

/// Changes a webhook, which is the caller's from then on.
#[utoipa::path(put, path = "/api/v1/administration/webhooks/{id}", request_body = WebhookFields,
    params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = WebhookData)))]
async fn update(
    cx: RequestContext,
    Path(id): Path<WebhookId>,
    IfMatch(version): IfMatch,
    Json(change): Json<WebhookFields>,
) -> Result<Response> {
    let input = change.parse(&cx).await?;
    cx.atrium().webhooks().edit(cx.actor(), id, version, &input).await?;
    shown(&cx, id).await
}

/// Deletes a webhook with what is kept of its attempts.
#[utoipa::path(delete, path = "/api/v1/administration/webhooks/{id}", params(("id" = i64, Path)),
    responses((status = 204, description = "Deleted")))]
async fn delete(cx: RequestContext, Path(id): Path<WebhookId>) -> Result<Response> {
    cx.atrium().webhooks().delete(cx.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Pauses a webhook: what happens meanwhile is not sent later.
#[utoipa::path(post, path = "/api/v1/administration/webhooks/{id}/pause", params(("id" = i64, Path)),
    responses((status = 204, description = "Paused")))]
async fn pause(cx: RequestContext, Path(id): Path<WebhookId>) -> Result<Response> {
    cx.atrium().webhooks().pause(cx.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Has a webhook called again.
#[utoipa::path(post, path = "/api/v1/administration/webhooks/{id}/resume", params(("id" = i64, Path)),
    responses((status = 204, description = "Active")))]
async fn resume(cx: RequestContext, Path(id): Path<WebhookId>) -> Result<Response> {
    cx.atrium().webhooks().resume(cx.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Queues a trial message, which a paused webhook gets too.
#[utoipa::path(post, path = "/api/v1/administration/webhooks/{id}/trial", params(("id" = i64, Path)),
    responses((status = 204, description = "Queued")))]
async fn try_out(cx: RequestContext, Path(id): Path<WebhookId>) -> Result<Response> {
    cx.atrium().webhooks().try_out(cx.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Gives a webhook another secret. For a day, messages are signed with the one of before as well.
#[utoipa::path(post, path = "/api/v1/administration/webhooks/{id}/secret", params(("id" = i64, Path)),
    responses((status = 200, body = SecretData)))]
async fn replace_secret(cx: RequestContext, Path(id): Path<WebhookId>) -> Result<Json<SecretData>> {
    let secret = cx.atrium().webhooks().replace_secret(cx.actor(), id).await?;
    Ok(Json(SecretData { secret: secret.reveal() }))
}

/// The attempts of a webhook, newest first, thirty at a time.
#[utoipa::path(get, path = "/api/v1/administration/webhooks/{id}/deliveries", params(("id" = i64, Path), Params),
    responses((status = 200, body = Deliveries)))]
async fn list_deliveries(
    cx: RequestContext,
    Path(id): Path<WebhookId>,
    Query(asked): Query<Params>,
) -> Result<Json<Deliveries>> {
    let (rows, next) = deliveries(&cx, id, asked.after).await?;
    Ok(Json(Deliveries { deliveries: rows.into_iter().map(|row| DeliveryData::new(&cx, row)).collect(), next }))
}

/// Queues the message of an attempt again, under the same `webhook-id`.
#[utoipa::path(post, path = "/api/v1/administration/webhooks/{id}/deliveries/{delivery}/redeliver",
    params(("id" = i64, Path), ("delivery" = i64, Path)),
    responses((status = 204, description = "Queued"), (status = 409, description = "The event is no longer kept")))]
async fn redeliver(cx: RequestContext, Path((id, delivery)): Path<(WebhookId, WebhookDeliveryId)>) -> Result<Response> {
    cx.atrium().webhooks().redeliver(cx.actor(), id, delivery).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
