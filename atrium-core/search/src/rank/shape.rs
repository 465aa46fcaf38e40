//! What every query asks of a segment, read once: which documents belong together, where their titles are kept, how
//! long their parts are, the columns beside their words.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use tantivy::columnar::{Column, StrColumn};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::{DocId, Searcher, SegmentReader};

use super::admitted::AdmittedSets;
use super::scratch::ScratchPool;
use crate::analysis::Form;
use crate::index::{Fields, Part, SegmentCache, column};
use crate::passage::Passages;
use crate::query::vocabulary::PhoneticIndex;
use crate::{Error, Result};

/// What is known of the segments of an index, beside what they say themselves.
#[derive(Default)]
pub(crate) struct SegmentCaches {
    shapes: SegmentCache<Shape>,
    /// Its words by how they sound.
    pub phonetic: SegmentCache<PhoneticIndex>,
    /// What they hold of what readers may see.
    pub admitted: AdmittedSets,
    /// What they hold, as it is shown.
    pub passages: Passages,
    pub scratch: ScratchPool,
}

impl SegmentCaches {
    /// Takes in the segments that are new in `searcher`, so that no query waits for it, and forgets those that are gone.
    pub(crate) fn follow(&self, searcher: &Searcher, fields: &Fields) -> Result<()> {
        self.shapes.retain(searcher);
        self.phonetic.retain(searcher);
        self.admitted.retain(searcher);
        self.passages.retain(searcher);
        for reader in searcher.segment_readers() {
            self.phonetic.of(reader, || PhoneticIndex::read(reader, fields))?;
            self.shape(reader, fields)?;
        }
        Ok(())
    }

    pub(crate) fn shape(&self, reader: &SegmentReader, fields: &Fields) -> Result<Arc<Shape>> {
        self.shapes.of(reader, || Shape::read(reader, fields))
    }
}

/// One segment.
pub(crate) struct Shape {
    /// First document of each group, and the end of the last. A group is an article, or a topic or a part of one: documents
    /// that were indexed together are neighbours.
    starts: Vec<DocId>,
    group_of: Vec<u32>,
    /// The document that holds the title, the keywords and the trail of each document.
    head_of: Vec<DocId>,
    /// A number for the article or topic that each group is, or is a part of.
    whole: Vec<u64>,
    /// Those of which a group is only a part.
    in_parts: HashSet<u64>,
    /// Words of the bodies of each group.
    body: Vec<f32>,
    lengths: [FieldNormReader; Part::COUNT],
    pub columns: Columns,
}

/// What is kept of a document beside its words.
pub(crate) struct Columns {
    pub kind: Option<StrColumn>,
    pub service: Option<StrColumn>,
    pub audience: Option<StrColumn>,
    pub locale: Option<StrColumn>,
    pub title: Column<u64>,
    pub section: Column<u64>,
    pub updated: Column<i64>,
    pub popularity: Column<f64>,
    pub badges: Column<u64>,
}

impl Columns {
    fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let fast = reader.fast_fields();
        Ok(Self {
            kind: fast.str(column::KIND)?,
            service: fast.str(column::SERVICE)?,
            audience: fast.str(column::AUDIENCE)?,
            locale: fast.str(column::LOCALE)?,
            title: fast.u64(column::TITLE)?,
            section: fast.u64(column::SECTION)?,
            updated: fast.i64(column::UPDATED)?,
            popularity: fast.f64(column::POPULARITY)?,
            badges: fast.u64(column::BADGES)?,
        })
    }
}

