//! Where documents come from: what a plugin implements to be searchable.

use async_trait::async_trait;

use super::SearchDocument;
use crate::Result;
use crate::db::Db;

/// A plugin's searchable things. SQL is the truth: a source is asked again whenever a subject changes, and for all of
/// its subjects when the index is rebuilt.
#[async_trait]
pub trait SearchSource: Send + Sync + 'static {
    /// The kind of its documents, one word: `help`, `forum`.
    fn kind(&self) -> &'static str;

    /// Everything the index should hold of `subject`; nothing when it is gone, or not to be found.
    ///
    /// # Errors
    /// When the database cannot be read. A subject that does not exist is no error.
    async fn documents(&self, db: &Db, subject: &str) -> Result<Vec<SearchDocument>>;

    /// At most `limit` subjects after `after`, in an order that does not change while they are read.
    ///
    /// # Errors
    /// When the database cannot be read.
    async fn subjects(&self, db: &Db, after: Option<&str>, limit: u64) -> Result<Vec<String>>;
}
