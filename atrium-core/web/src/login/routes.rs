//! The URLs of the sign-in.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{RETRY_AFTER, SET_COOKIE};
use serde::Deserialize;

use super::form::{SignInForm, own_path};
use super::view::{SetPasswordView, SignInView};
use crate::resume_form::{ResumeForm, ResumeFormView};
use crate::routes::Routes;
use crate::{Form, Path, Query, RequestContext, SIGN_IN_PATH, SIGN_OUT_PATH, Who};
use atrium_platform::access::Via;
use atrium_platform::directory;
use atrium_platform::login::{self, Device, SignIn};
use atrium_platform::{Error, Message, Result};

pub(crate) fn declare(routes: &mut Routes) {
    routes.get(SIGN_IN_PATH, Who::Anyone, new);
    routes.post_long(SIGN_IN_PATH, Who::Anyone, create);
    routes.post(SIGN_OUT_PATH, Who::Anyone, delete);
    routes.get("/connexion/lien/{secret}", Who::Anyone, new_password);
    routes.post("/connexion/lien/{secret}", Who::Anyone, create_password);
}

/// Returns the path of a one-time link, below the mount point.
#[must_use]
pub fn link_path(secret: &str) -> String {
    format!("/connexion/lien/{secret}")
}

#[derive(Default, Deserialize)]
struct Params {
    #[serde(default)]
    suite: String,
    #[serde(default)]
    local: String,
}

/// `GET /connexion?suite=&local=`
async fn new(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let next = own_path(&asked.suite).unwrap_or_default().to_owned();
    if cx.session().is_some() {
        return Ok(cx.redirect(destination(&next)));
    }
    if asked.local.is_empty() && cx.0.unusable {
        // The host would send them straight back.
        return Err(Error::forbidden_with("an identity of the host's", Message::new("login-unusable")));
    }
    if asked.local.is_empty()
        && let Some(url) = elsewhere(&cx, destination(&next))
    {
        return Ok(cx.redirect_out(&url));
    }
    let empty = SignInForm { next, ..SignInForm::default() };
    cx.page(&SignInView::new(&cx, &empty, Default::default()))
}

/// Returns the host's sign-in page, which leads back to `next`.
fn elsewhere(cx: &RequestContext, next: &str) -> Option<String> {
    cx.atrium().host_login().and_then(|host| host.sign_in_url(&cx.href(next)))
}

/// Returns `true` if people sign in on a page of the host.
pub(crate) fn is_elsewhere(cx: &RequestContext) -> bool {
    elsewhere(cx, "/").is_some()
}

/// Returns the sign-in form (401) around a form that waits for the sign-in.
///
/// # Errors
/// Returns an error if the template cannot be rendered.
pub(crate) fn ask_with(cx: &RequestContext, resume_form: &ResumeForm) -> Result<Response> {
    let form = SignInForm { resume_form: Some(resume_form.clone()), ..SignInForm::default() };
    cx.page_with(StatusCode::UNAUTHORIZED, &SignInView::new(cx, &form, Default::default()))
}

/// `POST /connexion`
async fn create(cx: RequestContext, form: Form) -> Result<Response> {
    let form = SignInForm::read(&form);
    match cx.atrium().login().sign_in(&form.login, &form.password, &cx.device()).await {
        Ok(opened) => {
            close_old(&cx).await?;
            let answer = match form.resume_form {
                Some(resume_form) if resume_form.is_of(opened.person) => offer(&cx, resume_form, &opened).await?,
                // Another person's form is not offered.
                Some(_) => cx.redirect_with(destination(&form.next), "warning", "login-unsent-other"),
                None => cx.redirect_with(destination(&form.next), "success", "login-signed-in"),
            };
            Ok(cx.with_session(answer, &opened))
        }
        Err(error) => refuse(&cx, &form, error),
    }
}

/// Ends the previous session of this browser, which a new one replaces.
async fn close_old(cx: &RequestContext) -> Result<()> {
    match cx.session() {
        Some(old) => cx.atrium().login().close_session(cx.actor(), old).await,
        None => Ok(()),
    }
}

/// Returns the page that offers the waiting form to the person who has just signed in.
async fn offer(cx: &RequestContext, resume_form: ResumeForm, opened: &SignIn) -> Result<Response> {
    let signed_in = cx.atrium().login().identify(opened.token.secret(), Via::Web).await?;
    let cx = cx.now_of(signed_in.ok_or_else(Error::sign_in_required)?);
    cx.page(&ResumeFormView::new(&cx, resume_form))
}

