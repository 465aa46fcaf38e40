//! Asking to be erased, and taking it back: the request waits for those who handle personal data.

use axum::response::Response;
use serde::Serialize;

use crate::{ACCOUNT_PATH, data};
use atrium_platform::Result;
use atrium_platform::privacy::ErasureRequests;
use atrium_web::{Crumb, RequestContext, Routes, View, Who};

/// The page that asks for a confirmation.
pub(super) const PATH: &str = "/compte/donnees/effacement";
/// The path of the form that takes the request back.
pub(super) const WITHDRAW: &str = "/compte/donnees/effacement/annuler";

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::SignedIn, show);
    routes.post(PATH, Who::SignedIn, ask);
    routes.post(WITHDRAW, Who::SignedIn, withdraw);
}

#[derive(Serialize)]
struct ErasureView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    kept: Vec<String>,
    action: &'static str,
    cancel_url: &'static str,
}

impl View for ErasureView {
    const TEMPLATE: &'static str = "account/erasure";
}

/// `GET /compte/donnees/effacement`
async fn show(cx: RequestContext) -> Result<Response> {
    cx.actor().require_person()?;
    let title = cx.t("account-erasure-begin");
    cx.page(&ErasureView {
        breadcrumb: vec![
            Crumb::to(cx.t("account-title"), ACCOUNT_PATH),
            Crumb::to(cx.t("account-data"), data::PATH),
            Crumb::here(title.as_str()),
        ],
        title,
        noindex: true,
        kept: cx.kept_about_people(),
        action: PATH,
        cancel_url: data::PATH,
    })
}

/// `POST /compte/donnees/effacement`
async fn ask(cx: RequestContext) -> Result<Response> {
    ErasureRequests::of(cx.db()).ask(cx.actor()).await?;
    Ok(cx.redirect_with(data::PATH, "success", "account-erasure-done"))
}

/// `POST /compte/donnees/effacement/annuler`
async fn withdraw(cx: RequestContext) -> Result<Response> {
    ErasureRequests::of(cx.db()).withdraw(cx.actor()).await?;
    Ok(cx.redirect_with(data::PATH, "success", "account-erasure-withdrawn"))
}
