//! What one reader may see of the index, segment by segment: the only documents that ranking, facets, suggestions and
//! corrections ever count.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use tantivy::{DocId, Searcher, SegmentReader};

use super::bits::Bits;
use super::shape::{SegmentCaches, Shape};
use crate::Filter;
use crate::Result;
use crate::index::{Fields, Part};
use crate::query::{Parsed, SegmentFilter};

/// The index as one reader sees it.
pub(crate) struct View<'a> {
    pub searcher: &'a Searcher,
    pub fields: &'a Fields,
    pub caches: &'a SegmentCaches,
    /// In the order of the searcher's segments.
    pub segments: Vec<SegmentView<'a>>,
    /// Mean length of each part, in words.
    pub mean_length: [f32; Part::COUNT],
    /// Sections of an article or topic, on average.
    pub sections_per_group: f32,
    /// Visible documents.
    pub documents: usize,
}

/// One segment as one reader sees it.
pub(crate) struct SegmentView<'a> {
    pub reader: &'a SegmentReader,
    pub shape: Arc<Shape>,
    /// The documents that count.
    pub allowed: Bits,
}

impl<'a> View<'a> {
    /// Collects the documents that `visibility` admits, that `parsed` does not exclude, and that are not deleted.
    pub(crate) fn new(
        searcher: &'a Searcher,
        fields: &'a Fields,
        caches: &'a SegmentCaches,
        visibility: &HashMap<String, Filter>,
        parsed: &Parsed,
    ) -> Result<Self> {
        let mut segments = Vec::with_capacity(searcher.segment_readers().len());
        let (mut words, mut documents) = ([0.0_f64; Part::COUNT], 0);
        for reader in searcher.segment_readers() {
            let shape = caches.shape(reader, fields)?;
            let filter = SegmentFilter { reader, fields, shape: &shape, sets: &caches.admitted };
            let mut allowed = filter.admitted(visibility)?;
            documents += allowed.count();
            filter.narrow(&mut allowed, parsed)?;
            words.iter_mut().zip(shape.total_length).for_each(|(sum, words)| *sum += words);
            segments.push(SegmentView { reader, shape, allowed });
        }
        let all: u64 = searcher.segment_readers().iter().map(|reader| u64::from(reader.max_doc())).sum();
        let groups: u64 = segments.iter().map(|segment| u64::from(segment.shape.groups())).sum();
        let mean_length = words.map(|words| ((words / all.max(1) as f64) as f32).max(1.0));
        let sections_per_group = (all as f32 / groups.max(1) as f32).max(1.0);
        Ok(Self { searcher, fields, caches, segments, mean_length, sections_per_group, documents })
    }
}

impl SegmentView<'_> {
    /// Words of `part` in `doc`, to the precision the index keeps.
    pub(crate) fn length(&self, part: Part, doc: DocId) -> f32 {
        self.shape.length(part, doc)
    }

    /// Returns the article or topic of `doc`, numbered within the segment.
    pub(crate) fn group_of(&self, doc: DocId) -> u32 {
        self.shape.group_of(doc)
    }

    /// Returns `true` if a counted document shows what `doc` holds in `part`.
    pub(crate) fn counts(&self, part: Part, doc: DocId) -> bool {
        self.allowed.contains(doc) || (part.is_of_head() && self.allowed.count_within(self.shape.headed_by(doc)) > 0)
    }

    /// Words in the visible sections of a group.
    pub(crate) fn body_length(&self, group: u32) -> f32 {
        let documents = self.shape.documents_of(group);
        if self.allowed.count_within(documents.clone()) as usize == documents.len() {
            return self.shape.body_length(group);
        }
        documents.filter(|doc| self.allowed.contains(*doc)).map(|doc| self.length(Part::Body, doc)).sum()
    }

    /// Returns the documents that bear the title `head` holds.
    pub(crate) fn headed_by(&self, head: DocId) -> Range<DocId> {
        self.shape.headed_by(head)
    }
}
