//! The platform with its pages: [`Atrium`] and its builder.

use std::ops::Deref;
#[cfg(feature = "sqlite")]
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use super::mistakes::role_message;
use super::{HostLogin, Locale, RouteInfo, Shell, WebPlugin};
#[cfg(feature = "search")]
use atrium_platform::Error;
use atrium_platform::access::{ActorSource, RoleDef, core_roles};
use atrium_platform::clock::Clock;
use atrium_platform::config::Settings;
#[cfg(feature = "commands")]
use atrium_platform::plugin::{CommandDef, commands_beside};
use atrium_platform::plugin::{Finding, Plugin};
#[cfg(feature = "sqlite")]
use atrium_platform::{Existing, Restored};
use atrium_platform::{Message, Result};
use atrium_platform::{Platform, PlatformBuilder};

/// A [`Platform`] with pages, API and assets. Cheap to clone. Dropping the last clone does not stop it;
/// [`stop`](Platform::stop) does.
///
/// It dereferences to its platform: `atrium.db()`, `atrium.access()`.
#[derive(Clone)]
pub struct Atrium(Arc<Inner>);

struct Inner {
    platform: Platform,
    plugins: Vec<Arc<dyn WebPlugin>>,
    shell: Arc<Shell>,
    host_login: Option<Arc<dyn HostLogin>>,
}

/// Builds an [`Atrium`].
#[derive(Default)]
pub struct Builder {
    platform: PlatformBuilder,
    settings: Settings,
    plugins: Vec<Arc<dyn WebPlugin>>,
    host_login: Option<Arc<dyn HostLogin>>,
}

