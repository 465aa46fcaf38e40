//! The shell: templates, translations, assets and routes, loaded once at start.

use std::sync::Arc;

use rust_embed::RustEmbed;
use utoipa::openapi::OpenApi;

use super::assets::Assets;
use super::bodies::Bodies;
use super::cache::{self, PageCache};
use super::cookies::Cookies;
use super::files::Files;
use super::guard::Limits;
use super::kept::Keep;
use super::locale::Words;
use super::pieces::Pieces;
use super::plugin::WebPlugin;
use super::render::Templates;
use super::routes::{RouteInfo, Routes};
use atrium_platform::Result;
use atrium_platform::config::Settings;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct CoreTemplates;

#[derive(RustEmbed)]
#[folder = "locales/"]
struct CoreLocales;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct CoreAssets;

/// Everything that pages are made of.
pub(crate) struct Shell {
    pub(crate) words: Arc<Words>,
    pub(super) templates: Templates,
    pub(super) assets: Arc<Assets>,
    pub(super) cookies: Cookies,
    pub(super) limits: Limits,
    /// How often one API token may ask.
    pub(super) token_limits: Limits,
    pub(super) bodies: Arc<Bodies>,
    pub(crate) pages: PageCache,
    pub(super) pieces: Pieces,
    pub(super) keep: Keep,
    pub(crate) routes: Vec<RouteInfo>,
    pub(super) router: axum::Router<()>,
    /// The operations of the API, as declared.
    pub(super) document: OpenApi,
}

impl Shell {
    /// Loads core's files, the plugins', then the theme's overrides, and declares every route.
    pub(crate) fn load(settings: &Settings, plugins: &[Arc<dyn WebPlugin>]) -> Result<Self> {
        let theme = |folder: &str| match &settings.theme_dir {
            Some(dir) => Files::below(&dir.join(folder)),
            None => Files::default(),
        };
        let gather = |core: Files, of: fn(&dyn WebPlugin) -> Files, folder: &str| {
            let mut all = vec![core];
            all.extend(plugins.iter().map(|plugin| of(plugin.as_ref())));
            all.push(theme(folder));
            all
        };
        let locales = gather(Files::of::<CoreLocales>(), |plugin| plugin.locales(), "locales");
        let assets = gather(Files::of::<CoreAssets>(), |plugin| plugin.assets(), "assets");
        let templates = gather(Files::of::<CoreTemplates>(), |plugin| plugin.templates(), "templates");
        let words = Arc::new(Words::load(&locales)?);
        let assets = Arc::new(Assets::collect(&assets));
        let templates = Templates::load(&templates, words.clone(), assets.clone())?;
        let (routes, router, document) = declare(plugins)?;
        let of_plugins = plugins.iter().flat_map(|plugin| plugin.quiet_events()).copied();
        let quiet: Arc<[&'static str]> = cache::QUIET.into_iter().chain(of_plugins).collect();
        Ok(Self {
            words,
            templates,
            assets,
            cookies: Cookies::new(&settings.cookie_suffix),
            bodies: Arc::default(),
            limits: Limits::new("address", settings.requests_per_second),
            token_limits: Limits::new("token", super::bearer::PER_SECOND),
            keep: Keep::new(quiet.clone()),
            pages: PageCache::new(quiet),
            pieces: Pieces::default(),
            routes,
            router,
            document,
        })
    }
}

fn declare(plugins: &[Arc<dyn WebPlugin>]) -> Result<(Vec<RouteInfo>, axum::Router<()>, OpenApi)> {
    let mut core = Routes::new("core");
    super::router::declare_core(&mut core);
    let (mut infos, mut router, mut document) = core.into_parts()?;
    for plugin in plugins {
        let mut routes = Routes::new(plugin.id());
        // Names of shapes are the document's: a plugin's are checked against those before it.
        routes.add_schemas(document.components.take().unwrap_or_default().schemas);
        plugin.routes(&mut routes);
        let (more, routes, part) = routes.into_parts()?;
        infos.extend(more);
        router = router.merge(routes);
        document.merge(part);
    }
    Ok((infos, router, super::api::titled(document)))
}
