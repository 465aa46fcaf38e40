//! URLs of the desk and the handlers behind them: extract, one action, render or redirect.

use atrium_core::access::Scope;
use atrium_core::axum::response::Response;
use atrium_core::directory::GroupId;
use atrium_core::web::{FieldErrors, Form, Path, Query, RequestContext, Routes, Who};
use atrium_core::{Error, Result};
use serde::Deserialize;

use super::view::{About, Desk, Lend};
use super::{Label, NewLoan, TabletId, actions, store};
use crate::requests::routes::Params;
use crate::{DECIDE, MANAGE};

/// The page everybody may read.
pub(crate) const ABOUT: &str = "/prets";

pub(crate) fn desk(uai: &str) -> String {
    format!("/prets/{uai}")
}

pub(super) fn tablets(uai: &str) -> String {
    format!("/prets/{uai}/tablettes")
}

pub(super) fn tablet(uai: &str, id: TabletId) -> String {
    format!("/prets/{uai}/tablettes/{id}")
}

pub(super) fn take_back(uai: &str, id: TabletId) -> String {
    format!("/prets/{uai}/tablettes/{id}/retour")
}

/// Declares the routes.
pub(crate) fn declare(routes: &mut Routes) {
    routes.get(ABOUT, Who::Anyone, about);
    routes.get("/prets/{uai}", Who::Holder(MANAGE), show);
    routes.post("/prets/{uai}/tablettes", Who::Holder(MANAGE), register);
    routes.get("/prets/{uai}/tablettes/{tablet}", Who::Holder(MANAGE), edit);
    routes.post("/prets/{uai}/tablettes/{tablet}", Who::Holder(MANAGE), lend);
    routes.post("/prets/{uai}/tablettes/{tablet}/retour", Who::Holder(MANAGE), give_back);
}

async fn about(cx: RequestContext) -> Result<Response> {
    let desks = actions::list(cx.db(), cx.actor()).await?;
    let decides = cx.actor().may(DECIDE, Scope::Platform);
    cx.page(&About::of(&cx, &desks, decides))
}

async fn show(cx: RequestContext, Path(uai): Path<String>, Query(asked): Query<Params>) -> Result<Response> {
    let school = actions::open(cx.db(), cx.actor(), &uai).await?;
    cx.page(&Desk::of(&cx, &school, asked.avant).await?)
}

async fn register(cx: RequestContext, Path(uai): Path<String>, form: Form) -> Result<Response> {
    let school = actions::open(cx.db(), cx.actor(), &uai).await?;
    let typed = form.text("label");
    let registered = match Label::parse(&typed) {
        Ok(label) => actions::register(cx.db(), cx.actor(), school.id, &label).await,
        Err(message) => Err(Error::invalid_field("label", message)),
    };
    match registered {
        Ok(_) => Ok(cx.redirect_with(&desk(&uai), "success", "loans-registered")),
        Err(error) if error.is_invalid() => {
            cx.invalid(&Desk::of(&cx, &school, None).await?.with(typed, cx.field_errors(&error)))
        }
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
struct InClass {
    #[serde(default)]
    class: String,
}

async fn edit(
    cx: RequestContext,
    Path((uai, id)): Path<(String, TabletId)>,
    Query(asked): Query<InClass>,
) -> Result<Response> {
    let school = actions::open(cx.db(), cx.actor(), &uai).await?;
    let tablet = store::tablet(cx.db(), school.id, id).await?;
    cx.page(&Lend::of(&cx, &school, &tablet, asked.class.parse().ok(), FieldErrors::new()).await?)
}

async fn lend(cx: RequestContext, Path((uai, id)): Path<(String, TabletId)>, form: Form) -> Result<Response> {
    let school = actions::open(cx.db(), cx.actor(), &uai).await?;
    let lent = match NewLoan::parse(&form) {
        Ok(to) => actions::lend(cx.db(), cx.actor(), school.id, id, to).await,
        Err(error) => Err(error),
    };
    match lent {
        Ok(()) => Ok(cx.redirect_with(&desk(&uai), "success", "loans-lent")),
        Err(error) if error.is_invalid() => {
            let tablet = store::tablet(cx.db(), school.id, id).await?;
            let class: Option<GroupId> = form.text("class").parse().ok();
            cx.invalid(&Lend::of(&cx, &school, &tablet, class, cx.field_errors(&error)).await?)
        }
        Err(error) => Err(error),
    }
}

async fn give_back(cx: RequestContext, Path((uai, id)): Path<(String, TabletId)>) -> Result<Response> {
    let school = actions::open(cx.db(), cx.actor(), &uai).await?;
    actions::take_back(cx.db(), cx.actor(), school.id, id).await?;
    Ok(cx.redirect_with(&desk(&uai), "success", "loans-returned"))
}
