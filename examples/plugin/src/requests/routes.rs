//! URLs of the requests and the handlers behind them.

use atrium_core::Result;
use atrium_core::access::Scope;
use atrium_core::axum::response::Response;
use atrium_core::web::{FieldErrors, Form, Path, Query, RequestContext, Routes, Who};
use serde::Deserialize;

use super::view::{Ask, Requests};
use super::{Decision, NewRequest, RequestId, actions};
use crate::desk::{actions as desk_actions, routes as desk_routes};
use crate::upkeep::MOST_REQUESTED;
use crate::{DECIDE, MANAGE};

/// The Region's list.
pub(crate) const LIST: &str = "/prets/demandes";
/// Requests on one page.
pub(crate) const PAGE: u64 = 20;

pub(crate) fn ask_path(uai: &str) -> String {
    format!("/prets/{uai}/demande")
}

pub(crate) fn request_path(id: RequestId) -> String {
    format!("{LIST}/{id}")
}

/// Declares the routes; `stock` is what the Region has to deliver in all.
pub(crate) fn declare(routes: &mut Routes, stock: i64) {
    routes.get("/prets/{uai}/demande", Who::Holder(MANAGE), new);
    routes.post("/prets/{uai}/demande", Who::Holder(MANAGE), create);
    routes.list(LIST, Who::Holder(DECIDE), move |cx: RequestContext, asked: Query<Params>| list(cx, asked, stock));
    routes.get("/prets/demandes/{id}", Who::SignedIn, show);
    // A closure carries what the plugin was built with to the handler.
    let decide = move |cx: RequestContext, Path(id): Path<RequestId>, form: Form| decide(cx, id, form, stock);
    routes.post("/prets/demandes/{id}", Who::Holder(DECIDE), decide);
}

async fn new(cx: RequestContext, Path(uai): Path<String>) -> Result<Response> {
    let school = desk_actions::open(cx.db(), cx.actor(), &uai).await?;
    cx.page(&Ask::of(&cx, &school, &Form::default(), FieldErrors::new()))
}

async fn create(cx: RequestContext, Path(uai): Path<String>, form: Form) -> Result<Response> {
    let school = desk_actions::open(cx.db(), cx.actor(), &uai).await?;
    let done = || cx.redirect_with(&desk_routes::desk(&uai), "success", "loans-asked");
    if cx.was_sent(&form) {
        return Ok(done());
    }
    let asked = match NewRequest::parse(&form, cx.setting(&MOST_REQUESTED)) {
        Ok(wish) => actions::ask(cx.db(), cx.actor(), school.id, wish).await,
        Err(error) => Err(error),
    };
    match asked {
        Ok(_) => Ok(cx.note_sent(&form, done())),
        Err(error) if error.is_invalid() => cx.invalid(&Ask::of(&cx, &school, &form, cx.field_errors(&error))),
        Err(error) => Err(error),
    }
}

/// From where a page of requests goes on.
#[derive(Default, Deserialize)]
pub(crate) struct Params {
    pub(crate) avant: Option<RequestId>,
}

async fn list(cx: RequestContext, Query(asked): Query<Params>, stock: i64) -> Result<Response> {
    let requests = actions::list(cx.db(), cx.actor(), asked.avant, PAGE + 1).await?;
    cx.page(&Requests::of(&cx, requests, stock).await?)
}

/// Redirects a search hit: the Region reads requests in its list, the school at its desk.
async fn show(cx: RequestContext, Path(id): Path<RequestId>) -> Result<Response> {
    if cx.actor().may(DECIDE, Scope::Platform) {
        Ok(cx.redirect(LIST))
    } else {
        Ok(cx.redirect(&desk_routes::desk(&actions::school_of(cx.db(), cx.actor(), id).await?.uai)))
    }
}

async fn decide(cx: RequestContext, id: RequestId, form: Form, stock: i64) -> Result<Response> {
    let decided = match Decision::parse(&form) {
        Ok(decision) => actions::decide(cx.db(), cx.actor(), id, decision, stock).await,
        Err(error) => Err(error),
    };
    match decided {
        Ok(()) => Ok(cx.redirect_with(LIST, "success", "loans-decided")),
        Err(error) if error.is_invalid() => {
            // From this request on: it stands first, with what was typed.
            let requests =
                actions::list(cx.db(), cx.actor(), Some(RequestId(id.0.saturating_add(1))), PAGE + 1).await?;
            cx.invalid(&Requests::of(&cx, requests, stock).await?.with(id, &form, cx.field_errors(&error)))
        }
        Err(error) => Err(error),
    }
}
