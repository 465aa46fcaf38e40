//! The sign-in pages.

use serde::Serialize;

use super::form::SignInForm;
use crate::unsent::{Carried, Unsent};
use crate::{Cx, FieldErrors, View};
use atrium_platform::login::Password;

#[derive(Serialize)]
pub(super) struct SignInView {
    title: String,
    noindex: bool,
    action: &'static str,
    login: String,
    next: String,
    unsent: Option<Carried>,
    errors: FieldErrors,
}

impl View for SignInView {
    const TEMPLATE: &'static str = "login/sign-in";
}

impl SignInView {
    pub(super) fn new(cx: &Cx, form: &SignInForm, errors: FieldErrors) -> Self {
        Self {
            title: cx.t("login-title"),
            noindex: true,
            action: crate::SIGN_IN_PATH,
            login: form.login.clone(),
            next: form.next.clone(),
            unsent: form.unsent.as_ref().map(Unsent::carried),
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
    pub(super) fn new(cx: &Cx, action: String, name: String, login: String, errors: FieldErrors) -> Self {
        let title = cx.t("login-set-password-title");
        Self { title, noindex: true, action, name, login, min_length: Password::LENGTH.0, errors }
    }
}
