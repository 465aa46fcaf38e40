//! A form sent after its sender's session ended: kept through the sign-in, then offered to be sent again.
//!
//! Meanwhile it exists only in the pages, not on the server, and is shown again only to its author. A form with a
//! password is not kept.

#[cfg(not(feature = "files"))]
use axum::extract::FromRequest;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::form::{Form, Input, is_form};
use super::login;
use super::request_context::{RequestContext, View};
use atrium_platform::Error;
use atrium_platform::directory::PersonId;

/// The path of the form below the mount point, and its content.
#[derive(Clone, Debug)]
pub(super) struct ResumeForm {
    action: String,
    form: Form,
    typed: Input,
    /// The person who was signed in when it was written, if the browser knows.
    owner: Option<PersonId>,
}

impl ResumeForm {
    /// Keeps the form, if it has input that may be shown again.
    fn of(action: &str, form: Form, owner: Option<PersonId>) -> Option<Self> {
        let action = login::own_path(action)?.to_owned();
        let typed = Input::of(&form);
        (!form.holds_secret() && !typed.is_empty()).then_some(Self { action, form, typed, owner })
    }

    /// Returns `true` unless a person other than `person` wrote it.
    pub(super) fn is_of(&self, person: PersonId) -> bool {
        self.owner.is_none_or(|owner| owner == person)
    }

    /// Returns the form carried by a sign-in form.
    pub(super) fn carried_by(sign_in: &Form) -> Option<Self> {
        let pairs: Vec<(String, String)> = serde_json::from_str(sign_in.raw(CONTENT)).ok()?;
        Self::of(sign_in.raw(ACTION), Form::of(pairs), sign_in.raw(OWNER).parse().ok())
    }

    /// Returns the typed texts.
    pub(super) fn typed(&self) -> &Input {
        &self.typed
    }

    /// Returns the form as fields of a sign-in form.
    pub(super) fn carried(&self) -> Carried {
        let content = serde_json::to_string(self.form.pairs()).unwrap_or_default();
        Carried { action: self.action.clone(), content, owner: self.owner, typed: self.typed.clone() }
    }
}

/// Name of the sign-in form's field for the path.
const ACTION: &str = "envoi";
/// Name of the sign-in form's field for the form's content.
const CONTENT: &str = "contenu";
/// Name of the sign-in form's field for the form's author.
const OWNER: &str = "auteur";

/// The fields of a sign-in form that carry it.
#[derive(Serialize)]
pub(super) struct Carried {
    action: String,
    content: String,
    owner: Option<PersonId>,
    typed: Input,
}

/// The page after the sign-in that offers the form.
#[derive(Serialize)]
pub(super) struct ResumeFormView {
    title: String,
    noindex: bool,
    action: String,
    fields: Vec<(String, String)>,
    typed: Input,
}

impl View for ResumeFormView {
    const TEMPLATE: &'static str = "login/unsent";
}

impl ResumeFormView {
    pub(super) fn new(cx: &RequestContext, resume_form: ResumeForm) -> Self {
        let fields = resume_form.form.pairs().to_vec();
        Self {
            title: cx.t("login-unsent-title"),
            noindex: true,
            action: resume_form.action,
            fields,
            typed: resume_form.typed,
        }
    }
}

/// Returns `true` if the body is a form whose texts can be kept.
fn is_readable(headers: &http::HeaderMap) -> bool {
    #[cfg(feature = "files")]
    if super::file_form::has_files(headers) {
        return true;
    }
    is_form(headers)
}

/// Returns the response for a request refused before its form is handled. The form is read all the same, to be
/// shown on the error page or kept through a sign-in.
pub(super) async fn refuse(cx: &RequestContext, req: Request, error: Error) -> Response {
    if !is_readable(req.headers()) {
        return error.into_response();
    }
    let owner = cx.atrium().shell().cookies.owner(req.headers());
    #[cfg(feature = "files")]
    let form = super::file_form::texts(req).await;
    #[cfg(not(feature = "files"))]
    let form = Form::from_request(req, &()).await;
    let form = form.ok().filter(|_| error.is_sign_in_required());
    let mut response = error.into_response();
    if let Some(resume_form) = form.and_then(|form| ResumeForm::of(cx.path(), form, owner)) {
        response.extensions_mut().insert(resume_form);
    }
    response
}
