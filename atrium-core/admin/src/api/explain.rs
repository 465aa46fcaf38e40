//! Owns the API of "Why this right?": why somebody may or may not do something in a place.

use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::rights::effect;
use crate::explain as pages;
use atrium_platform::access::{Explanation, HeldRole};
use atrium_platform::clock::Timestamp;
use atrium_platform::directory::PersonId;
use atrium_platform::{Error, Message, Result};
use atrium_web::{Json, Problems, Query, RequestContext, Routes, Who};

pub(super) fn declare(routes: &mut Routes) {
    routes.operation(Who::SignedIn, routes!(explained));
    routes.operation(Who::SignedIn, routes!(places));
}

/// What is to be explained.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
struct AskedWhy {
    /// Whose right; one's own unless told.
    #[param(value_type = Option<i64>)]
    person: Option<PersonId>,
    /// The permission's key: `core.person.edit`.
    permission: String,
    /// Where: `p`, `s3`, `e12`, `g45`, or a place of a plugin.
    scope: String,
}

/// Why somebody may or may not.
#[derive(Serialize, utoipa::ToSchema)]
struct Explained {
    allowed: bool,
    permission: &'static str,
    /// Where it is asked for, which may be above the place that was named.
    scope: String,
    /// What decided.
    grant: Option<GrantData>,
    /// What would have done as well.
    also: Vec<GrantData>,
    /// The forbids met.
    forbids: Vec<GrantData>,
    /// In a refusal, what comes nearest.
    nearest: Option<GrantData>,
    /// Where a plugin decides by more than roles: its reasons, or in a refusal what would suffice.
    reasons: Vec<String>,
    /// `true` if any one of `reasons` would suffice, `false` if all are needed.
    any_suffices: bool,
}

impl From<Explanation> for Explained {
    fn from(told: Explanation) -> Self {
        Self {
            allowed: told.allowed,
            permission: told.permission.0,
            scope: told.scope.to_string(),
            grant: told.grant.map(GrantData::from),
            also: told.also.into_iter().map(GrantData::from).collect(),
            forbids: told.forbids.into_iter().map(GrantData::from).collect(),
            nearest: told.nearest.map(|near| near.grant.into()),
            reasons: Vec::new(),
            any_suffices: false,
        }
    }
}

/// Something that was given to or taken from the person.
#[derive(Serialize, utoipa::ToSchema)]
struct GrantData {
    role: String,
    scope: String,
    effect: &'static str,
    from: Option<String>,
    until: Option<String>,
}

impl From<HeldRole> for GrantData {
    fn from(held: HeldRole) -> Self {
        Self {
            role: held.key.to_string(),
            scope: held.scope.to_string(),
            effect: effect(held.effect),
            from: held.validity.from.map(Timestamp::to_rfc3339),
            until: held.validity.until.map(Timestamp::to_rfc3339),
        }
    }
}

/// A place of a plugin that one can ask about.
#[derive(Serialize, utoipa::ToSchema)]
struct PlaceToAsk {
    /// What `scope` takes.
    scope: String,
    label: String,
}

/// Explains why somebody may or may not do something in a place.
#[utoipa::path(get, path = "/api/v1/administration/explain", params(AskedWhy),
    responses((status = 200, body = Explained), (status = 403, description = "One explains no rights there"),
        (status = 422, description = "No such permission or place")))]
async fn explained(cx: RequestContext, Query(asked): Query<AskedWhy>) -> Result<Json<Explained>> {
    let person = asked.person.unwrap_or(cx.actor().require_person()?);
    let unknown = || Message::new("field-unknown-choice");
    let access = cx.atrium().access();
    let mut problems = Problems::default();
    let permission = access.permissions().get(&asked.permission).map(|known| known.permission).ok_or_else(unknown);
    let permission = problems.take("permission", permission);
    let scope = pages::parse_scope(&cx, &asked.scope).await?;
    problems.finish()?;
    let permission = permission.ok_or_else(|| Error::bug("a field with neither value nor problem"))?;
    let them = access.explained_person(cx.actor(), person).await?;
    let told = pages::of_plugin(&cx, &them, permission, scope, &asked.scope).await?;
    let verdict = told.as_ref().and_then(|place| place.verdict.clone());
    let scope = told.map(|place| place.scope).or(scope);
    let scope = scope.ok_or_else(|| Error::invalid_field("scope", unknown()))?;
    let by_roles = access.explain(cx.actor(), person, permission, scope).await?;
    Ok(Json(match verdict {
        Some(verdict) => Explained {
            allowed: verdict.allowed,
            permission: permission.0,
            scope: scope.to_string(),
            grant: None,
            also: Vec::new(),
            forbids: Vec::new(),
            nearest: None,
            reasons: verdict.reasons,
            any_suffices: verdict.any_suffices,
        },
        None => by_roles.into(),
    }))
}

/// Places of plugins that one can ask about, in addition to schools and groups.
#[utoipa::path(get, path = "/api/v1/administration/explain/places", responses((status = 200, body = [PlaceToAsk])))]
async fn places(cx: RequestContext) -> Result<Json<Vec<PlaceToAsk>>> {
    let mut places = Vec::new();
    for plugin in cx.atrium().plugins() {
        let own = plugin.places(&cx).await?;
        places.extend(own.into_iter().map(|place| PlaceToAsk { scope: place.value, label: place.label }));
    }
    Ok(Json(places))
}
