//! Pages of webhooks: the list, and one webhook with what was sent; pausing, trying, and sending again.

use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use serde::{Deserialize, Serialize};

use super::confirm::ConfirmView;
use super::{breadcrumb, webhook_form};
use atrium_platform::access::permissions::WEBHOOK_MANAGE;
use atrium_platform::clock::Timestamp;
use atrium_platform::directory;
use atrium_platform::webhooks::{
    Webhook, WebhookDelivery, WebhookDeliveryId, WebhookId, WebhookOutcome, WebhookSecret, WebhookState,
};
use atrium_platform::{Message, Result};
use atrium_web::{Choice, Crumb, Pages, Path, Places, Query, RequestContext, Routes, View, Who};

/// The path of the list.
pub(super) const PATH: &str = "/administration/webhooks";
/// The attempts per page.
const PAGE: u64 = 30;

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(WEBHOOK_MANAGE);
    routes.get(PATH, who, list);
    routes.get("/administration/webhooks/{id}", who, show);
    routes.post("/administration/webhooks/{id}/suspendre", who, pause);
    routes.post("/administration/webhooks/{id}/reprendre", who, resume);
    routes.post("/administration/webhooks/{id}/essai", who, try_out);
    routes.get("/administration/webhooks/{id}/secret", who, ask_secret);
    routes.post("/administration/webhooks/{id}/secret", who, replace_secret);
    routes.get("/administration/webhooks/{id}/supprimer", who, ask_delete);
    routes.post("/administration/webhooks/{id}/supprimer", who, do_delete);
    routes.post("/administration/webhooks/{id}/envois/{delivery}/renvoyer", who, redeliver);
    webhook_form::declare(routes);
}

/// Returns the path of a webhook.
pub(super) fn path(id: WebhookId) -> String {
    format!("{PATH}/{id}")
}

/// Returns the steps from the list to a page of a webhook.
pub(super) fn way(cx: &RequestContext, hook: &Webhook) -> [(String, String); 2] {
    [(cx.t("admin-webhooks-title"), PATH.to_owned()), (hook.name.clone(), path(hook.id))]
}

/// Returns what a kind of events, or a trial, is called: as in the journal, or `event-…` for what the journal does not keep.
pub(super) fn kind_label(cx: &RequestContext, key: &str) -> String {
    let name = key.replace(['.', '_'], "-");
    let known = ["act", "event"].iter().find_map(|kind| cx.known(&format!("{kind}-{name}")));
    known.unwrap_or_else(|| key.to_owned())
}

fn state_label(cx: &RequestContext, state: WebhookState) -> String {
    cx.message(&Message::new(format!("admin-webhook-state-{}", state.key())))
}

/// Returns what the end of an attempt is called.
pub(super) fn outcome_label(cx: &RequestContext, outcome: WebhookOutcome) -> String {
    cx.message(&Message::new(format!("admin-webhook-outcome-{}", outcome.key().replace('_', "-"))))
}

#[derive(Serialize)]
struct ListView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    /// `true` if this program calls webhooks.
    is_on: bool,
    new_url: &'static str,
    webhooks: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    url: String,
    calls: String,
    scope: String,
    scope_lang: &'static str,
    is_active: bool,
    state_label: String,
    failures: Option<String>,
}

impl View for ListView {
    const TEMPLATE: &'static str = "admin/webhooks";
}

/// Returns how many attempts failed since the last one that did not; `None` without any.
fn failures(cx: &RequestContext, hook: &Webhook) -> Option<String> {
    let words = || Message::new("admin-webhook-failures").with("count", hook.failures);
    (hook.failures > 0).then(|| cx.message(&words()))
}

/// `GET /administration/webhooks`
async fn list(cx: RequestContext) -> Result<Response> {
    let webhooks = cx.atrium().webhooks();
    let all = webhooks.list(cx.actor()).await?;
    let places = Places::load(&cx, all.iter().map(|hook| hook.scope)).await?;
    let title = cx.t("admin-webhooks-title");
    let row = |hook: Webhook| Row {
        url: path(hook.id),
        scope: places.scope(hook.scope),
        scope_lang: Places::language_of(hook.scope),
        is_active: hook.state == WebhookState::Active,
        state_label: state_label(&cx, hook.state),
        failures: failures(&cx, &hook),
        name: hook.name,
        calls: hook.url,
    };
    cx.page(&ListView {
        breadcrumb: breadcrumb(&cx, &[], &title),
        title,
        noindex: true,
        is_on: webhooks.is_on(),
        new_url: webhook_form::NEW_PATH,
        webhooks: all.into_iter().map(row).collect(),
    })
}

