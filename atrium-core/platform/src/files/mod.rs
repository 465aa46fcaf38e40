//! Files that people attach: kept by what is in them, in a directory or a store, and given to those who may see what they
//! are attached to.
//!
//! A file is sent first and attached after, in the transaction of what it is attached to. Until then its sender alone
//! reads it, and after a day it is gone. The plugin of a subject says at each reading who may see it ([`FileOwner`]): a
//! file has no readers of its own. What a file is, its content says; pictures are written anew.

#[cfg(feature = "s3")]
mod bucket;
mod collect;
mod handle;
mod incoming;
mod kind;
mod objects;
mod picture;
mod store;

use std::collections::BTreeSet;
use std::path::Path;

use async_trait::async_trait;

use crate::access::Actor;
use crate::db::{Connection, Db, Tx};
use crate::error::{Error, Message, Result};
use crate::events::{Act, DeclaredEvent, EventKind};
use crate::id::PersonId;

pub(crate) use collect::jobs;
pub use handle::{Content, Files};
pub(crate) use incoming::clear as clear_incoming;
pub use kind::FileKind;
pub use store::Attachment;

crate::id_type! {
    /// Identifies a file that somebody sent.
    pub struct FileId;
}

/// The most files of one subject.
pub const MOST_ATTACHED: usize = 10;

/// Somebody sent a file.
const FILE_SENT: EventKind = EventKind::new("core.file.sent").quiet();
/// A file was taken off what it was attached to.
const FILE_REMOVED: EventKind = EventKind::new("core.file.removed");

/// Returns the kinds of events of this room.
pub(crate) fn declared_events() -> Vec<DeclaredEvent> {
    [FILE_SENT, FILE_REMOVED].map(EventKind::declared).to_vec()
}

/// What a plugin says of the files that are attached to its subjects.
#[async_trait]
pub trait FileOwner: Send + Sync + 'static {
    /// Returns `true` if `reader` may see the subject at this moment.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn may_see(&self, db: &Db, reader: &Actor, subject: &str) -> Result<bool>;
}

/// Looks at each file before it can be used: a virus scanner, for instance.
#[async_trait]
pub trait FileScanner: Send + Sync + 'static {
    /// Returns `true` if the file at `path`, as it was sent, may be kept.
    ///
    /// # Errors
    /// Returns an error if it cannot be looked at; then it is not kept.
    async fn admits(&self, path: &Path) -> Result<bool>;
}

/// Attaches files that `author` sent to a subject of the plugin `owner`, in the transaction that makes it.
///
/// # Errors
/// Returns `is_invalid` for the field `files` if one is not theirs, is attached already or is gone, or if there are too
/// many; or an error if the database fails.
pub async fn attach(tx: &Tx, author: PersonId, owner: &str, subject: &str, files: &[FileId]) -> Result<()> {
    if files.len() > MOST_ATTACHED {
        return Err(too_many());
    }
    for file in files.iter().collect::<BTreeSet<_>>() {
        if !store::attach(tx, *file, author, owner, subject).await? {
            return Err(Error::invalid_field("files", Message::new("file-gone")));
        }
    }
    Ok(())
}

/// Returns the files of `author` among `files`, in that order, attached or not.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn sent_by(conn: &impl Connection, author: PersonId, files: &[FileId]) -> Result<Vec<Attachment>> {
    let files = &files[..files.len().min(MOST_ATTACHED * 2)];
    let found = store::sent_by(conn, author, files).await?;
    Ok(files.iter().filter_map(|id| found.iter().find(|file| file.id == *id).cloned()).collect())
}

/// Returns the files attached to `subjects` of the plugin `owner`, in the order in which they were sent, each with its
/// subject. Whether the reader may see the subjects is the caller's to know.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn attached(conn: &impl Connection, owner: &str, subjects: &[String]) -> Result<Vec<(String, Attachment)>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    store::attached(conn, owner, subjects).await
}

/// Takes a file off a subject of the plugin `owner`, for good. Whether the actor may is the caller's to know.
///
/// # Errors
/// Returns `is_not_found` if it is not attached there, or an error if the database fails.
pub async fn detach(tx: &Tx, actor: &Actor, owner: &str, subject: &str, file: FileId) -> Result<()> {
    if !store::detach(tx, owner, subject, file).await? {
        return Err(Error::not_found(format!("file {file}")));
    }
    tx.record(Act::new(actor, FILE_REMOVED).on(format!("file:{file}"))).await
}

fn too_many() -> Error {
    Error::invalid_field("files", Message::new("file-too-many").with("max", MOST_ATTACHED))
}
