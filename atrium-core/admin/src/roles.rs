//! Pages of roles: the permissions of each; creating, editing and deleting custom ones.

use std::collections::BTreeSet;

use axum::response::Response;
use serde::Serialize;

use super::confirm::ConfirmView;
use super::{breadcrumb, refusal, refused_edit, version};
use atrium_platform::access::actions::RoleChange;
use atrium_platform::access::permissions::{ROLE_ASSIGN, ROLE_EDIT};
use atrium_platform::access::{PermissionDef, Role, RoleId, Scope};
use atrium_platform::{Error, Message, Result};
use atrium_web::{Choice, Crumb, FieldErrors, Form, Overtaken, Path, RequestContext, Routes, View, Who};

/// The path of the list.
pub(super) const PATH: &str = "/administration/roles";
const NEW_PATH: &str = "/administration/roles/nouveau";

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::SignedIn, list);
    routes.get(NEW_PATH, Who::Holder(ROLE_EDIT), new);
    routes.post(NEW_PATH, Who::Holder(ROLE_EDIT), create);
    routes.get("/administration/roles/{id}", Who::SignedIn, show);
    routes.get("/administration/roles/{id}/modifier", Who::Holder(ROLE_EDIT), edit);
    routes.post("/administration/roles/{id}/modifier", Who::Holder(ROLE_EDIT), update);
    routes.get("/administration/roles/{id}/supprimer", Who::Holder(ROLE_EDIT), ask_delete);
    routes.post("/administration/roles/{id}/supprimer", Who::Holder(ROLE_EDIT), delete);
}

pub(super) fn path(id: RoleId) -> String {
    format!("{PATH}/{id}")
}

/// Returns `true` if the reader may open the pages of roles: they give or edit roles somewhere.
pub(super) fn may_read(cx: &RequestContext) -> bool {
    let (rights, now) = (cx.actor().rights(), cx.actor().now());
    [ROLE_ASSIGN, ROLE_EDIT].into_iter().any(|permission| rights.holds_somewhere(permission, now))
}

/// Passes if the reader may open the pages of roles.
pub(super) fn require_reader(cx: &RequestContext) -> Result<()> {
    if may_read(cx) { Ok(()) } else { Err(Error::forbidden(ROLE_ASSIGN)) }
}

fn may_edit(cx: &RequestContext, role: &Role) -> bool {
    !role.built_in && cx.actor().may(ROLE_EDIT, Scope::Platform)
}

/// Returns `true` if the reader may delete the role: one that was made here, or whose plugin is gone.
fn may_delete(cx: &RequestContext, role: &Role) -> bool {
    (!role.built_in || role.is_absent) && cx.actor().may(ROLE_EDIT, Scope::Platform)
}

#[derive(Serialize)]
struct ListView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    new_url: Option<&'static str>,
    roles: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    label: String,
    lang: &'static str,
    key: String,
    built_in: bool,
    is_absent: bool,
    count: usize,
    url: String,
}

impl View for ListView {
    const TEMPLATE: &'static str = "admin/roles";
}

/// `GET /administration/roles`
async fn list(cx: RequestContext) -> Result<Response> {
    require_reader(&cx)?;
    let roles = cx.atrium().access().roles().await?;
    let row = |role: &&Role| Row {
        label: cx.role_name(role).to_owned(),
        lang: cx.language_of_role(role),
        key: role.key.to_string(),
        built_in: role.built_in,
        is_absent: role.is_absent,
        count: role.permissions.len(),
        url: path(role.id),
    };
    let title = cx.t("admin-roles-title");
    cx.page(&ListView {
        breadcrumb: breadcrumb(&cx, &[], &title),
        title,
        noindex: true,
        new_url: cx.actor().may(ROLE_EDIT, Scope::Platform).then_some(NEW_PATH),
        roles: roles.list().iter().map(row).collect(),
    })
}

#[derive(Serialize)]
struct ShowView {
    title: String,
    title_lang: &'static str,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    key: String,
    built_in: bool,
    is_absent: bool,
    permissions: Vec<Choice>,
    /// Permissions without effect in it, since others are missing.
    idle: Vec<String>,
    edit_url: Option<String>,
    delete_url: Option<String>,
}

impl View for ShowView {
    const TEMPLATE: &'static str = "admin/role";
}

