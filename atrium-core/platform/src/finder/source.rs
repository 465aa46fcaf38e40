//! The trait of sources of searchable documents.

use std::any::Any;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use atrium_search::SearchDocument;

use crate::access::{Actor, Token, Visibility};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::events::Event;

/// What searches need of a source's rows besides its documents, the same for all readers: the names of shelves, and rows
/// that visibility is computed from.
#[derive(Clone, Default)]
pub struct SourceRows {
    pub(super) shelves: Vec<Shelf>,
    rows: Option<Arc<dyn Any + Send + Sync>>,
}

/// A shelf of a source.
#[derive(Clone)]
pub(super) struct Shelf {
    pub(super) key: String,
    pub(super) token: Token,
    pub(super) names: Vec<String>,
}

impl SourceRows {
    /// Keeps `rows`, which [`get`](Self::get) returns.
    pub fn new(rows: impl Any + Send + Sync) -> Self {
        Self { shelves: Vec::new(), rows: Some(Arc::new(rows)) }
    }

    /// Adds the shelf with this [key](SearchDocument::shelf) and its current names, from the outermost. They are shown
    /// with its documents, which carry `token`, and a word of them finds these. A source has some hundreds at most.
    #[must_use]
    pub fn with_shelf(mut self, key: impl Into<String>, token: Token, names: Vec<String>) -> Self {
        self.shelves.push(Shelf { key: key.into(), token, names });
        self
    }

    /// Returns the rows.
    ///
    /// # Errors
    /// Returns an error if rows of another type were kept.
    pub fn get<T: Any>(&self) -> Result<&T> {
        let rows = self.rows.as_ref().and_then(|rows| rows.downcast_ref());
        rows.ok_or_else(|| Error::bug("a search source was given the rows of another one"))
    }
}

impl fmt::Debug for SourceRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceRows").field("shelves", &self.shelves.len()).finish_non_exhaustive()
    }
}

/// A source of searchable documents: the help, the forum, a third party's plugin.
///
/// A search makes one query for the newest event, and one per source for the documents it shows.
///
/// An event whose subject begins with `{kind}:` makes the index reread the subjects that the source reports as
/// concerned.
#[async_trait]
pub trait SearchSource: Send + Sync + 'static {
    /// Returns the kind of the documents, which is also the prefix of their subjects. Its name on pages is the message
    /// `search-kind-{kind}` of the plugin.
    fn kind(&self) -> &'static str;

    /// Returns `true` if its documents explain how things are done here, so that a reader without an answer is led to them.
    fn explains(&self) -> bool {
        false
    }

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

    /// Returns what searches need of the source's rows besides its documents. Kept until the next event, for all readers:
    /// what changes it appends an event in the same transaction. Empty by default.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn rows(&self, _db: &Db) -> Result<SourceRows> {
        Ok(SourceRows::default())
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

    /// Returns what `actor` may see of this source, whose [rows](Self::rows) are these. Makes no query.
    ///
    /// # Errors
    /// Returns an error if these are not the rows of this source.
    fn visibility(&self, rows: &SourceRows, actor: &Actor) -> Result<Visibility>;

    /// Returns the documents among `ids` that SQL lets the actor see: the index may lag.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn visible(&self, db: &Db, rows: &SourceRows, actor: &Actor, ids: &[String]) -> Result<BTreeSet<String>>;
}
