//! The engine: one index that serves, its writer, its vocabulary of synonyms.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use super::answer::{SearchAnswer, Suggestion};
use super::correct::corrected;
use super::excerpt::Marker;
use super::index::{Home, Live, end};
use super::log::{LoggedQuery, QueryLog};
use super::query::{self, Parsed, QueryTerm, parse, query_terms};
use super::rank::{self, Ask, Bound, Candidate, Evidence, Reader, View, Weights};
use super::rebuild::Rebuild;
use super::relax::relax;
use super::results::{count, hit, one_each, stored};
use super::{Change, Checkpoint, SearchRequest, Synonyms};
use crate::Filter;
use crate::{Error, Result};

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

    /// Builds what the first query would otherwise wait for.
    pub async fn warm_up(&self) -> Result<()> {
        let engine = self.clone();
        blocking(move || {
            query::vocabulary::warm_up();
            let kinds = ["help", "forum"].map(|kind| (kind.to_owned(), Filter::all()));
            let request = SearchRequest { filters: kinds.into(), ..SearchRequest::new("messagerie établisement mo") };
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

    /// Queues changes. They are searchable, and survive a crash, after [`commit`](Self::commit); the feeding worker
    /// commits every few hundred milliseconds rather than after each.
    ///
    /// # Errors
    /// Returns an error if the index cannot be written.
    pub async fn apply(&self, changes: Vec<Change>) -> Result<()> {
        let live = self.live();
        blocking(move || live.apply(changes)).await
    }

    /// Makes all applied changes searchable, and remembers the checkpoint they lead to.
    ///
    /// # Errors
    /// Returns an error if the index cannot be written; then none of the applied changes is visible.
    ///
    /// ```
    /// # use atrium_search::{Change, Checkpoint, Filter, SearchDocument, SearchEngine, SearchRequest, Synonyms};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> atrium_search::Result<()> {
    /// # let engine = SearchEngine::in_memory(Synonyms::french())?;
    /// # let document = SearchDocument {
    /// #     id: "help:1#deposer".into(),
    /// #     kind: "help".into(),
    /// #     subject: "help:1".into(),
    /// #     title: "Rendre un devoir dans le casier".into(),
    /// #     body: "Ouvrez le casier de la matière, puis choisissez un fichier à déposer.".into(),
    /// #     locale: "fr".into(),
    /// #     ..SearchDocument::default()
    /// # };
    /// # engine.apply(vec![Change::Put { subject: "help:1".into(), documents: vec![document] }]).await?;
    /// # engine.commit(Checkpoint("1".into())).await?;
    /// assert_eq!(engine.checkpoint()?, Some(Checkpoint("1".into())));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn commit(&self, checkpoint: Checkpoint) -> Result<()> {
        let live = self.live();
        blocking(move || live.commit(Some(&checkpoint))).await
    }

    /// Forgets what was applied since the last commit.
    ///
    /// # Errors
    /// Returns an error if the index cannot be read again.
    pub async fn rollback(&self) -> Result<()> {
        let live = self.live();
        blocking(move || live.rollback()).await
    }

    /// Removes a subject without trace: its documents, the segments that held them, the files of those segments.
    ///
    /// # Errors
    /// Returns an error if the index cannot be written.
    ///
    /// ```
    /// # use atrium_search::{Change, Checkpoint, Filter, SearchDocument, SearchEngine, SearchRequest, Synonyms};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> atrium_search::Result<()> {
    /// # let engine = SearchEngine::in_memory(Synonyms::french())?;
    /// # let document = SearchDocument {
    /// #     id: "help:1#deposer".into(),
    /// #     kind: "help".into(),
    /// #     subject: "help:1".into(),
    /// #     title: "Rendre un devoir dans le casier".into(),
    /// #     body: "Ouvrez le casier de la matière, puis choisissez un fichier à déposer.".into(),
    /// #     locale: "fr".into(),
    /// #     ..SearchDocument::default()
    /// # };
    /// # engine.apply(vec![Change::Put { subject: "help:1".into(), documents: vec![document] }]).await?;
    /// # engine.commit(Checkpoint("1".into())).await?;
    /// engine.erase("help:1").await?;
    /// assert!(engine.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn erase(&self, subject: impl Into<String>) -> Result<()> {
        let live = self.live();
        let subject = subject.into();
        blocking(move || {
            live.apply(vec![Change::Remove { subject }])?;
            live.commit(None)?;
            live.purge()
        })
        .await
    }

    /// Lets go of the index on disk, so that another engine may open it while clones of this one are still around.
    /// What was applied and not committed is forgotten; searches still answer. Changes and a [`Rebuild`] that come
    /// later are refused as unavailable.
    ///
    /// # Errors
    /// Returns an error if a merge under way failed.
    ///
    /// ```
    /// # use atrium_search::{Change, Checkpoint, Filter, SearchDocument, SearchEngine, SearchRequest, Synonyms};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> atrium_search::Result<()> {
    /// # let engine = SearchEngine::in_memory(Synonyms::french())?;
    /// # let document = SearchDocument {
    /// #     id: "help:1#deposer".into(),
    /// #     kind: "help".into(),
    /// #     subject: "help:1".into(),
    /// #     title: "Rendre un devoir dans le casier".into(),
    /// #     body: "Ouvrez le casier de la matière, puis choisissez un fichier à déposer.".into(),
    /// #     locale: "fr".into(),
    /// #     ..SearchDocument::default()
    /// # };
    /// # engine.apply(vec![Change::Put { subject: "help:1".into(), documents: vec![document] }]).await?;
    /// # engine.commit(Checkpoint("1".into())).await?;
    /// engine.close().await?;
    /// assert!(engine.commit(Checkpoint("2".into())).await.is_err());
    /// assert!(!engine.search(SearchRequest::new("casier").visible("help", Filter::all())).await?.hits.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn close(&self) -> Result<()> {
        let engine = self.clone();
        blocking(move || {
            // Invariant: under the lock, so that no rebuild that ends meanwhile serves, with a writer of its own.
            let writer = engine.inner.live.write().unwrap_or_else(PoisonError::into_inner).close();
            writer.map_or(Ok(()), end)
        })
        .await
    }

    /// Starts a new index aside. The present one serves, and takes changes, until [`Rebuild::finish`].
    ///
    /// # Errors
    /// Returns an error if the directory cannot be written.
    ///
    /// ```
    /// # use atrium_search::{Change, Checkpoint, Filter, SearchDocument, SearchEngine, SearchRequest, Synonyms};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> atrium_search::Result<()> {
    /// # let engine = SearchEngine::in_memory(Synonyms::french())?;
    /// # let document = SearchDocument {
    /// #     id: "help:1#deposer".into(),
    /// #     kind: "help".into(),
    /// #     subject: "help:1".into(),
    /// #     title: "Rendre un devoir dans le casier".into(),
    /// #     body: "Ouvrez le casier de la matière, puis choisissez un fichier à déposer.".into(),
    /// #     locale: "fr".into(),
    /// #     ..SearchDocument::default()
    /// # };
    /// # engine.apply(vec![Change::Put { subject: "help:1".into(), documents: vec![document] }]).await?;
    /// # engine.commit(Checkpoint("1".into())).await?;
    /// let rebuild = engine.rebuild().await?;
    /// rebuild.finish(Checkpoint("2".into())).await?;
    /// assert!(engine.is_empty(), "the new index was left empty");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn rebuild(&self) -> Result<Rebuild> {
        let engine = self.clone();
        blocking(move || {
            let (live, path) = match &engine.inner.home {
                Some(home) => new_aside(home)?,
                None => (Live::in_memory()?, None),
            };
            Ok(Rebuild::new(engine, live, path))
        })
        .await
    }

    /// Takes up the index aside that was [kept](Rebuild::keep) when its process ended, if there is one that can be opened.
    ///
    /// # Errors
    /// Returns an error if the directory cannot be read.
    pub async fn take_up_rebuild(&self) -> Result<Option<Rebuild>> {
        let engine = self.clone();
        blocking(move || {
            let fault = |e| Error::internal("look for an index that was begun", e);
            let path = match &engine.inner.home {
                Some(home) => home.unfinished().map_err(fault)?,
                None => None,
            };
            let Some(path) = path else { return Ok(None) };
            let live = Live::open(&path)?;
            Ok(live.map(|live| Rebuild::new(engine, live, Some(path))))
        })
        .await
    }

    /// Removes the indexes of other versions: this one is whole.
    pub async fn forget_other_versions(&self) {
        let engine = self.clone();
        let forgetting = blocking(move || {
            if let Some(home) = &engine.inner.home {
                home.forget_other_versions();
            }
            Ok(())
        });
        // What cannot be removed is told, and found again the next time.
        let _ = forgetting.await;
    }

    /// Replaces the vocabulary of synonyms, from the next query on.
    pub fn set_synonyms(&self, synonyms: Synonyms) {
        *self.inner.synonyms.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(synonyms);
    }

    /// Bounds the work of a query, from the next one on, to `entries` of the index, and to `of_each` of a word that is met
    /// after those: see [`SearchAnswer::total_is_lower_bound`].
    pub fn set_bound(&self, entries: usize, of_each: usize) {
        *self.inner.bound.write().unwrap_or_else(PoisonError::into_inner) = Bound { entries, of_each };
    }

    fn bound(&self) -> Bound {
        *self.inner.bound.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells `log` of every search answered from now on.
    pub fn set_query_log(&self, log: Arc<dyn QueryLog>) {
        *self.inner.log.write().unwrap_or_else(PoisonError::into_inner) = Some(log);
    }

    /// Answers a search on a thread that may block. The caller bounds how many run at once.
    ///
    /// # Errors
    /// Returns an error if the index cannot be read. No text is an error.
    pub async fn search(&self, request: SearchRequest) -> Result<SearchAnswer> {
        let engine = self.clone();
        blocking(move || engine.search_blocking(&request)).await
    }

    /// [`search`](Self::search) on the present thread, for callers that are not asynchronous.
    ///
    /// # Errors
    /// Returns an error if the index cannot be read.
    pub fn search_blocking(&self, request: &SearchRequest) -> Result<SearchAnswer> {
        let answer = self.answer(request)?;
        let log = self.inner.log.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(log) = log.filter(|_| request.offset == 0 && !request.text.trim().is_empty()) {
            log.answered(LoggedQuery::of(request, &answer));
        }
        Ok(answer)
    }

    /// Returns titles and headings that complete a query, best first, 20 at most; empty without a match.
    ///
    /// # Errors
    /// Returns an error if the index cannot be read.
    ///
    /// ```
    /// # use atrium_search::{Change, Checkpoint, Filter, SearchDocument, SearchEngine, SearchRequest, Synonyms};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> atrium_search::Result<()> {
    /// # let engine = SearchEngine::in_memory(Synonyms::french())?;
    /// # let document = SearchDocument {
    /// #     id: "help:1#deposer".into(),
    /// #     kind: "help".into(),
    /// #     subject: "help:1".into(),
    /// #     title: "Rendre un devoir dans le casier".into(),
    /// #     body: "Ouvrez le casier de la matière, puis choisissez un fichier à déposer.".into(),
    /// #     locale: "fr".into(),
    /// #     ..SearchDocument::default()
    /// # };
    /// # engine.apply(vec![Change::Put { subject: "help:1".into(), documents: vec![document] }]).await?;
    /// # engine.commit(Checkpoint("1".into())).await?;
    /// let found = engine.suggest(SearchRequest::new("rendre un de").visible("help", Filter::all())).await?;
    /// assert_eq!(found[0].id, "help:1#deposer");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn suggest(&self, request: SearchRequest) -> Result<Vec<Suggestion>> {
        let engine = self.clone();
        blocking(move || engine.suggest_blocking(&request)).await
    }

    /// [`suggest`](Self::suggest) on the present thread.
    ///
    /// # Errors
    /// Returns an error if the index cannot be read.
    pub fn suggest_blocking(&self, request: &SearchRequest) -> Result<Vec<Suggestion>> {
        let parsed = parse(&request.text);
        if parsed.words.is_empty() || request.filters.is_empty() {
            return Ok(Vec::new());
        }
        let weights = self.inner.weights.for_suggestions();
        let live = self.live();
        let searcher = live.searcher();
        let view = View::new(&searcher, live.fields(), live.caches(), &request.filters, &parsed)?;
        let query_terms = query_terms(&view, &parsed, &self.synonyms(), &request.shelves, &weights, self.bound())?;
        let ask = Ask { query_terms: &query_terms, words: &parsed.typed, reader: reader_of(request) };
        let candidates = one_each(&view, relax(rank::rank(&view, &ask, &weights)?, &query_terms, &weights));
        if !is_answered(&view, &candidates, &query_terms) {
            return Ok(Vec::new());
        }
        let marker = Marker::new(&query_terms);
        let best = candidates.iter().take(request.limit.min(20)).map(|candidate| {
            let document = stored(&view, candidate.sections[0])?;
            let section = marker.mark(&document.section);
            Ok(Suggestion {
                id: document.id,
                kind: document.kind,
                url: document.url,
                title: marker.mark(&document.title),
                section,
                service: document.service,
                locale: document.locale,
            })
        });
        best.collect()
    }

    fn answer(&self, request: &SearchRequest) -> Result<SearchAnswer> {
        let start = Instant::now();
        let mut answer = self.find(request, &parse(&request.text))?;
        if let Some(text) = answer.corrected.take().filter(|_| request.offset == 0)
            && self.leads_elsewhere(request, &text, &answer)?
        {
            answer.corrected = Some(text);
        }
        answer.took = start.elapsed();
        Ok(answer)
    }

    /// Returns `true` if `text` has another first hit than `answer`: a correction without effect is not offered.
    fn leads_elsewhere(&self, request: &SearchRequest, text: &str, answer: &SearchAnswer) -> Result<bool> {
        let corrected = SearchRequest { text: text.to_owned(), limit: 1, ..request.clone() };
        let other = self.find(&corrected, &parse(text))?;
        let first = |answer: &SearchAnswer| answer.hits.first().map(|hit| hit.subject.clone());
        Ok(first(&other).is_some() && first(&other) != first(answer))
    }

    fn find(&self, request: &SearchRequest, parsed: &Parsed) -> Result<SearchAnswer> {
        if !parsed.says_something || request.filters.values().all(Filter::is_none) {
            let wordless = !parsed.says_something && !parsed.words.is_empty();
            return Ok(SearchAnswer { wordless, ..SearchAnswer::default() });
        }
        let weights = &self.inner.weights;
        let live = self.live();
        let searcher = live.searcher();
        let view = View::new(&searcher, live.fields(), live.caches(), &request.filters, parsed)?;
        let query_terms = query_terms(&view, parsed, &self.synonyms(), &request.shelves, weights, self.bound())?;
        let ask = Ask { query_terms: &query_terms, words: &parsed.typed, reader: reader_of(request) };
        let candidates = one_each(&view, relax(rank::rank(&view, &ask, weights)?, &query_terms, weights));
        let mut answer = SearchAnswer::default();
        let candidates = count(&view, request, candidates, &mut answer);
        answer.answered = is_answered(&view, &candidates, &query_terms);
        answer.related = answer.answered || says(&view, &candidates, &query_terms, Evidence::is_related);
        answer.total = candidates.len();
        answer.total_is_lower_bound = query_terms.iter().any(|term| term.share_read < 1.0);
        let marker = Marker::new(&query_terms);
        let mut shown = Vec::new();
        for candidate in candidates.iter().take(SearchRequest::DEPTH).skip(request.offset).take(request.limit) {
            let (hit, document) = hit(&view, candidate, &marker)?;
            answer.hits.push(hit);
            shown.push(document);
        }
        answer.corrected = corrected(&request.text, &query_terms, &shown);
        Ok(answer)
    }

    /// Lets `live`, built at `path`, serve in place of the present index.
    ///
    /// # Errors
    /// Returns unavailable if the engine is closed: its directory may be another's by now.
    pub(super) fn serve(&self, live: Arc<Live>, path: Option<&Path>) -> Result<()> {
        let mut serving = self.inner.live.write().unwrap_or_else(PoisonError::into_inner);
        if serving.is_closed() {
            return Err(Error::unavailable("the search index is closed"));
        }
        if let (Some(home), Some(path)) = (&self.inner.home, path) {
            home.adopt(path).map_err(|e| Error::internal("adopt the new search index", e))?;
        }
        *serving = live;
        Ok(())
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

fn reader_of(request: &SearchRequest) -> Reader<'_> {
    Reader { audience: &request.audience, locale: &request.locale, now: request.now }
}