impl Shape {
    fn read(reader: &SegmentReader, fields: &Fields) -> Result<Self> {
        let fault = |e| Error::internal("read the search index", e);
        let fast = reader.fast_fields();
        let subjects = fast.str(column::SUBJECT).map_err(fault)?;
        let heads = fast.bool(column::HEAD).map_err(fault)?;
        let mut lengths = Vec::with_capacity(Part::COUNT);
        for part in Part::ALL {
            lengths.push(reader.get_fieldnorms_reader(fields.text(part, Form::Exact)).map_err(fault)?);
        }
        let mut shape = Self {
            starts: Vec::new(),
            group_of: Vec::with_capacity(reader.max_doc() as usize),
            head_of: Vec::with_capacity(reader.max_doc() as usize),
            whole: Vec::new(),
            in_parts: HashSet::new(),
            body: Vec::new(),
            lengths: lengths.try_into().ok().expect("one length per part"),
            columns: Columns::open(reader).map_err(fault)?,
        };
        let mut before = None;
        for doc in 0..reader.max_doc() {
            let subject = subjects.as_ref().and_then(|subjects| subjects.ords().first(doc));
            // The same subject again is another version of it.
            let is_head = heads.first(doc).unwrap_or(true) || doc == 0;
            if before != Some(subject) || doc == 0 {
                shape.starts.push(doc);
                shape.add_group(subjects.as_ref(), subject);
            }
            before = Some(subject);
            shape.group_of.push(shape.starts.len() as u32 - 1);
            let head = if is_head { doc } else { shape.head_of[doc as usize - 1] };
            shape.head_of.push(head);
            if let Some(body) = shape.body.last_mut() {
                *body += shape.lengths[Part::Body as usize].fieldnorm(doc) as f32;
            }
        }
        shape.starts.push(reader.max_doc());
        Ok(shape)
    }

    fn add_group(&mut self, subjects: Option<&StrColumn>, subject: Option<u64>) {
        let subject = subjects.zip(subject).and_then(|(subjects, subject)| {
            let mut text = String::new();
            subjects.ord_to_str(subject, &mut text).ok().filter(|known| *known).map(|_| text)
        });
        let subject = subject.unwrap_or_default();
        let whole = whole_of(&subject);
        let mut hasher = DefaultHasher::new();
        whole.hash(&mut hasher);
        let number = hasher.finish();
        if whole.len() < subject.len() {
            self.in_parts.insert(number);
        }
        self.whole.push(number);
        self.body.push(0.0);
    }

    /// Words of the bodies of a group, visible or not.
    pub(crate) fn body_length(&self, group: u32) -> f32 {
        self.body[group as usize]
    }

    /// Words of `part` of `doc`, to the precision the index keeps.
    pub(crate) fn length(&self, part: Part, doc: DocId) -> f32 {
        let at = if part.is_of_head() { self.head_of[doc as usize] } else { doc };
        self.lengths[part as usize].fieldnorm(at) as f32
    }

    /// Returns the article or topic of `doc`, numbered within the segment.
    pub(crate) fn group_of(&self, doc: DocId) -> u32 {
        self.group_of[doc as usize]
    }

    /// Returns the documents of a group.
    pub(crate) fn documents_of(&self, group: u32) -> Range<DocId> {
        self.starts[group as usize]..self.starts[group as usize + 1]
    }

    /// Returns the document that holds the title of `doc`.
    pub(crate) fn head_of(&self, doc: DocId) -> DocId {
        self.head_of[doc as usize]
    }

    /// Returns the documents whose title `head` holds.
    pub(crate) fn headed_by(&self, head: DocId) -> Range<DocId> {
        let end = self.documents_of(self.group_of(head)).end;
        if self.head_of[end as usize - 1] == head {
            // Mostly all that follow in the group.
            return head..end;
        }
        let others = (head + 1..end).take_while(|doc| self.head_of(*doc) == head).count() as DocId;
        head..head + 1 + others
    }

    /// Returns a number for the article or topic that `group` is, or is a part of.
    pub(crate) fn whole(&self, group: u32) -> u64 {
        self.whole[group as usize]
    }

    /// Returns those articles and topics of which the segment holds a part that is not the first.
    pub(crate) fn in_parts(&self) -> &HashSet<u64> {
        &self.in_parts
    }
}

/// Returns the article or topic that a subject is, or is a part of.
pub(crate) fn whole_of(subject: &str) -> &str {
    subject.split_once('.').map_or(subject, |(whole, _)| whole)
}
