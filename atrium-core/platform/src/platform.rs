//! The assembled platform without HTTP: [`Platform`] and its builder. The web shell builds on it.

#[cfg(feature = "sqlite")]
mod backup;
mod declared;
mod disk;
mod doctor;
mod existing;
mod jobs;

#[cfg(feature = "sqlite")]
pub use backup::{Existing, Restored};

use declared::SiteFile;
#[cfg(feature = "search")]
use disk::open_index;
use disk::{make_private, no_directory};
use existing::{is_ours, require_database};

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[cfg(feature = "search")]
use atrium_search::{SearchEngine, Synonyms};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access::{Access, Actor, Permissions, Via, core_permissions};
use crate::catalogue::Catalogue;
use crate::clock::{Clock, choose_zone};
use crate::config::Settings;
#[cfg(feature = "sqlite")]
use crate::db::look_after_wal;
use crate::db::{Db, Limits, Migrator, Pools, core_migrator, migrate_with_lock};
use crate::directory::actions::Directory;
use crate::error::{Error, Result};
use crate::events::{self, Consumer, DeclaredEvent, Worker};
#[cfg(feature = "search")]
use crate::events::{Act, Signature};
#[cfg(feature = "search")]
use crate::finder::{Finder, INDEX_ASKED, IndexFeed};
use crate::id::{PersonId, unique_name};
use crate::jobs::{JobStatus, ScheduledJob, Scheduler};
use crate::login::Login;
#[cfg(feature = "commands")]
use crate::plugin::CommandDef;
#[cfg(feature = "search")]
use crate::plugin::{Mistake, owner};
use crate::plugin::{Mistakes, Plugin, PluginContext, declared_events, examine_events, examine_jobs, examine_plugins};
use crate::privacy::Privacy;
use crate::settings::actions::PluginSettings;

/// The assembled platform. Cheap to clone. Dropping the last clone does not stop it; [`stop`](Self::stop) does.
#[derive(Clone)]
pub struct Platform(Arc<Inner>);

struct Inner {
    cx: PluginContext,
    plugins: Vec<Arc<dyn Plugin>>,
    events: Vec<DeclaredEvent>,
    consumers: Vec<Arc<dyn Consumer>>,
    node: String,
    stop: CancellationToken,
    tasks: TaskTracker,
    works: AtomicBool,
    scheduler: Scheduler,
    privacy: Privacy,
    #[cfg(feature = "search")]
    feed: Arc<IndexFeed>,
}

/// The readiness of a node and the state of its index.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Readiness {
    /// `true` if the database answers.
    pub database: bool,
    /// `true` if the database can be written.
    pub writable: bool,
    /// `true` if the index is complete. Searches answer with what it holds meanwhile.
    pub index: bool,
    /// The progress of filling the index in per cent, while that is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_percent: Option<u8>,
    /// `true` if the node takes requests. A rebuild of the index does not change that.
    pub ready: bool,
}

/// The background work of a platform.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Work {
    /// All of it, from the start.
    #[default]
    Now,
    /// All of it, once started by a call.
    Later,
    /// Off: another node does it.
    Never,
    /// Off, on a database that is made if it is not there.
    Empty,
    /// Off, and the database is not written.
    Look,
}

/// Builds a [`Platform`].
#[derive(Default)]
pub struct PlatformBuilder {
    work: Work,
    settings: Settings,
    clock: Clock,
    pool: Option<DatabaseConnection>,
    shell: Option<Arc<dyn Any + Send + Sync>>,
    plugins: Vec<Arc<dyn Plugin>>,
    consumers: Vec<Arc<dyn Consumer>>,
    services: Option<SiteFile>,
    roles: Option<SiteFile>,
    role_labels: Vec<(String, [String; 2])>,
}

impl PlatformBuilder {
    /// Sets the settings; the defaults otherwise.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Sets the clock; the machine's otherwise.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Uses a pool of the host's instead of opening one: see [`Db::over`], which says what it must be like. Commands
    /// beside a running node (`examine`, backups) open the address of the settings.
    #[must_use]
    pub fn database(mut self, pool: impl Into<DatabaseConnection>) -> Self {
        self.pool = Some(pool.into());
        self
    }