#[derive(Default, Deserialize)]
struct Params {
    avant: Option<WebhookDeliveryId>,
}

#[derive(Serialize)]
struct WebhookView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    calls: String,
    scope: String,
    scope_lang: &'static str,
    owner: String,
    created: Timestamp,
    is_active: bool,
    state_label: String,
    failures: Option<String>,
    failing_since: Option<Timestamp>,
    /// The instant until which the secret of before signs, too.
    old_secret_until: Option<Timestamp>,
    kinds: Vec<Choice>,
    edit_url: String,
    pause_url: String,
    resume_url: String,
    trial_url: String,
    secret_url: String,
    delete_url: String,
    deliveries: Vec<DeliveryRow>,
    pagination: Pages,
}

#[derive(Serialize)]
struct DeliveryRow {
    kind: String,
    message: String,
    outcome: String,
    is_delivered: bool,
    status: Option<i64>,
    attempt: i64,
    millis: i64,
    at: Timestamp,
    again_url: Option<String>,
}

impl View for WebhookView {
    const TEMPLATE: &'static str = "admin/webhook";
}

impl DeliveryRow {
    fn new(cx: &RequestContext, hook: WebhookId, row: WebhookDelivery) -> Self {
        Self {
            kind: kind_label(cx, &row.kind),
            outcome: outcome_label(cx, row.outcome),
            is_delivered: row.outcome == WebhookOutcome::Delivered,
            status: row.status,
            attempt: row.attempt,
            millis: row.millis,
            at: row.at,
            again_url: row.is_of_event().then(|| format!("{}/envois/{}/renvoyer", path(hook), row.id)),
            message: row.message,
        }
    }
}

/// Returns a page of the attempts of a webhook, and the id below which the next one begins.
pub(super) async fn deliveries(
    cx: &RequestContext,
    id: WebhookId,
    before: Option<WebhookDeliveryId>,
) -> Result<(Vec<WebhookDelivery>, Option<WebhookDeliveryId>)> {
    let mut rows = cx.atrium().webhooks().deliveries(cx.actor(), id, before, PAGE + 1).await?;
    let has_more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = rows.last().map(|row| row.id).filter(|_| has_more);
    Ok((rows, next))
}

/// `GET /administration/webhooks/{id}?avant=`
async fn show(cx: RequestContext, Path(id): Path<WebhookId>, Query(asked): Query<Params>) -> Result<Response> {
    let hook = cx.atrium().webhooks().find(cx.actor(), id).await?;
    let (rows, next) = deliveries(&cx, id, asked.avant).await?;
    let places = Places::load(&cx, [hook.scope]).await?;
    let owner = directory::person(cx.db(), hook.owner).await?;
    let below = |page: &str| format!("{}/{page}", path(id));
    let parent = [(cx.t("admin-webhooks-title"), PATH.to_owned())];
    let now = cx.actor().now();
    cx.page(&WebhookView {
        breadcrumb: breadcrumb(&cx, &parent, &hook.name),
        noindex: true,
        scope: places.scope(hook.scope),
        scope_lang: Places::language_of(hook.scope),
        owner: cx.person_name(&owner.display_name),
        created: hook.created_at,
        is_active: hook.state == WebhookState::Active,
        state_label: state_label(&cx, hook.state),
        failures: failures(&cx, &hook),
        failing_since: hook.failing_since,
        old_secret_until: hook.old_secret_until.filter(|until| *until > now),
        kinds: hook.kinds.iter().map(|key| Choice::new(key, kind_label(&cx, key))).collect(),
        edit_url: below("modifier"),
        pause_url: below("suspendre"),
        resume_url: below("reprendre"),
        trial_url: below("essai"),
        secret_url: below("secret"),
        delete_url: below("supprimer"),
        deliveries: rows.into_iter().map(|row| DeliveryRow::new(&cx, id, row)).collect(),
        pagination: Pages::next(next.map(|next| format!("{}?avant={next}", path(id)))),
        title: hook.name,
        calls: hook.url,
    })
}

