//! Observes requests: an id for each, a log line, metrics.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderValue, Method};
use tracing::Instrument;

use super::router::ELSEWHERE;

/// The id of a request, in its log lines, the response's `x-request-id`, and the error page.
#[derive(Clone)]
pub(super) struct RequestId(pub(super) String);

/// Gives each request an id, logs and counts it.
pub(super) async fn observe(mut req: Request, next: Next) -> Response {
    #[expect(clippy::disallowed_methods, reason = "a request has no row that could name it")]
    let id = uuid::Uuid::now_v7().simple().to_string();
    let method = req.method().clone();
    let matched = req.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let route = matched.filter(|path| !path.ends_with(ELSEWHERE)).unwrap_or("none").to_owned();
    let span = tracing::info_span!("request", id, %method, route);
    req.extensions_mut().insert(RequestId(id.clone()));
    let started = Instant::now();
    let mut response = next.run(req).instrument(span.clone()).await;
    let took = started.elapsed();
    let status = response.status().as_u16();
    span.in_scope(|| tracing::debug!(status, took_ms = took.as_secs_f64() * 1000.0, "answered"));
    // Clients can invent methods; each unknown one would be a metric series of its own.
    let method = if method_is_known(&method) { method.to_string() } else { "other".to_owned() };
    let labels = [("method", method), ("route", route), ("status", status.to_string())];
    metrics::counter!("atrium_requests_total", &labels).increment(1);
    metrics::histogram!("atrium_request_seconds", &labels[1..2]).record(took.as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

fn method_is_known(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS]
        .contains(method)
}
