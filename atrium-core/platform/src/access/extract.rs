//! Extracts who is acting on any route of axum, the host's own included. It is here because the orphan rule asks for it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use super::{Actor, Rights};
use crate::error::{Error, Result};

type Found<'p> = Pin<Box<dyn Future<Output = Result<Actor>> + Send + 'p>>;

/// Finds out who is acting, as an extension of a request: [`Actor`] and [`Rights`] are then extractors of its handler.
///
/// It is asked when a handler extracts an actor, once for each request.
#[derive(Clone)]
pub struct ActorSource(Arc<dyn for<'p> Fn(&'p Parts) -> Found<'p> + Send + Sync>);

impl ActorSource {
    /// Creates a source that asks `find`.
    pub fn new(find: impl for<'p> Fn(&'p Parts) -> Found<'p> + Send + Sync + 'static) -> Self {
        Self(Arc::new(find))
    }
}

impl fmt::Debug for ActorSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ActorSource")
    }
}

/// Why a handler got no actor.
#[derive(Debug)]
#[non_exhaustive]
pub enum NoActor {
    /// The route has no layer that finds out.
    NoLayer,
    /// It could not be found out, or the request carries an identity that does not hold.
    Failed(Error),
}

impl fmt::Display for NoActor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLayer => f.write_str(
                "this route asks who is acting, and has no layer that finds out: add `.layer(atrium.actor_layer())` to \
                 the router it belongs to",
            ),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl IntoResponse for NoActor {
    fn into_response(self) -> Response {
        match self {
            Self::Failed(error) => error.into_response(),
            Self::NoLayer => {
                tracing::error!("{self}");
                (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Actor {
    type Rejection = NoActor;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, NoActor> {
        if let Some(actor) = parts.extensions.get::<Self>() {
            return Ok(actor.clone());
        }
        let source = parts.extensions.get::<ActorSource>().cloned().ok_or(NoActor::NoLayer)?;
        let actor = (source.0)(parts).await.map_err(NoActor::Failed)?;
        parts.extensions.insert(actor.clone());
        Ok(actor)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Rights {
    type Rejection = NoActor;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, NoActor> {
        Ok(Actor::from_request_parts(parts, state).await?.rights().clone())
    }
}