    /// Sets what the web shell adds to the context of plugins.
    #[doc(hidden)]
    #[must_use]
    pub fn shell(mut self, shell: Arc<dyn Any + Send + Sync>) -> Self {
        self.shell = Some(shell);
        self
    }

    /// Sets the services that people ask about, as the TOML `text` declares them ([`Services`](crate::catalogue::Services)); there are none otherwise.
    /// `file` is the name that mistakes in it have. The setting `services` names a file that replaces it.
    #[must_use]
    pub fn services(mut self, file: impl Into<String>, text: impl Into<String>) -> Self {
        self.services = Some((file.into(), text.into()));
        self
    }

    /// Sets the roles of the site's own, as the TOML `text` declares them ([`RoleDef::parse`](crate::access::RoleDef::parse)), with permissions of any plugin.
    /// `file` is the name that mistakes in it have.
    #[must_use]
    pub fn roles(mut self, file: impl Into<String>, text: impl Into<String>) -> Self {
        self.roles = Some((file.into(), text.into()));
        self
    }

    /// Sets the labels of roles of core and plugins, in French and in English, which the web shell has.
    #[doc(hidden)]
    #[must_use]
    pub fn role_labels(mut self, labels: Vec<(String, [String; 2])>) -> Self {
        self.role_labels = labels;
        self
    }

    /// Adds a plugin; plugins are asked in the order in which they are added.
    #[must_use]
    pub fn plugin(self, plugin: impl Plugin) -> Self {
        self.shared_plugin(Arc::new(plugin))
    }

    /// Adds a plugin as [`plugin`](Self::plugin) does, if the caller keeps a handle on it.
    #[must_use]
    pub fn shared_plugin(mut self, plugin: Arc<dyn Plugin>) -> Self {
        self.plugins.push(plugin);
        self
    }

    /// Adds a consumer of events that belongs to no plugin.
    #[must_use]
    pub fn consumer(mut self, consumer: impl Consumer) -> Self {
        self.consumers.push(Arc::new(consumer));
        self
    }

    /// Builds a platform without index and background work, for commands beside a running node, which write to SQL
    /// and leave the rest to the node. The database must exist.
    #[must_use]
    pub fn offline(mut self) -> Self {
        self.work = Work::Never;
        self
    }

    /// Builds a platform as [`offline`](Self::offline) does, on a database that is made if it is not there: for commands
    /// that need no site.
    #[must_use]
    pub fn empty(mut self) -> Self {
        self.work = Work::Empty;
        self
    }

    /// Returns the commands of the plugins, in their order.
    #[cfg(feature = "commands")]
    #[must_use]
    pub fn commands(&self) -> Vec<CommandDef> {
        self.plugins.iter().flat_map(|plugin| plugin.commands()).collect()
    }

    /// Builds a platform as [`offline`](Self::offline) does, which also leaves a database alone that has every
    /// migration.
    fn looking(mut self) -> Self {
        self.work = Work::Look;
        self
    }

    /// Leaves background work to [`Platform::start_work`], for callers that fill the platform first without a
    /// reaction to each of a thousand changes.
    #[must_use]
    pub fn work_later(mut self) -> Self {
        self.work = Work::Later;
        self
    }

    /// Connects, migrates, opens the index, starts the plugins and the background work.
    ///
    /// # Errors
    /// Returns an error if a setting is not valid, the database or the data directory cannot be opened, or a plugin
    /// does not start.
    pub async fn build(self) -> Result<Platform> {
        self.boxed().await
    }

    /// Returns the start as a boxed future, so that it is compiled here once, not in each crate that awaits it.
    fn boxed(self) -> Pin<Box<dyn Future<Output = Result<Platform>> + Send>> {
        Box::pin(self.assemble())
    }

