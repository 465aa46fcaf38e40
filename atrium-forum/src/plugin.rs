//! The forum as a plugin: what it brings to the platform.

use std::collections::{BTreeMap, HashMap};
use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use atrium_core::access::{Actor, Permission, PermissionDef, RoleDef, Scope};
use atrium_core::clap::{ArgMatches, Command};
use atrium_core::clock::Timestamp;
use atrium_core::db::{Db, SqlMigration};
use atrium_core::events::DeclaredEvent;
use atrium_core::files::FileOwner;
use atrium_core::jobs::ScheduledJob;
use atrium_core::mail::Letters;
use atrium_core::mail::replies::ReplyReceiver;
use atrium_core::notify::Notifier;
use atrium_core::plugin::{CommandDef, Finding, Plugin, PluginContext, RunCommand, Terminal};
use atrium_core::privacy::PersonalData;
use atrium_core::search::SearchSource;
use atrium_core::settings::SettingDef;
use atrium_core::web::{
    Choice, Crumb, ExplainedPlace, Files, FirstStep, HomeLink, HomeSection, NavEntry, RequestContext, Routes,
    SitemapPage, WebPlugin,
};
use atrium_core::webhooks::EventGuard;
use atrium_core::{Message, Result};
use rust_embed::RustEmbed;
use sea_orm_migration::MigrationTrait;

use crate::attachments::FilesOfPosts;
use crate::categories::Categories;
use crate::counters::Drift;
use crate::event_guard::ForumGuard;
use crate::flags::Flags;
use crate::notices::ForumNotifier;
use crate::permissions::MODERATE;
use crate::posts::Posts;
use crate::privacy::KEPT;
use crate::reader::Reader;
use crate::replies::ForumReplies;
use crate::review::Review;
use crate::search::ForumSource;
use crate::topics::Topics;
use crate::{
    categories, counters, flags, follow, permissions, posts, record, replies, review, settings, subjects, topics,
};

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Templates;

#[derive(RustEmbed)]
#[folder = "locales/"]
struct Locales;

const MIGRATIONS: [SqlMigration; 10] = [
    SqlMigration { name: "m0001_forum", sql: include_str!("../migrations/0001_forum.sql") },
    SqlMigration { name: "m0002_state_cause", sql: include_str!("../migrations/0002_state_cause.sql") },
    SqlMigration { name: "m0003_review_closed", sql: include_str!("../migrations/0003_review_closed.sql") },
    SqlMigration { name: "m0004_flag_revision", sql: include_str!("../migrations/0004_flag_revision.sql") },
    SqlMigration { name: "m0005_activity", sql: include_str!("../migrations/0005_activity.sql") },
    SqlMigration { name: "m0006_topic_readers", sql: include_str!("../migrations/0006_topic_readers.sql") },
    SqlMigration { name: "m0007_accepted_revision", sql: include_str!("../migrations/0007_accepted_revision.sql") },
    SqlMigration { name: "m0008_lists", sql: include_str!("../migrations/0008_lists.sql") },
    SqlMigration { name: "m0014_read_at", sql: include_str!("../migrations/0014_read_at.sql") },
    SqlMigration { name: "m0016_unread", sql: include_str!("../migrations/0016_unread.sql") },
];

/// Topics named on the home page.
const ON_HOME: u64 = 4;

/// Posts rendered again at each start, when a new renderer came.
const REFRESHED_AT_START: u64 = 500;

/// The forum.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Forum;

/// `forum reconcile`: the kept numbers, counted again while other nodes serve.
struct Reconcile;

#[async_trait]
impl RunCommand for Reconcile {
    async fn run(&self, cx: &PluginContext, _: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<ExitCode> {
        let repaired = counters::reconcile(&cx.db).await?;
        for drift in &repaired {
            terminal.say(format_args!("{}: kept {:?}, counted {:?}", drift.subject, drift.kept, drift.counted));
        }
        terminal.say(format_args!("{} repaired", repaired.len()));
        Ok(ExitCode::SUCCESS)
    }
}

/// The forum of a platform, to act in it. Cheap to clone.
///
/// ```
/// use atrium_core::testing::TestSite;
/// use atrium_forum::Forum;
/// use atrium_forum::categories::{CategoryInput, Name, Slug};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> atrium_core::Result<()> {
/// let site = TestSite::builder().plugin(Forum::default()).start().await;
/// let (forum, operator) = (Forum::of(site.atrium().db()), site.atrium().operator());
/// let input = CategoryInput::new(Slug::parse("messagerie").unwrap(), Name::parse("Messagerie").unwrap());
/// let messages = forum.categories().create(&operator, input).await?;
///
/// let visitor = site.visitor();
/// assert!(forum.categories().list(visitor.actor()).await.unwrap_err().is_sign_in_required());
/// assert_eq!(forum.categories().find(&operator, "messagerie").await?.id(), messages);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct ForumActions {
    db: Db,
}

