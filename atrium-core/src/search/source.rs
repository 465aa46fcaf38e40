//! What can be searched: the trait of whoever has documents.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::SearchDocument;
use crate::access::{Actor, Visibility};
use crate::db::Db;
use crate::error::Result;

/// Something that has searchable documents: the help, the forum, a plugin of somebody else's.
///
/// An event whose subject begins with `{kind}:` makes the index read that subject again.
#[async_trait]
pub trait SearchSource: Send + Sync + 'static {
    /// The kind of its documents, and the prefix of its subjects.
    fn kind(&self) -> &'static str;

    /// The documents of `subject` as they are now; none when it is gone.
    ///
    /// # Errors
    /// The database failed.
    async fn documents(&self, db: &Db, subject: &str) -> Result<Vec<SearchDocument>>;

    /// Up to `limit` subjects after `after`, in an order of its own that does not change.
    ///
    /// # Errors
    /// The database failed.
    async fn subjects(&self, db: &Db, after: Option<&str>, limit: u64) -> Result<Vec<String>>;

    /// What `actor` may see of it.
    ///
    /// # Errors
    /// The database failed.
    async fn visibility(&self, db: &Db, actor: &Actor) -> Result<Visibility>;

    /// Which of `subjects` the actor may see according to SQL: the index may lag.
    ///
    /// # Errors
    /// The database failed.
    async fn visible(&self, db: &Db, actor: &Actor, subjects: &[String]) -> Result<BTreeSet<String>>;
}
