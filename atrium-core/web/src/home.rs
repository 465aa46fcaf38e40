//! The home page: search first, then the services, then what each plugin offers.

use axum::response::Response;
use serde::Serialize;

use super::layout::{self, AnnouncementView};
use super::request_context::{RequestContext, View};
use atrium_platform::Result;

/// A plugin's section of the home page, the account page or the page of administration.
#[derive(Clone, Debug, Serialize)]
pub struct HomeSection {
    /// The heading.
    pub title: String,
    /// The path of the page with more.
    pub url: String,
    /// The text of the link to it.
    pub more: String,
    /// A few links.
    pub links: Vec<HomeLink>,
}

/// A link of the home page.
#[derive(Clone, Debug, Serialize)]
pub struct HomeLink {
    /// The title of the target.
    pub title: String,
    /// Path below the mount point.
    pub url: String,
    /// A short remark beside it; may be empty.
    pub meta: String,
    /// The language of the title; empty for the page's.
    pub lang: &'static str,
    /// The language of the remark; empty for the page's.
    pub meta_lang: &'static str,
}

impl HomeLink {
    /// Creates a link to `url`, below the mount point, in the language of the page.
    pub fn new(title: impl Into<String>, url: impl Into<String>) -> Self {
        Self { title: title.into(), url: url.into(), meta: String::new(), lang: "", meta_lang: "" }
    }

    /// Sets the language of the title.
    #[must_use]
    pub fn in_language(mut self, lang: &'static str) -> Self {
        self.lang = lang;
        self
    }

    /// Sets a remark in the language of the page.
    #[must_use]
    pub fn with_meta(mut self, meta: impl Into<String>) -> Self {
        self.meta = meta.into();
        self
    }

    /// Sets a remark in `lang`.
    #[must_use]
    pub fn with_meta_in(self, lang: &'static str, meta: impl Into<String>) -> Self {
        Self { meta_lang: lang, ..self.with_meta(meta) }
    }
}

/// One service of the catalogue.
#[derive(Serialize)]
struct ServiceView {
    key: String,
    name: String,
    name_lang: &'static str,
    summary: String,
    summary_lang: &'static str,
    /// The page about it, if a plugin has one.
    url: Option<String>,
    state: &'static str,
    state_label: String,
}

#[derive(Serialize)]
struct HomeView {
    title: String,
    description: String,
    search_url: &'static str,
    announcements: Vec<AnnouncementView>,
    services: Vec<ServiceView>,
    sections: Vec<HomeSection>,
}

impl View for HomeView {
    const TEMPLATE: &'static str = "home";
    const IS_SHARED: bool = true;
}

/// `GET /`
pub(super) async fn show(cx: RequestContext) -> Result<Response> {
    let mut sections = Vec::new();
    for plugin in cx.atrium().plugins() {
        sections.extend(plugin.home(&cx).await?);
    }
    let view = HomeView {
        title: cx.t("core-home-title"),
        description: cx.t("core-home-description"),
        search_url: super::SEARCH_PATH,
        announcements: layout::announcements(&cx, None),
        services: services(&cx),
        sections,
    };
    cx.page(&view)
}

fn services(cx: &RequestContext) -> Vec<ServiceView> {
    let catalogue = cx.atrium().catalogue();
    let services = catalogue.services();
    let view = |service: &atrium_platform::catalogue::Service| ServiceView {
        name: cx.service_name(service).to_owned(),
        name_lang: cx.language_of(&service.name_en),
        summary: cx.pick(&service.summary_fr, &service.summary_en).to_owned(),
        summary_lang: cx.language_of(&service.summary_en),
        url: cx.service_page(&service.key),
        state: service.state.as_str(),
        state_label: cx
            .message(&atrium_platform::Message::new(format!("core-service-state-{}", service.state.as_str()))),
        key: service.key.clone(),
    };
    services.iter().map(view).collect()
}
