//! What a node keeps of the sources' rows between searches, until the next event.
//!
//! Each search reads the position of the newest event, in one query. Rows read at that position are reused while it is
//! the same, on every node: what changes them appends an event. What a reader may see is computed from them at each
//! search, and never kept.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use atrium_search::{Hit, SearchRequest, Shelves};

use super::{SearchSource, SourceRows};
use crate::access::Actor;
use crate::db::Db;
use crate::error::Result;
use crate::events::{self, Position};

/// The sources, as a finder has them.
type Sources = [Arc<dyn SearchSource>];

/// The rows last read.
#[derive(Debug, Default)]
pub(super) struct Known(RwLock<Option<(Position, Arc<Surroundings>)>>);

impl Known {
    /// Returns the rows of `sources` at the newest event.
    pub(super) async fn of(&self, db: &Db, sources: &Sources) -> Result<Arc<Surroundings>> {
        // Invariant: read before the rows, which may then be newer than it says, never older.
        let newest = events::newest_settled(db).await?;
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, around)) = known.filter(|(position, _)| Some(*position) == newest) {
            return Ok(around);
        }
        let around = Arc::new(Surroundings::read(db, sources).await?);
        if let Some(position) = newest {
            *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((position, around.clone()));
        }
        Ok(around)
    }
}

/// The rows of the sources, in their order.
#[derive(Debug)]
pub(super) struct Surroundings {
    rows: Vec<SourceRows>,
    shelves: Arc<Shelves>,
}

impl Surroundings {
    async fn read(db: &Db, sources: &Sources) -> Result<Self> {
        let mut rows = Vec::with_capacity(sources.len());
        for source in sources {
            rows.push(source.rows(db).await?);
        }
        let shelves = rows.iter().flat_map(|rows: &SourceRows| &rows.shelves);
        let named = shelves.map(|shelf| (shelf.token.term(), shelf.names.join(" ")));
        Ok(Self { shelves: Arc::new(Shelves::new(named)), rows })
    }

    /// Returns the sources, each with its rows.
    pub(super) fn with_rows<'s>(
        &'s self,
        sources: &'s Sources,
    ) -> impl Iterator<Item = (&'s dyn SearchSource, &'s SourceRows)> {
        sources.iter().map(AsRef::as_ref).zip(&self.rows)
    }

    /// Makes `request` one of `actor`: what they may see, and the present names of shelves.
    pub(super) fn ask_for(&self, sources: &Sources, actor: &Actor, request: &mut SearchRequest) -> Result<()> {
        let mut filters = HashMap::with_capacity(self.rows.len());
        for (source, rows) in self.with_rows(sources) {
            filters.insert(source.kind().to_owned(), source.visibility(rows, actor)?.into());
        }
        request.filters = filters;
        request.shelves = self.shelves.clone();
        Ok(())
    }

    /// Sets the present names of the shelves that hits are in.
    pub(super) fn name_shelves(&self, sources: &Sources, hits: &mut [Hit]) {
        for (source, rows) in self.with_rows(sources) {
            for hit in hits.iter_mut().filter(|hit| hit.kind == source.kind()) {
                let Some(key) = hit.shelf.take() else { continue };
                let named = rows.shelves.iter().find(|shelf| shelf.key == key);
                hit.breadcrumb.splice(..0, named.into_iter().flat_map(|shelf| shelf.names.iter().cloned()));
            }
        }
    }
}
