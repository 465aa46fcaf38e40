//! The plugin.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use atrium_core::access::{Actor, PermissionDef, RoleDef, Via};
use atrium_core::db::{Db, SqlMigration};
use atrium_core::events::DeclaredEvent;
use atrium_core::jobs::ScheduledJob;
use atrium_core::plugin::{CommandDef, Finding, Plugin, PluginContext};
use atrium_core::privacy::PersonalData;
use atrium_core::search::SearchSource;
use atrium_core::settings::SettingDef;
use atrium_core::web::{
    Files, FirstStep, HomeSection, NavEntry, PluginArticles, RequestContext, Routes, SitemapPage, WebPlugin,
};
use atrium_core::webhooks::EventGuard;
use atrium_core::{Error, Result};
use rust_embed::RustEmbed;
use sea_orm_migration::MigrationTrait;

use crate::articles::{Articles, store, visibility};
use crate::command::ContentCommand;
use crate::content::{Fault, Folder, Severity};
use crate::event_guard::HelpGuard;
use crate::feedback::Feedback;
use crate::privacy::KEPT;
use crate::search::HelpSource;
use crate::source::Source;
use crate::sync::{Content, Removals};
use crate::{READ_FEEDBACK, feedback, kinds, paths, pictures, reading, settings, sync};

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Templates;

#[derive(RustEmbed)]
#[folder = "locales/"]
struct Locales;

const MIGRATIONS: [SqlMigration; 9] = [
    SqlMigration { name: "m0001_help", sql: include_str!("../migrations/0001_help.sql") },
    SqlMigration { name: "m0002_updated", sql: include_str!("../migrations/0002_updated.sql") },
    SqlMigration { name: "m0003_feedback_school", sql: include_str!("../migrations/0003_feedback_school.sql") },
    SqlMigration { name: "m0004_generations", sql: include_str!("../migrations/0004_generations.sql") },
    SqlMigration { name: "m0005_links", sql: include_str!("../migrations/0005_links.sql") },
    SqlMigration { name: "m0006_recent", sql: include_str!("../migrations/0006_recent.sql") },
    SqlMigration { name: "m0007_pictures", sql: include_str!("../migrations/0007_pictures.sql") },
    SqlMigration { name: "m0016_feedback_age", sql: include_str!("../migrations/0016_feedback_age.sql") },
    SqlMigration { name: "m0017_own_key", sql: include_str!("../migrations/0017_own_key.sql") },
];

/// The online help.
pub struct Help {
    source: Source,
    root: Option<String>,
    /// The articles that other plugins bring, set before the start.
    brought: OnceLock<Vec<PluginArticles>>,
}

impl Help {
    /// Returns a help whose content is already in the database, or comes later.
    #[must_use]
    pub fn new() -> Self {
        Self { source: Source::Nowhere, root: None, brought: OnceLock::new() }
    }

    /// Creates the help whose content is the folder at `dir`, read at each start. If the folder is suddenly empty
    /// or lacks most of its articles, that is logged, the stored help stays, and the problem is listed until a
    /// synchronisation: see [`Removals`].
    pub fn from_dir(dir: impl Into<PathBuf>) -> Self {
        Self { source: Source::Directory(dir.into()), root: None, brought: OnceLock::new() }
    }

    /// Returns a help whose content is in the binary; `root` is the name under which it is kept apart from other
    /// folders.
    pub fn embedded(root: impl Into<String>, files: Files) -> Self {
        Self { source: Source::Files(files), root: Some(root.into()), brought: OnceLock::new() }
    }

    /// Returns the name under which its content is kept apart from other folders: by default a folder's own. With a
    /// name of its own, content can move to another folder and still be the same; without, it would find its addresses
    /// taken.
    #[must_use]
    pub fn kept_as(mut self, root: impl Into<String>) -> Self {
        self.root = Some(root.into());
        self
    }

    async fn folder(&self) -> Result<Option<Folder>> {
        let Some(folder) = self.source.read().await? else { return Ok(None) };
        Ok(Some(match &self.root {
            Some(root) => folder.kept_as(root),
            None => folder,
        }))
    }

    /// Returns the known problems of the content, and the reason this node would not synchronise its own.
    async fn examine(&self, cx: &PluginContext) -> Result<Vec<Fault>> {
        let mut faults = Content::of(&cx.db).known_faults().await?;
        let own = match self.folder().await {
            Ok(Some(folder)) => sync::refused_at_start(&cx.db, folder).await?,
            Ok(None) => None,
            Err(missing) => Some(Fault::error("", 1, missing.told())),
        };
        faults.extend(own.filter(|own| !faults.contains(own)));
        Ok(faults)
    }

