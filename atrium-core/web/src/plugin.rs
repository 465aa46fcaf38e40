//! The trait of plugins with pages.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;

use super::articles::PluginArticles;
use super::explained::ExplainedPlace;
use super::files::Files;
use super::first_steps::FirstStep;
use super::home::{HomeLink, HomeSection};
use super::layout::NavEntry;
use super::parts::{Choice, Crumb};
use super::request_context::RequestContext;
use super::routes::Routes;
use super::sitemap::SitemapPage;
use atrium_platform::Result;
use atrium_platform::access::{Actor, Permission, Scope};
use atrium_platform::clock::Timestamp;
use atrium_platform::plugin::Plugin;

/// The web part of a plugin. Every method has a default.
#[async_trait]
pub trait WebPlugin: Plugin {
    /// Declares the plugin's routes.
    fn routes(&self, _routes: &mut Routes) {}

    /// Returns the Handlebars templates, `.hbs`, under the plugin's own folder: `help/article.hbs`.
    fn templates(&self) -> Files {
        Files::default()
    }

    /// Returns the names of the templates that its pages are views of (`View::TEMPLATE`), so that one that is absent is
    /// found when the platform is built. Partials that templates call are found without.
    fn views(&self) -> &'static [&'static str] {
        &[]
    }

    /// Returns the Fluent translations: `fr/help.ftl`, `en/help.ftl`.
    fn locales(&self) -> Files {
        Files::default()
    }

    /// Returns the static files, served under hashed names.
    fn assets(&self) -> Files {
        Files::default()
    }

    /// Returns help articles about the plugin, as Markdown files of the help's content (`procedures/prets.md`). The plugin
    /// that shows articles takes them in; without one, the platform does not start.
    fn articles(&self) -> Files {
        Files::default()
    }

    /// Takes in the articles that plugins bring, before [`start`](Plugin::start); returns `true` if it shows them.
    fn show_articles(&self, _brought: &[PluginArticles]) -> bool {
        false
    }

    /// Returns its entries of the navigation, above and below the page, for this person.
    fn navigation(&self, _actor: &Actor) -> Vec<NavEntry> {
        Vec::new()
    }

    /// Returns its page about a service of the catalogue, linked from the home page's list of services.
    fn service_page(&self, _service: &str) -> Option<String> {
        None
    }

    /// Returns its links about a service for this reader, shown on other plugins' pages about that service.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn service_links(&self, _cx: &RequestContext, _service: &str) -> Result<Vec<HomeLink>> {
        Ok(Vec::new())
    }

    /// Returns links for a reader whose search for `question` found no answer: to ask on a forum.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn unanswered(&self, _cx: &RequestContext, _question: &str) -> Result<Vec<HomeLink>> {
        Ok(Vec::new())
    }

    /// Returns the names of its own collections among `keys`, other than services of the catalogue, for the filters
    /// of searches.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn collection_names(&self, _cx: &RequestContext, _keys: &[String]) -> Result<HashMap<String, String>> {
        Ok(HashMap::new())
    }

    /// Returns its places visible to this reader, for "Why this right?": a value unique among plugins, and a name.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn places(&self, _cx: &RequestContext) -> Result<Vec<Choice>> {
        Ok(Vec::new())
    }

    /// Explains what `person` may do in one of those places; `None` for a place of another plugin.
    ///
    /// # Errors
    /// Returns `is_not_found` if the place does not exist or is invisible to this reader, or an error if the page
    /// cannot be made.
    async fn explain(
        &self,
        _cx: &RequestContext,
        _person: &Actor,
        _permission: Permission,
        _place: &str,
    ) -> Result<Option<ExplainedPlace>> {
        Ok(None)
    }

    /// Explains what `person` may do with `permission` in a school, a group or on the platform, if its actions
    /// require more than the permission; `None` if the permission alone decides. The label is not shown.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn explain_at(
        &self,
        _cx: &RequestContext,
        _person: &Actor,
        _permission: Permission,
        _scope: Scope,
    ) -> Result<Option<ExplainedPlace>> {
        Ok(None)
    }

    /// Returns the names of its own subjects among `subjects`: `forum:12`, as its records have them, and
    /// `{plugin}-{name}:{number}` for a number in the details of its records. Each has its page if this reader may
    /// open it; subjects whose name is hidden from the reader are left out.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn record_names(&self, _cx: &RequestContext, _subjects: &[String]) -> Result<HashMap<String, Crumb>> {
        Ok(HashMap::new())
    }

    /// Returns its section of the home page, if it has one.
    ///
    /// # Errors
    /// Returns an error if the home page cannot be made.
    async fn home(&self, _cx: &RequestContext) -> Result<Option<HomeSection>> {
        Ok(None)
    }

    /// Returns its section of the account page of the signed-in person, if it has one.
    ///
    /// # Errors
    /// Returns an error if the account page cannot be made.
    async fn account(&self, _cx: &RequestContext) -> Result<Option<HomeSection>> {
        Ok(None)
    }

    /// Returns its section of the page of administration, for people who administer its part. Pages of its own are
    /// entries there ([`NavEntry::admin`]).
    ///
    /// # Errors
    /// Returns an error if the page of administration cannot be made.
    async fn administration(&self, _cx: &RequestContext) -> Result<Option<HomeSection>> {
        Ok(None)
    }

    /// Returns its first steps for the administrator of a new platform, each with whether it is done. They are
    /// shown only to administrators of the whole platform.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn first_steps(&self, _cx: &RequestContext) -> Result<Vec<FirstStep>> {
        Ok(Vec::new())
    }

    /// Returns the page shown after a new password instead of the home page. The first plugin that returns one
    /// decides.
    ///
    /// # Errors
    /// Returns an error if the page cannot be made.
    async fn first_page(&self, _cx: &RequestContext) -> Result<Option<String>> {
        Ok(None)
    }

    /// Returns the number of parts of its sitemap, of [`SITEMAP_PART`](super::SITEMAP_PART) pages at most each.
    ///
    /// # Errors
    /// Returns an error if the sitemap cannot be made.
    async fn sitemap_parts(&self, _cx: &RequestContext) -> Result<u64> {
        Ok(0)
    }

    /// Returns the last visible change of these parts, by part, as far as it is found quickly: robots fetch the
    /// parts that changed since.
    ///
    /// # Errors
    /// Returns an error if the sitemap cannot be made.
    async fn sitemap_changes(&self, _cx: &RequestContext) -> Result<BTreeMap<u64, Timestamp>> {
        Ok(BTreeMap::new())
    }

    /// Returns the pages of one of these parts, from 0, as a visitor sees them.
    ///
    /// # Errors
    /// Returns an error if the sitemap cannot be made.
    async fn sitemap(&self, _cx: &RequestContext, _part: u64) -> Result<Vec<SitemapPage>> {
        Ok(Vec::new())
    }
}