fn show_view(cx: &RequestContext, role: &Role) -> ShowView {
    let title = cx.role_name(role).to_owned();
    let editable = may_edit(cx, role);
    ShowView {
        breadcrumb: breadcrumb(cx, &[(cx.t("admin-roles-title"), PATH.to_owned())], &title),
        title,
        title_lang: cx.language_of_role(role),
        noindex: true,
        key: role.key.to_string(),
        built_in: role.built_in,
        is_absent: role.is_absent,
        permissions: permissions(cx, &keys(role)).into_iter().filter(|permission| permission.checked).collect(),
        idle: idle(cx, role),
        edit_url: editable.then(|| format!("{}/modifier", path(role.id))),
        delete_url: may_delete(cx, role).then(|| format!("{}/supprimer", path(role.id))),
    }
}

/// Returns a sentence for each permission of `role` whose actions require another that it lacks.
fn idle(cx: &RequestContext, role: &Role) -> Vec<String> {
    let known = cx.atrium().access().permissions();
    let held = role.permissions.iter().filter_map(|permission| known.get(permission.0));
    let sentence = |def: &PermissionDef| {
        let missing = def.needs.iter().filter(|needed| !role.permissions.contains(needed));
        let names: Vec<_> =
            missing.filter_map(|needed| known.get(needed.0)).map(|needed| cx.permission_name(needed)).collect();
        let message = Message::new("admin-role-idle").with("permission", cx.permission_name(def));
        (!names.is_empty()).then(|| cx.message(&message.with("missing", names.join(", "))))
    };
    held.filter_map(sentence).collect()
}

fn keys(role: &Role) -> BTreeSet<String> {
    role.permissions.iter().map(|permission| permission.0.to_owned()).collect()
}

fn permissions(cx: &RequestContext, checked: &BTreeSet<String>) -> Vec<Choice> {
    let view = |def: &PermissionDef| {
        let key = def.permission.0;
        Choice::new(key, cx.permission_name(def)).checked(checked.contains(key))
    };
    let mut all: Vec<_> = cx.atrium().access().permissions().iter().map(view).collect();
    all.sort_by(|a, b| a.value.cmp(&b.value));
    all
}

pub(super) async fn find(cx: &RequestContext, id: RoleId) -> Result<Role> {
    let roles = cx.atrium().access().roles().await?;
    roles.get(id).cloned().ok_or_else(|| Error::not_found(format!("role {id}")))
}

/// `GET /administration/roles/{id}`
async fn show(cx: RequestContext, Path(id): Path<RoleId>) -> Result<Response> {
    require_reader(&cx)?;
    let role = find(&cx, id).await?;
    cx.page(&show_view(&cx, &role))
}

/// The fields of the form, as typed.
#[derive(Default)]
struct Input {
    key: String,
    change: RoleChange,
    reason: String,
}

impl Input {
    fn read(form: &Form) -> Self {
        let change = RoleChange {
            label_fr: form.text("label_fr"),
            label_en: form.text("label_en"),
            permissions: form.all("permissions").into_iter().map(str::to_owned).collect(),
        };
        Self { key: form.text("key"), change, reason: form.text("reason") }
    }
}

/// Returns the saved values of a role that differ from the typed ones.
fn beside(cx: &RequestContext, typed: &RoleChange, kept: &Role) -> FieldErrors {
    let labels = |held: &BTreeSet<String>| {
        let held = permissions(cx, held).into_iter().filter(|choice| choice.checked);
        held.map(|choice| choice.label).collect::<Vec<_>>().join(", ")
    };
    let (held, wanted) = (labels(&keys(kept)), labels(&typed.permissions));
    Overtaken::new(cx)
        .field("label_fr", &typed.label_fr, &kept.label_fr)
        .field("label_en", &typed.label_en, &kept.label_en)
        .field("permissions", &wanted, &held)
        .errors()
}

#[derive(Serialize)]
struct EditView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    action: String,
    is_new: bool,
    version: i64,
    key: String,
    label_fr: String,
    label_en: String,
    reason: String,
    permissions: Vec<Choice>,
    cancel_url: String,
    errors: FieldErrors,
}

impl View for EditView {
    const TEMPLATE: &'static str = "admin/role-edit";
}