impl Forum {
    /// Returns the forum of the platform on `db`, to act in it.
    #[must_use]
    pub fn of(db: &Db) -> ForumActions {
        ForumActions { db: db.clone() }
    }
}

impl ForumActions {
    /// Returns the topics: asking, filing, marking.
    #[must_use]
    pub fn topics(&self) -> Topics {
        Topics::of(&self.db)
    }

    /// Returns the posts: replying, editing, moderating.
    #[must_use]
    pub fn posts(&self) -> Posts {
        Posts::of(&self.db)
    }

    /// Returns the categories.
    #[must_use]
    pub fn categories(&self) -> Categories {
        Categories::of(&self.db)
    }

    /// Returns the flags: reporting posts.
    #[must_use]
    pub fn flags(&self) -> Flags {
        Flags::of(&self.db)
    }

    /// Returns the moderators' queue.
    #[must_use]
    pub fn review(&self) -> Review {
        Review::of(&self.db)
    }

    /// Returns where the kept numbers differ from a count of the rows.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn drift(&self) -> Result<Vec<Drift>> {
        counters::drift(&self.db).await
    }

    /// Counts replies, topics and posts again where the kept numbers have drifted, while people write, and returns what
    /// was put right.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn reconcile(&self) -> Result<Vec<Drift>> {
        counters::reconcile(&self.db).await
    }
}

#[async_trait]
impl Plugin for Forum {
    fn id(&self) -> &'static str {
        "forum"
    }

    fn permissions(&self) -> Vec<PermissionDef> {
        permissions::definitions()
    }

    fn roles(&self) -> Vec<RoleDef> {
        vec![RoleDef::new(permissions::MODERATOR)]
    }

    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        SqlMigration::boxed(&MIGRATIONS)
    }

    fn events(&self) -> Vec<DeclaredEvent> {
        [record::kinds::declared(), flags::actions::declared(), review::actions::declared()].concat()
    }

    fn search_source(&self, _cx: &PluginContext) -> Option<Arc<dyn SearchSource>> {
        Some(Arc::new(ForumSource))
    }

    fn settings(&self) -> Vec<SettingDef> {
        settings::definitions()
    }

    fn schedule(&self, _cx: &PluginContext) -> Vec<ScheduledJob> {
        vec![follow::forgetting()]
    }

    fn event_guard(&self, _cx: &PluginContext) -> Option<Arc<dyn EventGuard>> {
        Some(Arc::new(ForumGuard))
    }

    fn notifier(&self, _cx: &PluginContext) -> Option<Arc<dyn Notifier>> {
        Some(Arc::new(ForumNotifier))
    }

    fn file_owner(&self, _cx: &PluginContext) -> Option<Arc<dyn FileOwner>> {
        Some(Arc::new(FilesOfPosts))
    }

    fn letters(&self, cx: &PluginContext) -> Vec<Letters> {
        vec![replies::letters(cx)]
    }

    fn replies(&self, _cx: &PluginContext) -> Option<Arc<dyn ReplyReceiver>> {
        Some(Arc::new(ForumReplies))
    }

    fn privacy(&self, _cx: &PluginContext) -> Option<Arc<dyn PersonalData>> {
        Some(Arc::new(KEPT))
    }

    fn commands(&self) -> Vec<CommandDef> {
        let reconcile = "Count replies, topics and posts again where the kept numbers have drifted, while people write";
        let command = Command::new("forum").about("The forum").subcommand_required(true).arg_required_else_help(true);
        vec![CommandDef::new(command.subcommand(Command::new("reconcile").about(reconcile)), Reconcile)]
    }

    async fn start(&self, cx: &PluginContext) -> Result<()> {
        Posts::of(&cx.db).refresh_html(REFRESHED_AT_START).await.map(drop)
    }

    async fn doctor(&self, cx: &PluginContext) -> Vec<Finding> {
        let finding = match counters::drift(&cx.db).await {
            Ok(drifts) if drifts.is_empty() => Finding::fine("forum counters", "equal to a count of the rows"),
            Ok(drifts) => {
                let found = format!("{} have drifted: `forum reconcile` counts them again", drifts.len());
                Finding::warning("forum counters", found)
            }
            Err(error) => Finding::failure("forum counters", error.to_string()),
        };
        vec![finding]
    }
}

#[async_trait]
impl WebPlugin for Forum {
    fn routes(&self, routes: &mut Routes) {
        topics::pages::declare(routes);
        posts::pages::declare(routes);
        flags::pages::declare(routes);
        review::pages::declare(routes);
        categories::pages::declare(routes);
        categories::pages::declare_api(routes);
        topics::pages::declare_api(routes);
        posts::pages::declare_api(routes);
        flags::pages::declare_api(routes);
        review::pages::declare_api(routes);
    }

