//! What is kept about oneself, on a page that says so, and as a file.

use axum::response::Response;
use serde::Serialize;

use crate::{ACCOUNT_PATH, erasure};
use atrium_platform::Result;
use atrium_platform::clock::Timestamp;
use atrium_platform::privacy::ErasureRequests;
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
    asked: Option<Timestamp>,
    erasure_url: &'static str,
    withdraw_url: &'static str,
}

impl View for DataView {
    const TEMPLATE: &'static str = "account/data";
}

/// `GET /compte/donnees`
async fn show(cx: RequestContext) -> Result<Response> {
    let title = cx.t("account-data");
    cx.page(&DataView {
        breadcrumb: vec![Crumb::to(cx.t("account-title"), ACCOUNT_PATH), Crumb::here(title.as_str())],
        title,
        noindex: true,
        kept: cx.kept_about_people(),
        file_url: FILE,
        asked: ErasureRequests::of(cx.db()).own(cx.actor()).await?,
        erasure_url: erasure::PATH,
        withdraw_url: erasure::WITHDRAW,
    })
}

/// `GET /compte/donnees/export`
async fn download(cx: RequestContext) -> Result<Response> {
    cx.allow(EXPORTS).await?;
    let me = cx.actor().require_person()?;
    cx.personal_data_file(me, "mes-donnees.json").await
}
