//! Pages of a person's identities at hosts, sign-on services and directories: shown on their page, linked, moved from a
//! person who was made twice, and unlinked.

use axum::response::Response;
use serde::Serialize;

use super::confirm::ConfirmView;
use super::{person, refusal_at};
use atrium_platform::access::permissions::PERSON_EDIT;
use atrium_platform::access::{Actor, Scope, visible_person};
use atrium_platform::clock::Timestamp;
use atrium_platform::directory::actions::EXTERNAL;
use atrium_platform::directory::{self, Identity, IdentityId, PersonId};
use atrium_platform::{Message, Result};
use atrium_web::{Crumb, FieldErrors, Form, Path, RequestContext, Routes, View, Who};

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(PERSON_EDIT);
    routes.get("/administration/personnes/{id}/identites/nouvelle", who, new);
    routes.post("/administration/personnes/{id}/identites/nouvelle", who, create);
    routes.get("/administration/identites/{id}/retirer", who, ask_unlink);
    routes.post("/administration/identites/{id}/retirer", who, do_unlink);
}

/// Returns the path of the form that links an identity to `person`.
pub(super) fn new_path(person: PersonId) -> String {
    format!("{}/identites/nouvelle", person::path(person))
}

fn unlink_path(id: IdentityId) -> String {
    format!("/administration/identites/{id}/retirer")
}

/// Returns `true` if the actor may link identities to people whose account they may handle.
pub(super) fn may_link(actor: &Actor) -> bool {
    actor.may(PERSON_EDIT, Scope::Platform)
}

/// Returns the name of the source of a row; `None` for one written by hand.
pub(super) fn source_label(cx: &RequestContext, source: &str) -> Option<String> {
    match source {
        "manual" => None,
        "host" => Some(cx.t("admin-source-host")),
        "demo" => Some(cx.t("admin-source-demo")),
        source => Some(cx.message(&Message::new("admin-source-import").with("name", source))),
    }
}

/// An identity on a person's page.
#[derive(Serialize)]
pub(super) struct IdentityView {
    issuer: String,
    subject: String,
    source: Option<String>,
    created_at: Timestamp,
    unlink_url: Option<String>,
}

impl IdentityView {
    fn new(cx: &RequestContext, row: Identity, may_unlink: bool) -> Self {
        Self {
            issuer: issuer_label(cx, &row.issuer),
            subject: row.subject,
            source: source_label(cx, &row.source),
            created_at: row.created_at,
            unlink_url: may_unlink.then(|| unlink_path(row.id)),
        }
    }
}

fn issuer_label(cx: &RequestContext, issuer: &str) -> String {
    if issuer == EXTERNAL { cx.t("admin-identity-external") } else { issuer.to_owned() }
}

/// Returns the identities of a person whose record the reader manages.
pub(super) async fn views(cx: &RequestContext, person: PersonId, may_unlink: bool) -> Result<Vec<IdentityView>> {
    let rows = directory::identities(cx.db(), person).await?;
    Ok(rows.into_iter().map(|row| IdentityView::new(cx, row, may_unlink)).collect())
}

/// The fields of the form, as typed.
#[derive(Clone, Debug, Default, Serialize)]
struct Input {
    issuer: String,
    subject: String,
    /// `true` if it is taken from the person who has it.
    moves: bool,
    reason: String,
}

impl Input {
    fn read(form: &Form) -> Self {
        Self {
            issuer: form.text("issuer"),
            subject: form.text("subject"),
            moves: form.has("moves"),
            reason: form.text("reason"),
        }
    }
}

#[derive(Serialize)]
struct NewView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    name: String,
    action: String,
    form: Input,
    /// `true` if another person has the identity, which may be moved.
    is_taken: bool,
    cancel_url: String,
    errors: FieldErrors,
}

impl View for NewView {
    const TEMPLATE: &'static str = "admin/identity-new";
}

async fn view(cx: &RequestContext, id: PersonId, form: Input, is_taken: bool, errors: FieldErrors) -> Result<NewView> {
    cx.actor().require(PERSON_EDIT, Scope::Platform)?;
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let title = cx.t("admin-identity-new");
    Ok(NewView {
        breadcrumb: person::crumbs(cx, &row, &title),
        title,
        noindex: true,
        name: cx.person_name(&row.display_name),
        action: new_path(id),
        is_taken: is_taken || form.moves,
        form,
        cancel_url: person::path(id),
        errors,
    })
}

/// `GET /administration/personnes/{id}/identites/nouvelle`
async fn new(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    let empty = Input { issuer: EXTERNAL.to_owned(), ..Input::default() };
    let view = view(&cx, id, empty, false, FieldErrors::new()).await?;
    cx.page(&view)
}

/// `POST /administration/personnes/{id}/identites/nouvelle`
async fn create(cx: RequestContext, Path(id): Path<PersonId>, form: Form) -> Result<Response> {
    let typed = Input::read(&form);
    let (directory, identity) = (cx.atrium().directory(), (typed.issuer.as_str(), typed.subject.as_str()));
    let linked = if typed.moves {
        directory.move_identity(cx.actor(), id, identity, &typed.reason).await
    } else {
        directory.link_identity(cx.actor(), id, identity).await.map(drop)
    };
    match linked {
        Ok(()) => Ok(cx.redirect_with(&person::path(id), "success", "admin-identity-linked")),
        Err(error) => {
            let is_taken = error.is_conflict() && error.message().is_some();
            let (status, errors) = refusal_at(&cx, error, "subject")?;
            let view = view(&cx, id, typed, is_taken, errors).await?;
            cx.page_with(status, &view)
        }
    }
}

async fn separation(cx: &RequestContext, id: IdentityId) -> Result<(ConfirmView, PersonId)> {
    let (identity, row) = cx.atrium().directory().identity_person(cx.actor(), id).await?;
    let text = Message::new("admin-identity-unlink-text")
        .with("name", &row.display_name)
        .with("issuer", issuer_label(cx, &identity.issuer))
        .with("subject", &identity.subject);
    let view = ConfirmView {
        action: unlink_path(id),
        button: cx.t("admin-identity-unlink"),
        ..ConfirmView::of_person(cx, &row, "admin-identity-unlink-title", &text)
    };
    Ok((view, row.id))
}

/// `GET /administration/identites/{id}/retirer`
async fn ask_unlink(cx: RequestContext, Path(id): Path<IdentityId>) -> Result<Response> {
    separation(&cx, id).await?.0.ask(&cx)
}

/// `POST /administration/identites/{id}/retirer`
async fn do_unlink(cx: RequestContext, Path(id): Path<IdentityId>, form: Form) -> Result<Response> {
    let (view, person) = separation(&cx, id).await?;
    let reason = form.text("reason");
    match cx.atrium().directory().unlink_identity(cx.actor(), id, &reason).await {
        Ok(()) => Ok(cx.redirect_with(&person::path(person), "success", "admin-identity-unlinked")),
        Err(error) => view.again(&cx, reason, error),
    }
}
