//! Errors as responses of axum's handlers. They are here because the orphan rule asks for it; the web shell writes
//! what people read.

use std::sync::Arc;

use axum_core::response::{IntoResponse, Response};
use http::StatusCode;

use super::Error;

/// The error behind a response, in its extensions, for the layer that writes the page.
#[derive(Clone, Debug)]
pub struct Cause(pub Arc<Error>);

/// Returns the HTTP status of an error.
#[must_use]
pub fn status_of(error: &Error) -> StatusCode {
    match error {
        e if e.is_not_found() => StatusCode::NOT_FOUND,
        e if e.is_forbidden() => StatusCode::FORBIDDEN,
        e if e.is_sign_in_required() => StatusCode::UNAUTHORIZED,
        e if e.is_conflict() => StatusCode::CONFLICT,
        e if e.is_invalid() && e.problems().iter().all(|problem| problem.field.is_empty()) => StatusCode::BAD_REQUEST,
        e if e.is_invalid() => StatusCode::UNPROCESSABLE_ENTITY,
        e if e.is_too_large() => StatusCode::PAYLOAD_TOO_LARGE,
        e if e.is_unavailable() => StatusCode::SERVICE_UNAVAILABLE,
        e if e.retry_after().is_some() => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = status_of(&self);
        // On routes without a layer that writes pages, the status in words is better than an empty page.
        let mut response = (status, status.to_string()).into_response();
        response.extensions_mut().insert(Cause(Arc::new(self)));
        response
    }
}
