//! Documents for machines: URLs with their host, and XML that is fetched again and again.
//!
//! They show what a visitor sees, even to signed-in people.

use std::io;

use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use sha2::{Digest, Sha256};

use super::cache;
use super::request_context::RequestContext;
use atrium_platform::events;
use atrium_platform::{Error, Result};

/// Caches revalidate each time, so that they never serve hidden content.
const KEPT: &str = "public, no-cache";

/// The public address of the site: `public_url`, or the host that the request names.
#[derive(Clone, Debug)]
pub struct PublicAddress {
    base: String,
    known: Option<HeaderValue>,
}

impl PublicAddress {
    fn of(cx: &RequestContext, headers: &HeaderMap) -> Self {
        let base = match &cx.atrium().settings().public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => {
                let scheme = if cx.is_secure() { "https" } else { "http" };
                let host = headers.get(HOST).and_then(|host| host.to_str().ok()).filter(|host| is_host(host));
                format!("{scheme}://{}{}", host.unwrap_or("localhost"), cx.base())
            }
        };
        Self { base, known: headers.get(IF_NONE_MATCH).cloned() }
    }

    /// Returns the full URL of `path`, below the mount point.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        match path {
            "/" => format!("{}/", self.base),
            path => format!("{}{path}", self.base),
        }
    }

    /// Returns a lasting tag URI for `path` (RFC 4151).
    pub(super) fn tag(&self, path: &str) -> String {
        let authority = self.base.split("://").nth(1).unwrap_or_default().split('/').next().unwrap_or_default();
        let host = authority.split(':').next().filter(|host| !host.is_empty() && !host.starts_with('['));
        format!("tag:{},2026:{path}", host.unwrap_or("localhost"))
    }

    /// Returns the document `body`, or 304 if the client has it.
    pub(super) fn answer(&self, media_type: &'static str, body: Vec<u8>) -> Response {
        let tag = tag(&digest(&body));
        if self.known.as_ref().is_some_and(|known| cache::names(known, Some(&tag))) {
            not_modified(tag)
        } else {
            document_named(tag, media_type, body)
        }
    }

    /// Returns 304 if the client has the document `path` in this state, named by its tag, so that it need not be
    /// made.
    pub(super) fn unchanged(&self, state: &State, path: &str) -> Option<Response> {
        let named = self.digest_in(state, path);
        let known = self.known_tags().find(|known| known.split('.').next() == Some(&named))?;
        Some(not_modified(tag(known)))
    }

    /// Returns the document `body` of `path`, made in this state, or 304 if the client has an equal one of another
    /// state.
    pub(super) fn answer_in(&self, state: &State, path: &str, media_type: &'static str, body: Vec<u8>) -> Response {
        let content = digest(&body);
        let tag = tag(&format!("{}.{content}", self.digest_in(state, path)));
        if self.known_tags().any(|known| known.split('.').nth(1) == Some(&content)) {
            not_modified(tag)
        } else {
            document_named(tag, media_type, body)
        }
    }

    /// Returns the client's tags, without quotes.
    fn known_tags(&self) -> impl Iterator<Item = &str> {
        let known = self.known.as_ref().and_then(|known| known.to_str().ok()).unwrap_or_default();
        known.split(',').map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'))
    }

    fn digest_in(&self, state: &State, path: &str) -> String {
        digest(format!("{}\n{path}\n{}", self.base, state.0).as_bytes())
    }
}

/// The state of the site that documents are made from: the events committed so far and the program's version.
pub(super) struct State(String);

impl State {
    /// Reads the present state, before the documents are made.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(super) async fn now(cx: &RequestContext) -> Result<Self> {
        let (instance, head) = (events::known_instance(cx.db()).await?, events::head(cx.db()).await?);
        // Events after the head are held back by another transaction.
        let newest = events::newest(cx.db()).await?;
        // A restored database has other events at the same positions.
        let at = events::at(cx.db(), newest).await?.map(|event| event.at).unwrap_or_default();
        let (version, instance) = (env!("CARGO_PKG_VERSION"), instance.unwrap_or_default());
        Ok(Self(format!("{version}\n{instance}\n{head}\n{newest}\n{}", at.0)))
    }
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes)[..8])
}

/// Returns the tag of a document; weak, since it is compressed afterwards.
fn tag(name: &str) -> HeaderValue {
    HeaderValue::try_from(format!("W/\"{name}\"")).expect("a part of a header or hexadecimal is a header value")
}

fn not_modified(tag: HeaderValue) -> Response {
    (StatusCode::NOT_MODIFIED, [(CACHE_CONTROL, HeaderValue::from_static(KEPT)), (ETAG, tag)]).into_response()
}

fn document_named(tag: HeaderValue, media_type: &'static str, body: Vec<u8>) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (CACHE_CONTROL, HeaderValue::from_static(KEPT)),
        (ETAG, tag),
    ];
    (headers, Bytes::from(body)).into_response()
}

impl<S: Send + Sync> FromRequestParts<S> for PublicAddress {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        let cx = parts
            .extensions
            .get::<RequestContext>()
            .ok_or_else(|| Error::bug("a handler outside the platform's router"))?;
        Ok(Self::of(cx, &parts.headers))
    }
}

/// Returns `true` for a host with or without a port, free of characters that could break out of a URL.
fn is_host(text: &str) -> bool {
    text.len() <= 255 && !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]_".contains(&b))
}

/// Creates an XML document whose elements `write` writes.
///
/// # Errors
/// Returns the error of `write`; writing to a buffer itself does not fail.
pub(super) fn document(write: impl FnOnce(&mut Writer<Vec<u8>>) -> io::Result<()>) -> Result<Vec<u8>> {
    let mut writer = Writer::new(Vec::new());
    let written = writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
    written.and_then(|()| write(&mut writer)).map_err(|source| Error::internal("a document", source))?;
    Ok(writer.into_inner())
}

/// Writes an element with a text.
///
/// # Errors
/// Returns the error of the writer.
pub(super) fn element(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    writer.create_element(name).write_text_content(BytesText::new(&printable(text))).map(drop)
}

/// Returns `text` without the characters that XML forbids.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|c| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_can_neither_break_the_document_nor_make_it_invalid() {
        let written = document(|writer| element(writer, "title", "a < b & \"c\"\u{1}\u{ffff}é 😀")).unwrap();
        let written = String::from_utf8(written).unwrap();
        assert!(written.ends_with("é 😀</title>"), "{written}");
        assert!(written.contains("a &lt; b &amp;"), "{written}");
        assert!(!written.contains(['\u{1}', '\u{ffff}']), "{written}");
    }

    #[test]
    fn a_host_that_could_break_an_address_is_none() {
        for host in ["assistance.example.fr", "127.0.0.1:3000", "[::1]:3000"] {
            assert!(is_host(host), "{host}");
        }
        for host in ["", "a b", "a/b", "a\"b", "a<b", "a@b"] {
            assert!(!is_host(host), "{host}");
        }
    }
}
