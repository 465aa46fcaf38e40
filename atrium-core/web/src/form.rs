//! Extractors of forms, JSON, paths and query strings, which refuse unreadable input with a clear error.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use indexmap::IndexMap;
use serde::de::DeserializeOwned;
use serde::{Deserialize as _, Deserializer, Serialize};

use super::request_context::RequestContext;
use atrium_platform::{Error, FieldProblem, Message, Result};

/// A submitted form: names and texts, in order. Read fields with [`text`](Self::text) and parse them into valid types.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Returns the field's text, with line ends as `
    /// ` and without surrounding white space; empty when absent.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        self.raw(name).replace("\r\n", "\n").trim().to_owned()
    }

    /// Returns the field's text as sent; empty when absent.
    #[must_use]
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Returns every value of a repeated field.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Returns `true` if the box was ticked or the button pressed.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, value)| field == name && !value.is_empty())
    }

    /// Replaces the values of the field `name` by `value`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.retain(|(field, _)| field != name);
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// Creates a form from pairs.
    pub fn of<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// Adds a field.
    #[cfg(feature = "files")]
    pub(super) fn push(&mut self, name: String, value: String) {
        self.0.push((name, value));
    }

    /// Returns names and values, in order.
    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Returns names and values of a person's input, without fields that the form fills in itself.
    pub(super) fn said(&self) -> impl Iterator<Item = &str> {
        let said = self.0.iter().filter(|(name, _)| !OWN_MARKS.contains(&name.as_str()));
        said.flat_map(|(name, value)| [name.as_str(), value.as_str()])
    }

    /// Returns `true` if it contains a password.
    pub(super) fn holds_secret(&self) -> bool {
        self.0.iter().any(|(name, _)| is_secret(name))
    }

    fn parse(bytes: &[u8]) -> Result<Self> {
        let mut pairs = Vec::new();
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            if name.contains('\0') || value.contains('\0') {
                return Err(Error::invalid_field(name.replace('\0', ""), Message::new("field-nul")));
            }
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }
}

/// Fields whose text is never shown again, and words in names of other such fields.
const SECRETS: [&str; 2] = ["again", "current"];
const SECRET_WORDS: [&str; 5] = ["password", "passe", "secret", "token", "jeton"];
/// Fields that forms fill in themselves.
const OWN_MARKS: [&str; 5] = ["key", "version", "envoi", "contenu", "suite"];

fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRETS.contains(&name.as_str()) || SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// Returns `true` if the body is a form.
pub(super) fn is_form(headers: &http::HeaderMap) -> bool {
    let content_type = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"))
}

fn decode(text: &[u8]) -> Result<String> {
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let bytes: Vec<u8> = percent_encoding::percent_decode(&spaced).collect();
    String::from_utf8(bytes).map_err(|_| Error::invalid_field("", Message::new("field-encoding")))
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Error;

    async fn from_request(req: Request, state: &S) -> Result<Self> {
        let is_form = is_form(req.headers());
        let cx = req.extensions().get::<RequestContext>().cloned();
        let bytes = axum::body::Bytes::from_request(req, state).await.map_err(body_error)?;
        if is_form || bytes.is_empty() {
            let parsed = Self::parse(&bytes);
            let typed = parsed.as_ref().map_or_else(|_| Input::of_unreadable(&bytes), Input::of);
            if let Some(cx) = cx {
                cx.keep_typed(typed);
            }
            parsed
        } else {
            Err(Error::invalid_field("", Message::new("field-content-type")))
        }
    }
}

/// The texts of a form, shown on the page of its refusal so that people need not type again.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Input(Arc<[String]>);

/// The most text shown again, in bytes: more than the longest text that a form accepts.
const LONGEST: usize = 160 * 1024;

impl Input {
    /// Collects the texts that a person typed, without secrets and the form's own short fields.
    pub(super) fn of(form: &Form) -> Self {
        if form.0.iter().map(|(_, text)| text.len()).sum::<usize>() > LONGEST {
            return Self::default();
        }
        let own = |name: &str| is_secret(name) || OWN_MARKS.contains(&name);
        let typed = form.0.iter().filter(|(name, text)| !own(name) && text.trim().chars().count() > 3);
        Self(typed.map(|(_, text)| text.clone()).collect())
    }

