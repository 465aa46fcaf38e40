//! Assembling a [`Platform`]: settings, database, plugins, index.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

#[cfg(feature = "search")]
use atrium_search::{SearchEngine, Synonyms};
use sea_orm::DatabaseConnection;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::declared::{self, SiteFile};
#[cfg(feature = "search")]
use super::disk::open_index;
use super::disk::{make_private, no_directory};
use super::existing::{is_ours, require_database};
use super::{Inner, Platform, jobs};
use crate::access::{Access, Permissions, core_permissions};
use crate::catalogue::Catalogue;
use crate::clock::{Clock, choose_zone};
use crate::config::Settings;
use crate::db::{Db, Limits, Migrator, Pools, core_migrator, migrate_with_lock};
use crate::error::{Error, Result};
#[cfg(feature = "search")]
use crate::events;
use crate::events::{Consumer, DeclaredEvent};
#[cfg(feature = "files")]
use crate::files::{FileScanner, Files, clear_incoming};
#[cfg(feature = "search")]
use crate::finder::{Finder, IndexFeed};
use crate::id::unique_name;
use crate::jobs::{ScheduledJob, Scheduler, TaskRunner};
use crate::mail::Mail;
use crate::mail::replies::Inbox;
use crate::notify::{FanOut, Notices};
#[cfg(feature = "commands")]
use crate::plugin::{CommandDef, commands_beside};
#[cfg(feature = "search")]
use crate::plugin::{Mistake, owner};
use crate::plugin::{Mistakes, Plugin, PluginContext, declared_events, examine_events, examine_jobs, examine_plugins};
use crate::privacy::Privacy;
use crate::secrets;
use crate::settings::actions::PluginSettings;
#[cfg(feature = "webhooks")]
use crate::webhooks;
use crate::webhooks::{Guards, PublicKinds, Webhooks};

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
    pub(super) settings: Settings,
    pub(super) clock: Clock,
    pub(super) pool: Option<DatabaseConnection>,
    shell: Option<Arc<dyn Any + Send + Sync>>,
    pub(super) plugins: Vec<Arc<dyn Plugin>>,
    consumers: Vec<Arc<dyn Consumer>>,
    services: Option<SiteFile>,
    roles: Option<SiteFile>,
    role_labels: Vec<(String, [String; 2])>,
    #[cfg(feature = "files")]
    scanner: Option<Arc<dyn FileScanner>>,
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

    /// Uses a pool of the host's instead of opening one: see [`Db::over`], which says what it must be like. `examine`
    /// and backups look at its database, too.
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

    /// Sets what looks at each file that people send, before it can be used; files are not looked at otherwise.
    #[cfg(feature = "files")]
    #[must_use]
    pub fn file_scanner(mut self, scanner: impl FileScanner) -> Self {
        self.scanner = Some(Arc::new(scanner));
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

    /// Returns the commands of the plugins, in their order, for a program whose own commands are called `own`.
    ///
    /// # Errors
    /// Returns an error that names the plugin and the command if the program has one of that name.
    #[cfg(feature = "commands")]
    pub fn commands(&self, own: &[&str]) -> Result<Vec<CommandDef>> {
        commands_beside(self.plugins.iter().map(|plugin| &**plugin), own)
    }

    /// Makes the database belong to the secret key that this node has, or to a new one if it has none, after the key of
    /// before was lost: what was sealed with that stays closed, links that were signed with it count for nothing. Returns
    /// the fingerprint of the key.
    ///
    /// # Errors
    /// Returns an error if a setting is not valid, there is no database, or the key cannot be written.
    pub async fn replace_secret_key(self) -> Result<String> {
        self.settings.check()?;
        require_database(&self.settings)?;
        let pools = Pools { readers: 1, durable: self.settings.durable };
        let db = Db::connect(&self.settings.database_url(), pools, self.clock).await?;
        let replaced = secrets::accept(&self.settings, &db).await;
        db.close().await?;
        replaced
    }

    /// Builds a platform as [`offline`](Self::offline) does, which also leaves a database alone that has every
    /// migration.
    pub(super) fn looking(mut self) -> Self {
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

    async fn assemble(mut self) -> Result<Platform> {
        self.settings.check()?;
        let mut mistakes = Mistakes::default();
        examine_plugins(&self.plugins, &mut mistakes);
        examine_events(&self.plugins, &mut mistakes);
        let services = declared::services(&self.settings, self.services.take(), &mut mistakes)?;
        let site_roles = declared::roles(self.roles.take(), &self.plugins, &mut mistakes);
        mistakes.end()?;
        use_zone(&self.settings.time_zone)?;
        let looks = self.work == Work::Look;
        let db = self.connect().await?;
        let secrets = if looks { secrets::find(&self.settings) } else { secrets::require(&self.settings, &db).await? };
        #[cfg(feature = "search")]
        let instance =
            if looks { events::known_instance(&db).await?.unwrap_or_default() } else { events::instance(&db).await? };
        let declared = self.plugins.iter().flat_map(|plugin| plugin.permissions());
        let roles = site_roles.into_iter().chain(self.plugins.iter().flat_map(|plugin| plugin.roles()));
        let permissions = Permissions::with_roles(core_permissions().into_iter().chain(declared), roles)?;
        let access = Access::new(db.clone(), permissions.with_labels(std::mem::take(&mut self.role_labels)));
        if !looks {
            access.sync_built_in_roles().await?;
        }
        let catalogue = if looks { Catalogue::read(&db).await? } else { Catalogue::open(&db, &services).await? };
        let declared = self.plugins.iter().map(|plugin| (plugin.id(), plugin.settings())).collect();
        let chosen =
            if looks { PluginSettings::defaults(&db, declared) } else { PluginSettings::open(&db, declared).await? };
        #[cfg(feature = "search")]
        let search = match self.work {
            Work::Never | Work::Empty | Work::Look => SearchEngine::in_memory(Synonyms::none())?,
            Work::Now | Work::Later => open_index(&self.settings).await?,
        };
        let settings = Arc::new(self.settings);
        let cx = PluginContext {
            #[cfg(feature = "files")]
            files: Files::without_owners(db.clone(), settings.clone(), self.scanner)?,
            #[cfg(feature = "search")]
            finder: Finder::without_sources(db.clone(), catalogue.clone(), search.clone()),
            notices: Notices::without_notifiers(db.clone()),
            db,
            access,
            catalogue,
            #[cfg(feature = "search")]
            search,
            mail: Mail::of(&settings, secrets.clone())?,
            settings,
            secrets,
            chosen,
            stop: CancellationToken::new(),
            shell: self.shell,
        };
        cx.notices.set_notifiers(self.plugins.iter().filter_map(|plugin| plugin.notifier(&cx)));
        #[cfg(feature = "files")]
        cx.files.set_owners(self.plugins.iter().filter_map(|plugin| Some((plugin.id(), plugin.file_owner(&cx)?))));
        #[cfg(feature = "search")]
        let feed = connect_search(&self.plugins, &cx, instance)?;
        let inner = Inner::new(
            cx,
            self.plugins,
            self.consumers,
            #[cfg(feature = "search")]
            feed,
        )?;
        start(Platform(Arc::new(inner)), self.work).await
    }

    /// Opens the database that the settings or the host name, with every migration of core and of the plugins.
    async fn connect(&mut self) -> Result<Db> {
        let settings = &self.settings;
        let looks = self.work == Work::Look;
        if self.work == Work::Never && self.pool.is_none() {
            require_database(settings)?;
        } else if !looks {
            make_private(&settings.data_dir).map_err(|source| no_directory(&settings.data_dir, source))?;
        }
        let pools = Pools { readers: settings.database_connections, durable: settings.durable };
        let (limits, clock) = (limits(settings), self.clock.clone());
        let db = match self.pool.take() {
            Some(pool) => Db::over_within(pool, pools, limits, clock).await?,
            None => Db::connect_within(&settings.database_url(), pools, limits, clock).await?,
        };
        if self.work == Work::Never && !is_ours(&db).await {
            return Err(Error::bug("the database holds nothing of the platform yet: `serve` sets it up first"));
        }
        if !looks {
            migrate_with_lock(&db, &migrators(&self.plugins)).await?;
        }
        Ok(db)
    }
}

impl Inner {
    /// Puts together what is open.
    ///
    /// # Errors
    /// Returns an error that names every mistake in the jobs and queues of plugins.
    fn new(
        cx: PluginContext,
        plugins: Vec<Arc<dyn Plugin>>,
        consumers: Vec<Arc<dyn Consumer>>,
        #[cfg(feature = "search")] feed: IndexFeed,
    ) -> Result<Self> {
        let (node, stop) = (unique_name(), cx.stop.clone());
        let scheduled = scheduled(&plugins, &consumers, &cx)?;
        let events = declared_events(plugins.iter().map(|plugin| plugin.events()));
        let webhooks = webhooks_of(&plugins, &events, &cx)?;
        let receivers = plugins.iter().filter_map(|plugin| Some((plugin.id(), plugin.replies(&cx)?))).collect();
        let personal = plugins.iter().filter_map(|plugin| plugin.privacy(&cx).map(|data| (plugin.id(), data)));
        Ok(Self {
            scheduler: Scheduler::new(cx.db.clone(), scheduled, node.clone(), stop.clone()),
            tasks_due: TaskRunner::new(
                cx.db.clone(),
                jobs::queues(&plugins, &cx, &webhooks)?,
                node.clone(),
                stop.clone(),
            ),
            privacy: Privacy::new(personal),
            inbox: Inbox::new(cx.db.clone(), cx.access.clone(), cx.mail.clone(), receivers),
            #[cfg(feature = "search")]
            feed: Arc::new(feed),
            events,
            webhooks,
            plugins,
            consumers,
            node,
            stop,
            tasks: TaskTracker::new(),
            works: AtomicBool::new(false),
            cx,
        })
    }
}

/// Starts the plugins of a node that works, and its background work unless that waits for a call.
async fn start(platform: Platform, work: Work) -> Result<Platform> {
    if matches!(work, Work::Now | Work::Later) {
        #[cfg(feature = "files")]
        clear_incoming(&platform.0.cx.settings);
        platform.0.scheduler.register().await?;
        platform.begin_consumers().await?;
        for plugin in &platform.0.plugins {
            plugin.start(&platform.0.cx).await?;
        }
    }
    if work == Work::Now {
        platform.start_work();
    }
    Ok(platform)
}

/// Makes `zone` the time zone of the process.
///
/// # Errors
/// Returns an error if another platform of this process has another one.
fn use_zone(zone: &str) -> Result<()> {
    match choose_zone(zone).filter(|other| *other != zone) {
        Some(other) => {
            let what = format!("setting `time_zone` is `{zone}`, and another platform of this process has `{other}`");
            Err(Error::bug(what))
        }
        None => Ok(()),
    }
}

/// Tells the finder the sources of the plugins, and returns what fills the index from them.
#[cfg(feature = "search")]
fn connect_search(plugins: &[Arc<dyn Plugin>], cx: &PluginContext, instance: String) -> Result<IndexFeed> {
    let sources: Vec<_> = plugins.iter().filter_map(|plugin| plugin.search_source(cx)).collect();
    require_kinds(plugins, cx)?;
    cx.finder.set_sources(sources.clone());
    Ok(IndexFeed::new(cx.search.clone(), sources, instance))
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
    let others = consumers.iter().cloned().chain(of_plugins).map(|consumer| consumer.name());
    #[cfg(feature = "webhooks")]
    let others = others.chain([webhooks::FanOut::NAME]);
    let names = std::iter::once(FanOut::NAME).chain(others).collect();
    let (mut all, mut mistakes) = (jobs::of_core(cx, names), Mistakes::default());
    for plugin in plugins {
        let jobs = plugin.schedule(cx);
        examine_jobs(plugin.id(), &jobs, &mut mistakes);
        all.extend(jobs);
    }
    mistakes.end()?;
    Ok(all)
}

/// Returns the webhooks, with the public kinds among `events` and what guards them.
fn webhooks_of(plugins: &[Arc<dyn Plugin>], events: &[DeclaredEvent], cx: &PluginContext) -> Result<Webhooks> {
    let guards = plugins.iter().filter_map(|plugin| plugin.event_guard(cx).map(|guard| (plugin.id(), guard)));
    let known = (PublicKinds::among(events), Guards::new(guards));
    Webhooks::new(cx.access.clone(), cx.secrets.clone(), &cx.settings, known)
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

fn limits(settings: &Settings) -> Limits {
    let reading = Duration::from_secs(settings.query_seconds.into());
    Limits { reading, kept: settings.database_share, ..Limits::default() }
}

pub(super) fn migrators(plugins: &[Arc<dyn Plugin>]) -> Vec<Migrator> {
    let mut all = vec![core_migrator()];
    for plugin in plugins {
        let plugin = plugin.clone();
        all.push(Migrator::new(plugin.id(), move || plugin.migrations()));
    }
    all
}