/// `POST /administration/webhooks/{id}/suspendre`
async fn pause(cx: RequestContext, Path(id): Path<WebhookId>) -> Result<Response> {
    cx.atrium().webhooks().pause(cx.actor(), id).await?;
    Ok(cx.redirect_with(&path(id), "success", "admin-webhook-paused"))
}

/// `POST /administration/webhooks/{id}/reprendre`
async fn resume(cx: RequestContext, Path(id): Path<WebhookId>) -> Result<Response> {
    cx.atrium().webhooks().resume(cx.actor(), id).await?;
    Ok(cx.redirect_with(&path(id), "success", "admin-webhook-resumed"))
}

/// `POST /administration/webhooks/{id}/essai`
async fn try_out(cx: RequestContext, Path(id): Path<WebhookId>) -> Result<Response> {
    cx.atrium().webhooks().try_out(cx.actor(), id).await?;
    Ok(cx.redirect_with(&path(id), "success", "admin-webhook-tried"))
}

/// `POST /administration/webhooks/{id}/envois/{delivery}/renvoyer`
async fn redeliver(cx: RequestContext, Path((id, delivery)): Path<(WebhookId, WebhookDeliveryId)>) -> Result<Response> {
    match cx.atrium().webhooks().redeliver(cx.actor(), id, delivery).await {
        Ok(()) => Ok(cx.redirect_with(&path(id), "success", "admin-webhook-again")),
        Err(error) if error.is_conflict() => Ok(cx.redirect_with(&path(id), "warning", "webhook-event-gone")),
        Err(error) => Err(error),
    }
}

/// The secret of a webhook, shown once.
#[derive(Serialize)]
struct SecretView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    name: String,
    secret: String,
    back_url: String,
}

impl View for SecretView {
    const TEMPLATE: &'static str = "admin/webhook-secret";
}

/// Returns the page that shows a secret once. No cache keeps it.
pub(super) fn secret_page(cx: &RequestContext, hook: &Webhook, secret: &WebhookSecret) -> Result<Response> {
    let title = cx.t("admin-webhook-secret-title");
    let mut response = cx.page(&SecretView {
        breadcrumb: breadcrumb(cx, &way(cx, hook), &title),
        title,
        noindex: true,
        name: hook.name.clone(),
        secret: secret.reveal(),
        back_url: path(hook.id),
    })?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Returns the page that asks before an act on a webhook.
async fn question(cx: &RequestContext, id: WebhookId, act: &'static str, word: &'static str) -> Result<ConfirmView> {
    let hook = cx.atrium().webhooks().find(cx.actor(), id).await?;
    let words = |part: &str| Message::new(format!("admin-webhook-{word}-{part}")).with("name", &*hook.name);
    let title = cx.message(&words("title"));
    Ok(ConfirmView {
        breadcrumb: breadcrumb(cx, &way(cx, &hook), &title),
        title,
        text: cx.message(&words("text")),
        action: format!("{}/{act}", path(id)),
        button: cx.message(&words("button")),
        cancel_url: path(id),
        ..ConfirmView::default()
    })
}

/// `GET /administration/webhooks/{id}/secret`
async fn ask_secret(cx: RequestContext, Path(id): Path<WebhookId>) -> Result<Response> {
    question(&cx, id, "secret", "replace").await?.ask_plainly(&cx)
}

/// `POST /administration/webhooks/{id}/secret`: the secret is shown once, on the answer itself.
async fn replace_secret(cx: RequestContext, Path(id): Path<WebhookId>) -> Result<Response> {
    let secret = cx.atrium().webhooks().replace_secret(cx.actor(), id).await?;
    let hook = cx.atrium().webhooks().find(cx.actor(), id).await?;
    secret_page(&cx, &hook, &secret)
}

/// `GET /administration/webhooks/{id}/supprimer`
async fn ask_delete(cx: RequestContext, Path(id): Path<WebhookId>) -> Result<Response> {
    let question = question(&cx, id, "supprimer", "delete").await?;
    ConfirmView { danger: true, ..question }.ask_plainly(&cx)
}

/// `POST /administration/webhooks/{id}/supprimer`
async fn do_delete(cx: RequestContext, Path(id): Path<WebhookId>) -> Result<Response> {
    cx.atrium().webhooks().delete(cx.actor(), id).await?;
    Ok(cx.redirect_with(PATH, "success", "admin-webhook-deleted"))
}
