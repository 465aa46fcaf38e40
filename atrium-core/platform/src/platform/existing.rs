//! Finds the database of an existing site, which commands beside a node must not create.

use std::io::ErrorKind;

use super::PlatformBuilder;
use crate::config::Settings;
use crate::db::{Db, sqlite_path};
use crate::error::{Error, Result};

impl PlatformBuilder {
    /// Returns `false` if the database is a SQLite file that does not exist. A server is not asked.
    #[must_use]
    pub fn finds_database(&self) -> bool {
        absent_file(&self.settings).is_none()
    }
}

/// Passes unless the database is a SQLite file that does not exist.
///
/// # Errors
/// Returns an error with the path if the file does not exist.
pub(super) fn require_database(settings: &Settings) -> Result<()> {
    match absent_file(settings) {
        None => Ok(()),
        Some(file) => Err(Error::bug(format!(
            "there is no database `{file}`, and none was made: name the data directory of the site (`data_dir`, \
             `--data-dir`), or run `serve` there first"
        ))),
    }
}

fn absent_file(settings: &Settings) -> Option<String> {
    let url = settings.database_url();
    let file = sqlite_path(&url)?;
    let is_there = match std::fs::metadata(file) {
        // A failed start leaves an empty file.
        Ok(found) => found.is_dir() || found.len() > 0,
        // An unreadable path may exist: opening it reports the reason.
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    };
    (!is_there).then(|| file.to_owned())
}

/// Returns `false` if no platform has set the database up. Without an answer, the next step reports the reason.
pub(super) async fn is_ours(db: &Db) -> bool {
    let asked = sea_orm_migration::SchemaManager::new(db.writer()).has_table("atrium_migrations_core").await;
    asked.unwrap_or(true)
}
