//! The first steps of a new platform's administrator: each step, whether it is done, and the page that does it.
//! Whether a step is done is computed each time; there is no box to tick.

use axum::response::Response;
use serde::Serialize;

use super::{breadcrumb, establishments, people, person_form};
use atrium_platform::access::permissions::{ESTABLISHMENT_EDIT, PERSON_EDIT};
use atrium_platform::access::{Actor, Scope};
use atrium_platform::directory;
use atrium_platform::{Error, Message, Result};
use atrium_web::{Crumb, FirstStep, RequestContext, Routes, View, Who};

/// The path of the steps.
pub(crate) const PATH: &str = "/administration/premiers-pas";

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::Holder(ESTABLISHMENT_EDIT), show);
}

#[derive(Serialize)]
struct StepsView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    lead: String,
    steps: Vec<FirstStep>,
}

impl View for StepsView {
    const TEMPLATE: &'static str = "admin/first-steps";
}

/// Returns `true` if the steps are for this actor.
pub(crate) fn are_for(actor: &Actor) -> bool {
    [ESTABLISHMENT_EDIT, PERSON_EDIT].into_iter().all(|permission| actor.may(permission, Scope::Platform))
}

/// Returns the number of steps still to be done.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn open(cx: &RequestContext) -> Result<usize> {
    Ok(steps(cx).await?.iter().filter(|step| !step.is_done).count())
}

async fn steps(cx: &RequestContext) -> Result<Vec<FirstStep>> {
    let has_schools = directory::has_establishments(cx.db()).await?;
    let has_people = directory::has_members(cx.db()).await?;
    let school = if has_schools { establishments::PATH } else { establishments::NEW_PATH };
    let person = if has_people { people::PATH } else { person_form::NEW_PATH };
    let mut steps = vec![
        FirstStep::new(cx, "admin-step-school", has_schools, school),
        FirstStep::new(cx, "admin-step-people", has_people, person),
    ];
    for plugin in cx.atrium().plugins() {
        steps.extend(plugin.first_steps(cx).await?);
    }
    Ok(steps)
}

/// `GET /administration/premiers-pas`
async fn show(cx: RequestContext) -> Result<Response> {
    if !are_for(cx.actor()) {
        return Err(Error::forbidden("the first steps"));
    }
    let steps = steps(&cx).await?;
    let title = cx.t("admin-first-steps-title");
    let open = steps.iter().filter(|step| !step.is_done).count();
    cx.page(&StepsView {
        breadcrumb: breadcrumb(&cx, &[], &title),
        title,
        noindex: true,
        lead: cx.message(&Message::new("admin-first-steps-open").with("count", open)),
        steps,
    })
}