    async fn assemble(self) -> Result<Platform> {
        self.settings.check()?;
        let mut mistakes = Mistakes::default();
        examine_plugins(&self.plugins, &mut mistakes);
        examine_events(&self.plugins, &mut mistakes);
        let services = declared::services(&self.settings, self.services, &mut mistakes)?;
        let roles = declared::roles(self.roles, &self.plugins, &mut mistakes);
        mistakes.end()?;
        if let Some(other) = choose_zone(&self.settings.time_zone).filter(|zone| *zone != self.settings.time_zone) {
            let zone = &self.settings.time_zone;
            let what = format!("setting `time_zone` is `{zone}`, and another platform of this process has `{other}`");
            return Err(Error::bug(what));
        }
        let looks = self.work == Work::Look;
        if self.work == Work::Never && self.pool.is_none() {
            require_database(&self.settings)?;
        } else if !looks {
            make_private(&self.settings.data_dir).map_err(|source| no_directory(&self.settings.data_dir, source))?;
        }
        let pools = Pools { readers: self.settings.database_connections, durable: self.settings.durable };
        let limits = limits(&self.settings);
        let db = match self.pool {
            Some(pool) => Db::over_within(pool, pools, limits, self.clock).await?,
            None => Db::connect_within(&self.settings.database_url(), pools, limits, self.clock).await?,
        };
        if self.work == Work::Never && !is_ours(&db).await {
            return Err(Error::bug("the database holds nothing of the platform yet: `serve` sets it up first"));
        }
        if !looks {
            migrate_with_lock(&db, &migrators(&self.plugins)).await?;
        }
        #[cfg(feature = "search")]
        let instance =
            if looks { events::known_instance(&db).await?.unwrap_or_default() } else { events::instance(&db).await? };

        let declared = self.plugins.iter().flat_map(|plugin| plugin.permissions());
        let roles = roles.into_iter().chain(self.plugins.iter().flat_map(|plugin| plugin.roles()));
        let permissions = Permissions::with_roles(core_permissions().into_iter().chain(declared), roles)?;
        let permissions = permissions.with_labels(self.role_labels);
        let access = Access::new(db.clone(), permissions);
        if !looks {
            access.sync_built_in_roles().await?;
        }
        let catalogue = if looks { Catalogue::read(&db).await? } else { Catalogue::open(&db, &services).await? };
        #[cfg(feature = "search")]
        let search = match self.work {
            Work::Never | Work::Empty | Work::Look => SearchEngine::in_memory(Synonyms::none())?,
            Work::Now | Work::Later => open_index(&self.settings).await?,
        };
        let declared = self.plugins.iter().map(|plugin| (plugin.id(), plugin.settings())).collect();
        let chosen =
            if looks { PluginSettings::defaults(&db, declared) } else { PluginSettings::open(&db, declared).await? };
        let stop = CancellationToken::new();
        let cx = PluginContext {
            #[cfg(feature = "search")]
            finder: Finder::without_sources(db.clone(), catalogue.clone(), search.clone()),
            db,
            access,
            catalogue,
            #[cfg(feature = "search")]
            search,
            settings: Arc::new(self.settings),
            chosen,
            stop: stop.clone(),
            shell: self.shell,
        };
        #[cfg(feature = "search")]
        let sources: Vec<_> = self.plugins.iter().filter_map(|plugin| plugin.search_source(&cx)).collect();
        #[cfg(feature = "search")]
        require_kinds(&self.plugins, &cx)?;
        #[cfg(feature = "search")]
        cx.finder.set_sources(sources.clone());
        let (node, jobs) = (unique_name(), scheduled(&self.plugins, &self.consumers, &cx)?);
        let privacy =
            Privacy::new(self.plugins.iter().filter_map(|plugin| plugin.privacy(&cx).map(|data| (plugin.id(), data))));
        let scheduler = Scheduler::new(cx.db.clone(), jobs, node.clone(), stop.clone());
        if matches!(self.work, Work::Now | Work::Later) {
            scheduler.register().await?;
        }
        let platform = Platform(Arc::new(Inner {
            scheduler,
            privacy,
            #[cfg(feature = "search")]
            feed: Arc::new(IndexFeed::new(cx.search.clone(), sources.clone(), instance)),
            cx,
            events: declared_events(self.plugins.iter().map(|plugin| plugin.events())),
            plugins: self.plugins,
            consumers: self.consumers,
            node,
            stop,
            tasks: TaskTracker::new(),
            works: AtomicBool::new(false),
        }));
        if matches!(self.work, Work::Now | Work::Later) {
            for plugin in &platform.0.plugins {
                plugin.start(&platform.0.cx).await?;
            }
        }
        if self.work == Work::Now {
            platform.start_work();
        }
        Ok(platform)
    }
}