    /// Synchronises a folder, and keeps the help as it was if that is refused.
    async fn take_in(&self, cx: &PluginContext, folder: Folder) -> Result<()> {
        let system = Actor::system(Via::System, cx.db.now());
        let root = folder.root.clone();
        match Content::of(&cx.db).sync_unless_older(&system, folder, Removals::Few).await {
            Ok(report) => {
                tell(&report);
                Ok(())
            }
            Err(refused) if refused.is_conflict() => {
                // A help of yesterday answers more people than no server does.
                tracing::error!(error = refused.told(), "the help stays as it was: its content was not synchronised");
                sync::keep_refusal(&cx.db, &root, &refused).await
            }
            Err(error) => Err(error),
        }
    }

    /// Withdraws the articles that plugins brought before and bring no longer: the plugin has none, or is gone.
    async fn withdraw(&self, cx: &PluginContext) -> Result<()> {
        let brought = self.brought.get().into_iter().flatten();
        let brought: Vec<String> = brought.map(|articles| root_of(articles.plugin)).collect();
        let system = Actor::system(Via::System, cx.db.now());
        for root in sync::store::published_roots(&cx.db, &root_of("")).await? {
            if !brought.contains(&root) {
                tracing::info!(root, "no plugin brings these help articles any more: they are withdrawn");
                let folder = Folder::of("", []).kept_as(&root);
                Content::of(&cx.db).sync(&system, folder, Removals::All).await?;
                // The plugin may come back with the same articles.
                let tx = cx.db.begin().await?;
                sync::store::forget_generations(&tx, &root).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// The node goes on with what is kept of a folder that is not there; without anything kept, it does not start.
    async fn without_folder(&self, cx: &PluginContext, missing: Error) -> Result<()> {
        let name = match &self.source {
            Source::Directory(dir) => dir.file_name().map(|name| name.to_string_lossy().into_owned()),
            Source::Nowhere | Source::Files(_) => None,
        };
        let Some(root) = self.root.clone().or(name) else { return Err(missing) };
        if sync::store::published_of(&cx.db, &root).await? == 0 {
            return Err(missing);
        }
        tracing::error!(error = missing.told(), "the help stays as it was: its content folder cannot be read");
        sync::keep_refusal(&cx.db, &root, &missing).await
    }
}

/// Returns the content root of what a plugin brings.
fn root_of(plugin: &str) -> String {
    format!("plugin-{plugin}")
}

/// Returns what a synchronisation did, for the log.
fn tell(report: &sync::Report) {
    let plan = &report.plan;
    tracing::info!(
        added = plan.added.len(),
        changed = plan.changed.len(),
        removed = plan.removed.len(),
        moved = plan.moved.len(),
        unchanged = plan.unchanged,
        "help content synchronised"
    );
    for fault in &report.faults {
        match fault.severity {
            Severity::Error => tracing::error!(%fault, "help content"),
            Severity::Warning => tracing::warn!(%fault, "help content"),
            Severity::Note => tracing::info!(%fault, "help content"),
        }
    }
}

impl Default for Help {
    fn default() -> Self {
        Self::new()
    }
}

/// The help of a platform, to act in it. Cheap to clone.
///
/// ```
/// use atrium_core::testing::TestSite;
/// use atrium_help::Help;
/// use atrium_help::content::Folder;
/// use atrium_help::feedback::{NewFeedback, Verdict};
/// use atrium_help::sync::Removals;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> atrium_core::Result<()> {
/// let site = TestSite::builder().plugin(Help::new()).start().await;
/// let (help, operator) = (Help::of(site.atrium().db()), site.atrium().operator());
/// let text = "---\ntitle: Rendre un devoir\n---\nDéposez le fichier dans le casier.\n";
/// let folder = Folder::of("aide", [("casier/rendre.md".to_owned(), text.as_bytes().to_vec())]);
/// help.content().sync(&operator, folder, Removals::Few).await?;
///
/// let (address, visitor) = (("casier", "rendre"), site.visitor());
/// assert_eq!(help.articles().find(visitor.actor(), address).await?.title, "Rendre un devoir");
/// help.feedback().give(visitor.actor(), address, NewFeedback::new(Verdict::Useful, "")).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct HelpActions {
    db: Db,
}

impl Help {
    /// Returns the help of the platform on `db`, to act in it.
    #[must_use]
    pub fn of(db: &Db) -> HelpActions {
        HelpActions { db: db.clone() }
    }
}

impl HelpActions {
    /// Returns the articles, as an actor may read them.
    #[must_use]
    pub fn articles(&self) -> Articles {
        Articles::of(&self.db)
    }

    /// Returns the opinions on articles.
    #[must_use]
    pub fn feedback(&self) -> Feedback {
        Feedback::of(&self.db)
    }

    /// Returns the content, to synchronise folders.
    #[must_use]
    pub fn content(&self) -> Content {
        Content::of(&self.db)
    }
}

#[async_trait]
impl Plugin for Help {
    fn id(&self) -> &'static str {
        "help"
    }

    fn permissions(&self) -> Vec<PermissionDef> {
        crate::permissions()
    }

    fn roles(&self) -> Vec<RoleDef> {
        crate::permissions::roles()
    }

    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        SqlMigration::boxed(&MIGRATIONS)
    }

