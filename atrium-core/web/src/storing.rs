//! Controls the caching of responses: only the reader's browser receives them and may not store them, unless the
//! route or the page cache allows it.
//!
//! One layer decides for every route, so that an API added tomorrow cannot forget it.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CACHE_CONTROL, VARY};
use http::{HeaderValue, StatusCode};

/// Marks a response that is the same for everyone: one called `public` by a route declared with
/// [`get_shared`](super::Routes::get_shared).
#[derive(Clone, Copy)]
pub(super) struct Shared;

/// Marks the responses of a route that it calls `public`, except refusals.
pub(super) async fn share(req: Request, next: Next) -> Response {
    let mut response = next.run(req).await;
    let cache = response.headers().get(CACHE_CONTROL);
    let is_given = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    if is_given && cache.is_some_and(|value| value.as_bytes().starts_with(b"public")) {
        response.extensions_mut().insert(Shared);
    }
    response
}

/// Puts `private, no-store` on every response that is not the same for everyone. Cached visitors' pages, which are
/// made inside this layer, get their own headers outside of it.
pub(super) fn keep_private<B>(mut response: http::Response<B>) -> http::Response<B> {
    if response.extensions().get::<Shared>().is_none() {
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        headers.append(VARY, HeaderValue::from_static("cookie"));
    }
    response
}
