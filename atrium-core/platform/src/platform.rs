//! The assembled platform without HTTP: [`Platform`] and its builder. The web shell builds on it.

#[cfg(feature = "sqlite")]
mod backup;
mod builder;
mod declared;
mod disk;
mod doctor;
mod existing;
mod jobs;
mod work;

#[cfg(feature = "sqlite")]
pub use backup::{Existing, Restored};
pub use builder::PlatformBuilder;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

#[cfg(feature = "search")]
use atrium_search::SearchEngine;
use sea_orm::{ConnectionTrait, Statement};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access::{Access, Actor, Via};
use crate::catalogue::Catalogue;
use crate::config::Settings;
use crate::db::Db;
use crate::directory::actions::Directory;
use crate::error::Result;
#[cfg(feature = "search")]
use crate::events::{Act, Signature};
use crate::events::{Consumer, DeclaredEvent};
#[cfg(feature = "search")]
use crate::finder::{Finder, INDEX_ASKED, IndexFeed};
use crate::id::PersonId;
use crate::jobs::{DeadTask, JobStatus, QueueStatus, ScheduledJob, Scheduler, TaskId, TaskRunner};
use crate::login::Login;
use crate::mail::replies::Inbox;
use crate::notify::Notices;
use crate::plugin::{Plugin, PluginContext};
use crate::privacy::Privacy;
use crate::settings::actions::PluginSettings;
use crate::webhooks::Webhooks;

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
    tasks_due: TaskRunner,
    privacy: Privacy,
    webhooks: Webhooks,
    inbox: Inbox,
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
    /// `true` if the node takes requests: it does once its index has what was written while it was stopped. A rebuild of the
    /// index does not change that.
    pub ready: bool,
}

/// The longest that a node waits for its database before it reports itself not ready.
const ANSWER: Duration = Duration::from_secs(3);

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

    /// Returns what people are told of.
    #[must_use]
    pub fn notices(&self) -> &Notices {
        &self.0.cx.notices
    }

    /// Returns the calls to other programs, to act on them.
    #[must_use]
    pub fn webhooks(&self) -> &Webhooks {
        &self.0.webhooks
    }

    /// Returns the files that people attach.
    #[cfg(feature = "files")]
    #[must_use]
    pub fn files(&self) -> &crate::files::Files {
        &self.0.cx.files
    }

    /// Returns what takes the messages that come in for replies.
    #[must_use]
    pub fn inbox(&self) -> &Inbox {
        &self.0.inbox
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

    /// Returns the queues that hold tasks, by kind.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not run jobs, or an error if the database fails.
    pub async fn queues(&self, actor: &Actor) -> Result<Vec<QueueStatus>> {
        crate::jobs::actions::queues(self.db(), actor).await
    }

    /// Returns the tasks that were given up, newest first, `most` at most, below the id `before` if there is one.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not run jobs, or an error if the database fails.
    pub async fn dead_tasks(&self, actor: &Actor, before: Option<TaskId>, most: u64) -> Result<Vec<DeadTask>> {
        crate::jobs::actions::dead(self.db(), actor, before, most).await
    }

    /// Puts a task that was given up back into the queue, due now.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not run jobs, `is_not_found` if no task of this id was given up, or an
    /// error if the database fails.
    pub async fn retry_task(&self, actor: &Actor, id: TaskId) -> Result<()> {
        crate::jobs::actions::retry(self.db(), actor, id).await
    }

    /// Puts every task of a kind that was given up back into the queue, and returns how many there were.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not run jobs, or an error if the database fails.
    pub async fn retry_tasks(&self, actor: &Actor, kind: &str) -> Result<u64> {
        crate::jobs::actions::retry_all(self.db(), actor, kind).await
    }

    /// Drops a task that was given up.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not run jobs, `is_not_found` if no task of this id was given up, or an
    /// error if the database fails.
    pub async fn drop_task(&self, actor: &Actor, id: TaskId) -> Result<()> {
        crate::jobs::actions::drop(self.db(), actor, id).await
    }

    /// Does the queued tasks that are due on this node now, until there are none, and returns how many attempts that took.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn run_due_tasks(&self) -> Result<usize> {
        self.0.tasks_due.run_due().await
    }

    /// Returns the kinds of this node's queued tasks.
    #[must_use]
    pub fn task_kinds(&self) -> Vec<&'static str> {
        self.0.tasks_due.kinds().collect()
    }

    /// Returns the ids of this node's jobs.
    #[must_use]
    pub fn job_ids(&self) -> Vec<&'static str> {
        self.0.scheduler.jobs().iter().map(ScheduledJob::id).collect()
    }

    /// Returns the readiness of the node.
    pub async fn readiness(&self) -> Readiness {
        let database = self.db().query_one_raw(Statement::from_string(self.db().get_database_backend(), "SELECT 1"));
        let database = tokio::time::timeout(ANSWER, database).await.is_ok_and(|answer| answer.is_ok());
        let writable = database && self.db().is_writable().await;
        #[cfg(feature = "search")]
        let (index, index_percent) = (self.0.feed.look().await, self.0.feed.percent());
        #[cfg(not(feature = "search"))]
        let (index, index_percent) = (true, None);
        let ready = database && writable && !self.0.stop.is_cancelled() && self.has_news().await;
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
}
