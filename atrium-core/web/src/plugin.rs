//! What a plugin with pages brings besides its domain.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;

use super::admin::FirstStep;
use super::cx::Cx;
use super::explained::ExplainedPlace;
use super::files::Files;
use super::home::{HomeLink, HomeSection};
use super::layout::NavEntry;
use super::parts::{Choice, Crumb};
use super::routes::Routes;
use super::sitemap::SitemapPage;
use atrium_platform::Result;
use atrium_platform::access::{Actor, Permission, Scope};
use atrium_platform::clock::Timestamp;
use atrium_platform::plugin::Plugin;

/// The web face of a plugin: every method has a default.
#[async_trait]
pub trait WebPlugin: Plugin {
    /// Declares its routes.
    fn routes(&self, _routes: &mut Routes) {}

    /// Handlebars templates, `.hbs`, under the plugin's own folder: `help/article.hbs`.
    fn templates(&self) -> Files {
        Files::default()
    }

    /// Fluent translations: `fr/help.ftl`, `en/help.ftl`.
    fn locales(&self) -> Files {
        Files::default()
    }

    /// Static files, served under hashed names.
    fn assets(&self) -> Files {
        Files::default()
    }

    /// What the kinds of those of its events begin with that change nothing a visitor sees: the pages kept for visitors
    /// outlive them.
    fn quiet_events(&self) -> &'static [&'static str] {
        &[]
    }

    /// Its entries in the navigation, above and below the page, for this person.
    fn navigation(&self, _actor: &Actor) -> Vec<NavEntry> {
        Vec::new()
    }

    /// Its page about a service of the catalogue, if it has one: where the home page's list of services leads.
    fn service_page(&self, _service: &str) -> Option<String> {
        None
    }

    /// What it has for this reader about a service, shown on other plugins' pages about that service.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn service_links(&self, _cx: &Cx, _service: &str) -> Result<Vec<HomeLink>> {
        Ok(Vec::new())
    }

    /// Where a reader may go on whose search for `question` nothing answers: to ask it on a forum.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn unanswered(&self, _cx: &Cx, _question: &str) -> Result<Vec<HomeLink>> {
        Ok(Vec::new())
    }

    /// What those of `keys` that are collections of its own, and no services of the catalogue, are called: for the filters
    /// of searches.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn collection_names(&self, _cx: &Cx, _keys: &[String]) -> Result<HashMap<String, String>> {
        Ok(HashMap::new())
    }

    /// Its places that this reader knows of, for "Why this right?": a value that no other plugin uses, and a name.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn places(&self, _cx: &Cx) -> Result<Vec<Choice>> {
        Ok(Vec::new())
    }

    /// What `person` may do in one of those places, and why; `None` for a place that is not its own.
    ///
    /// # Errors
    /// Returns `is_not_found` if the place does not exist or is invisible to this reader, or an error if the page
    /// cannot be made.
    async fn explain(
        &self,
        _cx: &Cx,
        _person: &Actor,
        _permission: Permission,
        _place: &str,
    ) -> Result<Option<ExplainedPlace>> {
        Ok(None)
    }

    /// What `person` may do with `permission` in a school, a group or on the platform, where its actions ask for more than
    /// the permission; `None` where the permission alone decides. The label is not shown.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn explain_at(
        &self,
        _cx: &Cx,
        _person: &Actor,
        _permission: Permission,
        _scope: Scope,
    ) -> Result<Option<ExplainedPlace>> {
        Ok(None)
    }

    /// What those of `subjects` are called that are its own: `forum:12`, as its records are about, and for a number in the
    /// details of its records, `{plugin}-{name}:{number}`. Each with its page, where this reader may open it; none of what
    /// the reader may not know by name.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn record_names(&self, _cx: &Cx, _subjects: &[String]) -> Result<HashMap<String, Crumb>> {
        Ok(HashMap::new())
    }

    /// Its part of the home page, if it has one.
    ///
    /// # Errors
    /// Returns an error if the home page cannot be made.
    async fn home(&self, _cx: &Cx) -> Result<Option<HomeSection>> {
        Ok(None)
    }

    /// What the administrator of a new platform does with it first, each with whether it is done. Only somebody who
    /// administers the whole platform is shown them.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn first_steps(&self, _cx: &Cx) -> Result<Vec<FirstStep>> {
        Ok(Vec::new())
    }

    /// Into how many parts its share of the sitemap is cut, of [`SITEMAP_PART`](super::SITEMAP_PART) pages at most each.
    ///
    /// # Errors
    /// Returns an error if the sitemap cannot be made.
    async fn sitemap_parts(&self, _cx: &Cx) -> Result<u64> {
        Ok(0)
    }

    /// When what visitors see of these parts changed last, by part, as far as that is found quickly: robots ask for the parts
    /// that changed since.
    ///
    /// # Errors
    /// Returns an error if the sitemap cannot be made.
    async fn sitemap_changes(&self, _cx: &Cx) -> Result<BTreeMap<u64, Timestamp>> {
        Ok(BTreeMap::new())
    }

    /// The pages of one of these parts, from 0, as a visitor sees them, whoever asks.
    ///
    /// # Errors
    /// Returns an error if the sitemap cannot be made.
    async fn sitemap(&self, _cx: &Cx, _part: u64) -> Result<Vec<SitemapPage>> {
        Ok(Vec::new())
    }

    /// Its part of the OpenAPI document.
    fn openapi(&self) -> Option<utoipa::openapi::OpenApi> {
        None
    }
}