/// Returns the jobs of core and of the plugins.
///
/// # Errors
/// Returns an error that names every mistake in them.
fn scheduled(
    plugins: &[Arc<dyn Plugin>],
    consumers: &[Arc<dyn Consumer>],
    cx: &PluginContext,
) -> Result<Vec<ScheduledJob>> {
    let of_plugins = plugins.iter().flat_map(|plugin| plugin.consumers(cx));
    let names = consumers.iter().cloned().chain(of_plugins).map(|consumer| consumer.name()).collect();
    let (mut all, mut mistakes) = (jobs::of_core(&cx.settings, names), Mistakes::default());
    for plugin in plugins {
        let jobs = plugin.schedule(cx);
        examine_jobs(plugin.id(), &jobs, &mut mistakes);
        all.extend(jobs);
    }
    mistakes.end()?;
    Ok(all)
}

/// Passes if no two plugins bring documents of one kind.
#[cfg(feature = "search")]
fn require_kinds(plugins: &[Arc<dyn Plugin>], cx: &PluginContext) -> Result<()> {
    let mut mistakes = Mistakes::default();
    let mut known: Vec<(&'static str, String)> = Vec::new();
    for plugin in plugins {
        let Some(source) = plugin.search_source(cx) else { continue };
        let kind = source.kind().to_owned();
        if let Some((other, _)) = known.iter().find(|(_, known)| *known == kind) {
            let what = format!("its documents are of the kind `{kind}`, as those of {}", owner(other));
            mistakes.add(Mistake::of_plugin(plugin.id(), what));
        }
        known.push((plugin.id(), kind));
    }
    mistakes.end()
}

/// The longest that a node waits for its database before it reports itself not ready.
const ANSWER: Duration = Duration::from_secs(3);
/// The longest that background work may take to end at a stop.
const ENDING: Duration = Duration::from_secs(7);
/// The longest that the index may take to close at a stop.
#[cfg(feature = "search")]
const CLOSING: Duration = Duration::from_secs(3);

/// Refreshes the database's statistics now and every hour.
async fn refresh_hourly(db: Db, stop: CancellationToken) {
    loop {
        // At start too, which may follow bulk work.
        if let Err(error) = db.refresh_statistics().await {
            tracing::warn!(error = error.told(), "the database's statistics could not be refreshed");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(3600)) => {}
        }
    }
}

fn limits(settings: &Settings) -> Limits {
    let reading = Duration::from_secs(settings.query_seconds.into());
    Limits { reading, kept: settings.database_share, ..Limits::default() }
}

fn migrators(plugins: &[Arc<dyn Plugin>]) -> Vec<Migrator> {
    let mut all = vec![core_migrator()];
    for plugin in plugins {
        let plugin = plugin.clone();
        all.push(Migrator::new(plugin.id(), move || plugin.migrations()));
    }
    all
}

impl Platform {
    /// Returns a builder with default settings and no plugins.
    #[must_use]
    pub fn builder() -> PlatformBuilder {
        PlatformBuilder::default()
    }

