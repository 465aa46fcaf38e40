//! What can be searched: the trait of whoever has documents.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use atrium_search::SearchDocument;

use crate::access::{Actor, Token, Visibility};
use crate::db::Db;
use crate::error::Result;
use crate::events::Event;

/// Something that has searchable documents: the help, the forum, a plugin of somebody else's.
///
/// An event whose subject begins with `{kind}:` makes the index read what the source says is concerned.
#[async_trait]
pub trait SearchSource: Send + Sync + 'static {
    /// The kind of its documents, and the prefix of its subjects.
    fn kind(&self) -> &'static str;

    /// The documents of `subject` as they are now; none when it is gone.
    ///
    /// # Errors
    /// The database failed.
    async fn documents(&self, db: &Db, subject: &str) -> Result<Vec<SearchDocument>>;

    /// The documents of several subjects, each with its own: a source that reads many at once says so here.
    ///
    /// # Errors
    /// The database failed.
    async fn documents_of(&self, db: &Db, subjects: Vec<String>) -> Result<Vec<(String, Vec<SearchDocument>)>> {
        let mut all = Vec::with_capacity(subjects.len());
        for subject in subjects {
            let documents = self.documents(db, &subject).await?;
            all.push((subject, documents));
        }
        Ok(all)
    }

    /// The subjects of its own that `events` tell of: the events' own, unless a source cuts some into parts.
    ///
    /// # Errors
    /// The database failed.
    async fn concerned(&self, _db: &Db, events: &[Event]) -> Result<Vec<String>> {
        let own = |event: &&Event| event.subject.split_once(':').is_some_and(|(kind, _)| kind == self.kind());
        Ok(events.iter().filter(own).map(|event| event.subject.clone()).collect())
    }

    /// The subjects of its own whose documents repeat something of what `events`, all about subjects of other kinds, tell of:
    /// the service of a category stands in the documents of its topics. None unless a source says so.
    ///
    /// # Errors
    /// The database failed.
    async fn following(&self, _db: &Db, _events: &[&Event]) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// The names, from the outermost, of what documents stand in, by their [`shelf`](SearchDocument::shelf), as they are now.
    /// Asked for what is shown.
    ///
    /// # Errors
    /// The database failed.
    async fn shelves(&self, _db: &Db, _keys: &BTreeSet<String>) -> Result<BTreeMap<String, Vec<String>>> {
        Ok(BTreeMap::new())
    }

    /// The tokens that documents bear for what they stand in, each with the name of that as it is now: a word of the name
    /// finds the documents. Asked for at each search: some hundreds at most.
    ///
    /// # Errors
    /// The database failed.
    async fn shelf_names(&self, _db: &Db) -> Result<Vec<(Token, String)>> {
        Ok(Vec::new())
    }

    /// How many subjects there are, about, for the progress that is told while an index is filled. 0: not known.
    ///
    /// # Errors
    /// The database failed.
    async fn count(&self, _db: &Db) -> Result<u64> {
        Ok(0)
    }

    /// Up to `limit` subjects after `after`, in an order of its own that does not change; none after the last. Fewer, where
    /// the documents of so many would be too many to hold at once. What people look for most comes first, as the newest: an
    /// index that is being filled answers with what it has.
    ///
    /// # Errors
    /// The database failed.
    async fn subjects(&self, db: &Db, after: Option<&str>, limit: u64) -> Result<Vec<String>>;

    /// What `actor` may see of it.
    ///
    /// # Errors
    /// The database failed.
    async fn visibility(&self, db: &Db, actor: &Actor) -> Result<Visibility>;

    /// Which of the documents `ids` the actor may see according to SQL: the index may lag.
    ///
    /// # Errors
    /// The database failed.
    async fn visible(&self, db: &Db, actor: &Actor, ids: &[String]) -> Result<BTreeSet<String>>;
}
