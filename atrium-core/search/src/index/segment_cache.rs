//! What is read of each segment once: a segment never changes.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader};

use crate::Result;

/// A value for each segment.
pub(crate) struct SegmentCache<T>(RwLock<HashMap<SegmentId, Arc<T>>>);

impl<T> Default for SegmentCache<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<T> SegmentCache<T> {
    /// Returns the value of this segment, made by `read` the first time.
    pub(crate) fn of(&self, reader: &SegmentReader, read: impl FnOnce() -> Result<T>) -> Result<Arc<T>> {
        let id = reader.segment_id();
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(known.clone());
        }
        let value = Arc::new(read()?);
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(id, value.clone());
        Ok(value)
    }

    /// Forgets the segments that `searcher` no longer has.
    pub(crate) fn retain(&self, searcher: &Searcher) {
        let present: HashSet<SegmentId> = searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
        self.0.write().unwrap_or_else(PoisonError::into_inner).retain(|id, _| present.contains(id));
    }
}
