//! Backs up and restores a site's primary data on disk. The search index is left out: nodes rebuild it.
//!
//! SQLite only: PostgreSQL has tools of its own, which also copy while nodes run.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::PlatformBuilder;
use super::builder::migrators;
use super::disk::make_private;
use crate::db::{Snapshot, end_sign_ins, is_in_use, snapshot_into, sqlite_path, sqlite_url_of};
use crate::error::{Error, Result};
use crate::id::unique_name;

/// The database inside a backup.
const DATABASE: &str = "atrium.sqlite";
/// The derived part of a data directory: the index.
const DERIVED: &str = "search";

/// What to do with a database that exists where a backup is restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Keep it, and refuse to restore.
    Refuse,
    /// Rename it.
    SetAside,
}

/// The result of restoring a backup.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Restored {
    /// The restored database.
    pub database: PathBuf,
    /// The new path of the database that existed before.
    pub set_aside: Option<PathBuf>,
}

impl PlatformBuilder {
    /// Copies the database and the files of the data directory into the new folder `to`, as of one moment, while
    /// nodes serve. The index is left out.
    ///
    /// # Errors
    /// Returns an error if the database is not SQLite, `to` exists, or a file cannot be read or written. No `to` is
    /// left behind then.
    pub async fn back_up(self, to: &Path) -> Result<()> {
        let database = self.sqlite_file()?;
        if !database.is_file() {
            return Err(Error::bug(format!(
                "there is no database `{}` to copy: name the data directory of the site (`--data-dir`)",
                database.display()
            )));
        }
        refuse_taken(to)?;
        if is_within(to, &self.settings.data_dir) {
            return Err(Error::bug(format!("`{}` is in the data directory: name a folder elsewhere", to.display())));
        }
        let parts = beside(to, "partial");
        make_private(&parts).map_err(|source| cannot_write(&parts, source))?;
        let copied = async {
            snapshot_into(&database, &parts.join(DATABASE)).await?;
            for entry in truth(&self.settings.data_dir, &database)? {
                copy(&entry, &parts.join(name(&entry)))?;
            }
            // A folder of that name made meanwhile is kept.
            refuse_taken(to)?;
            fs::rename(&parts, to).map_err(|source| cannot_write(to, source))
        };
        let copied = copied.await;
        if copied.is_err() {
            // An incomplete copy is not a backup; the first error is the one to report.
            let _ = fs::remove_dir_all(&parts);
        }
        copied
    }