impl Builder {
    /// Sets the settings; the default is [`Settings::default`].
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Sets the clock; the default is the machine's.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.platform = self.platform.clock(clock);
        self
    }

    /// See [`PlatformBuilder::database`].
    #[must_use]
    pub fn database(mut self, pool: impl Into<sea_orm::DatabaseConnection>) -> Self {
        self.platform = self.platform.database(pool);
        self
    }

    /// See [`PlatformBuilder::services`].
    #[must_use]
    pub fn services(mut self, file: impl Into<String>, text: impl Into<String>) -> Self {
        self.platform = self.platform.services(file, text);
        self
    }

    /// See [`PlatformBuilder::roles`].
    #[must_use]
    pub fn roles(mut self, file: impl Into<String>, text: impl Into<String>) -> Self {
        self.platform = self.platform.roles(file, text);
        self
    }

    /// See [`PlatformBuilder::file_scanner`].
    #[cfg(feature = "files")]
    #[must_use]
    pub fn file_scanner(mut self, scanner: impl atrium_platform::files::FileScanner) -> Self {
        self.platform = self.platform.file_scanner(scanner);
        self
    }

    /// Adds a plugin. Plugins are asked in the order in which they are added.
    #[must_use]
    pub fn plugin(mut self, plugin: impl WebPlugin) -> Self {
        self.plugins.push(Arc::new(plugin));
        self
    }

    /// Sets the host's own sign-in, asked when a request has no session of ours.
    #[must_use]
    pub fn host_login(mut self, login: impl HostLogin) -> Self {
        self.host_login = Some(Arc::new(login));
        self
    }

    /// See [`PlatformBuilder::offline`].
    #[must_use]
    pub fn offline(mut self) -> Self {
        self.platform = self.platform.offline();
        self
    }

    /// See [`PlatformBuilder::empty`].
    #[must_use]
    pub fn empty(mut self) -> Self {
        self.platform = self.platform.empty();
        self
    }

    /// See [`PlatformBuilder::commands`].
    ///
    /// # Errors
    /// Returns the errors of that method.
    #[cfg(feature = "commands")]
    pub fn commands(&self, own: &[&str]) -> Result<Vec<CommandDef>> {
        commands_beside(self.plugins.iter().map(|plugin| &**plugin as &dyn Plugin), own)
    }

    /// See [`PlatformBuilder::work_later`].
    #[must_use]
    pub fn work_later(mut self) -> Self {
        self.platform = self.platform.work_later();
        self
    }

    /// Loads templates, words and routes, then builds the platform.
    ///
    /// # Errors
    /// Returns an error if a setting cannot be used, the database or the data directory cannot be opened, a template or a
    /// translation cannot be read, or a plugin does not start.
    pub async fn build(self) -> Result<Atrium> {
        self.boxed().await
    }

    /// Returns the start as a boxed future, so that it is compiled here once, not in each crate that awaits it.
    fn boxed(self) -> Pin<Box<dyn Future<Output = Result<Atrium>> + Send>> {
        Box::pin(self.assemble())
    }

    async fn assemble(self) -> Result<Atrium> {
        self.settings.check()?;
        let shell = Arc::new(Shell::load(&self.settings, &self.plugins)?);
        super::articles::hand_over(&self.plugins)?;
        super::collect_figures();
        let (plugins, host_login, pages) = (self.plugins.clone(), self.host_login.clone(), shell.pages.clone());
        let labels = role_labels(&shell, &plugins);
        let platform = self.into_platform().role_labels(labels).shell(shell.clone()).consumer(pages).build().await?;
        #[cfg(feature = "search")]
        if let Err(error) = require_kind_names(&shell, &platform) {
            // Background work has begun.
            let _ = platform.stop().await;
            return Err(error);
        }
        name_jobs(&shell, &platform);
        Ok(Atrium(Arc::new(Inner { platform, plugins, shell, host_login })))
    }

    fn into_platform(self) -> PlatformBuilder {
        let plugins = self.plugins.into_iter().map(|plugin| plugin as Arc<dyn Plugin>);
        plugins.fold(self.platform.settings(self.settings), PlatformBuilder::shared_plugin)
    }

    /// See [`PlatformBuilder::finds_database`].
    #[must_use]
    pub fn finds_database(&self) -> bool {
        PlatformBuilder::default().settings(self.settings.clone()).finds_database()
    }

    /// Examines the templates and translations, then as [`PlatformBuilder::examine`].
    pub async fn examine(self) -> Vec<Finding> {
        let shell = Shell::load(&self.settings, &self.plugins).err();
        let mut findings = self.into_platform().examine().await;
        findings.extend(shell.map(|error| Finding::failure("pages", error.told())));
        findings
    }

    /// See [`PlatformBuilder::replace_secret_key`].
    ///
    /// # Errors
    /// Returns the errors of that method.
    pub async fn replace_secret_key(self) -> Result<String> {
        self.into_platform().replace_secret_key().await
    }

    /// See [`PlatformBuilder::back_up`].
    ///
    /// # Errors
    /// Returns the errors of that method.
    #[cfg(feature = "sqlite")]
    pub async fn back_up(self, to: &Path) -> Result<()> {
        self.into_platform().back_up(to).await
    }

    /// See [`PlatformBuilder::restore`].
    ///
    /// # Errors
    /// Returns the errors of that method.
    #[cfg(feature = "sqlite")]
    pub async fn restore(self, from: &Path, existing: Existing) -> Result<Restored> {
        self.into_platform().restore(from, existing).await
    }
}

/// Returns the labels of the roles of core and the plugins, from their translations.
fn role_labels(shell: &Shell, plugins: &[Arc<dyn WebPlugin>]) -> Vec<(String, [String; 2])> {
    let words = shell.look().words.clone();
    let roles = core_roles().into_iter().chain(plugins.iter().flat_map(|plugin| plugin.roles()));
    let label = |role: RoleDef| {
        let message = Message::new(role_message(role.key()));
        (role.key().to_owned(), [Locale::Fr, Locale::En].map(|locale| words.message(locale, &message)))
    };
    roles.map(label).collect()
}

