//! A person's own API tokens: the list, the form, and the page that shows a secret once.

use axum::response::Response;
use serde::Serialize;

use crate::ACCOUNT_PATH;
use atrium_platform::Result;
use atrium_platform::access::Scope;
use atrium_platform::directory;
use atrium_platform::login::ApiTokenId;
use atrium_web::{
    Crumb, FieldErrors, Form, Path, RequestContext, Routes, SchoolChoice, TokenForm, TokenInput, TokenLine, View, Who,
    token_secret_page,
};

/// Where one's tokens are.
pub(super) const PATH: &str = "/compte/jetons";

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::SignedIn, list);
    routes.post(PATH, Who::SignedIn, create);
    routes.post("/compte/jetons/{id}/revoquer", Who::SignedIn, revoke);
}

#[derive(Serialize)]
struct TokensView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    tokens: Vec<TokenLine>,
    action: &'static str,
    form: TokenForm,
    api_url: &'static str,
}

impl View for TokensView {
    const TEMPLATE: &'static str = "account/tokens";
}

/// Returns the schools in which the reader holds something.
async fn schools(cx: &RequestContext) -> Result<SchoolChoice> {
    let (rights, now) = (cx.actor().rights(), cx.actor().now());
    let mut schools = directory::establishments(cx.db()).await?;
    schools.retain(|school| {
        let place = Scope::Establishment(school.id);
        rights.memberships(now).any(|held| held.establishment == school.id)
            || rights.roles(now).any(|role| role.covers(place))
    });
    Ok(SchoolChoice::new(schools))
}

async fn view(
    cx: &RequestContext,
    typed: TokenInput,
    schools: &SchoolChoice,
    errors: FieldErrors,
) -> Result<TokensView> {
    let held = cx.atrium().login().own_api_tokens(cx.actor()).await?;
    let title = cx.t("account-tokens");
    Ok(TokensView {
        breadcrumb: vec![Crumb::to(cx.t("account-title"), ACCOUNT_PATH), Crumb::here(title.as_str())],
        title,
        noindex: true,
        tokens: TokenLine::all(cx, held, |id| format!("{PATH}/{id}/revoquer")).await?,
        action: PATH,
        form: TokenForm::new(cx, typed, schools, errors),
        api_url: "/api",
    })
}

/// `GET /compte/jetons`
async fn list(cx: RequestContext) -> Result<Response> {
    let schools = schools(&cx).await?;
    let view = view(&cx, TokenInput::fresh(&cx, &schools), &schools, FieldErrors::new()).await?;
    cx.page(&view)
}

/// `POST /compte/jetons`: the secret is shown once, on the answer itself.
async fn create(cx: RequestContext, form: Form) -> Result<Response> {
    let schools = schools(&cx).await?;
    let typed = TokenInput::read(&form, &schools);
    let made = match typed.parse(&cx, &schools) {
        Ok(new) => cx.atrium().login().create_api_token(cx.actor(), new).await,
        Err(error) => Err(error),
    };
    match made {
        Ok((token, _)) => {
            let way = vec![Crumb::to(cx.t("account-title"), ACCOUNT_PATH), Crumb::to(cx.t("account-tokens"), PATH)];
            let back = Crumb::to(cx.t("account-token-back"), PATH);
            token_secret_page(&cx, way, (typed.name(), &token), cx.t("account-token-keep"), back)
        }
        Err(error) if error.is_invalid() => {
            let view = view(&cx, typed, &schools, cx.field_errors(&error)).await?;
            cx.invalid(&view)
        }
        Err(error) => Err(error),
    }
}

/// `POST /compte/jetons/{id}/revoquer`: one's own; an administrator has the person's page.
async fn revoke(cx: RequestContext, Path(id): Path<ApiTokenId>) -> Result<Response> {
    cx.atrium().login().revoke_api_token(cx.actor(), id).await?;
    Ok(cx.redirect_with(PATH, "success", "account-token-revoked"))
}
