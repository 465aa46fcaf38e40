//! The database of a site that was set up before: commands beside a node make none.

use std::io::ErrorKind;

use super::PlatformBuilder;
use crate::config::Settings;
use crate::db::{Db, sqlite_path};
use crate::error::{Error, Result};

impl PlatformBuilder {
    /// Returns `false` if the database is a SQLite file that is not there. One on a server is not looked for.
    #[must_use]
    pub fn finds_database(&self) -> bool {
        absent_file(&self.settings).is_none()
    }
}

/// Passes unless the database is a SQLite file that is not there.
///
/// # Errors
/// It is, with where it was looked for.
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
        // An empty one is what a failed start leaves.
        Ok(found) => found.is_dir() || found.len() > 0,
        // What cannot be looked at may be there: opening it says why.
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    };
    (!is_there).then(|| file.to_owned())
}

/// Returns `false` if no platform has set the database up. Where it cannot be asked, the next step says why.
pub(super) async fn is_ours(db: &Db) -> bool {
    let asked = sea_orm_migration::SchemaManager::new(db.writer()).has_table("atrium_migrations_core").await;
    asked.unwrap_or(true)
}
