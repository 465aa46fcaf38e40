//! One person: who they are, where they belong, what they were given; suspending and restoring them, and their account.

use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use serde::Serialize;

use super::confirm::ConfirmView;
use super::{Crumb, audit, breadcrumb, explain, grants, people, refusal};
use crate::access::actions::{AssignmentFilter, list_assignments};
use crate::access::permissions::{ACCESS_EXPLAIN, AUDIT_READ, PERSON_EDIT, ROLE_ASSIGN};
use crate::access::{Scope, visible_person};
use crate::clock::Timestamp;
use crate::directory::actions::{restore, suspend};
use crate::directory::{self, PersonId, person};
use crate::error::{Error, Message, Result};
use crate::login::{self, LinkToken, LoginName};
use crate::web::login::link_path;
use crate::web::places::Places;
use crate::web::routes::Routes;
use crate::web::{Cx, FieldErrors, Form, Path, View, Who};

/// Assignments shown of one person.
const ASSIGNMENTS: u64 = 100;

pub(super) fn declare(routes: &mut Routes) {
    routes.get("/administration/personnes/{id}", Who::SignedIn, show);
    let who = Who::Holder(PERSON_EDIT);
    routes.get("/administration/personnes/{id}/suspendre", who, ask_suspend);
    routes.post("/administration/personnes/{id}/suspendre", who, do_suspend);
    routes.get("/administration/personnes/{id}/retablir", who, ask_restore);
    routes.post("/administration/personnes/{id}/retablir", who, do_restore);
    routes.get("/administration/personnes/{id}/identifiant", who, edit_login);
    routes.post("/administration/personnes/{id}/identifiant", who, update_login);
    routes.post("/administration/personnes/{id}/lien", who, create_link);
}

/// Where a person is shown.
pub(super) fn path(id: PersonId) -> String {
    format!("{}/{id}", people::PATH)
}

/// The way to a page about `person`.
pub(super) fn crumbs(cx: &Cx, row: &person::Model, here: &str) -> Vec<Crumb> {
    let people = (cx.t("admin-people-title"), people::PATH.to_owned());
    breadcrumb(cx, &[people, (row.display_name.clone(), path(row.id))], here)
}

#[derive(Serialize)]
struct PersonView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    name: String,
    initials: String,
    email: Option<String>,
    login: Option<String>,
    status: person::Status,
    status_label: String,
    memberships: Vec<MembershipView>,
    assignments: Vec<grants::AssignmentView>,
    grant_url: Option<String>,
    suspend_url: Option<String>,
    restore_url: Option<String>,
    login_url: Option<String>,
    link_url: Option<String>,
    explain_url: Option<String>,
    audit_url: Option<String>,
}

#[derive(Serialize)]
struct MembershipView {
    establishment: String,
    profile: String,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl View for PersonView {
    const TEMPLATE: &'static str = "admin/person";
}

/// `GET /administration/personnes/{id}`
async fn show(cx: Cx, Path(id): Path<PersonId>) -> Result<Response> {
    people::require_reader(&cx)?;
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let (actor, now) = (cx.actor(), cx.actor().now());
    let holds = |permission| actor.rights().holds_somewhere(permission, now);
    let memberships = directory::store::memberships(cx.db(), id).await?;
    let memberships: Vec<_> = memberships.into_iter().filter(|row| people::may_know(actor, row)).collect();
    let filter = AssignmentFilter { person: Some(id), ..AssignmentFilter::default() };
    let assignments = list_assignments(cx.atrium().access(), actor, filter, None, ASSIGNMENTS).await?;
    let schools = memberships.iter().map(|row| Scope::Establishment(row.establishment_id));
    let places = Places::load(&cx, schools.chain(assignments.iter().filter_map(|row| row.scope()))).await?;
    let edits = holds(PERSON_EDIT);
    let login = if edits { login::login_of(cx.db(), id).await? } else { None };
    let below = |page: &str| format!("{}/{page}", path(id));
    cx.page(&PersonView {
        title: row.display_name.clone(),
        noindex: true,
        breadcrumb: breadcrumb(&cx, &[(cx.t("admin-people-title"), people::PATH.to_owned())], &row.display_name),
        initials: login::initials(&row.given_name, &row.family_name),
        status_label: cx.t(status_key(row.status)),
        memberships: memberships
            .into_iter()
            .map(|row| MembershipView {
                establishment: places.school(row.establishment_id),
                profile: places.role(row.profile.key()),
                from: row.valid_from,
                until: row.valid_until,
            })
            .collect(),
        assignments: grants::views(&cx, &places, assignments).await?,
        grant_url: holds(ROLE_ASSIGN).then(|| grants::new_path(id)),
        suspend_url: (edits && row.status == person::Status::Active).then(|| below("suspendre")),
        restore_url: (edits && row.status == person::Status::Suspended).then(|| below("retablir")),
        login_url: edits.then(|| below("identifiant")),
        link_url: login.is_some().then(|| below("lien")),
        explain_url: holds(ACCESS_EXPLAIN).then(|| explain::path(id)),
        audit_url: actor.may(AUDIT_READ, Scope::Platform).then(|| audit::path(&format!("person:{id}"))),
        login,
        name: row.display_name,
        email: row.email.filter(|_| edits),
        status: row.status,
    })
}

fn status_key(status: person::Status) -> &'static str {
    match status {
        person::Status::Active => "admin-person-active",
        person::Status::Suspended => "admin-person-suspended",
        person::Status::Erased => "admin-person-erased",
    }
}