/// Shows the form again: name and password do not match, or the next attempt has to wait.
fn refuse(cx: &RequestContext, form: &SignInForm, error: Error) -> Result<Response> {
    if error.is_unavailable() {
        // The waiting form must not be lost in a rush of sign-ins.
        let errors = [("password".to_owned(), cx.t("login-busy"))].into();
        let mut page = cx.page_with(StatusCode::SERVICE_UNAVAILABLE, &SignInView::new(cx, form, errors))?;
        if let Some(seconds) = error.retry_after() {
            page.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        return Ok(page);
    }
    if let Some(seconds) = error.retry_after() {
        let wait = Message::new("login-wait").with("seconds", seconds);
        let errors = [("password".to_owned(), cx.message(&wait))].into();
        let page = cx.page_with(StatusCode::TOO_MANY_REQUESTS, &SignInView::new(cx, form, errors))?;
        return Ok(([(RETRY_AFTER, seconds.to_string())], page).into_response());
    }
    if error.is_invalid() { cx.invalid(&SignInView::new(cx, form, cx.field_errors(&error))) } else { Err(error) }
}

/// `POST /deconnexion`
async fn delete(cx: RequestContext) -> Result<Response> {
    if let Some(session) = cx.session() {
        cx.atrium().login().close_session(cx.actor(), session).await?;
    }
    let mut response = match cx.atrium().host_login().and_then(|host| host.sign_out_url()) {
        Some(url) => cx.redirect_out(&url),
        None => cx.redirect_with("/", "success", "login-signed-out"),
    };
    response.headers_mut().append(SET_COOKIE, cx.atrium().shell().cookies.clear_session(&cx));
    Ok(response)
}

/// `GET /connexion/lien/{secret}`
async fn new_password(cx: RequestContext, Path(secret): Path<String>) -> Result<Response> {
    let view = password_view(&cx, &secret, Default::default()).await?;
    // The page names a person, and the link works once.
    cx.fresh_page(&view)
}

/// `POST /connexion/lien/{secret}`
async fn create_password(cx: RequestContext, Path(secret): Path<String>, form: Form) -> Result<Response> {
    let set = match form.new_password() {
        Ok(password) => cx.atrium().login().set_password(&secret, password, &cx.device()).await,
        Err(error) => Err(error),
    };
    match set {
        Ok(opened) => {
            close_old(&cx).await?;
            let next = after_password(&cx, &opened).await?;
            Ok(cx.with_session(cx.redirect_with(&next, "success", "login-password-set"), &opened))
        }
        Err(error) if error.is_invalid() => {
            let view = password_view(&cx, &secret, cx.field_errors(&error)).await?;
            cx.invalid(&view)
        }
        Err(error) => Err(error),
    }
}

/// Returns the next page after a new password: a plugin's, or the home page.
async fn after_password(cx: &RequestContext, opened: &SignIn) -> Result<String> {
    let signed_in = cx.atrium().login().identify(opened.token.secret(), Via::Web).await?;
    let cx = cx.now_of(signed_in.ok_or_else(Error::sign_in_required)?);
    for plugin in cx.atrium().plugins() {
        if let Some(page) = plugin.first_page(&cx).await? {
            return Ok(page);
        }
    }
    Ok("/".to_owned())
}

async fn password_view(cx: &RequestContext, secret: &str, errors: crate::FieldErrors) -> Result<SetPasswordView> {
    let holder = cx.atrium().login().link_holder(secret).await?;
    let holder = holder.ok_or_else(login::link_is_dead)?;
    let person = directory::person(cx.db(), holder).await?;
    let login = cx.atrium().login().login_of(holder).await?.unwrap_or_default();
    Ok(SetPasswordView::new(cx, link_path(secret), person.display_name, login, errors))
}

impl RequestContext {
    /// Returns the device of this request, for a session that is opened in it.
    #[must_use]
    pub fn device(&self) -> Device {
        let hours = self.atrium().settings().session_hours;
        Device::new(self.user_agent(), self.address(), hours).with_token(self.0.device.clone())
    }

    /// Adds the cookies of a new session to the response.
    #[must_use]
    pub fn with_session(&self, mut response: Response, opened: &SignIn) -> Response {
        let cookies = &self.atrium().shell().cookies;
        response.headers_mut().append(SET_COOKIE, cookies.set_session(self, opened.token.secret()));
        response.headers_mut().append(SET_COOKIE, cookies.set_owner(self, opened.person));
        if let Some(device) = &opened.device {
            response.headers_mut().append(SET_COOKIE, cookies.set_device(self, device.secret()));
        }
        response
    }
}

fn destination(next: &str) -> &str {
    if next.is_empty() { "/" } else { next }
}
