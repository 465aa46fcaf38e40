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
    /// Mean length of each part of visible documents, in words.
    pub mean_length: [f32; Part::COUNT],
    /// Visible sections of an article or topic, on average.
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
        let all: u64 = searcher.segment_readers().iter().map(|reader| u64::from(reader.max_doc())).sum();
        let (mut means, mut documents) = (Means::of_one_in(all / SAMPLE), 0);
        let mut segments = Vec::with_capacity(searcher.segment_readers().len());
        for reader in searcher.segment_readers() {
            let shape = caches.shape(reader, fields)?;
            let filter = SegmentFilter { reader, fields, shape: &shape, sets: &caches.admitted };
            let mut allowed = filter.admitted(visibility)?;
            documents += allowed.count();
            means.add(&shape, &allowed);
            filter.narrow(&mut allowed, parsed)?;
            segments.push(SegmentView { reader, shape, allowed });
        }
        let (mean_length, sections_per_group) = (means.length(), means.sections_per_group());
        Ok(Self { searcher, fields, caches, segments, mean_length, sections_per_group, documents })
    }
}

/// Documents of a large index that means are taken over; of a smaller one they are taken over all that are visible.
const SAMPLE: u64 = 2_048;

/// What visible documents are like on average. What a reader may not see counts in nothing that ranks what they see.
struct Means {
    step: u32,
    seen: f64,
    groups: f64,
    words: [f64; Part::COUNT],
}

impl Means {
    /// Takes one of `step` neighbours, if it is visible.
    fn of_one_in(step: u64) -> Self {
        Self { step: u32::try_from(step.max(1)).unwrap_or(u32::MAX), seen: 0.0, groups: 0.0, words: [0.0; Part::COUNT] }
    }

    fn add(&mut self, shape: &Shape, allowed: &Bits) {
        let mut start = 0;
        while let Some(doc) = allowed.next(start) {
            start = doc.saturating_add(self.step);
            self.seen += 1.0;
            let sections = allowed.count_within(shape.documents_of(shape.group_of(doc)));
            self.groups += 1.0 / f64::from(sections.max(1));
            for part in Part::ALL {
                self.words[part as usize] += f64::from(shape.length(part, doc));
            }
        }
    }

    /// Returns mean length of each part, in words, 1 at least.
    fn length(&self) -> [f32; Part::COUNT] {
        self.words.map(|words| ((words / self.seen.max(1.0)) as f32).max(1.0))
    }

    /// Sections of an article or topic, 1 at least.
    fn sections_per_group(&self) -> f32 {
        if self.groups > 0.0 { ((self.seen / self.groups) as f32).max(1.0) } else { 1.0 }
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