    fn templates(&self) -> Files {
        Files::of::<Templates>()
    }

    fn locales(&self) -> Files {
        Files::of::<Locales>()
    }

    fn navigation(&self, actor: &Actor) -> Vec<NavEntry> {
        let mut entries = vec![NavEntry::new("forum-nav", topics::HOME, "forum", 20)];
        if actor.rights().holds_somewhere(MODERATE, actor.now()) {
            entries.push(NavEntry::new("forum-nav-moderation", review::QUEUE, "flag", 30));
        }
        if actor.may(permissions::MANAGE_CATEGORIES, Scope::Platform) {
            entries.push(NavEntry::admin("forum-manage-categories", categories::MANAGE, "chat", 40));
        }
        entries
    }

    async fn first_steps(&self, cx: &RequestContext) -> Result<Vec<FirstStep>> {
        if !cx.actor().may(permissions::MANAGE_CATEGORIES, Scope::Platform) {
            return Ok(Vec::new());
        }
        let is_done = !Categories::of(cx.db()).list(cx.actor()).await?.is_empty();
        if cx.atrium().catalogue().services().is_empty() {
            return Ok(vec![FirstStep::new(cx, "forum-step-first-category", is_done, categories::MANAGE)]);
        }
        let step = FirstStep::new(cx, "forum-step-categories", is_done, categories::MANAGE);
        Ok(vec![step.with_button(categories::pages::DEFAULTS_URL, cx.t("forum-categories-defaults"))])
    }

    async fn sitemap_parts(&self, cx: &RequestContext) -> Result<u64> {
        topics::pages::sitemap_parts(cx).await
    }

    async fn sitemap_changes(&self, cx: &RequestContext) -> Result<BTreeMap<u64, Timestamp>> {
        topics::pages::sitemap_changes(cx).await
    }

    async fn sitemap(&self, cx: &RequestContext, part: u64) -> Result<Vec<SitemapPage>> {
        topics::pages::sitemap_pages(cx, part).await
    }

    async fn service_links(&self, cx: &RequestContext, service: &str) -> Result<Vec<HomeLink>> {
        let reader = Reader::asking(cx).await?;
        let about = reader.categories().filter(|category| category.row.service_key.as_deref() == Some(service));
        let link = |category: &categories::Category| {
            let topics = Message::new("forum-service-topics").with("count", category.row.topics_public);
            let meta = cx.message(&topics);
            HomeLink::new(&category.row.name, category.url()).in_language(topics::FRENCH).with_meta(meta)
        };
        Ok(about.map(link).collect())
    }

    async fn unanswered(&self, cx: &RequestContext, question: &str) -> Result<Vec<HomeLink>> {
        let reader = Reader::asking(cx).await?;
        if !reader.categories().any(|category| reader.may_ask(category)) {
            return Ok(Vec::new());
        }
        let link = HomeLink::new(cx.t("forum-search-ask"), topics::pages::ask_url(question));
        Ok(vec![HomeLink { meta: cx.t("forum-search-ask-meta"), ..link }])
    }

    async fn record_names(&self, cx: &RequestContext, subjects: &[String]) -> Result<HashMap<String, Crumb>> {
        subjects::names(cx, subjects).await
    }

    async fn places(&self, cx: &RequestContext) -> Result<Vec<Choice>> {
        categories::pages::explain::places(cx).await
    }

    async fn explain(
        &self,
        cx: &RequestContext,
        person: &Actor,
        permission: Permission,
        place: &str,
    ) -> Result<Option<ExplainedPlace>> {
        categories::pages::explain::explain(cx, person, permission, place).await
    }

    async fn explain_at(
        &self,
        cx: &RequestContext,
        person: &Actor,
        permission: Permission,
        scope: Scope,
    ) -> Result<Option<ExplainedPlace>> {
        categories::pages::explain::explain_at(cx, person, permission, scope).await
    }

    async fn home(&self, cx: &RequestContext) -> Result<Option<HomeSection>> {
        let reader = Reader::asking(cx).await?;
        if reader.categories().next().is_none() {
            return Ok(None);
        }
        let rows = topics::pages::recent(cx, &reader, ON_HOME).await?;
        let link = |row: &topics::Row| {
            let replies = Message::new("forum-replies-count").with("count", row.topic.replies_public);
            let link = HomeLink::new(&row.topic.title, row.topic.url()).in_language(topics::FRENCH);
            link.with_meta(cx.message(&replies))
        };
        Ok(Some(HomeSection {
            title: cx.t("forum-home-title"),
            url: topics::HOME.into(),
            more: cx.t("forum-home-more"),
            links: rows.iter().map(link).collect(),
        }))
    }
}
