//! Owns the API of a school's services: whether it has each, and where it opens.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use crate::establishments::find;
use atrium_platform::access::permissions::CATALOGUE_EDIT;
use atrium_platform::catalogue::{AvailabilityChange, Offer};
use atrium_platform::directory::EstablishmentId;
use atrium_platform::{Error, Message, Result};
use atrium_web::{IfMatch, Json, Operation, Path, RequestContext, Routes, Who, versioned};

pub(super) fn declare(routes: &mut Routes) {
    routes.operation(Who::SignedIn, routes!(list));
    routes.operation(Who::SignedIn, routes!(show));
    routes.operation(Who::Holder(CATALOGUE_EDIT), Operation::of(routes!(update)).edits());
}

/// A service in one school.
#[derive(Serialize, utoipa::ToSchema)]
struct OfferData {
    /// The service's key.
    service: String,
    name: String,
    /// `true` if the school has it.
    available: bool,
    /// `true` if the school says so itself; by the general rule otherwise.
    own: bool,
    launch_url: Option<String>,
    /// What `If-Match` takes.
    version: i64,
}

impl OfferData {
    fn new(cx: &RequestContext, offer: &Offer) -> Self {
        Self {
            service: offer.service.key.clone(),
            name: cx.service_name(&offer.service).to_owned(),
            available: offer.available,
            own: offer.is_own,
            launch_url: offer.launch_url.clone(),
            version: offer.version,
        }
    }
}

/// What a school says of a service.
#[derive(Deserialize, utoipa::ToSchema)]
struct OfferToState {
    /// `null` for the general rule.
    available: Option<bool>,
    /// Where it opens for this school: an `https` address, with `available` only.
    launch_url: Option<String>,
}

/// The services of a school, in the catalogue's order.
#[utoipa::path(get, path = "/api/v1/administration/schools/{id}/services", params(("id" = i64, Path)),
    responses((status = 200, body = [OfferData])))]
async fn list(cx: RequestContext, Path(id): Path<EstablishmentId>) -> Result<Json<Vec<OfferData>>> {
    find(&cx, id).await?;
    Ok(Json(cx.atrium().catalogue().offers(id).iter().map(|offer| OfferData::new(&cx, offer)).collect()))
}

fn shown(cx: &RequestContext, school: EstablishmentId, key: &str) -> Result<Response> {
    let offers = cx.atrium().catalogue().offers(school);
    let offer = offers.iter().find(|offer| offer.service.key == key);
    let offer = offer.ok_or_else(|| Error::not_found(format!("service `{key}`")))?;
    Ok(versioned(offer.version, OfferData::new(cx, offer)))
}

/// A service in a school.
#[utoipa::path(get, path = "/api/v1/administration/schools/{id}/services/{key}",
    params(("id" = i64, Path), ("key" = String, Path)),
    responses((status = 200, description = "With the version of what the school says in `ETag`", body = OfferData)))]
async fn show(cx: RequestContext, Path((id, key)): Path<(EstablishmentId, String)>) -> Result<Response> {
    find(&cx, id).await?;
    shown(&cx, id, &key)
}

/// Says whether a school has a service, and where it opens.
#[utoipa::path(put, path = "/api/v1/administration/schools/{id}/services/{key}", request_body = OfferToState,
    params(("id" = i64, Path), ("key" = String, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = OfferData)))]
async fn update(
    cx: RequestContext,
    Path((id, key)): Path<(EstablishmentId, String)>,
    IfMatch(version): IfMatch,
    Json(new): Json<OfferToState>,
) -> Result<Response> {
    find(&cx, id).await?;
    let launch_url = new.launch_url.filter(|url| !url.is_empty());
    if new.available.is_none() && launch_url.is_some() {
        return Err(Error::invalid_field("launch_url", Message::new("admin-launch-url-of-general-rule")));
    }
    let change = AvailabilityChange { available: new.available, launch_url };
    let saved = cx.atrium().catalogue().set_availability(cx.actor(), id, &key, version, change).await;
    // Read again: another node may have saved what came first.
    cx.atrium().catalogue().reload().await?;
    saved?;
    shown(&cx, id, &key)
}
