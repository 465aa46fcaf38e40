//! What the pages of requests print.

use atrium_core::Result;
use atrium_core::clock::Timestamp;
use atrium_core::directory::{self, Establishment};
use atrium_core::web::{FieldErrors, Form, Pages, RequestContext, View};
use serde::Serialize;

use super::{Model, RequestId, State, routes, store};
use crate::desk;

/// A request in a list.
#[derive(Serialize)]
pub(crate) struct RequestView {
    school: String,
    quantity: i64,
    reason: String,
    asked: Timestamp,
    state: &'static str,
    state_label: String,
    granted: i64,
    answer: String,
    /// The path that decides it, for people who may, while it waits.
    decide_url: Option<String>,
    typed_granted: String,
    typed_answer: String,
    errors: FieldErrors,
}

impl RequestView {
    fn of(cx: &RequestContext, request: Model, school: String) -> Self {
        let (state, label) = match request.state {
            State::Pending => ("pending", "loans-request-pending"),
            State::Granted => ("solved", "loans-request-granted"),
            State::Refused => ("locked", "loans-request-refused"),
        };
        Self {
            school,
            asked: request.asked_at,
            state,
            state_label: cx.t(label),
            decide_url: (request.state == State::Pending).then(|| routes::request_path(request.id)),
            typed_granted: request.quantity.to_string(),
            typed_answer: String::new(),
            quantity: request.quantity,
            reason: request.reason,
            granted: request.granted,
            answer: request.answer,
            errors: FieldErrors::new(),
        }
    }
}

/// Keeps one page of `requests`, of which there is one more when the list goes on at `path`.
fn pages(path: &str, requests: &mut Vec<Model>) -> Pages {
    let page = usize::try_from(routes::PAGE).unwrap_or(usize::MAX);
    let more = requests.len() > page;
    requests.truncate(page);
    let last = requests.last().filter(|_| more).map(|last| last.id);
    Pages::next(last.map(|last| format!("{path}?avant={last}")))
}

/// Returns a page of the requests of one school, from before `before`.
pub(crate) async fn of_school(
    cx: &RequestContext,
    school: &Establishment,
    before: Option<RequestId>,
) -> Result<(Vec<RequestView>, Pages)> {
    let mut requests = store::list(cx.db(), Some(school.id), before, routes::PAGE + 1).await?;
    let pages = pages(&desk::routes::desk(&school.uai), &mut requests);
    let view = |request| RequestView::of(cx, request, school.name.clone());
    Ok((requests.into_iter().map(view).collect(), pages))
}

/// The form by which a school asks.
#[derive(Serialize)]
pub(super) struct Ask {
    title: String,
    school: String,
    desk_url: String,
    url: String,
    quantity: String,
    reason: String,
    errors: FieldErrors,
}

impl View for Ask {
    const TEMPLATE: &'static str = "loans/ask";
}

impl Ask {
    pub(super) fn of(cx: &RequestContext, school: &Establishment, form: &Form, errors: FieldErrors) -> Self {
        Self {
            title: cx.t("loans-ask-title"),
            school: school.name.clone(),
            desk_url: desk::routes::desk(&school.uai),
            url: routes::ask_path(&school.uai),
            quantity: form.text("quantity"),
            reason: form.text("reason"),
            errors,
        }
    }
}

/// A page of all requests, for the Region.
#[derive(Serialize)]
pub(super) struct Requests {
    title: String,
    left: i64,
    requests: Vec<RequestView>,
    pagination: Pages,
}

impl View for Requests {
    const TEMPLATE: &'static str = "loans/requests";
}

impl Requests {
    pub(super) async fn of(cx: &RequestContext, mut requests: Vec<Model>, stock: i64) -> Result<Self> {
        let pagination = pages(routes::LIST, &mut requests);
        let schools = directory::establishments(cx.db()).await?;
        let name = |request: &Model| schools.iter().find(|school| school.id == request.establishment_id);
        let name = |request: &Model| name(request).map(|school| school.name.clone()).unwrap_or_default();
        let left = stock - store::delivered(cx.db()).await?;
        let requests = requests.into_iter().map(|request| {
            let school = name(&request);
            RequestView::of(cx, request, school)
        });
        Ok(Self { title: cx.t("loans-requests-title"), left, requests: requests.collect(), pagination })
    }

    /// Adds the refused input about one request and its problems to the page.
    pub(super) fn with(mut self, id: RequestId, form: &Form, errors: FieldErrors) -> Self {
        let url = Some(routes::request_path(id));
        if let Some(request) = self.requests.iter_mut().find(|request| request.decide_url == url) {
            request.typed_granted = form.text("granted");
            request.typed_answer = form.text("answer");
            request.errors = errors;
        }
        self
    }
}
