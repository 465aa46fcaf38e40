//! The layers around every route, and the router a host mounts.

use std::any::Any;
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{Route, any};
use http::StatusCode;
use tower::layer::layer_fn;
use tower::util::Oneshot;
use tower::{Service, ServiceBuilder, ServiceExt as _};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use super::path::Path;
use super::routes::{Routes, Who};
use super::{
    bodies, cache, context, encoding, errors, guard, health, home, login, observe, preview,
    request_context::RequestContext, sitemap, storing,
};
use crate::Atrium;
use atrium_platform::Error;

/// Every path that no route has. A fallback would not do: axum refuses to nest a router with one below a parameter.
pub(crate) const ELSEWHERE: &str = "/{*elsewhere}";
/// The longest that a request may take.
const LONGEST: Duration = Duration::from_secs(30);
/// The longest that a request with files may take: those of a telephone on a slow network.
#[cfg(feature = "files")]
const LONGEST_WITH_FILES: Duration = Duration::from_secs(300);

/// Declares core's own routes.
pub(super) fn declare_core(routes: &mut Routes) {
    routes.list("/", Who::Anyone, home::show);
    routes.probe("/healthz", health::alive);
    routes.probe("/readyz", health::ready);
    routes.probe("/metrics", health::figures);
    routes.get_shared("/statique/{*name}", asset);
    sitemap::declare(routes);
    #[cfg(feature = "search")]
    super::search::declare(routes);
    #[cfg(feature = "files")]
    super::delivery::declare(routes);
    preview::declare(routes);
    super::api::declare(routes);
    login::declare(routes);
}

/// Ends a request that takes too long.
async fn in_time(req: Request, next: Next) -> Response {
    #[cfg(feature = "files")]
    let longest = if super::file_form::has_files(req.headers()) { LONGEST_WITH_FILES } else { LONGEST };
    #[cfg(not(feature = "files"))]
    let longest = LONGEST;
    match tokio::time::timeout(longest, next.run(req)).await {
        Ok(response) => response,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Answers for unknown paths: redirects a path with a trailing slash to the one without, else not found.
async fn elsewhere(cx: RequestContext) -> Response {
    let (path, query) = cx.path().split_once('?').map_or((cx.path(), None), |(path, query)| (path, Some(query)));
    match path.trim_end_matches('/') {
        "" => Error::not_found("page").into_response(),
        trimmed if trimmed == path => Error::not_found("page").into_response(),
        trimmed => cx.moved(&query.map_or_else(|| trimmed.to_owned(), |query| format!("{trimmed}?{query}"))),
    }
}

async fn asset(cx: RequestContext, Path(name): Path<String>) -> Response {
    cx.atrium().shell().look().assets.serve(&name)
}

/// Builds the platform's router. Not generic, so that its layers are compiled here and not in each crate that
/// mounts it.
pub(crate) fn build(atrium: &Atrium) -> Router {
    let state = || atrium.clone();
    // The last group is the outermost; in a group, the first layer is.
    atrium
        .shell()
        .router
        .clone()
        .route(ELSEWHERE, any(elsewhere))
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .layer(layer_fn(Once::new))
        .layer(
            ServiceBuilder::new()
                .layer(from_fn(errors::error_pages))
                .layer(CatchPanicLayer::custom(panicked))
                .layer(from_fn(in_time))
                .layer(from_fn_with_state(state(), bodies::meter))
                .layer(from_fn_with_state(state(), guard::same_origin)),
        )
        .layer(layer_fn(Once::new))
        .layer(
            ServiceBuilder::new()
                .map_response(storing::keep_private)
                .layer(CatchPanicLayer::custom(panicked))
                .layer(from_fn_with_state(state(), context::context)),
        )
        .layer(layer_fn(Once::new))
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(state(), cache::keep_pages))
                .layer(from_fn(encoding::compress_whole))
                .layer(CompressionLayer::new())
                .map_response(encoding::mark_whole),
        )
        .layer(layer_fn(Once::new))
        .layer(
            ServiceBuilder::new()
                .layer(from_fn(observe::observe))
                .map_response(guard::security_headers(atrium))
                .map_request(encoding::negotiate),
        )
        .layer(layer_fn(Once::new))
}

/// The service inside some layers, cloned once for each request. Each layer of a router is boxed and clones everything inside
/// of it: twenty layers make two hundred boxes. For the same reason layers stand in groups, which share a box.
#[derive(Clone)]
struct Once(Arc<Route>);

impl Once {
    fn new(inside: Route) -> Self {
        Self(Arc::new(inside))
    }
}

impl Service<Request> for Once {
    type Response = Response;
    type Error = Infallible;
    type Future = Oneshot<Route, Request>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        Route::clone(&self.0).oneshot(request)
    }
}

fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let what = panic.downcast_ref::<&str>().map(ToString::to_string);
    let what = what.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Error::bug(format!("a handler panicked: {what}")).into_response()
}
