//! Extracts the page context, or says why it is missing.

use std::fmt;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use crate::request_context::RequestContext;

/// Why a handler got no page context: its route is not one of the platform's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoContext;

impl fmt::Display for NoContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "`RequestContext` is the context of the platform's own pages, and this route is outside of its router: declare the route in \
             a plugin (`WebPlugin::routes`), or add `.layer(atrium.actor_layer())` and extract `Actor`",
        )
    }
}

impl IntoResponse for NoContext {
    fn into_response(self) -> Response {
        tracing::error!("{self}");
        (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestContext {
    type Rejection = NoContext;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, NoContext> {
        parts.extensions.get::<Self>().cloned().ok_or(NoContext)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for RequestContext {
    type Rejection = NoContext;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, NoContext> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}
