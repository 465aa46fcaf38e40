//! The plugin host: the trait of plugins, and the context they get.
//!
//! Help and forum are plugins like any other: they only use what a third party can use. A plugin with pages also
//! implements `web::WebPlugin`.

#[cfg(feature = "commands")]
mod command;
mod events;
mod mistakes;

use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;
#[cfg(feature = "search")]
use atrium_search::SearchEngine;
use sea_orm_migration::MigrationTrait;
use tokio_util::sync::CancellationToken;

use crate::access::{Access, PermissionDef, RoleDef};
use crate::catalogue::Catalogue;
use crate::config::Settings;
use crate::db::Db;
use crate::directory::actions::Directory;
use crate::error::Result;
use crate::events::{Consumer, DeclaredEvent};
#[cfg(feature = "files")]
use crate::files::{FileOwner, Files};
#[cfg(feature = "search")]
use crate::finder::{Finder, SearchSource};
use crate::login::Login;

use crate::jobs::{ScheduledJob, TaskQueue};
use crate::mail::replies::ReplyReceiver;
use crate::mail::{Letters, Mail};
use crate::notify::{Notices, Notifier};
use crate::privacy::PersonalData;
use crate::secrets::Secrets;
use crate::settings::actions::PluginSettings;
use crate::settings::{Setting, SettingDef};
use crate::webhooks::EventGuard;

#[cfg(feature = "commands")]
pub use command::{CommandDef, RunCommand, Terminal};
pub use events::core_events;
pub(crate) use events::{declared_events, examine_events};
#[cfg(feature = "commands")]
pub use mistakes::commands_beside;
pub use mistakes::{Mistake, Mistakes, examine_plugins, owner};
pub(crate) use mistakes::{examine_jobs, examine_letters, examine_queues};

/// A part of the platform. Every method but [`id`](Self::id) has a default.
#[async_trait]
pub trait Plugin: Send + Sync + 'static {
    /// Returns the id, unique and stable: it names the migration table and prefixes permissions and event kinds.
    fn id(&self) -> &'static str;

    /// Returns the permissions that the plugin checks.
    fn permissions(&self) -> Vec<PermissionDef> {
        Vec::new()
    }

    /// Returns the roles that it brings. They hold what its permissions say ([`PermissionDef::held_by`]) and permissions of core
    /// ([`RoleDef::holding`]); what they hold of other plugins, the site says. When the plugin is absent, they give no rights.
    fn roles(&self) -> Vec<RoleDef> {
        Vec::new()
    }

    /// Returns the migrations, in order. Tables are prefixed `atrium_{id}_`.
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        Vec::new()
    }

    /// Returns the source of searchable documents. Events whose subject is `{kind}:…` reindex that subject.
    #[cfg(feature = "search")]
    fn search_source(&self, _cx: &PluginContext) -> Option<Arc<dyn SearchSource>> {
        None
    }

    /// Returns the kinds of events that its actions write. Keys begin with the plugin's id.
    fn events(&self) -> Vec<DeclaredEvent> {
        Vec::new()
    }

    /// Returns the event consumers.
    fn consumers(&self, _cx: &PluginContext) -> Vec<Arc<dyn Consumer>> {
        Vec::new()
    }

    /// Returns the settings that administrators change while the site runs. Keys begin with the plugin's id.
    fn settings(&self) -> Vec<SettingDef> {
        Vec::new()
    }

    /// Returns its scheduled jobs, each run on one node at a time, such as what keeps its tables from growing without
    /// end. Ids begin with the plugin's.
    fn schedule(&self, _cx: &PluginContext) -> Vec<ScheduledJob> {
        Vec::new()
    }

    /// Returns what tells people of its events.
    fn notifier(&self, _cx: &PluginContext) -> Option<Arc<dyn Notifier>> {
        None
    }

    /// Returns what decides who may be told of its events that are declared public. Without it, webhooks get none of them.
    fn event_guard(&self, _cx: &PluginContext) -> Option<Arc<dyn EventGuard>> {
        None
    }

    /// Returns the queues of its tasks ([`Tx::enqueue`](crate::db::Tx::enqueue)), each done by one node. Keys of kinds begin
    /// with the plugin's id.
    fn queues(&self, _cx: &PluginContext) -> Vec<TaskQueue> {
        Vec::new()
    }

    /// Returns the letters that it sends ([`Tx::send_letter`](crate::db::Tx::send_letter)). Keys of kinds begin with the
    /// plugin's id.
    fn letters(&self, _cx: &PluginContext) -> Vec<Letters> {
        Vec::new()
    }

    /// Returns who says which readers see the files attached to its subjects.
    #[cfg(feature = "files")]
    fn file_owner(&self, _cx: &PluginContext) -> Option<Arc<dyn FileOwner>> {
        None
    }

    /// Returns what takes replies by mail to its letters, whose threads begin with its id: `loans:12`.
    fn replies(&self, _cx: &PluginContext) -> Option<Arc<dyn ReplyReceiver>> {
        None
    }

    /// Returns what hands over and erases what its tables keep about people.
    fn privacy(&self, _cx: &PluginContext) -> Option<Arc<dyn PersonalData>> {
        None
    }

    /// Returns its commands of the program's command line.
    #[cfg(feature = "commands")]
    fn commands(&self) -> Vec<CommandDef> {
        Vec::new()
    }

    /// Runs once the database is migrated and before requests are served: synchronises content, fills caches.
    ///
    /// # Errors
    /// Returns an error if the platform does not start.
    async fn start(&self, _cx: &PluginContext) -> Result<()> {
        Ok(())
    }

    /// Checks the plugin's set-up, for the `doctor` command.
    async fn doctor(&self, _cx: &PluginContext) -> Vec<Finding> {
        Vec::new()
    }
}

