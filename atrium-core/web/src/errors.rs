//! Turns errors into responses: a status, and a page in the reader's language or problem+json.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use serde::Serialize;
use url::form_urlencoded;

use super::allowance::Allowance;
use super::form::{Input, readable};
use super::login;
use super::operation::{PROBLEM, Problem, WrongField};
use super::request_context::{RequestContext, View};
use super::resume_form::ResumeForm;
pub use atrium_platform::status_of;
use atrium_platform::{Cause, Error, FieldProblem, Message};

/// The type of every problem: the status says what kind it is.
const BLANK: &str = "about:blank";
/// The seconds after which a timed-out request may be sent again.
const TOOK_TOO_LONG: u64 = 30;

/// Turns every 4xx and 5xx response that is not a page yet into one.
pub(super) async fn error_pages(req: Request, next: Next) -> Response {
    let cx = req.extensions().get::<RequestContext>().cloned();
    let (parts, body) = req.into_parts();
    let asked = Params::of(&parts, cx.as_ref());
    let response = next.run(Request::from_parts(parts, body)).await;
    answer(cx.as_ref(), &asked, response)
}

/// How the request asked for its response.
pub(super) struct Params {
    method: Method,
    json: bool,
}

impl Params {
    pub(super) fn of(parts: &Parts, cx: Option<&RequestContext>) -> Self {
        let api = cx.is_some_and(|cx| cx.path().starts_with("/api/"));
        let accept = parts.headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let json = api || (accept.contains("json") && !accept.contains("text/html"));
        Self { method: parts.method.clone(), json }
    }
}

/// Returns `response`, or the page or document for its error.
pub(super) fn answer(cx: Option<&RequestContext>, asked: &Params, response: Response) -> Response {
    let status = response.status();
    let cause = response.extensions().get::<Cause>().cloned();
    let finished = response.headers().contains_key(CONTENT_TYPE) && cause.is_none() && !plain_text(&response);
    if !(status.is_client_error() || status.is_server_error()) || finished {
        return response;
    }
    if let Some(Cause(error)) = &cause
        && status.is_server_error()
    {
        match error.retry_after() {
            // Refused on purpose and counted there: an attack must not fill the log.
            Some(_) => tracing::debug!(error = error.told(), "request refused"),
            None => log(error),
        }
    }
    let Some(cx) = cx else { return response };
    let error = cause.as_ref().map(|Cause(error)| error.as_ref());
    let mut answer = match (asked.json, status) {
        (true, _) => problem(cx, status, error),
        (false, StatusCode::UNAUTHORIZED) => sign_in(cx, &asked.method, response.extensions().get::<ResumeForm>()),
        (false, _) => page(cx, status, error, cx.typed()),
    };
    if let Some(seconds) = retry_after(status, error) {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(left) = response.extensions().get::<Allowance>() {
        answer.extensions_mut().insert(*left);
    }
    for name in [http::header::ALLOW, http::header::CONTENT_RANGE] {
        if let Some(value) = response.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}

/// Returns the 401 for a token that is not valid: problem+json under any address, since only programs carry tokens.
pub(super) fn dead_token(cx: &RequestContext) -> Response {
    let words = cx.t("api-token-dead");
    let title = cx.t("error-401-title");
    let body = Problem { kind: BLANK, title, status: 401, detail: words, errors: Vec::new() };
    let challenge = HeaderValue::from_static("Bearer realm=\"api\", error=\"invalid_token\"");
    let mut answer = (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, challenge)], axum::Json(body)).into_response();
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
    answer
}

/// Returns the seconds to wait before the next try.
fn retry_after(status: StatusCode, error: Option<&Error>) -> Option<u64> {
    match error {
        Some(error) => error.retry_after(),
        None => (status == StatusCode::SERVICE_UNAVAILABLE).then_some(TOOK_TOO_LONG),
    }
}

fn plain_text(response: &Response) -> bool {
    response.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/plain"))
}

fn log(error: &Error) {
    tracing::error!(error = error.told(), "request failed");
}