    /// Restores the backup in the folder `from`: its database and files replace those of the data directory.
    /// Everyone signs in again, and the index is rebuilt at the next start.
    ///
    /// # Errors
    /// Returns an error if the database is not SQLite, there is no data directory, a program uses the database, a
    /// database exists and `existing` refuses to replace it, `from` is not a sound backup or comes from a newer
    /// version, or a file cannot be written. The database is unchanged then.
    pub async fn restore(self, from: &Path, existing: Existing) -> Result<Restored> {
        let database = self.sqlite_file()?;
        let copy_of = from.join(DATABASE);
        if !copy_of.is_file() {
            return Err(Error::bug(format!("`{}` is no backup: it holds no `{DATABASE}`", from.display())));
        }
        let data = &self.settings.data_dir;
        if !data.is_dir() {
            // Creating it here would turn a mistyped path into a site that no node serves.
            let name = data.display();
            return Err(Error::bug(format!(
                "there is no data directory `{name}`, and none was made: name the site's (`data_dir`, `--data-dir`), or make \
                 an empty one for a new site first"
            )));
        }
        let snapshot = Snapshot::open(&copy_of).await?;
        let usable = snapshot.require_usable(&migrators(&self.plugins)).await;
        snapshot.close().await?;
        usable?;
        if database.exists() {
            if existing == Existing::Refuse {
                let name = database.display();
                return Err(Error::bug(format!("`{name}` is there already: `--replace` sets it aside first")));
            }
            if is_in_use(&database).await? {
                return Err(Error::bug(format!("a program uses `{}`: stop the site first", database.display())));
            }
        }
        let coming = beside(&database, "restoring");
        let ready = async {
            copy(&copy_of, &coming)?;
            end_sign_ins(&coming).await
        };
        if let Err(error) = ready.await {
            let _ = fs::remove_file(&coming);
            return Err(error);
        }
        for entry in truth(from, &copy_of)? {
            copy(&entry, &data.join(name(&entry)))?;
        }
        let set_aside = database.exists().then(|| beside(&database, "before-restore"));
        if let Some(aside) = &set_aside {
            fs::rename(&database, aside).map_err(|source| cannot_write(aside, source))?;
        }
        // A journal is of no use without its database.
        for journal in ["-wal", "-shm"] {
            let mut name = database.clone().into_os_string();
            name.push(journal);
            match fs::remove_file(&name) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(cannot_write(Path::new(&name), error));
                }
                _ => {}
            }
        }
        fs::rename(&coming, &database).map_err(|source| cannot_write(&database, source))?;
        match fs::remove_dir_all(self.settings.search_dir()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                // A node notices by itself that the index belongs to another database.
                tracing::warn!(%error, "the search index of before could not be removed");
            }
            _ => {}
        }
        Ok(Restored { database, set_aside })
    }

    fn sqlite_file(&self) -> Result<PathBuf> {
        self.settings.check()?;
        let url = match &self.pool {
            Some(pool) => sqlite_url_of(pool).unwrap_or_default(),
            None => self.settings.database_url(),
        };
        sqlite_path(&url).map(PathBuf::from).ok_or_else(|| Error::bug("the database is not SQLite"))
    }
}

/// Returns a unique name beside `path`.
fn beside(path: &Path, why: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{why}-{}", unique_name()));
    path.with_file_name(name)
}

/// Returns `true` if a folder `to` would be inside `dir`.
fn is_within(to: &Path, dir: &Path) -> bool {
    let parent = to.ancestors().skip(1).map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above });
    let parent = parent.filter_map(|above| above.canonicalize().ok()).next();
    matches!((parent, dir.canonicalize()), (Some(parent), Ok(dir)) if parent.starts_with(&dir))
}

fn name(path: &Path) -> &std::ffi::OsStr {
    path.file_name().unwrap_or_default()
}

fn refuse_taken(path: &Path) -> Result<()> {
    match path.symlink_metadata() {
        Ok(_) => Err(Error::bug(format!("`{}` is there already: nothing is overwritten", path.display()))),
        Err(_) => Ok(()),
    }
}

fn cannot_write(path: &Path, source: io::Error) -> Error {
    Error::internal(format!("`{}` cannot be written", path.display()), source)
}

/// Returns the entries of the data directory `dir` that cannot be derived from other data, except `database`.
fn truth(dir: &Path, database: &Path) -> Result<Vec<PathBuf>> {
    let failed = |source| Error::internal(format!("`{}` cannot be read", dir.display()), source);
    let own = name(database).to_string_lossy().into_owned();
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let entry = name(&path).to_string_lossy();
        // The journal, databases that a restore renamed, probes of a disk.
        let is_database =
            *entry == own || entry.starts_with(&format!("{own}-")) || entry.starts_with(&format!("{own}."));
        if !is_database && *entry != *DERIVED && !entry.starts_with('.') {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Copies a file, or a folder recursively, accessible to its owner only. Links and devices are left out.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let failed = |source| Error::internal(format!("`{}` cannot be copied", from.display()), source);
    let kind = match from.symlink_metadata() {
        Ok(found) => found.file_type(),
        // Removed by a node that serves.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    if kind.is_dir() {
        make_private(to).map_err(|source| cannot_write(to, source))?;
        for entry in fs::read_dir(from).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            copy(&path, &to.join(name(&path)))?;
        }
    } else if kind.is_file() {
        match fs::copy(from, to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            copied => copied.map_err(failed)?,
        };
        fs::File::open(to).and_then(|file| file.sync_all()).map_err(|source| cannot_write(to, source))?;
    }
    Ok(())
}
