//! What pages about API tokens have in common: the form that makes one, their list, and the page that shows a secret.

use std::collections::BTreeSet;

use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use serde::Serialize;

use crate::places::Places;
use crate::{Choice, Crumb, FieldErrors, Form, Problems, RequestContext, SchoolChoice, SchoolField, View, bearer};
use atrium_platform::access::Scope;
use atrium_platform::clock::Timestamp;
use atrium_platform::directory::EstablishmentId;
use atrium_platform::login::{self, ApiToken, ApiTokenId, ApiTokenInfo, NewApiToken, TokenName, TokenReach};
use atrium_platform::{Error, Message, Result};

/// For how many days a token may be made.
const DAYS: [u32; 5] = [7, 30, 90, 180, login::API_TOKEN_DAYS];

/// What the form of a new token carries, as typed.
pub struct TokenInput {
    name: String,
    reach: String,
    areas: BTreeSet<String>,
    school: SchoolField,
    days: String,
}

impl TokenInput {
    /// Returns the initial form: reading, everything, a month.
    #[must_use]
    pub fn fresh(cx: &RequestContext, schools: &SchoolChoice) -> Self {
        Self {
            name: String::new(),
            reach: "read".to_owned(),
            areas: bearer::areas(cx.atrium().routes()).into_iter().map(str::to_owned).collect(),
            school: schools.field("school", ""),
            days: DAYS[1].to_string(),
        }
    }

    /// Reads the form.
    #[must_use]
    pub fn read(form: &Form, schools: &SchoolChoice) -> Self {
        Self {
            name: form.text("name"),
            reach: form.text("reach"),
            areas: form.all("areas").into_iter().map(str::to_owned).collect(),
            school: schools.read("school", form),
            days: form.text("days"),
        }
    }

    /// Returns the typed name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the token to make, for one of these schools or for all.
    ///
    /// # Errors
    /// Returns `is_invalid` with each field that is wrong.
    pub fn parse(&self, cx: &RequestContext, schools: &SchoolChoice) -> Result<NewApiToken> {
        let unknown = || Message::new("field-unknown-choice");
        let mut problems = Problems::default();
        let name = problems.take("name", TokenName::parse(&self.name));
        let reach = problems.take("reach", TokenReach::from_key(&self.reach).ok_or_else(unknown));
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

/// The form of a new token: `partials/token-form`.
#[derive(Serialize)]
pub struct TokenForm {
    name: String,
    name_length: usize,
    reach: String,
    reaches: Vec<Choice>,
    areas: Vec<Choice>,
    school: Option<SchoolField>,
    days: String,
    spans: Vec<Choice>,
    errors: FieldErrors,
}

impl TokenForm {
    /// Creates the form with what was typed.
    #[must_use]
    pub fn new(cx: &RequestContext, typed: TokenInput, schools: &SchoolChoice, errors: FieldErrors) -> Self {
        let areas = bearer::areas(cx.atrium().routes()).into_iter();
        let span = |days| Choice::new(days, cx.message(&Message::new("account-token-days").with("days", days)));
        Self {
            name: typed.name,
            name_length: TokenName::MAX,
            reach: typed.reach,
            reaches: [TokenReach::Read, TokenReach::Full]
                .map(|reach| Choice::new(reach.key(), reach_name(cx, reach)))
                .into(),
            areas: areas
                .map(|area| Choice::new(area, area_name(cx, area)).checked(typed.areas.contains(area)))
                .collect(),
            school: (!schools.schools().is_empty()).then_some(typed.school),
            days: typed.days,
            spans: DAYS.into_iter().map(span).collect(),
            errors,
        }
    }
}

/// A token in a list: `partials/token-list`.
#[derive(Serialize)]
pub struct TokenLine {
    name: String,
    reach: String,
    areas: String,
    school: Option<String>,
    created: Timestamp,
    expires: Timestamp,
    last_used: Option<Timestamp>,
    revoke_url: String,
}

impl TokenLine {
    /// Returns the lines of `tokens`, each with the path of the form that revokes it.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn all(
        cx: &RequestContext,
        tokens: Vec<ApiTokenInfo>,
        revoke_path: impl Fn(ApiTokenId) -> String,
    ) -> Result<Vec<Self>> {
        let scopes = tokens.iter().filter_map(|token| token.grant.school).map(Scope::Establishment);
        let places = Places::load(cx, scopes.collect::<Vec<_>>()).await?;
        let line = |token: ApiTokenInfo| {
            let areas: Vec<_> = token.grant.areas.iter().map(|area| area_name(cx, area)).collect();
            Self {
                name: token.name,
                reach: reach_name(cx, token.grant.reach),
                areas: areas.join(", "),
                school: token.grant.school.map(|school| places.school(school)),
                created: token.created_at,
                expires: token.expires_at,
                last_used: token.last_used,
                revoke_url: revoke_path(token.grant.id),
            }
        };
        Ok(tokens.into_iter().map(line).collect())
    }
}

fn reach_name(cx: &RequestContext, reach: TokenReach) -> String {
    match reach {
        TokenReach::Read => cx.t("account-token-read"),
        TokenReach::Full => cx.t("account-token-full"),
    }
}

/// Returns the name of an area; its identifier if it has no translation.
fn area_name(cx: &RequestContext, area: &str) -> String {
    cx.known(&format!("api-area-{area}")).unwrap_or_else(|| area.to_owned())
}

#[derive(Serialize)]
struct SecretView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    name: String,
    secret: String,
    keep: String,
    back_url: String,
    back: String,
}

impl View for SecretView {
    const TEMPLATE: &'static str = "token";
}

/// Returns the page that shows the secret of a token once, with advice to `keep` it and a link `back`. No cache keeps
/// it.
///
/// # Errors
/// Returns an error if the template cannot be rendered.
pub fn token_secret_page(
    cx: &RequestContext,
    mut way: Vec<Crumb>,
    (name, token): (&str, &ApiToken),
    keep: String,
    back: Crumb,
) -> Result<Response> {
    let title = cx.t("account-token-made");
    way.push(Crumb::here(title.as_str()));
    let mut response = cx.page(&SecretView {
        breadcrumb: way,
        title,
        noindex: true,
        name: name.to_owned(),
        secret: token.secret().to_owned(),
        keep,
        back_url: back.url.unwrap_or_default(),
        back: back.label,
    })?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// A token, without its secret.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TokenData {
    #[schema(value_type = i64)]
    id: ApiTokenId,
    name: String,
    /// `read` or `full`.
    reach: &'static str,
    /// The parts of the API: what follows `/api/v1/`.
    areas: Vec<String>,
    /// The one school in which it holds.
    #[schema(value_type = Option<i64>)]
    school: Option<EstablishmentId>,
    created: String,
    expires: String,
    /// To the day.
    last_used: Option<String>,
}

impl From<ApiTokenInfo> for TokenData {
    fn from(token: ApiTokenInfo) -> Self {
        Self {
            id: token.grant.id,
            name: token.name,
            reach: token.grant.reach.key(),
            areas: token.grant.areas.into_iter().collect(),
            school: token.grant.school,
            created: token.created_at.to_rfc3339(),
            expires: token.expires_at.to_rfc3339(),
            last_used: token.last_used.map(Timestamp::to_rfc3339),
        }
    }
}