/// Sends readers to the sign-in page and back again. A form with input is kept meanwhile; if people sign in
/// elsewhere, their input is shown instead.
fn sign_in(cx: &RequestContext, method: &Method, resume_form: Option<&ResumeForm>) -> Response {
    match (method, resume_form) {
        (&Method::GET | &Method::HEAD, _) => cx.redirect(&super::sign_in_path(cx.path())),
        (_, Some(resume_form)) if login::is_elsewhere(cx) => {
            page(cx, StatusCode::UNAUTHORIZED, None, resume_form.typed().clone())
        }
        (_, Some(resume_form)) => login::ask_with(cx, resume_form).unwrap_or_else(|failure| {
            log(&failure);
            StatusCode::UNAUTHORIZED.into_response()
        }),
        (_, None) => cx.redirect_with(super::SIGN_IN_PATH, "warning", "error-sign-in-again"),
    }
}

#[derive(Serialize)]
struct ErrorView {
    title: String,
    description: String,
    status: u16,
    details: Vec<String>,
    /// `true` if the description is specific, rather than that of the status.
    told: bool,
    /// The input of a refused form.
    typed: Input,
    /// The search words of the request, if any.
    query: String,
    request_id: String,
    search_url: &'static str,
    home_url: &'static str,
}

impl View for ErrorView {
    const TEMPLATE: &'static str = "error";
}

/// Returns the search words in a URL, as far as they are readable.
fn searched_for(path: &str) -> String {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let words = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q");
    words.map(|(_, words)| readable(&words).replace('\0', "")).unwrap_or_default()
}

fn words(cx: &RequestContext, status: StatusCode, error: Option<&Error>) -> (String, String, Vec<String>) {
    let known =
        matches!(status.as_u16(), 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 422 | 428 | 429 | 500 | 503);
    let code = match known {
        true => status.as_u16(),
        false if status.is_client_error() => 400,
        false => 500,
    };
    let title = cx.message(&Message::new(format!("error-{code}-title")));
    let seconds = retry_after(status, error).unwrap_or_default();
    let text = match error {
        Some(error) if error.is_busy() => "error-503-busy".to_owned(),
        // The request timed out.
        None if code == 503 => "error-503-busy".to_owned(),
        _ => format!("error-{code}-text"),
    };
    let text = cx.message(&Message::new(text).with("seconds", seconds));
    let mut details: Vec<_> = error.iter().flat_map(|e| e.problems()).map(|p| cx.message(&p.message)).collect();
    details.extend(error.and_then(Error::message).map(|message| cx.message(message)));
    (title, text, details)
}

fn page(cx: &RequestContext, status: StatusCode, error: Option<&Error>, typed: Input) -> Response {
    let (mut title, mut description, mut details) = words(cx, status, error);
    let mut told = false;
    if matches!(status, StatusCode::FORBIDDEN | StatusCode::CONFLICT | StatusCode::NOT_FOUND)
        && let Some(reason) = details.pop()
    {
        told = true;
        description = reason;
        if status == StatusCode::CONFLICT {
            // The conflict need not be a change of the page.
            title = cx.t("error-409-told-title");
        }
    }
    let view = ErrorView {
        title,
        description,
        status: status.as_u16(),
        details,
        told,
        typed,
        query: searched_for(cx.path()),
        request_id: cx.request_id().to_owned(),
        search_url: super::SEARCH_PATH,
        home_url: "/",
    };
    cx.page_with(status, &view).unwrap_or_else(|failure| {
        log(&failure);
        status.into_response()
    })
}

/// Returns the error as problem+json (RFC 9457).
fn problem(cx: &RequestContext, status: StatusCode, error: Option<&Error>) -> Response {
    let (title, detail, _) = words(cx, status, error);
    let wrong = |problem: &FieldProblem| WrongField {
        field: problem.field.to_string(),
        code: problem.message.key.to_string(),
        message: cx.message(&problem.message),
    };
    let detail = error.and_then(Error::message).map_or(detail, |message| cx.message(message));
    let errors = error.map(Error::problems).unwrap_or_default().iter().map(wrong).collect();
    let body = Problem { kind: BLANK, title, status: status.as_u16(), detail, errors };
    let headers = [(CACHE_CONTROL, HeaderValue::from_static("private, no-store"))];
    let mut answer = (status, headers, axum::Json(body)).into_response();
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
    let challenge = match status {
        StatusCode::UNAUTHORIZED => Some("Bearer realm=\"api\""),
        StatusCode::FORBIDDEN
            if error.and_then(Error::message).is_some_and(|said| said.key == super::bearer::OUTSIDE) =>
        {
            Some("Bearer realm=\"api\", error=\"insufficient_scope\"")
        }
        _ => None,
    };
    if let Some(challenge) = challenge {
        answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    answer
}
