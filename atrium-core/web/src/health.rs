//! Endpoints for machines: liveness, readiness, metrics.

use std::sync::OnceLock;

use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::json;
use subtle::ConstantTimeEq as _;

use super::form::Json;
use super::request_context::RequestContext;
use atrium_platform::Error;
use atrium_platform::access::Scope;
use atrium_platform::access::permissions::FIGURES_READ;

static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts collecting the process's metrics. An embedding application's own recorder is kept.
pub(crate) fn collect_figures() {
    FIGURES.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::info!("figures go to the recorder of the embedding application");
        }
        handle
    });
}

/// `GET /healthz`: the process answers.
pub(super) async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: the state of the database and of the index.
pub(super) async fn ready(cx: RequestContext) -> Response {
    let readiness = cx.atrium().readiness().await;
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!(readiness))).into_response()
}

/// `GET /metrics`: for Prometheus with the token of the settings, or for a person who may read the figures. Without
/// a token in the settings, there is no such page.
pub(super) async fn figures(cx: RequestContext, headers: HeaderMap) -> Response {
    let refused = || Error::not_found("metrics").into_response();
    let Some(token) = &cx.atrium().settings().metrics_token else { return refused() };
    let given = headers.get(AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    let knows = given.is_some_and(|given| given.ct_eq(token.as_bytes()).into());
    if knows || cx.actor().may(FIGURES_READ, Scope::Platform) { text().into_response() } else { refused() }
}

/// Returns the router of `/metrics` alone, for a listener that only Prometheus reaches.
pub(crate) fn figures_router() -> axum::Router {
    axum::Router::new().route("/metrics", axum::routing::get(|| async { text() }))
}

fn text() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, FIGURES.get().map(PrometheusHandle::render).unwrap_or_default())
}