    /// Returns the database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.cx.db
    }

    /// Returns the loader of rights.
    #[must_use]
    pub fn access(&self) -> &Access {
        &self.0.cx.access
    }

    /// Returns the directory, to act on it.
    #[must_use]
    pub fn directory(&self) -> Directory {
        self.access().directory()
    }

    /// Returns the accounts, to act on them.
    #[must_use]
    pub fn login(&self) -> Login {
        self.access().login()
    }

    /// Returns the ATRIUM services and announcements.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.0.cx.catalogue
    }

    /// Returns the search engine.
    #[cfg(feature = "search")]
    #[must_use]
    pub fn search(&self) -> &SearchEngine {
        &self.0.cx.search
    }

    /// Returns the settings of this node.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.cx.settings
    }

    /// Returns the context that plugins get.
    #[must_use]
    pub fn context(&self) -> &PluginContext {
        &self.0.cx
    }

    /// Returns the catalogue of events: every kind that core and the plugins declare, by its key.
    #[must_use]
    pub fn events(&self) -> &[DeclaredEvent] {
        &self.0.events
    }

    /// Returns the plugins, in order.
    #[must_use]
    pub fn plugins(&self) -> &[Arc<dyn Plugin>] {
        &self.0.plugins
    }

    /// Returns the finder, which searches as an actor: the query carries the visibility of every source, and SQL
    /// checks again.
    #[cfg(feature = "search")]
    #[must_use]
    pub fn finder(&self) -> &Finder {
        &self.0.cx.finder
    }

    /// Returns the platform itself as an actor, for commands of the machine's operator.
    #[must_use]
    pub fn operator(&self) -> Actor {
        Actor::system(Via::Cli, self.db().now())
    }

    /// Starts the background work of a platform [built without it](PlatformBuilder::work_later). Has no effect if
    /// it runs already.
    pub fn start_work(&self) {
        let inner = &self.0;
        if inner.works.swap(true, Ordering::Relaxed) {
            return;
        }
        let mut consumers = inner.consumers.clone();
        consumers.push(Arc::new(inner.cx.catalogue.clone()));
        consumers.push(Arc::new(inner.cx.chosen.clone()));
        #[cfg(feature = "search")]
        consumers.push(inner.feed.clone());
        consumers.extend(inner.plugins.iter().flat_map(|plugin| plugin.consumers(&inner.cx)));
        for consumer in consumers {
            let worker = Worker::new(inner.cx.db.clone(), consumer, inner.node.clone(), inner.stop.clone());
            inner.tasks.spawn(worker.run());
        }
        inner.tasks.spawn(events::watch(inner.cx.db.clone(), inner.stop.clone()));
        #[cfg(feature = "search")]
        inner.tasks.spawn(inner.feed.clone().look_after(inner.cx.db.clone(), inner.stop.clone()));
        inner.tasks.spawn(refresh_hourly(inner.cx.db.clone(), inner.stop.clone()));
        inner.tasks.spawn(inner.scheduler.clone().run());
        #[cfg(feature = "sqlite")]
        {
            let bound = u64::from(inner.cx.settings.wal_megabytes) << 20;
            inner.tasks.spawn(look_after_wal(inner.cx.db.clone(), bound, inner.stop.clone()));
        }
        let db = inner.cx.db.clone();
        // Reports a full disk before a person's work is lost to it.
        inner.tasks.spawn(async move { db.is_writable().await });
        #[cfg(feature = "search")]
        {
            let search = inner.cx.search.clone();
            let kinds: Vec<_> = inner.cx.finder.sources().iter().map(|source| source.kind()).collect();
            inner.tasks.spawn(async move {
                if let Err(error) = search.warm_up(kinds).await.map_err(Error::from) {
                    tracing::warn!(error = error.told(), "the search could not be warmed up");
                }
            });
        }
    }

    /// Returns the settings of plugins.
    #[must_use]
    pub fn plugin_settings(&self) -> &PluginSettings {
        &self.0.cx.chosen
    }

    /// Returns who keeps personal data: `core`, and the ids of plugins.
    #[must_use]
    pub fn privacy_owners(&self) -> Vec<&'static str> {
        self.0.privacy.owners()
    }

    /// Returns everything that is kept about a person, by who keeps it, for the person themselves or for those who handle
    /// such requests; that somebody asked is recorded.
    ///
    /// # Errors
    /// Returns `is_forbidden` for others and about people above the actor, `is_not_found` if there is no such person, or
    /// an error if the database fails.
    pub async fn export_person(&self, actor: &Actor, person: PersonId) -> Result<serde_json::Value> {
        self.0.privacy.export(self.access(), actor, person).await
    }

    /// Erases a person for good: their name, their account, their places and roles, and what each plugin keeps about them,
    /// all or nothing. What they wrote stays, under a neutral name.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not handle such requests, on oneself and on people above the actor;
    /// `is_not_found` if there is no such person; `is_invalid` without a reason; `is_conflict` if the person is erased
    /// already or is the last platform administrator; or an error if the database fails.
    pub async fn erase_person(&self, actor: &Actor, person: PersonId, reason: &str) -> Result<()> {
        self.0.privacy.erase(self.access(), actor, person, reason).await
    }

    /// Returns every scheduled job of the site, by id.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not run jobs, or an error if the database fails.
    pub async fn jobs(&self, actor: &Actor) -> Result<Vec<JobStatus>> {
        crate::jobs::actions::list(self.db(), actor).await
    }

    /// Makes a job due now; this node, or another one, takes it within seconds.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not run jobs, `is_not_found` if there is no such job, `is_conflict` if a
    /// node runs it, or an error if the database fails.
    pub async fn run_job(&self, actor: &Actor, id: &str) -> Result<()> {
        crate::jobs::actions::ask(self.db(), actor, id).await?;
        self.0.scheduler.look_now();
        Ok(())
    }

    /// Runs the jobs that are due on this node now, one after the other, and returns how much each did. One that fails
    /// is noted, and the others go on.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn run_due_jobs(&self) -> Result<Vec<(&'static str, u64)>> {
        self.0.scheduler.run_due().await
    }

    /// Returns the ids of this node's jobs.
    #[must_use]
    pub fn job_ids(&self) -> Vec<&'static str> {
        self.0.scheduler.jobs().iter().map(ScheduledJob::id).collect()
    }

    /// Returns the readiness of the node.
    pub async fn readiness(&self) -> Readiness {
        let database =
            self.db().query_one_raw(sea_orm::Statement::from_string(self.db().get_database_backend(), "SELECT 1"));
        let database = tokio::time::timeout(ANSWER, database).await.is_ok_and(|answer| answer.is_ok());
        let writable = database && self.db().is_writable().await;
        let ready = database && writable && !self.0.stop.is_cancelled();
        #[cfg(feature = "search")]
        let (index, index_percent) = (self.0.feed.look().await, self.0.feed.percent());
        #[cfg(not(feature = "search"))]
        let (index, index_percent) = (true, None);
        Readiness { database, writable, index, index_percent, ready }
    }

    /// Returns `true` if the index is complete. Searches answer with what it holds meanwhile.
    #[cfg(feature = "search")]
    #[must_use]
    pub fn is_index_whole(&self) -> bool {
        self.0.feed.is_whole()
    }

    /// Waits until this node's index holds everything committed before the call.
    ///
    /// # Errors
    /// Returns an error if the index or the database fails.
    #[cfg(feature = "search")]
    pub async fn index_now(&self) -> Result<()> {
        self.0.feed.catch_up(self.db()).await
    }

    /// Makes every node refill its index: running ones now, others when they start.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    #[cfg(feature = "search")]
    pub async fn ask_reindex(&self) -> Result<()> {
        let tx = self.db().begin().await?;
        tx.record(Act::new(Signature::system(), INDEX_ASKED).on("index:all")).await?;
        tx.commit().await
    }

    /// Fills a new index from SQL while the present one serves.
    ///
    /// # Errors
    /// Returns an error if the index or the database fails.
    #[cfg(feature = "search")]
    pub async fn reindex(&self) -> Result<()> {
        self.0.feed.rebuild(self.db()).await
    }

    /// Stops the background work and closes the index and the database, even while routers of this platform are
    /// alive. The index is committed with every batch of changes.
    ///
    /// # Errors
    /// Returns an error if the index or the database cannot be closed properly.
    pub async fn stop(&self) -> Result<()> {
        self.0.stop.cancel();
        self.0.tasks.close();
        if tokio::time::timeout(ENDING, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("background work that did not end was given up");
        }
        #[cfg(feature = "search")]
        match tokio::time::timeout(CLOSING, self.0.cx.search.close()).await {
            Ok(closed) => closed?,
            Err(_) => tracing::warn!("the search index did not close in time: it stands where it was committed last"),
        }
        self.0.cx.db.clone().close().await
    }
}