fn edit_view(cx: &RequestContext, existing: Option<(&Role, i64)>, typed: Input, errors: FieldErrors) -> EditView {
    let title = cx.t(if existing.is_some() { "admin-role-edit" } else { "admin-role-new" });
    EditView {
        breadcrumb: breadcrumb(cx, &[(cx.t("admin-roles-title"), PATH.to_owned())], &title),
        title,
        noindex: true,
        action: existing.map_or_else(|| NEW_PATH.to_owned(), |(role, _)| format!("{}/modifier", path(role.id))),
        is_new: existing.is_none(),
        version: existing.map_or(0, |(_, version)| version),
        key: typed.key,
        permissions: permissions(cx, &typed.change.permissions),
        label_fr: typed.change.label_fr,
        label_en: typed.change.label_en,
        reason: typed.reason,
        cancel_url: existing.map_or_else(|| PATH.to_owned(), |(role, _)| path(role.id)),
        errors,
    }
}

/// `GET /administration/roles/nouveau`
async fn new(cx: RequestContext) -> Result<Response> {
    cx.page(&edit_view(&cx, None, Input::default(), FieldErrors::new()))
}

/// `POST /administration/roles/nouveau`
async fn create(cx: RequestContext, form: Form) -> Result<Response> {
    let typed = Input::read(&form);
    let made = cx.atrium().access().create_role(cx.actor(), &typed.key, typed.change.clone(), &typed.reason).await;
    match made {
        Ok(id) => Ok(cx.redirect_with(&path(id), "success", "admin-role-added")),
        Err(error) => {
            let (status, errors) = refusal(&cx, error)?;
            cx.page_with(status, &edit_view(&cx, None, typed, errors))
        }
    }
}

/// `GET /administration/roles/{id}/modifier`
async fn edit(cx: RequestContext, Path(id): Path<RoleId>) -> Result<Response> {
    let role = find(&cx, id).await?;
    if !may_edit(&cx, &role) {
        return Err(Error::forbidden(format!("changing the role `{}`", role.key)));
    }
    let change =
        RoleChange { label_fr: role.label_fr.clone(), label_en: role.label_en.clone(), permissions: keys(&role) };
    let typed = Input { key: role.key.to_string(), change, reason: String::new() };
    cx.page(&edit_view(&cx, Some((&role, role.version)), typed, FieldErrors::new()))
}

/// `POST /administration/roles/{id}/modifier`
async fn update(cx: RequestContext, Path(id): Path<RoleId>, form: Form) -> Result<Response> {
    let typed = Input::read(&form);
    let access = cx.atrium().access();
    let saved = access.edit_role(cx.actor(), id, version(&form), typed.change.clone(), &typed.reason).await;
    match saved {
        Ok(()) => Ok(cx.redirect_with(&path(id), "success", "admin-role-saved")),
        Err(error) => {
            let role = find(&cx, id).await?;
            let beside = || beside(&cx, &typed.change, &role);
            let (status, errors, version) = refused_edit(&cx, error, &form, role.version, beside)?;
            let typed = Input { key: role.key.to_string(), ..typed };
            cx.page_with(status, &edit_view(&cx, Some((&role, version)), typed, errors))
        }
    }
}

async fn deletion(cx: &RequestContext, id: RoleId) -> Result<ConfirmView> {
    let role = find(cx, id).await?;
    if !may_delete(cx, &role) {
        return Err(Error::forbidden(format!("deleting the role `{}`", role.key)));
    }
    let title = cx.t("admin-role-delete-title");
    let parents = [(cx.t("admin-roles-title"), PATH.to_owned()), (cx.role_name(&role).to_owned(), path(id))];
    Ok(ConfirmView {
        breadcrumb: breadcrumb(cx, &parents, &title),
        title,
        text: cx.message(&Message::new("admin-role-delete-text").with("role", cx.role_name(&role))),
        action: format!("{}/supprimer", path(id)),
        version: role.version,
        button: cx.t("admin-role-delete"),
        danger: true,
        cancel_url: path(id),
        ..ConfirmView::default()
    })
}

/// `GET /administration/roles/{id}/supprimer`
async fn ask_delete(cx: RequestContext, Path(id): Path<RoleId>) -> Result<Response> {
    deletion(&cx, id).await?.ask(&cx)
}

/// `POST /administration/roles/{id}/supprimer`
async fn delete(cx: RequestContext, Path(id): Path<RoleId>, form: Form) -> Result<Response> {
    let reason = form.text("reason");
    match cx.atrium().access().delete_role(cx.actor(), id, version(&form), &reason).await {
        Ok(()) => Ok(cx.redirect_with(PATH, "success", "admin-role-deleted")),
        Err(error) => deletion(&cx, id).await?.again(&cx, reason, error),
    }
}
