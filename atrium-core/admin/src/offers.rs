//! The form of a school's services: changes are saved, and refused ones come back as typed.

use std::collections::BTreeMap;

use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use super::establishments::{self, Refused};
use super::{refusal_at, services};
use atrium_platform::access::Scope;
use atrium_platform::access::permissions::CATALOGUE_EDIT;
use atrium_platform::catalogue::{AvailabilityChange, Offer};
use atrium_platform::directory::EstablishmentId;
use atrium_platform::{Error, Message, Result};
use atrium_web::{FieldErrors, Form, Path, RequestContext, Routes, Who};

pub(super) fn declare(routes: &mut Routes) {
    routes.post("/administration/etablissements/{id}/services", Who::Holder(CATALOGUE_EDIT), update);
}

/// Returns the path that the form is sent to.
pub(super) fn path(school: EstablishmentId) -> String {
    format!("{}/services", establishments::path(school))
}

/// The form's fields of services, by their keys.
pub(super) type TypedOffers = BTreeMap<String, TypedOffer>;

/// The form's fields of one service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TypedOffer {
    /// `yes`, `no`, or empty for the general rule.
    said: String,
    launch_url: String,
    version: i64,
}

impl TypedOffer {
    /// Returns the saved values.
    fn of(offer: &Offer) -> Self {
        let said = match (offer.is_own, offer.available) {
            (false, _) => "",
            (true, true) => "yes",
            (true, false) => "no",
        };
        let launch_url = offer.launch_url.clone().filter(|_| offer.is_own).unwrap_or_default();
        Self { said: said.to_owned(), launch_url, version: offer.version }
    }

    /// Returns the typed values; `None` if the form does not name the service or its values are unchanged.
    fn read(form: &Form, key: &str) -> Option<Self> {
        let version = form.text(&format!("version-{key}")).parse().ok()?;
        let (said, launch_url) = (form.text(&format!("available-{key}")), form.text(&format!("launch_url-{key}")));
        let typed = Self { said, launch_url, version };
        (typed.mark() != form.text(&format!("shown-{key}"))).then_some(typed)
    }

    /// Returns the values the form was shown with, which reveal what was changed.
    fn mark(&self) -> String {
        format!("{} {}", self.said, self.launch_url).trim().to_owned()
    }

    /// Returns the values in words.
    fn told(&self, cx: &RequestContext) -> String {
        let said = match self.said.as_str() {
            "yes" => cx.t("admin-availability-yes"),
            "no" => cx.t("admin-availability-no"),
            _ => cx.t("admin-availability-general"),
        };
        if self.launch_url.is_empty() { said } else { format!("{said}, {}", self.launch_url) }
    }

    fn parse(&self) -> Result<AvailabilityChange> {
        let available = match self.said.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ if self.launch_url.is_empty() => None,
            _ => return Err(Error::invalid_field("available", Message::new("admin-launch-url-of-general-rule"))),
        };
        let launch_url = Some(self.launch_url.clone()).filter(|url| !url.is_empty());
        Ok(AvailabilityChange { available, launch_url })
    }
}

/// A service on the page of a school.
#[derive(Serialize)]
pub(super) struct OfferView {
    key: String,
    name: String,
    available: bool,
    said: String,
    launch_url: String,
    /// The saved values, by which the form detects changes.
    shown: String,
    version: i64,
    /// The problems of the availability and of the address.
    error: Option<String>,
    launch_url_error: Option<String>,
}

/// Returns the services of a school as the page shows them, with refused input.
pub(super) fn views(
    cx: &RequestContext,
    school: EstablishmentId,
    typed: &TypedOffers,
    errors: &FieldErrors,
) -> Vec<OfferView> {
    let view = |offer: &Offer| {
        let key = offer.service.key.clone();
        let kept = TypedOffer::of(offer);
        let mark = kept.mark();
        let shown = typed.get(&key).cloned().unwrap_or(kept);
        OfferView {
            name: services::name(cx, &offer.service),
            available: offer.available,
            said: shown.said,
            launch_url: shown.launch_url,
            shown: mark,
            version: shown.version,
            error: errors.get(&format!("available-{key}")).cloned(),
            launch_url_error: errors.get(&format!("launch_url-{key}")).cloned(),
            key,
        }
    };
    cx.atrium().catalogue().offers(school).iter().map(view).collect()
}

/// `POST /administration/etablissements/{id}/services`
async fn update(cx: RequestContext, Path(id): Path<EstablishmentId>, form: Form) -> Result<Response> {
    establishments::find(&cx, id).await?;
    cx.actor().require(CATALOGUE_EDIT, Scope::Establishment(id))?;
    let mut refused = Refused::default();
    let mut status = StatusCode::OK;
    for offer in cx.atrium().catalogue().offers(id) {
        let key = &offer.service.key;
        let Some(mut typed) = TypedOffer::read(&form, key).filter(|typed| *typed != TypedOffer::of(&offer)) else {
            continue;
        };
        if let Err(error) = save(&cx, id, key, &typed).await {
            let stale = error.is_stale();
            let (why, mut errors) = refusal_at(&cx, error, "available")?;
            if stale {
                // Reloaded: another node may have saved the earlier edit.
                cx.atrium().catalogue().reload().await?;
                let now = kept(&cx, id, key);
                let told = Message::new("admin-offer-stale").with("now", now.told(&cx));
                errors = [("available".to_owned(), cx.message(&told))].into();
                // Sent again, the typed values replace what another person saved meanwhile.
                typed.version = now.version;
            }
            status = why;
            let name = services::name(&cx, &offer.service);
            let labelled = |text| Message::new("core-labelled").with("label", name.as_str()).with("text", text);
            let named = errors.into_iter().map(|(field, text)| (format!("{field}-{key}"), cx.message(&labelled(text))));
            refused.errors.extend(named);
            refused.offers.insert(key.clone(), typed);
        } else {
            refused.others_saved = true;
        }
    }
    if refused.errors.is_empty() {
        return Ok(cx.redirect_with(&establishments::path(id), "success", "admin-offers-saved"));
    }
    let view = establishments::show_view(&cx, id, refused).await?;
    cx.page_with(status, &view)
}

/// Returns the saved values of a service.
fn kept(cx: &RequestContext, school: EstablishmentId, key: &str) -> TypedOffer {
    let offers = cx.atrium().catalogue().offers(school);
    offers.iter().find(|offer| offer.service.key == key).map(TypedOffer::of).unwrap_or_default()
}

async fn save(cx: &RequestContext, school: EstablishmentId, key: &str, typed: &TypedOffer) -> Result<()> {
    let catalogue = cx.atrium().catalogue();
    catalogue.set_availability(cx.actor(), school, key, typed.version, typed.parse()?).await
}
