//! The plugin host: what a plugin brings, and in which order it is asked for it.
//!
//! Help and forum are plugins like any other: they use nothing of core that a third party cannot. A plugin with pages
//! also implements `web::WebPlugin`.

use std::sync::Arc;

use async_trait::async_trait;
#[cfg(feature = "search")]
use atrium_search::SearchEngine;
use sea_orm_migration::MigrationTrait;

use crate::access::{Access, PermissionDef};
use crate::catalogue::Catalogue;
use crate::config::Settings;
use crate::db::Db;
use crate::error::Result;
use crate::events::Consumer;
#[cfg(feature = "search")]
use crate::finder::SearchSource;
use crate::upkeep::Chore;

/// A part of the platform: every method but [`id`](Self::id) has a default.
#[async_trait]
pub trait Plugin: Send + Sync + 'static {
    /// Unique and stable: names its migration table, prefixes its permissions and event kinds.
    fn id(&self) -> &'static str;

    /// The permissions it checks.
    fn permissions(&self) -> Vec<PermissionDef> {
        Vec::new()
    }

    /// Its schema, in order. Tables are prefixed `atrium_{id}_`.
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        Vec::new()
    }

    /// What it lets people search. Events whose subject is `{kind}:…` reindex that subject.
    #[cfg(feature = "search")]
    fn search_source(&self, _cx: &PluginContext) -> Option<Arc<dyn SearchSource>> {
        None
    }

    /// What follows from events.
    fn consumers(&self, _cx: &PluginContext) -> Vec<Arc<dyn Consumer>> {
        Vec::new()
    }

    /// What keeps its tables from growing for ever, once a day and on one node.
    fn chores(&self, _cx: &PluginContext) -> Vec<Arc<dyn Chore>> {
        Vec::new()
    }

    /// Runs once the database is migrated and before requests are served: synchronise content, fill caches.
    ///
    /// # Errors
    /// The platform does not start.
    async fn start(&self, _cx: &PluginContext) -> Result<()> {
        Ok(())
    }

    /// What is wrong with its set-up, for the `doctor` command.
    async fn doctor(&self, _cx: &PluginContext) -> Vec<Finding> {
        Vec::new()
    }
}

/// The rooms of core, as a plugin reaches them. Cheap to clone.
#[derive(Clone)]
#[non_exhaustive]
pub struct PluginContext {
    /// The database.
    pub db: Db,
    /// Rights.
    pub access: Access,
    /// The ATRIUM services and announcements.
    pub catalogue: Catalogue,
    /// The index.
    #[cfg(feature = "search")]
    pub search: SearchEngine,
    /// The node's settings.
    pub settings: Arc<Settings>,
}

/// Something a check of the set-up found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Does it keep the platform from working?
    pub severity: Severity,
    /// What was looked at.
    pub subject: String,
    /// What was found, and what to do about it.
    pub message: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// As it should be.
    Fine,
    /// Works, could be better.
    Warning,
    /// Does not work.
    Failure,
}

impl Finding {
    /// As it should be.
    pub fn fine(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Fine, subject: subject.into(), message: message.into() }
    }

    /// Works, could be better.
    pub fn warning(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, subject: subject.into(), message: message.into() }
    }

    /// Does not work.
    pub fn failure(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Failure, subject: subject.into(), message: message.into() }
    }
}
