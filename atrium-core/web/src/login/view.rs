//! The sign-in pages.

use serde::Serialize;

use super::form::SignInForm;
use crate::resume_form::{Carried, ResumeForm};
use crate::{FieldErrors, RequestContext, View};
use atrium_platform::login::Password;

#[derive(Serialize)]
pub(super) struct SignInView {
    title: String,
    noindex: bool,
    action: &'static str,
    login: String,
    next: String,
    resume_form: Option<Carried>,
    errors: FieldErrors,
}

impl View for SignInView {
    const TEMPLATE: &'static str = "login/sign-in";
}

impl SignInView {
    pub(super) fn new(cx: &RequestContext, form: &SignInForm, errors: FieldErrors) -> Self {
        Self {
            title: cx.t("login-title"),
            noindex: true,
            action: crate::SIGN_IN_PATH,
            login: form.login.clone(),
            next: form.next.clone(),
            resume_form: form.resume_form.as_ref().map(ResumeForm::carried),
            errors,
        }
    }
}

#[derive(Serialize)]
pub(super) struct SetPasswordView {
    title: String,
    noindex: bool,
    action: String,
    name: String,
    login: String,
    min_length: usize,
    errors: FieldErrors,
}

impl View for SetPasswordView {
    const TEMPLATE: &'static str = "login/set-password";
}

impl SetPasswordView {
    pub(super) fn new(cx: &RequestContext, action: String, name: String, login: String, errors: FieldErrors) -> Self {
        let title = cx.t("login-set-password-title");
        Self { title, noindex: true, action, name, login, min_length: Password::LENGTH.0, errors }
    }
}
