//! A person's API tokens: the list, the form, and the page that shows a secret once.

use std::collections::BTreeSet;

use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use serde::Serialize;

use crate::bearer;
use crate::places::Places;
use crate::routes::Routes;
use crate::{ACCOUNT_PATH, Choice, Crumb, Cx, FieldErrors, Form, Path, Problems, SchoolChoice, SchoolField, View, Who};
use atrium_platform::access::Scope;
use atrium_platform::clock::Timestamp;
use atrium_platform::directory::{self, EstablishmentId};
use atrium_platform::login::{self, ApiTokenId, ApiTokenInfo, NewApiToken, TokenName, TokenReach};
use atrium_platform::{Error, Message, Result};

/// Where one's tokens are.
pub(super) const PATH: &str = "/compte/jetons";
/// For how many days a token may be made.
const DAYS: [u32; 5] = [7, 30, 90, 180, login::API_TOKEN_DAYS];

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
    tokens: Vec<TokenView>,
    action: &'static str,
    name: String,
    name_length: usize,
    reach: String,
    reaches: Vec<Choice>,
    areas: Vec<Choice>,
    school: Option<SchoolField>,
    days: String,
    spans: Vec<Choice>,
    api_url: &'static str,
    errors: FieldErrors,
}

#[derive(Serialize)]
struct TokenView {
    name: String,
    reach: String,
    areas: String,
    school: Option<String>,
    created: Timestamp,
    expires: Timestamp,
    last_used: Option<Timestamp>,
    revoke_url: String,
}

impl View for TokensView {
    const TEMPLATE: &'static str = "account/tokens";
}

#[derive(Serialize)]
struct SecretView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    name: String,
    secret: String,
    back_url: &'static str,
}

impl View for SecretView {
    const TEMPLATE: &'static str = "account/token";
}

/// What the form carries, as typed.
struct Typed {
    name: String,
    reach: String,
    areas: BTreeSet<String>,
    school: SchoolField,
    days: String,
}

impl Typed {
    /// Returns the initial form: reading, everything, a month.
    fn fresh(cx: &Cx, schools: &SchoolChoice) -> Self {
        Self {
            name: String::new(),
            reach: "read".to_owned(),
            areas: bearer::areas(cx.atrium().routes()).into_iter().map(str::to_owned).collect(),
            school: schools.field("school", ""),
            days: DAYS[1].to_string(),
        }
    }

    fn read(form: &Form, schools: &SchoolChoice) -> Self {
        Self {
            name: form.text("name"),
            reach: form.text("reach"),
            areas: form.all("areas").into_iter().map(str::to_owned).collect(),
            school: schools.read("school", form),
            days: form.text("days"),
        }
    }

    fn parse(&self, cx: &Cx, schools: &SchoolChoice) -> Result<NewApiToken> {
        let unknown = || Message::new("field-unknown-choice");
        let mut problems = Problems::default();
        let name = problems.take("name", TokenName::parse(&self.name));
        let reach = problems.take(
            "reach",
            match self.reach.as_str() {
                "read" => Ok(TokenReach::Read),
                "full" => Ok(TokenReach::Full),
                _ => Err(unknown()),
            },
        );
        let known = bearer::areas(cx.atrium().routes());
        if self.areas.is_empty() {
            problems.add("areas", Message::new("account-token-no-area"));
        } else if !self.areas.iter().all(|area| known.contains(area.as_str())) {
            problems.add("areas", unknown());
        }
        let days = DAYS.into_iter().find(|days| days.to_string() == self.days);
        let days = problems.take("days", days.ok_or_else(unknown));
        let school = problems.take("school", self.school(schools));
        problems.finish()?;
        let (Some(name), Some(reach), Some(days), Some(school)) = (name, reach, days, school) else {
            return Err(Error::bug("a field with neither value nor problem"));
        };
        Ok(NewApiToken { name, reach, areas: self.areas.clone(), school, days })
    }

    /// Returns the one school chosen, if any.
    fn school(&self, schools: &SchoolChoice) -> Result<Option<EstablishmentId>, Message> {
        if let Some(problem) = self.school.problem() {
            return Err(problem.clone());
        }
        let chosen = self.school.chosen();
        if chosen.is_empty() {
            return Ok(None);
        }
        let found = schools.schools().iter().find(|school| school.id.to_string() == chosen);
        found.map(|school| Some(school.id)).ok_or_else(|| Message::new("field-unknown-choice"))
    }
}

