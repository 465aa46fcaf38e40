//! Pages of the API tokens of somebody else's account: listed and revoked by those who manage it. Those of a program
//! are made here too; people make their own.

use axum::response::Response;
use serde::Serialize;

use super::person;
use atrium_platform::access::permissions::PERSON_EDIT;
use atrium_platform::access::visible_person;
use atrium_platform::directory::{self, PersonId};
use atrium_platform::login::ApiTokenId;
use atrium_platform::{Error, Result};
use atrium_web::{
    Crumb, FieldErrors, Form, Path, RequestContext, Routes, SchoolChoice, TokenForm, TokenInput, TokenLine, View, Who,
    token_secret_page,
};

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(PERSON_EDIT);
    routes.get("/administration/personnes/{id}/jetons", who, list);
    routes.post("/administration/personnes/{id}/jetons", who, create);
    routes.post("/administration/personnes/{id}/jetons/{token}/revoquer", who, revoke);
}

/// Returns the path of the tokens of a person.
pub(super) fn path(id: PersonId) -> String {
    format!("{}/jetons", person::path(id))
}

/// Returns the path that revokes a token of a person.
pub(super) fn revoke_path(id: PersonId, token: ApiTokenId) -> String {
    format!("{}/{token}/revoquer", path(id))
}

#[derive(Serialize)]
struct TokensView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    name: String,
    /// `true` for the account of a program.
    program: bool,
    tokens: Vec<TokenLine>,
    action: String,
    form: Option<TokenForm>,
}

impl View for TokensView {
    const TEMPLATE: &'static str = "admin/tokens";
}

async fn schools(cx: &RequestContext) -> Result<SchoolChoice> {
    Ok(SchoolChoice::new(directory::establishments(cx.db()).await?))
}

async fn view(cx: &RequestContext, id: PersonId, typed: Option<TokenInput>, errors: FieldErrors) -> Result<TokensView> {
    let held = cx.atrium().login().api_tokens_of(cx.actor(), id).await?;
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let program = cx.atrium().login().is_program(id).await?;
    let form = if program {
        let schools = schools(cx).await?;
        let typed = typed.unwrap_or_else(|| TokenInput::fresh(cx, &schools));
        Some(TokenForm::new(cx, typed, &schools, errors))
    } else {
        None
    };
    let title = cx.t("account-tokens");
    Ok(TokensView {
        breadcrumb: person::crumbs(cx, &row, &title),
        title,
        noindex: true,
        name: cx.person_name(&row.display_name),
        program,
        tokens: TokenLine::all(cx, held, |token| revoke_path(id, token)).await?,
        action: path(id),
        form,
    })
}

/// `GET /administration/personnes/{id}/jetons`
async fn list(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    cx.page(&view(&cx, id, None, FieldErrors::new()).await?)
}

/// `POST /administration/personnes/{id}/jetons`: the secret is shown once, on the answer itself.
async fn create(cx: RequestContext, Path(id): Path<PersonId>, form: Form) -> Result<Response> {
    let schools = schools(&cx).await?;
    let typed = TokenInput::read(&form, &schools);
    let made = match typed.parse(&cx, &schools) {
        Ok(new) => cx.atrium().login().create_program_token(cx.actor(), id, new).await,
        Err(error) => Err(error),
    };
    match made {
        Ok((token, _)) => {
            let row = visible_person(cx.db(), cx.actor(), id).await?;
            let mut way = person::crumbs(&cx, &row, "");
            way.pop();
            way.push(Crumb::to(cx.t("account-tokens"), path(id)));
            let back = Crumb::to(cx.t("admin-tokens-back"), path(id));
            token_secret_page(&cx, way, (typed.name(), &token), cx.t("admin-token-keep"), back)
        }
        Err(error) if error.is_invalid() => {
            let errors = cx.field_errors(&error);
            cx.invalid(&view(&cx, id, Some(typed), errors).await?)
        }
        Err(error) => Err(error),
    }
}

/// `POST /administration/personnes/{id}/jetons/{token}/revoquer`
async fn revoke(cx: RequestContext, Path((id, token)): Path<(PersonId, ApiTokenId)>) -> Result<Response> {
    let held = cx.atrium().login().api_tokens_of(cx.actor(), id).await?;
    if !held.iter().any(|held| held.grant.id == token) {
        return Err(Error::not_found(format!("API token {token} of person {id}")));
    }
    cx.atrium().login().revoke_api_token(cx.actor(), token).await?;
    Ok(cx.redirect_with(&path(id), "success", "account-token-revoked"))
}
