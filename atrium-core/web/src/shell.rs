//! The shell: templates, translations, assets and routes, loaded once at start.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use http::HeaderValue;
use rust_embed::RustEmbed;
use utoipa::openapi::OpenApi;

use super::assets::Assets;
use super::bodies::Bodies;
use super::cache::PageCache;
use super::cookies::Cookies;
use super::files::Files;
use super::guard::{self, Limits};
use super::kept::Keep;
use super::locale::{Offered, Words};
use super::mistakes::{CORE, Loaded, Owned, THEME};
use super::pieces::Pieces;
use super::plugin::WebPlugin;
use super::render::Templates;
use super::routes::{Declared, RouteInfo, Routes, router_of};
use atrium_platform::Result;
use atrium_platform::config::Settings;
use atrium_platform::plugin::core_events;

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
    look: RwLock<Arc<Look>>,
    /// The state of the theme's files when they were read, if they are read again.
    theme: Option<Mutex<Fingerprint>>,
    /// The content security policy of every response.
    pub(super) policy: HeaderValue,
    pub(super) cookies: Cookies,
    pub(super) offered: Offered,
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

/// How pages look: what is made of the files of core, the plugins and the theme.
pub(crate) struct Look {
    pub(crate) words: Arc<Words>,
    pub(super) templates: Templates,
    pub(super) assets: Arc<Assets>,
}

impl Shell {
    /// Loads core's files, the plugins', then the theme's overrides, and declares every route.
    pub(crate) fn load(settings: &Settings, plugins: &[Arc<dyn WebPlugin>]) -> Result<Self> {
        let (declared, document) = declare(plugins)?;
        let look = Look::load(settings, plugins, &declared)?;
        let (routes, router) = router_of(declared);
        let kinds = core_events().into_iter().chain(plugins.iter().flat_map(|plugin| plugin.events()));
        let quiet: Arc<[&'static str]> = kinds.filter(|kind| kind.is_quiet).filter_map(|kind| kind.event).collect();
        Ok(Self {
            look: RwLock::new(Arc::new(look)),
            theme: settings
                .theme_dir
                .as_deref()
                .filter(|_| settings.theme_reload)
                .map(|dir| Mutex::new(fingerprint(dir))),
            policy: guard::policy(&settings.frame_ancestors),
            cookies: Cookies::new(&settings.cookie_suffix),
            offered: Offered::new(&settings.locales),
            bodies: Arc::default(),
            limits: Limits::new("address", settings.requests_per_second),
            token_limits: Limits::new("token", settings.token_requests_per_second),
            keep: Keep::new(quiet.clone()),
            pages: PageCache::new(quiet),
            pieces: Pieces::default(),
            routes,
            router,
            document,
        })
    }
}

impl Shell {
    /// Returns the look of pages at this moment.
    pub(crate) fn look(&self) -> Arc<Look> {
        self.look.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the theme again if its files changed since, where that is set. A theme with mistakes is logged, and the look
    /// stays as it was.
    pub(super) fn follow_theme(&self, settings: &Settings, plugins: &[Arc<dyn WebPlugin>]) {
        let (Some(theme), Some(dir)) = (&self.theme, &settings.theme_dir) else { return };
        let mut known = theme.lock().unwrap_or_else(PoisonError::into_inner);
        let now = fingerprint(dir);
        if *known == now {
            return;
        }
        *known = now;
        match declare(plugins).and_then(|(declared, _)| Look::load(settings, plugins, &declared)) {
            Ok(look) => {
                *self.look.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(look);
                self.pieces.clear();
                self.pages.drop_all();
                tracing::info!("the theme was read again");
            }
            Err(error) => tracing::error!(error = error.told(), "the theme has mistakes: pages look as they did"),
        }
    }
}

impl Look {
    fn load(settings: &Settings, plugins: &[Arc<dyn WebPlugin>], declared: &[Declared]) -> Result<Self> {
        let theme = |folder: &str| match &settings.theme_dir {
            Some(dir) => Files::below(&dir.join(folder)),
            None => Files::default(),
        };
        let gather = |core: Files, of: fn(&dyn WebPlugin) -> Files, folder: &str| {
            let mut all: Vec<Owned> = vec![(CORE, core)];
            all.extend(plugins.iter().map(|plugin| (plugin.id(), of(plugin.as_ref()))));
            all.push((THEME, theme(folder)));
            all
        };
        let locales = gather(Files::of::<CoreLocales>(), |plugin| plugin.locales(), "locales");
        let assets = gather(Files::of::<CoreAssets>(), |plugin| plugin.assets(), "assets");
        let templates = gather(Files::of::<CoreTemplates>(), |plugin| plugin.templates(), "templates");
        let loaded = Loaded {
            plugins,
            templates: &templates,
            locales: &locales,
            assets: &assets,
            declared,
            theme_dir: settings.theme_dir.as_deref(),
        };
        loaded.examine()?;
        let words = Arc::new(Words::load(of(&locales), &settings.product_name, Offered::new(&settings.locales).own())?);
        let assets = Arc::new(Assets::collect(of(&assets)));
        let templates = Templates::load(of(&templates), words.clone(), assets.clone())?;
        Ok(Self { words, templates, assets })
    }
}

/// Paths, sizes and dates of the files of a theme.
type Fingerprint = Vec<(PathBuf, u64, Option<SystemTime>)>;

fn fingerprint(dir: &Path) -> Fingerprint {
    let (mut files, mut pending) = (Fingerprint::new(), vec![dir.to_path_buf()]);
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(meta) if meta.is_dir() => pending.push(entry.path()),
                Ok(meta) => files.push((entry.path(), meta.len(), meta.modified().ok())),
                Err(_) => {}
            }
        }
    }
    files.sort();
    files
}

/// Returns the files without their owners.
fn of(owned: &[Owned]) -> impl Iterator<Item = &Files> {
    owned.iter().map(|(_, files)| files)
}

/// Returns every route, and the document of the API.
fn declare(plugins: &[Arc<dyn WebPlugin>]) -> Result<(Vec<Declared>, OpenApi)> {
    let mut core = Routes::new(CORE);
    super::router::declare_core(&mut core);
    let (mut declared, mut document) = core.into_parts()?;
    for plugin in plugins {
        let mut routes = Routes::new(plugin.id());
        // Names of shapes are the document's: a plugin's are checked against those before it.
        routes.add_schemas(document.components.take().unwrap_or_default().schemas);
        plugin.routes(&mut routes);
        let (more, part) = routes.into_parts()?;
        declared.extend(more);
        document.merge(part);
    }
    Ok((declared, super::api::titled(document)))
}