    fn events(&self) -> Vec<DeclaredEvent> {
        kinds::declared()
    }

    fn search_source(&self, _cx: &PluginContext) -> Option<Arc<dyn SearchSource>> {
        Some(Arc::new(HelpSource))
    }

    fn settings(&self) -> Vec<SettingDef> {
        settings::definitions()
    }

    fn schedule(&self, _cx: &PluginContext) -> Vec<ScheduledJob> {
        vec![feedback::forgetting()]
    }

    fn event_guard(&self, _cx: &PluginContext) -> Option<Arc<dyn EventGuard>> {
        Some(Arc::new(HelpGuard))
    }

    fn privacy(&self, _cx: &PluginContext) -> Option<Arc<dyn PersonalData>> {
        Some(Arc::new(KEPT))
    }

    fn commands(&self) -> Vec<CommandDef> {
        vec![ContentCommand::new(self.source.clone(), self.root.clone()).definition()]
    }

    async fn start(&self, cx: &PluginContext) -> Result<()> {
        self.withdraw(cx).await?;
        for articles in self.brought.get().into_iter().flatten() {
            let files = articles.files.iter().map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
            let folder = Folder::of("", files).kept_as(root_of(articles.plugin));
            self.take_in(cx, folder).await?;
        }
        let folder = match self.folder().await {
            Ok(Some(folder)) => folder,
            Ok(None) => return Ok(()),
            Err(missing) => return self.without_folder(cx, missing).await,
        };
        self.take_in(cx, folder).await
    }

    async fn doctor(&self, cx: &PluginContext) -> Vec<Finding> {
        match self.examine(cx).await {
            Ok(faults) if faults.is_empty() => vec![Finding::fine("help content", "no problem found")],
            Ok(faults) => faults.iter().map(|fault| Finding::warning("help content", fault.to_string())).collect(),
            Err(error) => vec![Finding::failure("help content", error.to_string())],
        }
    }
}

#[async_trait]
impl WebPlugin for Help {
    fn routes(&self, routes: &mut Routes) {
        reading::declare(routes);
        pictures::declare(routes);
        feedback::declare(routes);
        reading::declare_api(routes);
        feedback::declare_api(routes);
    }

    fn templates(&self) -> Files {
        Files::of::<Templates>()
    }

    fn locales(&self) -> Files {
        Files::of::<Locales>()
    }

    fn show_articles(&self, brought: &[PluginArticles]) -> bool {
        // A platform is built once from its plugins.
        let _ = self.brought.set(brought.to_vec());
        true
    }

    fn navigation(&self, actor: &Actor) -> Vec<NavEntry> {
        let mut entries = vec![
            NavEntry::new("nav-help", paths::HOME, "book", 10),
            NavEntry::below("nav-help", paths::HOME, 10),
            NavEntry::below("help-nav-accessibility", paths::article_path("aide", "accessibilite"), 20),
        ];
        if actor.rights().holds_somewhere(READ_FEEDBACK, actor.now()) {
            entries.push(NavEntry::admin("help-manage-opinions", feedback::PATH, "star", 30));
        }
        entries
    }

    async fn collection_names(&self, cx: &RequestContext, keys: &[String]) -> Result<HashMap<String, String>> {
        let collections = store::collection_lines(cx.db()).await?;
        let known = collections.into_iter().filter(|collection| keys.contains(&collection.key));
        Ok(known.map(|collection| (collection.key, collection.title)).collect())
    }

    fn service_page(&self, service: &str) -> Option<String> {
        Some(paths::collection_path(service))
    }

    async fn sitemap_parts(&self, cx: &RequestContext) -> Result<u64> {
        reading::sitemap_parts(cx).await
    }

    async fn sitemap(&self, cx: &RequestContext, part: u64) -> Result<Vec<SitemapPage>> {
        reading::sitemap_pages(cx, part).await
    }

    async fn first_steps(&self, cx: &RequestContext) -> Result<Vec<FirstStep>> {
        let is_done = !store::collections(cx.db()).await?.is_empty();
        Ok(vec![FirstStep::new(cx, "help-step-content", is_done, paths::HOME)])
    }

    async fn home(&self, cx: &RequestContext) -> Result<Option<HomeSection>> {
        let rule = visibility(cx.actor());
        let read = async { Ok((store::collection_lines(cx.db()).await?, store::counts(cx.db(), &rule).await?)) };
        let read = cx.kept("help/home", &rule, |(collections, _)| collections.len() * 400, read).await?;
        let (collections, counts) = &*read;
        Ok(Some(reading::home_section(cx, collections, counts)))
    }
}
