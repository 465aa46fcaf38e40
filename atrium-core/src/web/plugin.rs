//! What a plugin with pages brings besides its domain.

use async_trait::async_trait;

use super::cx::Cx;
use super::files::Files;
use super::home::HomeSection;
use super::layout::NavEntry;
use super::routes::Routes;
use crate::access::Actor;
use crate::error::Result;
use crate::plugin::Plugin;

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

    /// Its entries in the main navigation, for this person.
    fn navigation(&self, _actor: &Actor) -> Vec<NavEntry> {
        Vec::new()
    }

    /// Its part of the home page, if it has one.
    ///
    /// # Errors
    /// The home page fails.
    async fn home(&self, _cx: &Cx) -> Result<Option<HomeSection>> {
        Ok(None)
    }

    /// Its part of the OpenAPI document.
    fn openapi(&self) -> Option<utoipa::openapi::OpenApi> {
        None
    }
}
