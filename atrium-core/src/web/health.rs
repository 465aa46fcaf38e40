//! What machines ask: is it alive, is it ready, how does it do.

use std::net::IpAddr;
use std::sync::OnceLock;

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::json;

use super::cx::Cx;
use super::form::Json;
use crate::access::Scope;
use crate::access::permissions::FIGURES_READ;
use crate::error::Error;

static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();

/// The process's figures, collected from the first call on. An embedding application that has its own recorder keeps it.
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

/// `GET /readyz`: the database answers, and where the index stands.
pub(super) async fn ready(cx: Cx) -> Response {
    let readiness = cx.atrium().readiness().await;
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!(readiness))).into_response()
}

/// `GET /metrics`: for Prometheus, on the same machine unless the settings say otherwise, and for those who may read the figures.
pub(super) async fn figures(cx: Cx) -> Response {
    let near = cx.address().parse::<IpAddr>().map_or(cx.address().is_empty(), |address| address.is_loopback());
    let holds = cx.actor().may(FIGURES_READ, Scope::Platform);
    if !near && !holds && !cx.atrium().settings().metrics_public {
        return Error::not_found("metrics for another machine").into_response();
    }
    let text = FIGURES.get().map(PrometheusHandle::render).unwrap_or_default();
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, text).into_response()
}
