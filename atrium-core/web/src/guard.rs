//! Layers before every handler: refusal of forged requests, request limits, security headers.

use std::num::NonZeroU32;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::Clock as _;
use governor::middleware::StateInformationMiddleware;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::header::{
    CONTENT_SECURITY_POLICY, COOKIE, HOST, HeaderName, ORIGIN, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Method};

use super::allowance::Allowance;
use crate::{Atrium, RequestContext, RouteInfo};
use atrium_platform::{Error, Message, Result};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors ";

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// Returns the content security policy of every page, with those who may show it in a frame.
pub(super) fn policy(frame_ancestors: &str) -> HeaderValue {
    let ancestors = frame_ancestors.split_whitespace().collect::<Vec<_>>().join(" ");
    HeaderValue::try_from(format!("{POLICY}{ancestors}")).expect("checked settings are header values")
}

/// Refuses writes that another site made the browser send, judged by `Sec-Fetch-Site`, else by `Origin`. A request
/// with neither passes only without our session cookie (command lines, programs).
pub(super) async fn same_origin(State(atrium): State<Atrium>, req: Request, next: Next) -> Response {
    if matches!(*req.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(req).await;
    }
    // No other site makes a browser send a token of ours.
    let by_token = req.extensions().get::<RequestContext>().is_some_and(|cx| cx.token().is_some());
    if by_token || is_own(&atrium, req.headers()) || is_from_elsewhere(&atrium, &req) {
        next.run(req).await
    } else {
        Error::forbidden_with("request from another site", Message::new("error-other-site")).into_response()
    }
}

/// Returns `true` for a route that other sites may send.
fn is_from_elsewhere(atrium: &Atrium, req: &Request) -> bool {
    let Some(cx) = req.extensions().get::<RequestContext>() else { return false };
    let path = cx.path().split('?').next().unwrap_or_default();
    let is_it = |route: &RouteInfo| route.from_elsewhere && route.method == *req.method() && route.answers(path);
    atrium.routes().iter().any(is_it)
}

fn is_own(atrium: &Atrium, headers: &HeaderMap) -> bool {
    let header = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match (header(HeaderName::from_static("sec-fetch-site")), header(ORIGIN)) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => is_own_origin(atrium, origin, header(HOST).unwrap_or_default()),
        (None, None) => !carries_identity(atrium, headers),
    }
}

fn is_own_origin(atrium: &Atrium, origin: &str, host: &str) -> bool {
    match &atrium.settings().public_url {
        Some(url) => url.origin().ascii_serialization() == origin,
        None => origin.split_once("://").is_some_and(|(_, authority)| authority == host),
    }
}

/// Returns `true` if the request carries an identity. Under a host's own sign-in, any cookie may be one.
fn carries_identity(atrium: &Atrium, headers: &HeaderMap) -> bool {
    let cookies = &atrium.shell().cookies;
    if atrium.host_login().is_some() && headers.contains_key(COOKIE) {
        return true;
    }
    cookies.session(headers, true).or_else(|| cookies.session(headers, false)).is_some()
}

/// How many seconds' worth of requests may come at once.
const BURST: u32 = 10;

/// The request limits per address or token.
pub(super) struct Limits {
    name: &'static str,
    limiter: DefaultKeyedRateLimiter<String, StateInformationMiddleware>,
}

impl Limits {
    /// Creates limits of `per_second` requests a second in the long run, with a burst of ten seconds' worth: a
    /// school is one address.
    pub(super) fn new(name: &'static str, per_second: u32) -> Self {
        let rate = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
        let burst = NonZeroU32::new(per_second.saturating_mul(BURST)).unwrap_or(NonZeroU32::MIN);
        let limiter = RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst));
        Self { name, limiter: limiter.with_middleware() }
    }

    /// Counts a request of `key`, and returns what is left. The second value is `false` if it was one too many.
    pub(super) fn check(&self, key: String) -> (Allowance, bool) {
        if self.limiter.len() > 100_000 {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key(&key) {
            Ok(state) => {
                let (quota, remaining) = (state.quota().burst_size().get(), state.remaining_burst_capacity());
                let reset = u64::from((quota - remaining.min(quota)).div_ceil(per_second(quota)));
                (self.left(quota, remaining, reset), true)
            }
            Err(wait) => {
                let seconds = wait.wait_time_from(self.limiter.clock().now()).as_secs() + 1;
                (self.left(wait.quota().burst_size().get(), 0, seconds), false)
            }
        }
    }

    fn left(&self, quota: u32, remaining: u32, reset: u64) -> Allowance {
        let window = u64::from(quota.div_ceil(per_second(quota)));
        Allowance { name: self.name, quota, window, remaining, reset }
    }
}

/// Returns the requests a second, in the long run, of limits with this burst.
fn per_second(burst: u32) -> u32 {
    (burst / BURST).max(1)
}

/// Refuses an address that exceeds its limit, and adds what it has left; an unknown address is not counted.
///
/// # Errors
/// Returns an error with `retry_after` if the address asks too often.
pub(super) fn limit(atrium: &Atrium, address: &str, left: &mut Vec<Allowance>) -> Result<()> {
    if address.is_empty() { Ok(()) } else { count(&atrium.shell().limits, address.to_owned(), left) }
}

/// Counts a request of `key` within `limits`, and adds what it has left.
///
/// # Errors
/// Returns an error with `retry_after` if it asks too often.
pub(super) fn count(limits: &Limits, key: String, left: &mut Vec<Allowance>) -> Result<()> {
    let (allowance, admitted) = limits.check(key);
    left.push(allowance);
    if admitted { Ok(()) } else { Err(Error::too_many(allowance.reset)) }
}

/// Returns what sets the security headers of every response.
pub(super) fn security_headers(atrium: &Atrium) -> impl Fn(Response) -> Response + Clone + use<> {
    let atrium = atrium.clone();
    move |mut response| {
        set_security_headers(&atrium, response.headers_mut());
        response
    }
}

fn set_security_headers(atrium: &Atrium, headers: &mut HeaderMap) {
    let mut put = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    put(X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Browsers that know `frame-ancestors` ignore it; it cannot name other origins.
    match atrium.settings().frame_ancestors.trim() {
        "'none'" => put(X_FRAME_OPTIONS, "DENY"),
        "'self'" => put(X_FRAME_OPTIONS, "SAMEORIGIN"),
        _ => {}
    }
    put(REFERRER_POLICY, "same-origin");
    put(OPENER_POLICY, "same-origin");
    put(RESOURCE_POLICY, "same-origin");
    put(PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=(), payment=()");
    if atrium.settings().public_url.as_ref().is_some_and(|url| url.scheme() == "https") {
        put(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert_with(|| atrium.shell().policy.clone());
}