/// The candidates that may be an answer: lower ones are not.
const LOOKED_AT: usize = 10;

/// Returns `true` if one of the first candidates says enough of what was asked.
fn is_answered(view: &View<'_>, candidates: &[Candidate], query_terms: &[QueryTerm]) -> bool {
    says(view, candidates, query_terms, Evidence::is_enough)
}

/// Returns `true` if what one of the first candidates says is `enough`.
fn says(view: &View<'_>, candidates: &[Candidate], query_terms: &[QueryTerm], enough: fn(Evidence) -> bool) -> bool {
    let mut first = candidates.iter().take(LOOKED_AT);
    first.any(|candidate| enough(Evidence::of(view, candidate, query_terms)))
}

fn new_generation(home: &Home) -> Result<(Live, PathBuf)> {
    let (live, path) = new_aside(home)?;
    let path = path.expect("an index with a home has a path");
    home.adopt(&path).map_err(|e| Error::internal("adopt the new search index", e))?;
    Ok((live, path))
}

fn new_aside(home: &Home) -> Result<(Live, Option<PathBuf>)> {
    let path = home.prepare().map_err(|e| Error::internal("prepare a search directory", e))?;
    Ok((Live::create(&path)?, Some(path)))
}

/// Runs `work` where blocking is allowed.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::internal("the search task", e))?
}
