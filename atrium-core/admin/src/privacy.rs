//! What is kept about a person: handed over as a file, and erased, for those who handle such requests.

use axum::response::Response;
use serde::Serialize;

use super::confirm::ConfirmView;
use super::{people, person};
use atrium_platform::access::permissions::PRIVACY_HANDLE;
use atrium_platform::access::{Actor, Scope, visible_person};
use atrium_platform::directory::{Person, PersonId, PersonStatus};
use atrium_platform::{Message, Result};
use atrium_web::{Crumb, Form, Path, RequestContext, Routes, View, Who};

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(PRIVACY_HANDLE);
    routes.get("/administration/personnes/{id}/donnees", who, show);
    routes.list("/administration/personnes/{id}/donnees/export", who, download);
    routes.get("/administration/personnes/{id}/effacer", who, ask_erase);
    routes.post("/administration/personnes/{id}/effacer", who, do_erase);
}

/// Returns the page about a person's data, for those who may handle it.
pub(super) fn path(actor: &Actor, id: PersonId) -> Option<String> {
    actor.may(PRIVACY_HANDLE, Scope::Platform).then(|| below(id, "donnees"))
}

fn below(id: PersonId, page: &str) -> String {
    format!("{}/{page}", person::path(id))
}

#[derive(Serialize)]
struct DataView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    kept: Vec<String>,
    file_url: String,
    erase_url: Option<String>,
}

impl View for DataView {
    const TEMPLATE: &'static str = "admin/person-data";
}

async fn find(cx: &RequestContext, id: PersonId) -> Result<Person> {
    cx.actor().require(PRIVACY_HANDLE, Scope::Platform)?;
    visible_person(cx.db(), cx.actor(), id).await
}

/// `GET /administration/personnes/{id}/donnees`
async fn show(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    let row = find(&cx, id).await?;
    let title = cx.t("admin-data-title");
    let erases = row.status != PersonStatus::Erased && cx.actor().person() != Some(id);
    cx.page(&DataView {
        breadcrumb: person::crumbs(&cx, &row, &title),
        title,
        noindex: true,
        kept: cx.kept_about_people(),
        file_url: below(id, "donnees/export"),
        erase_url: erases.then(|| below(id, "effacer")),
    })
}

/// `GET /administration/personnes/{id}/donnees/export`
async fn download(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    cx.personal_data_file(id, &format!("personne-{id}.json")).await
}

async fn erasure(cx: &RequestContext, id: PersonId) -> Result<ConfirmView> {
    let row = find(cx, id).await?;
    let text = Message::new("admin-erase-text").with("name", cx.person_name(&row.display_name));
    Ok(ConfirmView {
        action: below(id, "effacer"),
        button: cx.t("admin-erase"),
        cancel_url: below(id, "donnees"),
        ..ConfirmView::of_person(cx, &row, "admin-erase-title", &text)
    })
}

/// `GET /administration/personnes/{id}/effacer`
async fn ask_erase(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    erasure(&cx, id).await?.ask(&cx)
}

/// `POST /administration/personnes/{id}/effacer`
async fn do_erase(cx: RequestContext, Path(id): Path<PersonId>, form: Form) -> Result<Response> {
    let reason = form.text("reason");
    match cx.atrium().erase_person(cx.actor(), id, &reason).await {
        Ok(()) => Ok(cx.redirect_with(people::PATH, "success", "admin-erased")),
        Err(error) => erasure(&cx, id).await?.again(&cx, reason, error),
    }
}
