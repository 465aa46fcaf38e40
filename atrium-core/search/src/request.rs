//! What is asked of the engine.

use std::collections::HashMap;
use std::sync::Arc;

use crate::{Filter, Shelves};

/// A search.
///
/// ```
/// use atrium_search::{Filter, SearchRequest};
///
/// let request = SearchRequest::new("je n’arrive pas à rendre mon devoir")
///     .visible("help", Filter::all())
///     .for_audience(["student"])
///     .page(10, 0);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SearchRequest {
    /// What was typed. Any text at all.
    pub text: String,
    /// The filter of each kind. Without one, no document of the kind is found.
    pub filters: HashMap<String, Filter>,
    /// Only these kinds; empty: all that are visible. Counts of the other kinds are still given.
    pub kinds: Vec<String>,
    /// Only these services; empty: all. Counts of the other services are still given.
    pub services: Vec<String>,
    /// The reader's traits: profiles and roles (`teacher`), and `facet:value` (`trait:manuels-numeriques`), in the
    /// terms of documents' [audience](super::SearchDocument::audience). A bare facet (`trait:`) means that it is
    /// known; an absent one is unknown. They decide relevance, never visibility.
    pub audience: Vec<String>,
    /// The reader's language: passages in others rank lower. Empty for no preference.
    pub locale: String,
    /// The instant that freshness is counted from, in milliseconds since 1970-01-01T00:00:00Z; 0: freshness does not count.
    pub now: i64,
    /// What documents stand in, with its present names.
    pub shelves: Arc<Shelves>,
    /// Most results wanted.
    pub limit: usize,
    /// Results to skip.
    pub offset: usize,
    /// `true` if the text is a title of which the like is looked for.
    pub(crate) likeness: bool,
}

impl SearchRequest {
    /// Most results of one page.
    pub const LIMIT: usize = 50;
    /// Characters of a text that are read; the rest of a longer one is ignored.
    pub const TEXT: usize = 1_000;
    /// How far pages go, in results.
    pub const DEPTH: usize = 1_000;

    /// Creates a search for `text`, without filters yet.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        text.truncate(Self::read_of(&text).len());
        Self {
            text,
            filters: HashMap::new(),
            kinds: Vec::new(),
            services: Vec::new(),
            audience: Vec::new(),
            locale: String::new(),
            now: 0,
            shelves: Arc::default(),
            limit: 10,
            offset: 0,
            likeness: false,
        }
    }

    /// Creates a search for what is like `title`, while it is being typed. Only its rarest words are looked for, less of the
    /// index is read than for a question, no correction is offered, and the query log is not told.
    ///
    /// ```
    /// # use atrium_search::{Change, Checkpoint, Filter, SearchDocument, SearchEngine, SearchRequest, Synonyms};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> atrium_search::Result<()> {
    /// # let engine = SearchEngine::in_memory(Synonyms::french())?;
    /// # let document = SearchDocument {
    /// #     kind: "forum".into(),
    /// #     subject: "forum:1".into(),
    /// #     title: "Le casier refuse mes photos".into(),
    /// #     ..SearchDocument::default()
    /// # };
    /// # engine.apply(vec![Change::Put { subject: "forum:1".into(), documents: vec![document] }]).await?;
    /// # engine.commit(Checkpoint("1".into())).await?;
    /// let like = SearchRequest::like("Photo refusée par le casier depuis hier").visible("forum", Filter::all());
    /// assert_eq!(engine.search(like).await?.hits[0].subject, "forum:1");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn like(title: impl Into<String>) -> Self {
        Self { likeness: true, ..Self::new(title) }
    }

    /// Returns the beginning of `text` that a search reads: [`TEXT`](Self::TEXT) characters. Pages show no more of
    /// it either.
    ///
    /// ```
    /// use atrium_search::SearchRequest;
    ///
    /// let long = "é".repeat(1_200);
    /// assert_eq!(SearchRequest::read_of(&long).chars().count(), SearchRequest::TEXT);
    /// ```
    #[must_use]
    pub fn read_of(text: &str) -> &str {
        text.char_indices().nth(Self::TEXT).map_or(text, |(cut, _)| &text[..cut])
    }

    /// Sets what the reader may see of `kind`.
    #[must_use]
    pub fn visible(mut self, kind: impl Into<String>, filter: impl Into<Filter>) -> Self {
        self.filters.insert(kind.into(), filter.into());
        self
    }

    /// Asks for results of `kind` only, besides the kinds already asked for.
    #[must_use]
    pub fn only_kind(mut self, kind: impl Into<String>) -> Self {
        self.kinds.push(kind.into());
        self
    }

    /// Asks for results of `service` only, besides the services already asked for.
    #[must_use]
    pub fn only_service(mut self, service: impl Into<String>) -> Self {
        self.services.push(service.into());
        self
    }

    /// Sets what the reader is.
    #[must_use]
    pub fn for_audience<S: Into<String>>(mut self, audience: impl IntoIterator<Item = S>) -> Self {
        self.audience = audience.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the reader's language.
    #[must_use]
    pub fn in_locale(mut self, locale: impl Into<String>) -> Self {
        self.locale = locale.into();
        self
    }

    /// Sets the instant that freshness is counted from, in milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn at(mut self, now: i64) -> Self {
        self.now = now;
        self
    }

    /// Sets the page: at most `limit` results, 50 at the very most, after the first `offset`; there are no results
    /// beyond the first 1,000.
    ///
    /// ```
    /// use atrium_search::SearchRequest;
    ///
    /// assert_eq!(SearchRequest::new("casier").page(500, 20).limit, SearchRequest::LIMIT);
    /// ```
    #[must_use]
    pub fn page(mut self, limit: usize, offset: usize) -> Self {
        self.limit = limit.min(Self::LIMIT);
        self.offset = offset;
        self
    }
}
