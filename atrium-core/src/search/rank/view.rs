//! What one reader may see of the index, segment by segment: the only documents that ranking, facets, suggestions and
//! corrections ever count.

use std::sync::Arc;

use tantivy::query::{EnableScoring, Query};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED};

use crate::search::analysis::Form;
use crate::search::index::{Fields, Part, PerSegment, column};
use crate::search::query::vocabulary::Sounds;
use crate::{Error, Result};

/// The index as one reader sees it.
pub(crate) struct View<'a> {
    pub searcher: &'a Searcher,
    pub fields: &'a Fields,
    pub learned: &'a Learned,
    pub segments: Vec<SegmentView<'a>>,
    /// Mean length of each part, in words.
    pub mean_length: [f32; Part::COUNT],
    /// Visible documents.
    pub documents: usize,
    /// Visible articles and topics.
    pub groups: usize,
}

/// One segment as one reader sees it.
pub(crate) struct SegmentView<'a> {
    pub reader: &'a SegmentReader,
    pub allowed: Bits,
    /// The article or topic of each document, numbered within the segment.
    groups: Arc<Vec<u32>>,
    lengths: [tantivy::fieldnorm::FieldNormReader; Part::COUNT],
}

impl<'a> View<'a> {
    /// The documents that `filter` matches and that are not deleted.
    pub(crate) fn new(
        searcher: &'a Searcher,
        fields: &'a Fields,
        learned: &'a Learned,
        filter: &dyn Query,
    ) -> Result<Self> {
        let fault = |e| Error::internal("read the search index", e);
        let weight = filter.weight(EnableScoring::disabled_from_searcher(searcher)).map_err(fault)?;
        let mut segments = Vec::with_capacity(searcher.segment_readers().len());
        let mut tokens = [0_u64; Part::COUNT];
        let mut all_documents = 0_u64;
        for reader in searcher.segment_readers() {
            let mut allowed = Bits::new(reader.max_doc());
            let mut matching = weight.scorer(reader, 1.0).map_err(fault)?;
            let mut doc = matching.doc();
            while doc != TERMINATED {
                if !reader.is_deleted(doc) {
                    allowed.insert(doc);
                }
                doc = matching.advance();
            }
            all_documents += u64::from(reader.max_doc());
            for part in Part::ALL {
                let inverted = reader.inverted_index(fields.text(part, Form::Exact)).map_err(fault)?;
                tokens[part as usize] += inverted.total_num_tokens();
            }
            segments.extend(SegmentView::new(reader, fields, learned, allowed)?);
        }
        let mean_length = tokens.map(|tokens| (tokens as f32 / all_documents.max(1) as f32).max(1.0));
        let documents = segments.iter().map(|segment| segment.allowed.count()).sum();
        let groups = segments.iter().map(SegmentView::count_groups).sum();
        Ok(Self { searcher, fields, learned, segments, mean_length, documents, groups })
    }
}

impl<'a> SegmentView<'a> {
    /// `None` when the segment holds nothing that has a subject, that is, nothing.
    fn new(reader: &'a SegmentReader, fields: &Fields, learned: &Learned, allowed: Bits) -> Result<Option<Self>> {
        let fault = |e| Error::internal("read the search index", e);
        let Some(groups) = learned.groups_of(reader)? else { return Ok(None) };
        let mut lengths = Vec::with_capacity(Part::COUNT);
        for part in Part::ALL {
            lengths.push(reader.get_fieldnorms_reader(fields.text(part, Form::Exact)).map_err(fault)?);
        }
        let lengths = lengths.try_into().ok().expect("one length per part");
        Ok(Some(Self { reader, allowed, groups, lengths }))
    }

    /// Words of `part` in `doc`, to the precision the index keeps.
    pub(crate) fn length(&self, part: Part, doc: DocId) -> f32 {
        self.lengths[part as usize].fieldnorm(doc) as f32
    }

    /// The article or topic of `doc`, numbered within the segment.
    pub(crate) fn group_of(&self, doc: DocId) -> u32 {
        self.groups[doc as usize]
    }

    fn count_groups(&self) -> usize {
        let mut last = None;
        self.allowed.iter().filter(|doc| last.replace(self.group_of(*doc)) != Some(self.group_of(*doc))).count()
    }
}

/// What every query asks of the segments, read once of each.
#[derive(Default)]
pub(crate) struct Learned {
    /// Which documents belong together: the article or topic of each, by number within the segment.
    groups: PerSegment<Vec<u32>>,
    /// Its words by how they sound.
    pub sounds: PerSegment<Sounds>,
}

impl Learned {
    /// Takes in the segments that are new in `searcher`, so that no query waits for it, and forgets those that are gone.
    pub(crate) fn follow(&self, searcher: &Searcher, fields: &Fields) -> Result<()> {
        self.groups.retain(searcher);
        self.sounds.retain(searcher);
        for reader in searcher.segment_readers() {
            self.sounds.of(reader, || Sounds::read(reader, fields))?;
        }
        Ok(())
    }

    /// `None` when the segment holds nothing that has a subject.
    fn groups_of(&self, reader: &SegmentReader) -> Result<Option<Arc<Vec<u32>>>> {
        let groups = self.groups.of(reader, || {
            let subjects = reader.fast_fields().str(column::SUBJECT);
            let Some(subjects) = subjects.map_err(|e| Error::internal("read the search index", e))? else {
                return Ok(Vec::new());
            };
            let number = |doc| u32::try_from(subjects.ords().first(doc).unwrap_or(0)).unwrap_or(u32::MAX);
            Ok((0..reader.max_doc()).map(number).collect())
        })?;
        Ok((!groups.is_empty()).then_some(groups))
    }
}

/// A set of document numbers.
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    fn new(len: u32) -> Self {
        Self(vec![0; (len as usize).div_ceil(64)])
    }

    fn insert(&mut self, doc: DocId) {
        self.0[doc as usize / 64] |= 1 << (doc % 64);
    }

    /// Is `doc` in the set?
    pub(crate) fn contains(&self, doc: DocId) -> bool {
        self.0.get(doc as usize / 64).is_some_and(|word| word & (1 << (doc % 64)) != 0)
    }

    fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The members, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
        self.0.iter().enumerate().flat_map(|(index, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros();
                    rest &= rest - 1;
                    index as DocId * 64 + bit
                })
            })
        })
    }
}
