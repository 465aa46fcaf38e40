//! The bridge from events to the search engine, and searching as an actor.
//!
//! The query carries each source's visibility for the actor, and SQL decides finally what is shown, for the index
//! may lag.
//!
//! - `source`: provides documents; `known`: what it keeps of other rows until the next event; `feed`: keeps the index up to date; `aside`: fills and rebuilds it; `progress`:
//!   reports how far; `checkpoint`: what the index keeps of that.

mod aside;
pub(crate) mod checkpoint;
mod feed;
mod known;
mod progress;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use atrium_search::{SearchAnswer, SearchEngine, SearchRequest, Suggestion};

use crate::access::Actor;
use crate::catalogue::Catalogue;
use crate::db::Db;
use crate::error::Result;
use crate::slots::SEARCHES;

pub(crate) use feed::INDEX_ASKED;
pub use feed::{IndexFeed, REINDEX};
use known::{Known, Surroundings};
pub use source::{SearchSource, SourceRows};

/// The engine with the sources of its documents. Cheap to clone.
#[derive(Clone)]
pub struct Finder {
    db: Db,
    catalogue: Catalogue,
    engine: SearchEngine,
    sources: Arc<OnceLock<Vec<Arc<dyn SearchSource>>>>,
    known: Arc<Known>,
}

impl Finder {
    /// Creates a finder on `engine`, whose documents come from `sources`, for readers whose schools `catalogue`
    /// knows.
    #[must_use]
    pub fn new(
        db: Db,
        catalogue: Catalogue,
        engine: SearchEngine,
        sources: impl IntoIterator<Item = Arc<dyn SearchSource>>,
    ) -> Self {
        let finder = Self::without_sources(db, catalogue, engine);
        finder.set_sources(sources);
        finder
    }

    /// Creates a finder whose sources come later.
    pub(crate) fn without_sources(db: Db, catalogue: Catalogue, engine: SearchEngine) -> Self {
        Self { db, catalogue, engine, sources: Arc::default(), known: Arc::default() }
    }

    /// Sets the sources, once.
    pub(crate) fn set_sources(&self, sources: impl IntoIterator<Item = Arc<dyn SearchSource>>) {
        let _ = self.sources.set(sources.into_iter().collect());
    }

    /// Returns the sources of the documents.
    #[must_use]
    pub fn sources(&self) -> &[Arc<dyn SearchSource>] {
        self.sources.get().map_or(&[], Vec::as_slice)
    }

    /// Answers a search as `actor`; visibility, audience and instant of the request are replaced by the actor's.
    ///
    /// # Errors
    /// Returns an error if the index or the database cannot be read.
    pub async fn search(&self, actor: &Actor, mut request: SearchRequest) -> Result<SearchAnswer> {
        let around = self.known.of(&self.db, self.sources()).await?;
        around.ask_for(self.sources(), actor, &mut request)?;
        let request = request.for_audience(audience(&self.catalogue, actor)).at(actor.now().0);
        let engine = self.engine.clone();
        let mut answer = SEARCHES.run(move || engine.search_blocking(&request)).await??;
        let mut shown = Vec::new();
        for hit in &answer.hits {
            shown.push((hit.kind.clone(), hit.id.clone()));
            shown.extend(hit.more.iter().map(|more| (hit.kind.clone(), more.id.clone())));
        }
        let visible = self.visible(&around, actor, shown.clone()).await?;
        if shown.iter().any(|(_, id)| !visible.contains(id)) {
            // The correction may come from a passage that is hidden by now.
            answer.corrected = None;
        }
        for gone in answer.hits.extract_if(.., |hit| !visible.contains(&hit.id)) {
            answer.total = answer.total.saturating_sub(1);
            count_off(&mut answer.kinds, &gone.kind);
            gone.service.iter().for_each(|service| count_off(&mut answer.services, service));
        }
        answer.answered &= answer.total > 0;
        answer.hits.iter_mut().for_each(|hit| hit.more.retain(|more| visible.contains(&more.id)));
        around.name_shelves(self.sources(), &mut answer.hits);
        Ok(answer)
    }

    /// Returns titles and headings that complete a query by `actor`, best first.
    ///
    /// # Errors
    /// Returns an error if the index or the database cannot be read.
    pub async fn suggest(&self, actor: &Actor, text: impl Into<String>, limit: usize) -> Result<Vec<Suggestion>> {
        let mut request = SearchRequest::new(text).for_audience(audience(&self.catalogue, actor)).page(limit, 0);
        let around = self.known.of(&self.db, self.sources()).await?;
        around.ask_for(self.sources(), actor, &mut request)?;
        let engine = self.engine.clone();
        let mut found = SEARCHES.run(move || engine.suggest_blocking(&request)).await??;
        let shown = found.iter().map(|suggestion| (suggestion.kind.clone(), suggestion.id.clone()));
        let visible = self.visible(&around, actor, shown.collect()).await?;
        found.retain(|suggestion| visible.contains(&suggestion.id));
        Ok(found)
    }

    /// Returns the ids of these documents, each with its kind, that SQL lets `actor` see.
    async fn visible(
        &self,
        around: &Surroundings,
        actor: &Actor,
        shown: Vec<(String, String)>,
    ) -> Result<BTreeSet<String>> {
        let mut visible = BTreeSet::new();
        for (source, rows) in around.with_rows(self.sources()) {
            let of_kind = shown.iter().filter(|(kind, _)| kind == source.kind());
            let ids: Vec<_> = of_kind.map(|(_, id)| id.clone()).collect();
            if !ids.is_empty() {
                visible.extend(source.visible(&self.db, rows, actor, &ids).await?);
            }
        }
        Ok(visible)
    }
}

/// Returns the audience terms of `actor`, as documents carry them; empty for a visitor.
fn audience(catalogue: &Catalogue, actor: &Actor) -> Vec<String> {
    if actor.person().is_none() {
        return Vec::new();
    }
    let reader = catalogue.reader(actor);
    let profiles = || reader.profiles.iter().map(|profile| profile.key().to_owned());
    let known = |facet: &str, values: &mut dyn Iterator<Item = String>| -> Vec<String> {
        // The bare facet states that it is known, even if the reader has no value of it.
        std::iter::once(format!("{facet}:")).chain(values.map(|value| format!("{facet}:{value}"))).collect()
    };
    let mut audience: Vec<_> = known("role", &mut reader.roles.iter().cloned());
    // The Region's people have no profile: a passage for teachers is not known to exclude them.
    if !reader.profiles.is_empty() {
        audience.extend(profiles().chain(reader.roles.iter().cloned()));
        audience.push(String::new());
        audience.extend(known("profile", &mut profiles()));
    }
    // The Region's people belong to no school, so the facets of schools are unknown.
    if !reader.establishments.is_empty() {
        audience.extend(known("trait", &mut reader.traits.iter().cloned()));
        audience.extend(known("service", &mut reader.services.iter().cloned()));
        audience.extend(known("establishment", &mut reader.establishments.iter().map(ToString::to_string)));
    }
    audience
}

/// Subtracts one from a count, and removes counts of zero.
fn count_off(counts: &mut BTreeMap<String, usize>, key: &str) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
    }
    counts.retain(|_, count| *count > 0);
}
