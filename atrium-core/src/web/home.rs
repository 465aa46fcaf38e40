//! The home page: search first, then the services, then what each plugin offers.

use axum::response::Response;
use serde::Serialize;

use super::cx::{Cx, View};
use super::locale::Locale;
use crate::error::Result;

/// A part of the home page, by a plugin.
#[derive(Clone, Debug, Serialize)]
pub struct HomeSection {
    /// Its heading.
    pub title: String,
    /// Where more of it stands.
    pub url: String,
    /// What the link there says.
    pub more: String,
    /// A few ways in.
    pub links: Vec<HomeLink>,
}

/// A link of the home page.
#[derive(Clone, Debug, Serialize)]
pub struct HomeLink {
    /// What it leads to.
    pub title: String,
    /// Path below the mount point.
    pub url: String,
    /// A short remark beside it; may be empty.
    pub meta: String,
}

/// One service of the catalogue.
#[derive(Serialize)]
struct ServiceView {
    key: String,
    name: String,
    summary: String,
    /// The page about it, of the plugin that has one.
    url: Option<String>,
    state: &'static str,
    state_label: String,
}

#[derive(Serialize)]
struct HomeView {
    title: String,
    description: String,
    search_url: &'static str,
    services: Vec<ServiceView>,
    sections: Vec<HomeSection>,
}

impl View for HomeView {
    const TEMPLATE: &'static str = "home";
}

/// `GET /`
pub(super) async fn show(cx: Cx) -> Result<Response> {
    let mut sections = Vec::new();
    for plugin in cx.atrium().plugins() {
        sections.extend(plugin.home(&cx).await?);
    }
    let view = HomeView {
        title: cx.t("core-home-title"),
        description: cx.t("core-home-description"),
        search_url: super::SEARCH_PATH,
        services: services(&cx),
        sections,
    };
    cx.page(&view)
}

fn services(cx: &Cx) -> Vec<ServiceView> {
    let english = cx.locale() == Locale::En;
    let catalogue = cx.atrium().catalogue();
    let services = catalogue.services();
    let view = |service: &crate::catalogue::service::Model| ServiceView {
        name: cx.service_name(service).to_owned(),
        summary: if english { service.summary_en.clone() } else { service.summary_fr.clone() },
        url: cx.service_page(&service.key),
        state: service.state.as_str(),
        state_label: cx.message(&crate::Message::new(format!("core-service-state-{}", service.state.as_str()))),
        key: service.key.clone(),
    };
    services.iter().map(view).collect()
}
