//! Answering: from a request to its answer, over one view of the index.

use std::sync::PoisonError;
use std::time::Instant;

use super::{SearchEngine, blocking};
use crate::answer::{SearchAnswer, Suggestion};
use crate::correct::corrected;
use crate::excerpt::Marker;
use crate::log::LoggedQuery;
use crate::passage::Passage;
use crate::query::{Parsed, QueryTerm, parse, query_terms};
use crate::rank::{self, Ask, Asked, Bound, Candidate, Evidence, Reader, View, Weights, whole_of};
use crate::relax::relax;
use crate::results::{count, hit, one_each, passage};
use crate::{Filter, Result, SearchRequest};

impl SearchEngine {
    /// Answers a search on a thread that may block. The caller bounds how many run at once.
    ///
    /// # Errors
    /// Returns an error if the index cannot be read. No text is an error.
    pub async fn search(&self, request: SearchRequest) -> Result<SearchAnswer> {
        let engine = self.clone();
        blocking(move || engine.search_blocking(&request)).await
    }

    /// Does what [`search`](Self::search) does on the present thread, for callers that are not asynchronous.
    ///
    /// # Errors
    /// Returns an error if the index cannot be read.
    pub fn search_blocking(&self, request: &SearchRequest) -> Result<SearchAnswer> {
        let answer = self.answer(request)?;
        let log = self.inner.log.read().unwrap_or_else(PoisonError::into_inner).clone();
        let is_asked = !request.likeness && request.offset == 0 && !request.text.trim().is_empty();
        if let Some(log) = log.filter(|_| is_asked) {
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

    /// Does what [`suggest`](Self::suggest) does on the present thread.
    ///
    /// # Errors
    /// Returns an error if the index cannot be read.
    pub fn suggest_blocking(&self, request: &SearchRequest) -> Result<Vec<Suggestion>> {
        let parsed = parse(&request.text);
        if parsed.words.is_empty() || request.filters.is_empty() {
            return Ok(Vec::new());
        }
        let weights = self.inner.weights.for_suggestions();
        let bound = self.bound(request).of_few_results();
        self.ranked(request, &parsed, &weights, bound, |view, query_terms, candidates| {
            if !says(view, &candidates, query_terms, Evidence::is_enough) {
                return Ok(Vec::new());
            }
            let marker = Marker::new(query_terms);
            let best = candidates.iter().take(request.limit.min(20));
            best.map(|candidate| Ok(suggestion(&*passage(view, candidate.sections[0])?, &marker))).collect()
        })
    }

    pub(super) fn answer(&self, request: &SearchRequest) -> Result<SearchAnswer> {
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
        let parsed = parse(text);
        if !parsed.says_something {
            return Ok(false);
        }
        let bound = self.bound(request).of_few_results();
        let first = self.ranked(request, &parsed, &self.inner.weights, bound, |view, _, candidates| {
            let candidates = count(view, request, candidates, &mut SearchAnswer::default());
            let first = candidates.first().map(|candidate| passage(view, candidate.sections[0])).transpose()?;
            Ok(first.map(|first| whole_of(&first.document.subject).to_owned()))
        })?;
        Ok(first.is_some() && first.as_ref() != answer.hits.first().map(|hit| &hit.subject))
    }

    fn find(&self, request: &SearchRequest, parsed: &Parsed) -> Result<SearchAnswer> {
        if !parsed.says_something || request.filters.values().all(Filter::is_none) {
            let wordless = !parsed.says_something && !parsed.words.is_empty();
            return Ok(SearchAnswer { wordless, ..SearchAnswer::default() });
        }
        self.ranked(request, parsed, &self.inner.weights, self.bound(request), |view, query_terms, candidates| {
            let mut answer = SearchAnswer::default();
            let candidates = count(view, request, candidates, &mut answer);
            answer.answered = says(view, &candidates, query_terms, Evidence::is_enough);
            answer.related = answer.answered || says(view, &candidates, query_terms, Evidence::is_related);
            answer.total = candidates.len();
            answer.total_is_lower_bound = query_terms.iter().any(|term| term.share_read < 1.0);
            let marker = Marker::new(query_terms);
            let mut shown = Vec::new();
            for candidate in candidates.iter().take(SearchRequest::DEPTH).skip(request.offset).take(request.limit) {
                let (hit, passage) = hit(view, candidate, &marker)?;
                answer.hits.push(hit);
                shown.push(passage);
            }
            if !request.likeness {
                answer.corrected = corrected(&request.text, query_terms, &shown);
            }
            Ok(answer)
        })
    }

    /// Passes the candidates for what was asked, best first, to `then`, with the view they are of.
    fn ranked<T>(
        &self,
        request: &SearchRequest,
        parsed: &Parsed,
        weights: &Weights,
        bound: Bound,
        then: impl FnOnce(&View<'_>, &[QueryTerm], Vec<Candidate>) -> Result<T>,
    ) -> Result<T> {
        let live = self.live();
        let searcher = live.searcher();
        let view = View::new(&searcher, live.fields(), live.caches(), &request.filters, parsed)?;
        let query_terms = query_terms(&view, parsed, &self.synonyms(), &request.shelves, weights, bound)?;
        let reader = Reader { audience: &request.audience, locale: &request.locale, now: request.now };
        let ask = Ask { query_terms: &query_terms, words: &parsed.typed, reader, ordered: bound.ordered };
        let candidates = one_each(&view, relax(rank::rank(&view, &ask, weights)?, &query_terms, weights));
        then(&view, &query_terms, candidates)
    }
}

fn suggestion(passage: &Passage, marker: &Marker) -> Suggestion {
    let document = &passage.document;
    Suggestion {
        id: document.id.clone(),
        kind: document.kind.clone(),
        url: document.url.clone(),
        title: marker.mark(&document.title, &passage.title),
        section: marker.mark(&document.section, &passage.section),
        service: document.service.clone(),
        locale: document.locale.clone(),
    }
}

/// The candidates that may be an answer: lower ones are not.
const LOOKED_AT: usize = 10;

/// Returns `true` if what one of the first candidates says is `enough`.
fn says(view: &View<'_>, candidates: &[Candidate], query_terms: &[QueryTerm], enough: fn(Evidence) -> bool) -> bool {
    let asked = Asked::of(view, query_terms);
    let mut first = candidates.iter().take(LOOKED_AT);
    first.any(|candidate| enough(Evidence::of(view, candidate, &asked)))
}
