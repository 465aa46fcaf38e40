//! The engine: one index that serves, its writer, its vocabulary of synonyms.
//!
//! - `mod`: opens it, and holds what it is set to;
//! - `writing`: changes, commits, rebuilds; `answering`: searches and suggestions.

mod answering;
mod writing;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::index::{Home, Live};
use super::log::QueryLog;
use super::query;
use super::rank::{Bound, Weights};
use super::{Checkpoint, SearchRequest, Synonyms};
use crate::Filter;
use crate::{Error, Result};
use writing::new_generation;

/// The search engine of a node. Cheap to clone; clones share one index.
///
/// ```
/// use atrium_search::{Change, Checkpoint, Filter, SearchDocument, SearchEngine, SearchRequest, Synonyms};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> atrium_search::Result<()> {
/// let engine = SearchEngine::in_memory(Synonyms::french())?;
/// let document = SearchDocument {
///     id: "help:1#deposer".into(),
///     kind: "help".into(),
///     subject: "help:1".into(),
///     title: "Rendre un devoir dans le casier".into(),
///     body: "Ouvrez le casier de la matière, puis choisissez un fichier à déposer.".into(),
///     locale: "fr".into(),
///     ..SearchDocument::default()
/// };
/// engine.apply(vec![Change::Put { subject: "help:1".into(), documents: vec![document] }]).await?;
/// engine.commit(Checkpoint("1".into())).await?;
///
/// // Three words are misspelt.
/// let answer = engine.search(SearchRequest::new("randre un devoire dans le cassier").visible("help", Filter::all())).await?;
/// assert_eq!(answer.hits[0].subject, "help:1");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SearchEngine {
    inner: Arc<Inner>,
}

struct Inner {
    home: Option<Home>,
    live: RwLock<Arc<Live>>,
    synonyms: RwLock<Arc<Synonyms>>,
    log: RwLock<Option<Arc<dyn QueryLog>>>,
    weights: Weights,
    bound: RwLock<Bound>,
}

impl SearchEngine {
    /// Opens the engine on the index below `dir`. If there is no index of this version, an empty one is made; one
    /// of another version of the schema or of the analysis stays beside it until this one is
    /// [whole](Self::forget_other_versions). [`checkpoint`](Self::checkpoint) is then `None`, and the caller has to
    /// [`rebuild`](Self::rebuild).
    ///
    /// # Errors
    /// Unavailable when another process has the index open; otherwise when the directory cannot be written.
    pub async fn open(dir: impl Into<PathBuf>, synonyms: Synonyms) -> Result<Self> {
        let dir = dir.into();
        blocking(move || Self::open_blocking(&dir, synonyms)).await
    }

    fn open_blocking(dir: &Path, synonyms: Synonyms) -> Result<Self> {
        let home = Home::open(dir).map_err(|e| Error::internal("open the search directory", e))?;
        let kept = match home.current() {
            Some(path) => Live::open(&path)?,
            None => None,
        };
        let live = match kept {
            Some(live) => live,
            None => new_generation(&home)?.0,
        };
        Ok(Self::over(Some(home), live, synonyms))
    }

    /// Creates an engine whose index is in memory, for tests.
    ///
    /// # Errors
    /// Returns an error only for faults that a caller cannot correct.
    pub fn in_memory(synonyms: Synonyms) -> Result<Self> {
        Ok(Self::over(None, Live::in_memory()?, synonyms))
    }

    fn over(home: Option<Home>, live: Live, synonyms: Synonyms) -> Self {
        let inner = Inner {
            home,
            live: RwLock::new(Arc::new(live)),
            synonyms: RwLock::new(Arc::new(synonyms)),
            log: RwLock::new(None),
            weights: Weights::default(),
            bound: RwLock::new(Bound::USUAL),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Returns the checkpoint of the index below `dir` without opening it for writing, for commands beside a
    /// running node; `None` if there is no index of this version.
    ///
    /// # Errors
    /// Returns an error if it cannot be read.
    pub fn kept_checkpoint(dir: &Path) -> Result<Option<Checkpoint>> {
        match Home::existing(dir).and_then(|home| home.current()) {
            Some(path) => Live::kept_checkpoint(&path),
            None => Ok(None),
        }
    }

    /// Builds what the first query over documents of `kinds` would otherwise wait for.
    pub async fn warm_up(&self, kinds: impl IntoIterator<Item = &'static str>) -> Result<()> {
        let kinds: HashMap<_, _> = kinds.into_iter().map(|kind| (kind.to_owned(), Filter::all())).collect();
        let engine = self.clone();
        blocking(move || {
            query::vocabulary::warm_up();
            let request = SearchRequest { filters: kinds, ..SearchRequest::new("conexion établisement mo") };
            engine.answer(&request).map(drop)
        })
        .await
    }

    /// Returns the position of the last commit in the source; `None` if the index was never filled.
    ///
    /// # Errors
    /// Returns an error if the index cannot be read.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>> {
        self.live().checkpoint()
    }

    /// Returns `true` if the index is complete in its directory. One removed under a running node answers searches
    /// from its last commit, and takes no changes.
    pub async fn is_on_disk(&self) -> bool {
        let live = self.live();
        blocking(move || Ok(live.is_on_disk())).await.unwrap_or(false)
    }

    /// Returns the number of passages in the index, without regard to visibility.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::try_from(self.live().searcher().num_docs()).unwrap_or(usize::MAX)
    }

    /// Returns `true` if the index is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Replaces the vocabulary of synonyms, from the next query on.
    pub fn set_synonyms(&self, synonyms: Synonyms) {
        *self.inner.synonyms.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(synonyms);
    }

    /// Bounds the work of a query, from the next one on, to `entries` of the index, and to `of_each` of a word that is met
    /// after those: see [`SearchAnswer::total_is_lower_bound`](crate::SearchAnswer::total_is_lower_bound).
    pub fn set_bound(&self, entries: usize, of_each: usize) {
        *self.inner.bound.write().unwrap_or_else(PoisonError::into_inner) = Bound { entries, of_each, ..Bound::USUAL };
    }

    fn bound(&self, request: &SearchRequest) -> Bound {
        let bound = *self.inner.bound.read().unwrap_or_else(PoisonError::into_inner);
        if request.likeness { bound.of_likeness() } else { bound }
    }

    /// Tells `log` of every search answered from now on.
    pub fn set_query_log(&self, log: Arc<dyn QueryLog>) {
        *self.inner.log.write().unwrap_or_else(PoisonError::into_inner) = Some(log);
    }

    fn live(&self) -> Arc<Live> {
        self.inner.live.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn synonyms(&self) -> Arc<Synonyms> {
        self.inner.synonyms.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl std::fmt::Debug for SearchEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchEngine").field("home", &self.inner.home).field("len", &self.len()).finish()
    }
}

/// Runs `work` where blocking is allowed.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::internal("the search task", e))?
}