    /// Collects the same of a form that is not valid as sent.
    fn of_unreadable(bytes: &[u8]) -> Self {
        let pairs = url::form_urlencoded::parse(bytes);
        Self::of(&Form::of(pairs.map(|(name, text)| (name, text.replace('\0', "\u{fffd}")))))
    }

    /// Returns `true` if no text was typed.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn body_error(rejection: axum::extract::rejection::BytesRejection) -> Error {
    match rejection.status() {
        http::StatusCode::PAYLOAD_TOO_LARGE => Error::too_large(0),
        _ => Error::invalid_field("", Message::new("field-encoding")),
    }
}

/// A JSON body.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(req: Request, state: &S) -> Result<Self> {
        let bytes = axum::body::Bytes::from_request(req, state).await.map_err(body_error)?;
        let unreadable = |error: serde_json::Error| {
            Error::invalid_field("", Message::new("field-json").with("detail", error.to_string()))
        };
        let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(unreadable)?;
        if holds_nul(&value) {
            return Err(Error::invalid_field("", Message::new("field-nul")));
        }
        serde_json::from_value(value).map(Self).map_err(unreadable)
    }
}

fn holds_nul(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(values) => values.iter().any(holds_nul),
        serde_json::Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Parameters of the query string; unknown ones are ignored.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        Form::parse(parts.uri.query().unwrap_or_default().as_bytes())?;
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                Err(Error::invalid_field("", Message::new("field-query").with("detail", rejection.body_text())))
            }
        }
    }
}

/// The longest text of a search, in characters.
const SEARCHED: usize = 1000;

/// Returns the part of a search's text that is read.
pub(super) fn readable(text: &str) -> &str {
    text.char_indices().nth(SEARCHED).map_or(text, |(cut, _)| &text[..cut])
}

/// Deserialises the search words of a query string, cut to the length that a search reads, since a page shows them
/// again.
pub fn searched<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let mut text = String::deserialize(deserializer)?;
    text.truncate(readable(&text).len());
    Ok(text)
}

/// Collects the problems of an input, so that every field's message shows at once.
#[derive(Debug, Default)]
pub struct Problems(Vec<FieldProblem>);

impl Problems {
    /// Adds a problem of `field`.
    pub fn add(&mut self, field: &'static str, message: Message) {
        self.0.push(FieldProblem { field: field.into(), message });
    }

    /// Returns the value, or adds a problem of `field` and returns `None`.
    pub fn take<T>(&mut self, field: &'static str, parsed: Result<T, Message>) -> Option<T> {
        parsed.map_err(|message| self.add(field, message)).ok()
    }

    /// Passes if there are no problems.
    ///
    /// # Errors
    /// Returns `is_invalid` with every problem noted.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid(self.0)) }
    }
}

/// Messages beside the fields of a page, in the reader's language and in the order in which they were found.
pub type FieldErrors = IndexMap<String, String>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_keeps_what_was_typed() {
        let form = Form::parse("titre=L%E2%80%99%C3%A9l%C3%A8ve+A%26B&corps=a%0D%0Ab&tag=x&tag=y".as_bytes()).unwrap();
        assert_eq!(form.text("titre"), "L’élève A&B");
        assert_eq!(form.text("corps"), "a\nb");
        assert_eq!(form.all("tag"), ["x", "y"]);
        assert_eq!(form.text("absent"), "");
    }

    #[test]
    fn a_secret_is_neither_shown_again_nor_kept() {
        let form = Form::of([("api_secret", "abcdef"), ("Mot_de_passe", "abcdef"), ("titre", "abcdef")]);
        assert!(form.holds_secret());
        assert_eq!(Input::of(&form).0.len(), 1);
        assert!(!Form::of([("titre", "abcdef")]).holds_secret());
        assert!(Input::of(&Form::of([("titre", "a".repeat(LONGEST + 1))])).is_empty());
    }

    #[cfg(feature = "search")]
    #[test]
    fn a_text_is_shown_as_far_as_a_search_reads_it() {
        let long = "é".repeat(SEARCHED + 5);
        assert_eq!(readable(&long), atrium_platform::search::SearchRequest::read_of(&long));
    }

    #[test]
    fn nul_and_broken_encodings_are_refused() {
        assert!(Form::parse(b"a=%00").unwrap_err().is_invalid());
        assert!(Form::parse(b"a=%ff%fe").unwrap_err().is_invalid());
        assert_eq!(Form::parse(b"a=%zz&&=").unwrap().text("a"), "%zz");
    }
}