/// The services of the platform that plugins use. Cheap to clone.
#[derive(Clone)]
#[non_exhaustive]
pub struct PluginContext {
    /// The database.
    pub db: Db,
    /// The loader of rights.
    pub access: Access,
    /// The ATRIUM services and announcements.
    pub catalogue: Catalogue,
    /// The search engine.
    #[cfg(feature = "search")]
    pub search: SearchEngine,
    /// Searches as an actor. Its sources are there once every plugin has named its own, before [`Plugin::start`].
    #[cfg(feature = "search")]
    pub finder: Finder,
    /// What people are told of.
    pub notices: Notices,
    /// The files that people attach.
    #[cfg(feature = "files")]
    pub files: Files,
    /// The node's settings.
    pub settings: Arc<Settings>,
    /// Seals and signs with the platform's secret key.
    pub secrets: Secrets,
    /// How this node sends mail.
    pub mail: Mail,
    pub(crate) chosen: PluginSettings,
    pub(crate) stop: CancellationToken,
    pub(crate) shell: Option<Arc<dyn Any + Send + Sync>>,
}

impl PluginContext {
    /// Returns the directory, to act on it.
    #[must_use]
    pub fn directory(&self) -> Directory {
        self.access.directory()
    }

    /// Returns the accounts, to act on them.
    #[must_use]
    pub fn login(&self) -> Login {
        self.access.login()
    }

    /// Returns the value of a plugin's setting, at most a second behind the other nodes; without a query.
    #[must_use]
    pub fn setting<T>(&self, setting: &Setting<T>) -> T {
        self.chosen.get(setting)
    }

    /// Waits until the platform is asked to stop, for tasks of a plugin's own:
    /// `tokio::select! { () = cx.stopped() => return, … }`.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Returns `true` once the platform was asked to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Returns what the web shell added, if it is of this type.
    #[doc(hidden)]
    #[must_use]
    pub fn shell<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.shell.clone()?.downcast().ok()
    }
}

/// The result of one check of the set-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The severity.
    pub severity: Severity,
    /// The part that was checked.
    pub subject: String,
    /// The result, and what to do about it.
    pub message: String,
}

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// In order.
    Fine,
    /// Works, but could be better.
    Warning,
    /// Does not work.
    Failure,
}

impl Finding {
    /// Creates a finding of a check that passed.
    pub fn fine(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Fine, subject: subject.into(), message: message.into() }
    }

    /// Creates a finding of a check that works, but could be better.
    pub fn warning(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, subject: subject.into(), message: message.into() }
    }

    /// Creates a finding of a check that failed.
    pub fn failure(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Failure, subject: subject.into(), message: message.into() }
    }
}
