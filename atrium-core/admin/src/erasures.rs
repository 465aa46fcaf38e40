//! The page of people who ask to be erased, for those who handle such requests.

use axum::response::Response;
use serde::Serialize;

use super::{breadcrumb, privacy};
use atrium_platform::Result;
use atrium_platform::access::permissions::PRIVACY_HANDLE;
use atrium_platform::clock::Timestamp;
use atrium_platform::directory::{self, PersonId};
use atrium_platform::privacy::ErasureRequests;
use atrium_web::{Crumb, RequestContext, Routes, View, Who};

/// The path of the page.
pub(super) const PATH: &str = "/administration/effacements";

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::Holder(PRIVACY_HANDLE), list);
}

/// A request, with the name of who asks.
pub(super) struct Asked {
    pub(super) person: PersonId,
    pub(super) name: String,
    pub(super) at: Timestamp,
}

/// Returns the requests that wait, the oldest first.
pub(super) async fn waiting(cx: &RequestContext) -> Result<Vec<Asked>> {
    let requests = ErasureRequests::of(cx.db()).waiting(cx.actor()).await?;
    let ids: Vec<PersonId> = requests.iter().map(|request| request.person).collect();
    let people = directory::people(cx.db(), &ids).await?;
    let asked = |person: PersonId, at: Timestamp| {
        let name = people.iter().find(|row| row.id == person).map(|row| cx.person_name(&row.display_name));
        Asked { person, name: name.unwrap_or_default(), at }
    };
    Ok(requests.into_iter().map(|request| asked(request.person, request.asked_at)).collect())
}

#[derive(Serialize)]
struct ListView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    requests: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    url: Option<String>,
    asked: Timestamp,
}

impl View for ListView {
    const TEMPLATE: &'static str = "admin/erasures";
}

/// `GET /administration/effacements`
async fn list(cx: RequestContext) -> Result<Response> {
    let row = |asked: Asked| Row { name: asked.name, url: privacy::path(cx.actor(), asked.person), asked: asked.at };
    let requests = waiting(&cx).await?.into_iter().map(row).collect();
    let title = cx.t("admin-erasures-title");
    cx.page(&ListView { breadcrumb: breadcrumb(&cx, &[], &title), title, noindex: true, requests })
}