/// Passes if every kind of searched documents has a name. Kinds are only known once the platform is there.
///
/// # Errors
/// Returns an error that names the message that is missing.
#[cfg(feature = "search")]
fn require_kind_names(shell: &Shell, platform: &Platform) -> Result<()> {
    let words = shell.look().words.clone();
    for source in platform.finder().sources().iter() {
        let (kind, key) = (source.kind(), format!("search-kind-{}", source.kind()));
        if Locale::ALL.into_iter().any(|locale| words.known(locale, &key).is_none()) {
            let what =
                format!("the kind `{kind}` of searched documents has no name: no plugin has the message `{key}`");
            return Err(Error::bug(what));
        }
    }
    Ok(())
}

/// Logs the jobs and kinds of tasks without a name, which the page of jobs then shows by their ids. They are only known once
/// the platform is there: too late to refuse it.
fn name_jobs(shell: &Shell, platform: &Platform) {
    let words = shell.look().words.clone();
    let jobs = platform.job_ids().into_iter().map(|id| ("job", id));
    for (what, id) in jobs.chain(platform.task_kinds().into_iter().map(|kind| ("task", kind))) {
        let key = format!("{what}-{}", id.replace(['.', '_'], "-"));
        if words.known(Locale::Fr, &key).is_none() {
            tracing::warn!("the {what} `{id}` has no message `{key}`");
        }
    }
}

impl Atrium {
    /// Returns a builder with default settings and no plugins.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Returns the platform without its pages.
    #[must_use]
    pub fn platform(&self) -> &Platform {
        &self.0.platform
    }

    /// Returns the routes, for a host whose state is of any type. Serve them with [`Server`](crate::Server), or
    /// with another server that provides the peer's address
    /// (`into_make_service_with_connect_info::<SocketAddr>()`), by which requests are limited.
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> axum::Router<S> {
        super::build_router(self).with_state(())
    }

    /// Returns a layer for the host's own routes, on which [`Actor`](atrium_platform::access::Actor) and
    /// [`Rights`](atrium_platform::access::Rights) are then extractors: who a request is, by a session of ours or the
    /// host's sign-in, found out when a handler asks. A visitor is an anonymous actor.
    ///
    /// The layer checks no form's origin: that stays the host's task.
    ///
    /// ```no_run
    /// # async fn example(atrium: atrium_web::Atrium) {
    /// use atrium_platform::access::Actor;
    /// use axum::{Router, routing::get};
    ///
    /// async fn hello(actor: Actor) -> String {
    ///     format!("Bonjour {}", actor.name())
    /// }
    /// let app: Router = Router::new()
    ///     .route("/bonjour", get(hello))
    ///     .layer(atrium.actor_layer())
    ///     .nest("/assistance", atrium.router());
    /// # }
    /// ```
    pub fn actor_layer(&self) -> axum::Extension<ActorSource> {
        axum::Extension(super::identity::source(self))
    }

    /// Returns the router of `/metrics` alone, for a listener of its own ([`Settings::metrics_listen`]), without a
    /// check of the reader.
    pub fn figures_router(&self) -> axum::Router {
        super::figures_router()
    }

    /// Returns the plugins, in order.
    #[must_use]
    pub fn plugins(&self) -> &[Arc<dyn WebPlugin>] {
        &self.0.plugins
    }

    /// Returns every route, for tests and documents.
    #[must_use]
    pub fn routes(&self) -> &[RouteInfo] {
        &self.0.shell.routes
    }

    /// Renders a message, for mails, terminals and other places outside of pages.
    #[must_use]
    pub fn say(&self, locale: Locale, message: &Message) -> String {
        self.0.shell.look().words.message(locale, message)
    }

    pub(crate) fn shell(&self) -> &Shell {
        &self.0.shell
    }

    pub(crate) fn host_login(&self) -> Option<&Arc<dyn HostLogin>> {
        self.0.host_login.as_ref()
    }
}

impl Deref for Atrium {
    type Target = Platform;

    fn deref(&self) -> &Platform {
        &self.0.platform
    }
}
