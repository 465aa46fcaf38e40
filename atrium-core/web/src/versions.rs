//! Versions of rows on the wire: `ETag` of what was read, `If-Match` of what is changed (RFC 9110, section 13).

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::header::{ETAG, IF_MATCH, LOCATION};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use super::form::Json;
use super::request_context::RequestContext;
use atrium_platform::{Cause, Error, Result};

/// The version that the caller has read and changes. A request without one is refused (428); one that can be of no row of
/// ours meets none (412).
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(
    /// The version.
    pub i64,
);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, StatusCode> {
        let value = parts.headers.get(IF_MATCH).ok_or(StatusCode::PRECONDITION_REQUIRED)?;
        let text = value.to_str().unwrap_or_default().trim();
        // A proxy that compresses makes a strong tag weak: the version is the same.
        let tag = text.strip_prefix("W/").unwrap_or(text);
        let version = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).and_then(|tag| tag.parse().ok());
        version.map(Self).ok_or(StatusCode::PRECONDITION_FAILED)
    }
}

/// Returns `data` as JSON with its version in `ETag`.
///
/// # Panics
/// Never: digits are a header value.
pub fn versioned<T: Serialize>(version: i64, data: T) -> Response {
    let tag = HeaderValue::try_from(format!("\"{version}\"")).expect("digits are a header value");
    ([(ETAG, tag)], Json(data)).into_response()
}

/// Turns the refusal of an edit that another one came before into a 412.
pub(super) async fn as_precondition(response: Response) -> Response {
    match response.extensions().get::<Cause>() {
        Some(Cause(error)) if error.is_stale() => StatusCode::PRECONDITION_FAILED.into_response(),
        _ => response,
    }
}

/// Answers 201 with `made`, which stands at `path`.
///
/// # Errors
/// Returns an error if `path` can be in no header.
pub fn created(cx: &RequestContext, path: &str, made: impl IntoResponse) -> Result<Response> {
    let mut response = (StatusCode::CREATED, made).into_response();
    let place = HeaderValue::try_from(cx.href(path)).map_err(|error| Error::internal("an address", error))?;
    response.headers_mut().insert(LOCATION, place);
    Ok(response)
}
