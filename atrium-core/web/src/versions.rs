//! Versions of rows on the wire: `ETag` of what was read, `If-Match` of what is changed (RFC 9110, section 13).

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::header::{ETAG, IF_MATCH};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use super::form::Json;
use atrium_platform::{Error, Result};

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

/// Returns `None` if the edit was made, and a 412 if another one came first.
///
/// # Errors
/// Returns any other error of the edit.
pub fn met(edited: Result<()>) -> Result<Option<Response>> {
    match edited {
        Ok(()) => Ok(None),
        Err(error) if Error::is_stale(&error) => Ok(Some(StatusCode::PRECONDITION_FAILED.into_response())),
        Err(error) => Err(error),
    }
}
