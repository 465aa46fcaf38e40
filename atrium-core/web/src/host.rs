//! Identity provided by the embedding application.

use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::FutureExt;
use http::header::COOKIE;
use http::request::Parts;
use http::{HeaderMap, HeaderName};

use super::cookies::Cookies;
use crate::Atrium;
use atrium_platform::access::Via;
use atrium_platform::directory::actions::ExternalIdentity;
use atrium_platform::login::SignedIn;
use atrium_platform::{Error, Result};

/// The longest that the host may take to identify a request.
const PATIENCE: Duration = Duration::from_secs(5);
/// The time between two log lines about a host's login that fails.
const QUIET: Duration = Duration::from_secs(10);

/// Headers that browsers and proxies send of themselves, and that identify no person.
const ORDINARY: [&str; 37] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-length",
    "content-type",
    "dnt",
    "forwarded",
    "host",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "origin",
    "pragma",
    "priority",
    "purpose",
    "range",
    "referer",
    "save-data",
    "sec-gpc",
    "sec-purpose",
    "te",
    "traceparent",
    "tracestate",
    "upgrade-insecure-requests",
    "user-agent",
    "via",
    "viewport-width",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-real-ip",
    "x-request-id",
    "x-requested-with",
];

/// The host's own sign-in, asked for the identity of requests without a session of ours.
///
/// Visitors' pages are cached for requests of which [`is_visitor`](Self::is_visitor) is sure.
#[async_trait]
pub trait HostLogin: Send + Sync + 'static {
    /// Returns the person behind this request; `None` for a visitor.
    ///
    /// # Errors
    /// An error is logged, and the request is a visitor's; so is one that takes longer than five seconds. A program
    /// with a token of the host's is asked to come back later instead.
    async fn identify(&self, request: &Parts) -> Result<Option<ExternalIdentity>>;

    /// Returns `true` if the request surely comes from a visitor, who may get a cached page without
    /// [`identify`](Self::identify) being asked.
    ///
    /// By default these are requests without cookies other than the platform's, and without any header but those
    /// that every browser and proxy sends. A host that identifies people by anything else (the client's address or
    /// certificate, the query string) must override it, with `false` where it does not know.
    fn is_visitor(&self, request: &Parts) -> bool {
        request.headers.keys().all(is_ordinary)
    }

    /// Returns the host's sign-in page, to which `/connexion` then leads. It brings people back to `back`, a path
    /// on this host with the mount prefix. With `None`, people sign in on the platform's page, with a local
    /// account. That page stays reachable as `/connexion?local=1`.
    fn sign_in_url(&self, _back: &str) -> Option<String> {
        None
    }

    /// Returns the host's sign-out page, visited after a session of ours is closed. With `None`, people return to
    /// the home page, still signed in at the host.
    fn sign_out_url(&self) -> Option<String> {
        None
    }
}

/// Returns `true` if a header of this name identifies no person.
fn is_ordinary(name: &HeaderName) -> bool {
    let name = name.as_str();
    ORDINARY.contains(&name) || name.starts_with("sec-fetch-") || name.starts_with("sec-ch-")
}

/// Returns `true` if the host is sure that the request comes from a visitor. The platform's own cookies are kept from
/// it, which say nothing about that.
pub(super) fn is_visitor(host: &dyn HostLogin, cookies: &Cookies, parts: &Parts) -> bool {
    if !parts.headers.contains_key(COOKIE) {
        return host.is_visitor(parts);
    }
    let headers: HeaderMap = cookies.of_others(&parts.headers);
    let mut shown = parts.clone();
    shown.headers = headers;
    host.is_visitor(&shown)
}

/// The identity that the host provides.
pub(super) enum Named {
    /// A visitor.
    Nobody,
    /// A person.
    Person(Box<SignedIn>),
    /// An unusable identity, treated as a visitor: signing in again would not help.
    Unusable,
    /// The host could not tell, which is treated likewise.
    Unknown,
    /// The bearer of a token that does not hold: refused, and never taken for a visitor.
    DeadToken,
}

/// Asks the host, and creates or updates the person here if needed.
pub(super) async fn identify(atrium: &Atrium, request: &Parts, via: Via) -> Result<Named> {
    let Some(host) = atrium.host_login() else { return Ok(Named::Nobody) };
    let asked = AssertUnwindSafe(host.identify(request)).catch_unwind();
    let identity = match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(Ok(None))) => return Ok(Named::Nobody),
        Ok(Ok(Ok(Some(identity)))) => identity,
        Ok(Ok(Err(error))) => return Ok(unknown(&error)),
        Ok(Err(_)) => return Ok(unknown(&Error::bug("the host's login panicked"))),
        Err(_) => return Ok(unknown(&Error::unavailable("the host's login, which takes longer than five seconds"))),
    };
    match atrium.login().identify_external(&identity, via).await {
        Ok(known) => Ok(known.map_or(Named::Nobody, |signed_in| Named::Person(Box::new(signed_in)))),
        Err(error) if error.is_invalid() => {
            // A mistake of the host must not close the help to the person.
            tracing::warn!(error = error.told(), "the host's login names somebody who cannot be taken in");
            Ok(Named::Unusable)
        }
        Err(error) => Err(error),
    }
}

/// Logs that the host's login failed, once in a while: it may fail for each request.
fn unknown(error: &Error) -> Named {
    static LOGGED: Mutex<Option<Instant>> = Mutex::new(None);
    metrics::counter!("atrium_host_login_failures_total").increment(1);
    let mut logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
    if logged.is_none_or(|at| at.elapsed() >= QUIET) {
        *logged = Some(Instant::now());
        tracing::error!(error = error.told(), "the host's login fails: its people are taken for visitors");
    }
    Named::Unknown
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    struct Host;

    #[async_trait]
    impl HostLogin for Host {
        async fn identify(&self, _request: &Parts) -> Result<Option<ExternalIdentity>> {
            Ok(None)
        }
    }

    fn visits(headers: &[(&'static str, &'static str)]) -> bool {
        let request = headers.iter().fold(Request::get("/"), |request, (name, value)| request.header(*name, *value));
        let (parts, ()) = request.body(()).unwrap().into_parts();
        is_visitor(&Host, &Cookies::new("-b"), &parts)
    }

    #[test]
    fn a_browser_without_foreign_cookies_is_a_visitors() {
        assert!(visits(&[("accept", "text/html"), ("sec-fetch-mode", "navigate"), ("x-forwarded-for", "10.0.0.1")]));
        assert!(visits(&[("cookie", "atrium-lang-b=en; atrium-device-b=abc")]));
        assert!(visits(&[("cookie", "atrium-lang-b=en"), ("cookie", "atrium-of-b=4")]));
    }

    #[test]
    fn anything_that_may_name_a_person_is_not() {
        for headers in [
            [("cookie", "site=lea")],
            [("cookie", "atrium-lang=en")],
            [("cookie", "atrium-lang-b=en; SESSION=1")],
            [("authorization", "Basic YTpi")],
            [("remote-user", "lea")],
            [("x-user", "lea")],
            [("x-forwarded-user", "lea")],
            [("ssl-client-cert", "…")],
        ] {
            assert!(!visits(&headers), "{headers:?}");
        }
    }
}
