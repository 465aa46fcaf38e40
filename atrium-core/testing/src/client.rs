//! A person's HTTP client: requests go through the whole router, and cookies are kept.

use std::collections::BTreeMap;
use std::sync::Mutex;

use axum::Router;
use axum::body::{Body, Bytes};
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use tower::ServiceExt;

use atrium_platform::access::Actor;
use atrium_platform::directory::PersonId;
use atrium_web::Atrium;

/// The client of one person or visitor.
pub struct Client {
    router: Router,
    actor: Actor,
    cookies: Mutex<BTreeMap<String, String>>,
    headers: HeaderMap,
}

/// A response.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Client {
    pub(super) fn new(router: Router, actor: Actor) -> Self {
        Self { router, actor, cookies: Mutex::default(), headers: HeaderMap::new() }
    }

    /// Creates a client of the same person with the same cookies on another node.
    ///
    /// # Panics
    /// Panics if a test panicked while it held the cookies.
    #[must_use]
    pub fn at(&self, node: &Atrium) -> Self {
        let cookies = self.cookies.lock().expect("no test panics with the jar open").clone();
        Self {
            router: node.router(),
            actor: self.actor.clone(),
            cookies: Mutex::new(cookies),
            headers: self.headers.clone(),
        }
    }

    /// Creates a client of the same person with the same cookies of another router, such as an application that mounts
    /// the platform.
    ///
    /// # Panics
    /// Panics if a test panicked while it held the cookies.
    #[must_use]
    pub fn through(&self, router: Router) -> Self {
        let cookies = self.cookies.lock().expect("no test panics with the jar open").clone();
        Self { router, actor: self.actor.clone(), cookies: Mutex::new(cookies), headers: self.headers.clone() }
    }

    /// Returns the actor, for calls below HTTP, at the instant when the client was made.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Returns the person.
    ///
    /// # Panics
    /// Panics for a visitor.
    #[must_use]
    pub fn person(&self) -> PersonId {
        self.actor.person().expect("a visitor is nobody")
    }

    /// Adds a header to each request.
    ///
    /// # Panics
    /// Panics if name or value are not valid in a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header name");
        self.headers.insert(name, HeaderValue::from_str(value).expect("a header value"));
        self
    }

    /// Adds a cookie.
    #[must_use]
    pub fn with_cookie(self, name: &str, value: &str) -> Self {
        self.cookies.lock().expect("no test panics with the jar open").insert(name.to_owned(), value.to_owned());
        self
    }

    /// Returns the value of a kept cookie.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("no test panics with the jar open").get(name).cloned()
    }

    /// Sends a GET request.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).expect("a request")).await
    }

    /// Sends a form, as a page of ours would.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let body: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let request = self.request(Method::POST, path).header("sec-fetch-site", "same-origin");
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.join("&"))).expect("a request")).await
    }

    /// Sends JSON, as a program would.
    pub async fn json(&self, method: Method, path: &str, body: &serde_json::Value) -> Answer {
        let request = self.request(method, path).header(CONTENT_TYPE, "application/json");
        let request = request.header("sec-fetch-site", "same-origin").header("accept", "application/json");
        self.send(request.body(Body::from(body.to_string())).expect("a request")).await
    }

    /// Returns a request with this client's cookies and headers.
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let mut request = Request::builder().method(method).uri(path);
        let jar = self.cookies.lock().expect("no test panics with the jar open");
        let cookies: Vec<_> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request
    }

    /// Sends a request, and keeps the cookies of the response.
    ///
    /// # Panics
    /// Panics if the body cannot be read.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        let mut jar = self.cookies.lock().expect("no test panics with the jar open");
        for value in parts.headers.get_all(SET_COOKIE) {
            let text = value.to_str().unwrap_or_default();
            let Some((name, value)) = text.split(';').next().and_then(|pair| pair.split_once('=')) else { continue };
            if text.contains("Max-Age=0") {
                drop(jar.remove(name))
            } else {
                drop(jar.insert(name.to_owned(), value.to_owned()))
            }
        }
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

impl Answer {
    /// Returns the body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the body as JSON.
    ///
    /// # Panics
    /// Panics if the body is not JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Returns a header as text; empty when absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Returns the target of a redirect.
    #[must_use]
    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// Asserts that the status is `expected`.
    ///
    /// # Panics
    /// Panics with the body if the status is another one.
    #[track_caller]
    pub fn assert_status(&self, expected: u16) -> &Self {
        let start: String = self.text().chars().take(2000).collect();
        assert_eq!(self.status.as_u16(), expected, "location `{}`, body: {start}", self.location());
        self
    }

    /// Asserts that the body contains `text`.
    ///
    /// # Panics
    /// Panics if it does not.
    #[track_caller]
    pub fn assert_contains(&self, text: &str) -> &Self {
        assert!(self.text().contains(text), "no `{text}` in: {}", self.text());
        self
    }

    /// Asserts that the body does not contain `text`.
    ///
    /// # Panics
    /// Panics if it does.
    #[track_caller]
    pub fn assert_lacks(&self, text: &str) -> &Self {
        assert!(!self.text().contains(text), "`{text}` in: {}", self.text());
        self
    }
}
