//! The page of programs: accounts for what runs for the platform and not for a person, with their tokens.

use axum::response::Response;
use serde::Serialize;

use super::{breadcrumb, person, refusal, tokens};
use atrium_platform::Result;
use atrium_platform::access::Scope;
use atrium_platform::access::permissions::PERSON_EDIT;
use atrium_platform::login::LONGEST_PURPOSE;
use atrium_web::{Crumb, FieldErrors, Form, RequestContext, Routes, TokenLine, View, Who};
use http::StatusCode;

/// The path of the page.
pub(super) const PATH: &str = "/administration/programmes";

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::Holder(PERSON_EDIT), list);
    routes.post(PATH, Who::Holder(PERSON_EDIT), create);
}

#[derive(Serialize)]
struct ProgramsView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    programs: Vec<ProgramView>,
    action: &'static str,
    name: String,
    purpose: String,
    purpose_length: usize,
    errors: FieldErrors,
}

#[derive(Serialize)]
struct ProgramView {
    name: String,
    purpose: String,
    url: String,
    tokens_url: String,
    is_active: bool,
    tokens: Vec<TokenLine>,
}

impl View for ProgramsView {
    const TEMPLATE: &'static str = "admin/programs";
}

async fn view(cx: &RequestContext, (name, purpose): (String, String), errors: FieldErrors) -> Result<ProgramsView> {
    let mut programs = Vec::new();
    for program in cx.atrium().login().programs(cx.actor()).await? {
        programs.push(ProgramView {
            url: person::path(program.id),
            tokens_url: tokens::path(program.id),
            tokens: TokenLine::all(cx, program.tokens, |token| tokens::revoke_path(program.id, token)).await?,
            name: program.name,
            purpose: program.purpose,
            is_active: program.is_active,
        });
    }
    let title = cx.t("admin-programs-title");
    Ok(ProgramsView {
        breadcrumb: breadcrumb(cx, &[], &title),
        title,
        noindex: true,
        programs,
        action: PATH,
        name,
        purpose,
        purpose_length: LONGEST_PURPOSE,
        errors,
    })
}

/// `GET /administration/programmes`
async fn list(cx: RequestContext) -> Result<Response> {
    cx.page(&view(&cx, Default::default(), FieldErrors::new()).await?)
}

/// `POST /administration/programmes`
async fn create(cx: RequestContext, form: Form) -> Result<Response> {
    cx.actor().require(PERSON_EDIT, Scope::Platform)?;
    let (name, purpose) = (form.text("name"), form.text("purpose"));
    match cx.atrium().login().create_program(cx.actor(), &name, &purpose).await {
        Ok(id) => Ok(cx.redirect_with(&tokens::path(id), "success", "admin-program-made")),
        Err(error) => {
            let (status, errors): (StatusCode, FieldErrors) = refusal(&cx, error)?;
            cx.page_with(status, &view(&cx, (name, purpose), errors).await?)
        }
    }
}