async fn suspension(cx: &Cx, id: PersonId) -> Result<ConfirmView> {
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let title = cx.t("admin-suspend-title");
    Ok(ConfirmView {
        breadcrumb: crumbs(cx, &row, &title),
        title,
        text: cx.message(&Message::new("admin-suspend-text").with("name", row.display_name)),
        action: format!("{}/suspendre", path(id)),
        button: cx.t("admin-suspend"),
        danger: true,
        cancel_url: path(id),
        ..ConfirmView::default()
    })
}

/// `GET /administration/personnes/{id}/suspendre`
async fn ask_suspend(cx: Cx, Path(id): Path<PersonId>) -> Result<Response> {
    suspension(&cx, id).await?.ask(&cx)
}

/// `POST /administration/personnes/{id}/suspendre`
async fn do_suspend(cx: Cx, Path(id): Path<PersonId>, form: Form) -> Result<Response> {
    let reason = form.text("reason");
    match suspend(cx.atrium().access(), cx.actor(), id, &reason).await {
        Ok(()) => Ok(cx.redirect_with(&path(id), "success", "admin-suspended")),
        Err(error) => suspension(&cx, id).await?.again(&cx, reason, error),
    }
}

async fn restoration(cx: &Cx, id: PersonId) -> Result<ConfirmView> {
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let title = cx.t("admin-restore-title");
    Ok(ConfirmView {
        breadcrumb: crumbs(cx, &row, &title),
        title,
        text: cx.message(&Message::new("admin-restore-text").with("name", row.display_name)),
        action: format!("{}/retablir", path(id)),
        button: cx.t("admin-restore"),
        cancel_url: path(id),
        ..ConfirmView::default()
    })
}

/// `GET /administration/personnes/{id}/retablir`
async fn ask_restore(cx: Cx, Path(id): Path<PersonId>) -> Result<Response> {
    restoration(&cx, id).await?.ask(&cx)
}

/// `POST /administration/personnes/{id}/retablir`
async fn do_restore(cx: Cx, Path(id): Path<PersonId>, form: Form) -> Result<Response> {
    let reason = form.text("reason");
    match restore(cx.atrium().access(), cx.actor(), id, &reason).await {
        Ok(()) => Ok(cx.redirect_with(&path(id), "success", "admin-restored")),
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
    cancel_url: String,
    errors: FieldErrors,
}

impl View for LoginView {
    const TEMPLATE: &'static str = "admin/login-edit";
}

async fn login_view(cx: &Cx, id: PersonId, typed: Option<String>, errors: FieldErrors) -> Result<LoginView> {
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let login = match typed {
        Some(typed) => typed,
        None => login::login_of(cx.db(), id).await?.unwrap_or_default(),
    };
    let title = cx.t("admin-login-title");
    Ok(LoginView {
        breadcrumb: crumbs(cx, &row, &title),
        title,
        noindex: true,
        name: row.display_name,
        action: format!("{}/identifiant", path(id)),
        login,
        cancel_url: path(id),
        errors,
    })
}

/// `GET /administration/personnes/{id}/identifiant`
async fn edit_login(cx: Cx, Path(id): Path<PersonId>) -> Result<Response> {
    login::require_management(cx.atrium().access(), cx.actor(), id).await?;
    let view = login_view(&cx, id, None, FieldErrors::new()).await?;
    cx.page(&view)
}

/// `POST /administration/personnes/{id}/identifiant`
async fn update_login(cx: Cx, Path(id): Path<PersonId>, form: Form) -> Result<Response> {
    let typed = form.text("login");
    let named = match LoginName::parse(&typed) {
        Ok(name) => login::create_login(cx.atrium().access(), cx.actor(), id, &name).await,
        Err(message) => Err(Error::invalid_field("login", message)),
    };
    match named {
        Ok(()) => Ok(cx.redirect_with(&path(id), "success", "admin-saved")),
        Err(error) => {
            let (status, errors) = refusal(&cx, error)?;
            let view = login_view(&cx, id, Some(typed), errors).await?;
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
async fn create_link(cx: Cx, Path(id): Path<PersonId>) -> Result<Response> {
    let link = login::one_time_link(cx.atrium().access(), cx.actor(), id).await?;
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let title = cx.t("admin-link-title");
    let mut response = cx.page(&LinkView {
        breadcrumb: crumbs(&cx, &row, &title),
        title,
        noindex: true,
        name: row.display_name,
        link: address(&cx, &link),
        hours: login::LINK_HOURS,
        back_url: path(id),
    })?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The link as it is sent to its owner: whole when the platform's public address is known.
fn address(cx: &Cx, link: &LinkToken) -> String {
    let path = link_path(link.secret());
    match &cx.atrium().settings().public_url {
        Some(url) => format!("{}{path}", url.as_str().trim_end_matches('/')),
        None => cx.href(&path),
    }
}