/// Returns the schools in which the reader holds something.
async fn schools(cx: &Cx) -> Result<SchoolChoice> {
    let (rights, now) = (cx.actor().rights(), cx.actor().now());
    let mut schools = directory::establishments(cx.db()).await?;
    schools.retain(|school| {
        let place = Scope::Establishment(school.id);
        rights.memberships(now).any(|held| held.establishment == school.id)
            || rights.roles(now).any(|role| role.scope.covers(place))
    });
    Ok(SchoolChoice::new(schools))
}

/// Returns the name of an area; its identifier if it has no translation.
pub(super) fn area_name(cx: &Cx, area: &str) -> String {
    cx.known(&format!("api-area-{area}")).unwrap_or_else(|| area.to_owned())
}

fn reach_name(cx: &Cx, reach: TokenReach) -> String {
    match reach {
        TokenReach::Read => cx.t("account-token-read"),
        TokenReach::Full => cx.t("account-token-full"),
    }
}

async fn view(cx: &Cx, typed: Typed, schools: &SchoolChoice, errors: FieldErrors) -> Result<TokensView> {
    let held = login::own_api_tokens(cx.atrium().access(), cx.actor()).await?;
    let scopes = held.iter().filter_map(|token| token.grant.school).map(Scope::Establishment);
    let places = Places::load(cx, scopes).await?;
    let areas = bearer::areas(cx.atrium().routes());
    let title = cx.t("account-tokens");
    Ok(TokensView {
        breadcrumb: vec![Crumb::to(cx.t("account-title"), ACCOUNT_PATH), Crumb::here(title.as_str())],
        title,
        noindex: true,
        tokens: held.into_iter().map(|token| TokenView::new(cx, &places, token)).collect(),
        action: PATH,
        name: typed.name,
        name_length: TokenName::MAX,
        reach: typed.reach,
        reaches: vec![Choice::new("read", cx.t("account-token-read")), Choice::new("full", cx.t("account-token-full"))],
        areas: areas
            .into_iter()
            .map(|area| Choice::new(area, area_name(cx, area)).checked(typed.areas.contains(area)))
            .collect(),
        school: (!schools.schools().is_empty()).then_some(typed.school),
        days: typed.days,
        spans: DAYS
            .into_iter()
            .map(|days| Choice::new(days, cx.message(&Message::new("account-token-days").with("days", days))))
            .collect(),
        api_url: "/api",
        errors,
    })
}

impl TokenView {
    fn new(cx: &Cx, places: &Places, token: ApiTokenInfo) -> Self {
        let areas: Vec<_> = token.grant.areas.iter().map(|area| area_name(cx, area)).collect();
        Self {
            name: token.name,
            reach: reach_name(cx, token.grant.reach),
            areas: areas.join(", "),
            school: token.grant.school.map(|school| places.school(school)),
            created: token.created_at,
            expires: token.expires_at,
            last_used: token.last_used,
            revoke_url: format!("{PATH}/{}/revoquer", token.grant.id),
        }
    }
}

/// `GET /compte/jetons`
async fn list(cx: Cx) -> Result<Response> {
    let schools = schools(&cx).await?;
    let view = view(&cx, Typed::fresh(&cx, &schools), &schools, FieldErrors::new()).await?;
    cx.page(&view)
}

/// `POST /compte/jetons`: the secret is shown once, on the answer itself.
async fn create(cx: Cx, form: Form) -> Result<Response> {
    let schools = schools(&cx).await?;
    let typed = Typed::read(&form, &schools);
    let made = match typed.parse(&cx, &schools) {
        Ok(new) => login::create_api_token(cx.atrium().access(), cx.actor(), new).await,
        Err(error) => Err(error),
    };
    let (token, _) = match made {
        Ok(made) => made,
        Err(error) if error.is_invalid() => {
            let view = view(&cx, typed, &schools, cx.field_errors(&error)).await?;
            return cx.invalid(&view);
        }
        Err(error) => return Err(error),
    };
    let title = cx.t("account-token-made");
    let tokens = Crumb::to(cx.t("account-tokens"), PATH);
    let mut response = cx.page(&SecretView {
        breadcrumb: vec![Crumb::to(cx.t("account-title"), ACCOUNT_PATH), tokens, Crumb::here(title.as_str())],
        title,
        noindex: true,
        name: typed.name,
        secret: token.secret().to_owned(),
        back_url: PATH,
    })?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// `POST /compte/jetons/{id}/revoquer`: one's own; an administrator has the person's page.
async fn revoke(cx: Cx, Path(id): Path<ApiTokenId>) -> Result<Response> {
    login::revoke_api_token(cx.atrium().access(), cx.actor(), id).await?;
    Ok(cx.redirect_with(PATH, "success", "account-token-revoked"))
}
