//! Pages of a person's account: suspending and restoring it, its local name, and its one-time link.

use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use serde::Serialize;

use super::confirm::ConfirmView;
use super::{person, refused_edit, version};
use atrium_platform::access::permissions::PERSON_EDIT;
use atrium_platform::access::visible_person;
use atrium_platform::directory::PersonId;
use atrium_platform::login::{self, LinkToken, LoginName};
use atrium_platform::{Error, Message, Result};
use atrium_web::{Crumb, FieldErrors, Form, Overtaken, Path, RequestContext, Routes, View, Who, link_path};

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(PERSON_EDIT);
    routes.get("/administration/personnes/{id}/suspendre", who, ask_suspend);
    routes.post("/administration/personnes/{id}/suspendre", who, do_suspend);
    routes.get("/administration/personnes/{id}/retablir", who, ask_restore);
    routes.post("/administration/personnes/{id}/retablir", who, do_restore);
    routes.get("/administration/personnes/{id}/identifiant", who, edit_login);
    routes.post("/administration/personnes/{id}/identifiant", who, update_login);
    routes.post("/administration/personnes/{id}/lien", who, create_link);
}

async fn suspension(cx: &RequestContext, id: PersonId) -> Result<ConfirmView> {
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let text = Message::new("admin-suspend-text").with("name", &row.display_name);
    Ok(ConfirmView {
        action: format!("{}/suspendre", person::path(id)),
        button: cx.t("admin-suspend"),
        ..ConfirmView::of_person(cx, &row, "admin-suspend-title", &text)
    })
}

/// `GET /administration/personnes/{id}/suspendre`
async fn ask_suspend(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    suspension(&cx, id).await?.ask(&cx)
}

/// `POST /administration/personnes/{id}/suspendre`
async fn do_suspend(cx: RequestContext, Path(id): Path<PersonId>, form: Form) -> Result<Response> {
    let reason = form.text("reason");
    match cx.atrium().directory().suspend(cx.actor(), id, &reason).await {
        Ok(()) => Ok(cx.redirect_with(&person::path(id), "success", "admin-suspended")),
        Err(error) => suspension(&cx, id).await?.again(&cx, reason, error),
    }
}

async fn restoration(cx: &RequestContext, id: PersonId) -> Result<ConfirmView> {
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let text = Message::new("admin-restore-text").with("name", &row.display_name);
    Ok(ConfirmView {
        action: format!("{}/retablir", person::path(id)),
        button: cx.t("admin-restore"),
        danger: false,
        ..ConfirmView::of_person(cx, &row, "admin-restore-title", &text)
    })
}

/// `GET /administration/personnes/{id}/retablir`
async fn ask_restore(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    restoration(&cx, id).await?.ask(&cx)
}

/// `POST /administration/personnes/{id}/retablir`
async fn do_restore(cx: RequestContext, Path(id): Path<PersonId>, form: Form) -> Result<Response> {
    let reason = form.text("reason");
    match cx.atrium().directory().restore(cx.actor(), id, &reason).await {
        Ok(()) => Ok(cx.redirect_with(&person::path(id), "success", "admin-restored")),
        Err(error) => restoration(&cx, id).await?.again(&cx, reason, error),
    }
}

#[derive(Serialize)]
struct LoginView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    name: String,
    action: String,
    login: String,
    version: i64,
    cancel_url: String,
    errors: FieldErrors,
}

impl View for LoginView {
    const TEMPLATE: &'static str = "admin/login-edit";
}

/// Returns the name of the account and its version; an empty name and 0 without an account.
async fn kept_login(cx: &RequestContext, id: PersonId) -> Result<(String, i64)> {
    Ok(cx.atrium().login().versioned_login_of(id).await?.unwrap_or_default())
}

async fn login_view(cx: &RequestContext, id: PersonId, login: (String, i64), errors: FieldErrors) -> Result<LoginView> {
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let (login, version) = login;
    let title = cx.t("admin-login-title");
    Ok(LoginView {
        breadcrumb: person::crumbs(cx, &row, &title),
        title,
        noindex: true,
        name: cx.person_name(&row.display_name),
        action: format!("{}/identifiant", person::path(id)),
        login,
        version,
        cancel_url: person::path(id),
        errors,
    })
}

/// `GET /administration/personnes/{id}/identifiant`
async fn edit_login(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    cx.atrium().login().require_management(cx.actor(), id).await?;
    let kept = kept_login(&cx, id).await?;
    let view = login_view(&cx, id, kept, FieldErrors::new()).await?;
    cx.page(&view)
}

/// `POST /administration/personnes/{id}/identifiant`
async fn update_login(cx: RequestContext, Path(id): Path<PersonId>, form: Form) -> Result<Response> {
    let typed = form.text("login");
    let access = cx.atrium().access();
    let named = match (LoginName::parse(&typed), version(&form)) {
        (Ok(name), 0) => access.login().create_login(cx.actor(), id, &name).await,
        (Ok(name), expected) => access.login().rename_login(cx.actor(), id, expected, &name).await,
        (Err(message), _) => Err(Error::invalid_field("login", message)),
    };
    match named {
        Ok(()) => Ok(cx.redirect_with(&person::path(id), "success", "admin-login-saved")),
        Err(error) => {
            access.login().require_management(cx.actor(), id).await?;
            let (kept, current) = kept_login(&cx, id).await?;
            let beside = || Overtaken::new(&cx).field("login", &typed, &kept).errors();
            let (status, errors, version) = refused_edit(&cx, error, &form, current, beside)?;
            let view = login_view(&cx, id, (typed, version), errors).await?;
            cx.page_with(status, &view)
        }
    }
}

#[derive(Serialize)]
struct LinkView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    name: String,
    link: String,
    hours: i64,
    back_url: String,
}

impl View for LinkView {
    const TEMPLATE: &'static str = "admin/link";
}

/// `POST /administration/personnes/{id}/lien`: the link is shown once, on the answer itself.
async fn create_link(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    let link = cx.atrium().login().one_time_link(cx.actor(), id).await?;
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let title = cx.t("admin-link-title");
    let mut response = cx.page(&LinkView {
        breadcrumb: person::crumbs(&cx, &row, &title),
        title,
        noindex: true,
        name: cx.person_name(&row.display_name),
        link: address(&cx, &link),
        hours: login::LINK_HOURS,
        back_url: person::path(id),
    })?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Returns the link to send to its owner: a full URL if the platform's public address is known.
fn address(cx: &RequestContext, link: &LinkToken) -> String {
    let path = link_path(link.secret());
    match &cx.atrium().settings().public_url {
        Some(url) => format!("{}{path}", url.as_str().trim_end_matches('/')),
        None => cx.href(&path),
    }
}
