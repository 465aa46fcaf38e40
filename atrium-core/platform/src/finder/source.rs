//! The trait of sources of searchable documents.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use atrium_search::SearchDocument;

use crate::access::{Actor, Token, Visibility};
use crate::db::Db;
use crate::error::Result;
use crate::events::Event;

/// A source of searchable documents: the help, the forum, a third party's plugin.
///
/// An event whose subject begins with `{kind}:` makes the index reread the subjects that the source reports as
/// concerned.
#[async_trait]
pub trait SearchSource: Send + Sync + 'static {
    /// Returns the kind of the documents, which is also the prefix of their subjects.
    fn kind(&self) -> &'static str;

    /// Returns the current documents of `subject`; empty if it is gone.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn documents(&self, db: &Db, subject: &str) -> Result<Vec<SearchDocument>>;

    /// Returns the documents of several subjects, each with its own. Override it to read many at once.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn documents_of(&self, db: &Db, subjects: Vec<String>) -> Result<Vec<(String, Vec<SearchDocument>)>> {
        let mut all = Vec::with_capacity(subjects.len());
        for subject in subjects {
            let documents = self.documents(db, &subject).await?;
            all.push((subject, documents));
        }
        Ok(all)
    }

    /// Returns the source's subjects that `events` concern: the events' own, unless a source cuts subjects into
    /// parts.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn concerned(&self, _db: &Db, events: &[Event]) -> Result<Vec<String>> {
        let own = |event: &&Event| event.subject.split_once(':').is_some_and(|(kind, _)| kind == self.kind());
        Ok(events.iter().filter(own).map(|event| event.subject.clone()).collect())
    }

    /// Returns the source's subjects whose documents repeat a value of what `events`, all about subjects of other
    /// kinds, concern: the documents of a topic hold the service of its category. Empty by default.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn following(&self, _db: &Db, _events: &[&Event]) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// Returns the current names, from the outermost, of the shelves with these [keys](SearchDocument::shelf).
    /// Asked for documents that are shown.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn shelves(&self, _db: &Db, _keys: &BTreeSet<String>) -> Result<BTreeMap<String, Vec<String>>> {
        Ok(BTreeMap::new())
    }

    /// Returns the tokens that documents carry for their shelf, each with the current name of the shelf: a word of
    /// the name finds the documents. Asked for at each search: some hundreds at most.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn shelf_names(&self, _db: &Db) -> Result<Vec<(Token, String)>> {
        Ok(Vec::new())
    }

    /// Returns the approximate number of subjects, for the progress reported while an index is filled; 0 if
    /// unknown.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn count(&self, _db: &Db) -> Result<u64> {
        Ok(0)
    }

    /// Returns up to `limit` subjects after `after`, in a stable order of the source; empty after the last. Return
    /// fewer if their documents would be too many to hold at once. Put first what people search most, as the
    /// newest: an index that is being filled answers with what it has.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn subjects(&self, db: &Db, after: Option<&str>, limit: u64) -> Result<Vec<String>>;

    /// Returns what `actor` may see of this source.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn visibility(&self, db: &Db, actor: &Actor) -> Result<Visibility>;

    /// Returns the documents among `ids` that SQL lets the actor see: the index may lag.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn visible(&self, db: &Db, actor: &Actor, ids: &[String]) -> Result<BTreeSet<String>>;
}
