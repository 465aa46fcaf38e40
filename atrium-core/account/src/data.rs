//! What is kept about oneself, on a page that says so, and as a file.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Serialize;

use crate::ACCOUNT_PATH;
use atrium_platform::{Error, Result};
use atrium_web::{Crumb, RateLimit, RequestContext, Routes, View, Who};

/// Where one's data are.
pub(super) const PATH: &str = "/compte/donnees";
const FILE: &str = "/compte/donnees/export";
/// Documents that one person has made in an hour: each reads all of their rows.
pub(super) const EXPORTS: RateLimit = RateLimit::per_hour("account.data", 10);

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::SignedIn, show);
    routes.list(FILE, Who::SignedIn, download);
}

#[derive(Serialize)]
struct DataView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    kept: Vec<String>,
    file_url: &'static str,
}

impl View for DataView {
    const TEMPLATE: &'static str = "account/data";
}

/// `GET /compte/donnees`
async fn show(cx: RequestContext) -> Result<Response> {
    let title = cx.t("account-data");
    let owners = cx.atrium().privacy_owners();
    cx.page(&DataView {
        breadcrumb: vec![Crumb::to(cx.t("account-title"), ACCOUNT_PATH), Crumb::here(title.as_str())],
        title,
        noindex: true,
        kept: owners.into_iter().filter_map(|owner| cx.known(&format!("privacy-{owner}"))).collect(),
        file_url: FILE,
    })
}

/// `GET /compte/donnees/export`
async fn download(cx: RequestContext) -> Result<Response> {
    cx.allow(EXPORTS).await?;
    let me = cx.actor().require_person()?;
    let document = cx.atrium().export_person(cx.actor(), me).await?;
    let text = serde_json::to_string_pretty(&document).map_err(|source| Error::internal("personal data", source))?;
    let headers =
        [(CONTENT_TYPE, "application/json"), (CONTENT_DISPOSITION, "attachment; filename=\"mes-donnees.json\"")];
    Ok((headers, text).into_response())
}
