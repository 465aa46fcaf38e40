//! Passages as they are shown: the stored document, with the words of its texts.
//!
//! Reading a text costs more than all else that a search does to show it, and what people ask leads to the same passages
//! again. So the last passages shown are kept, by segment and number: a segment never changes, and a passage that was
//! changed has another number. Which passages a reader may see is decided before they are asked for here.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::index::SegmentId;
use tantivy::schema::Value;
use tantivy::{DocAddress, DocId, Searcher, SegmentReader, TantivyDocument};

use super::SearchDocument;
use super::analysis::{Form, split};
use super::index::Fields;
use super::kept::Kept;
use super::{Error, Result};

/// Memory for passages.
const PASSAGES: usize = 8 << 20;
/// Memory for what stands between two blanks of texts, and the longest that is worth keeping.
const PIECES: usize = 4 << 20;
const LONGEST_PIECE: usize = 40;

/// A document as it is stored, with the words of its texts.
pub(crate) struct Passage {
    pub document: SearchDocument,
    pub title: Words,
    pub section: Words,
    pub body: Words,
}

/// The words of a text, in order.
pub(crate) type Words = Box<[Word]>;

/// A word of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    start: u32,
    end: u32,
    /// Its place among the words.
    pub rank: u32,
    /// Its key in each form.
    pub keys: [u64; Form::ALL.len()],
}

impl Word {
    /// Returns where it stands, in bytes.
    pub(crate) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub(crate) fn key(&self, form: Form) -> u64 {
        self.keys[form as usize]
    }
}

/// Returns the number of a key in a form, which stands for it where texts are compared with queries.
pub(crate) fn number_of(form: Form, key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (form, key).hash(&mut hasher);
    hasher.finish()
}

/// The last passages shown.
pub(crate) struct Passages {
    kept: Mutex<Kept<(SegmentId, DocId), Arc<Passage>>>,
    reading: Reading,
}

impl Default for Passages {
    fn default() -> Self {
        Self { kept: Mutex::new(Kept::new(PASSAGES)), reading: Reading::default() }
    }
}

impl Passages {
    /// Returns the passage at `address`.
    pub(crate) fn of(&self, searcher: &Searcher, fields: &Fields, address: DocAddress) -> Result<Arc<Passage>> {
        let segment = searcher.segment_reader(address.segment_ord).segment_id();
        let key = (segment, address.doc_id);
        if let Some(known) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(known);
        }
        let document: TantivyDocument =
            searcher.doc(address).map_err(|e| Error::internal("read a stored document", e))?;
        let bytes = document.get_first(fields.stored).and_then(|value| value.as_bytes()).unwrap_or_default();
        let document: SearchDocument =
            serde_json::from_slice(bytes).map_err(|e| Error::internal("read a stored document", e))?;
        let passage = Passage {
            title: self.reading.words(&document.title),
            section: self.reading.words(&document.section),
            body: self.reading.words(&document.body),
            document,
        };
        let words = passage.title.len() + passage.section.len() + passage.body.len();
        let bytes = size_of::<Passage>() + bytes.len() + words * size_of::<Word>();
        let passage = Arc::new(passage);
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).put(key, passage.clone(), bytes);
        Ok(passage)
    }

    /// Forgets the segments that `searcher` no longer has.
    pub(crate) fn retain(&self, searcher: &Searcher) {
        let present: HashSet<SegmentId> = searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(segment, _)| present.contains(segment));
    }
}

/// Reads texts. No word goes over a blank, and texts repeat most of what stands between two.
pub(crate) struct Reading(Mutex<Kept<Box<str>, Arc<[Word]>>>);

impl Default for Reading {
    fn default() -> Self {
        Self(Mutex::new(Kept::new(PIECES)))
    }
}

impl Reading {
    /// Returns the words of `text`.
    pub(crate) fn words(&self, text: &str) -> Words {
        let pieces: Vec<&str> = text.split_whitespace().collect();
        let known: Vec<Option<Arc<[Word]>>> = {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            pieces.iter().map(|piece| kept.get(*piece)).collect()
        };
        let mut words = Vec::with_capacity(pieces.len() + pieces.len() / 8);
        for (piece, known) in pieces.into_iter().zip(known) {
            let start = piece.as_ptr() as usize - text.as_ptr() as usize;
            let (start, rank) = (number(start), number(words.len()));
            let of_piece = known.unwrap_or_else(|| self.read(piece));
            words.extend(of_piece.iter().map(|word| Word {
                start: word.start + start,
                end: word.end + start,
                rank: word.rank + rank,
                ..*word
            }));
        }
        words.into_boxed_slice()
    }

    fn read(&self, piece: &str) -> Arc<[Word]> {
        let words = split(piece).into_iter().enumerate().map(|(rank, word)| Word {
            start: number(word.range.start),
            end: number(word.range.end),
            rank: number(rank),
            keys: Form::ALL.map(|form| number_of(form, &form.key(&word.folded))),
        });
        let words: Arc<[Word]> = words.collect();
        if piece.len() <= LONGEST_PIECE {
            let bytes = size_of::<(Box<str>, Arc<[Word]>, usize)>() * 2 + piece.len() + words.len() * size_of::<Word>();
            self.0.lock().unwrap_or_else(PoisonError::into_inner).put(piece.into(), words.clone(), bytes);
        }
        words
    }
}

/// Texts of the index are of some kilobytes.
fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_has_the_words_of_its_pieces_however_often_it_is_read(text in "([a-zé’'-]{0,12}[ \n]){0,20}") {
            let reading = Reading::default();
            let first = reading.words(&text);
            let again = reading.words(&text);
            let folded: Vec<String> =
                text.split_whitespace().flat_map(split).map(|word| word.folded).collect();
            for words in [first, again] {
                prop_assert_eq!(words.len(), folded.len());
                for (rank, (word, folded)) in words.iter().zip(&folded).enumerate() {
                    prop_assert_eq!(word.rank as usize, rank);
                    prop_assert_eq!(word.key(Form::Exact), number_of(Form::Exact, folded));
                    prop_assert_eq!(word.key(Form::Stem), number_of(Form::Stem, &Form::Stem.key(folded)));
                    let own = split(&text[word.range()]);
                    prop_assert!(!own.is_empty(), "{:?}", &text[word.range()]);
                }
            }
        }
    }
}
