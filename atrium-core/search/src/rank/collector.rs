//! Looking up: under which keys of the index the visible documents hold a word of the query. What they hold is read
//! afterwards, once all words are known (see `gather`).

use tantivy::postings::{BlockSegmentPostings, Postings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED, Term};

use super::view::{SegmentView, View};
use crate::analysis::Form;
use crate::index::Part;
use crate::{Error, Result};

/// What one document holds of one word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match {
    pub doc: DocId,
    /// Occurrences in each part, each counted for the weight of its reading.
    pub found: [f32; Part::COUNT],
    /// The best reading found, 0 to 1.
    pub best: f32,
}

/// What the documents of one segment hold of one word, each list in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Matches {
    /// In titles and the like, at the documents that hold them for their whole article.
    pub heads: Vec<Match>,
    /// In the other parts of visible documents.
    pub own: Vec<Match>,
}

impl Matches {
    pub(crate) fn is_empty(&self) -> bool {
        self.heads.is_empty() && self.own.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Match> {
        self.heads.iter().chain(&self.own)
    }
}

/// A key of the index that stands for a word of the query, and for how much.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expansion {
    pub form: Form,
    pub key: String,
    pub weight: f32,
    /// How good a match it is, 0 to 1: 1 for the word itself in any of its forms.
    pub quality: f32,
}

/// Several words in a row that stand for one word of the query: a synonym such as « mot de passe » of `mdp`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PhraseExpansion {
    /// Stems, in order.
    pub stems: Vec<String>,
    pub weight: f32,
    /// How good a match it is, 0 to 1.
    pub quality: f32,
}

/// The documents of one segment that hold a reading in one part.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub segment: usize,
    pub part: Part,
    pub weight: f32,
    pub quality: f32,
    pub at: Place,
}

/// Where they are.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// A list of the index.
    Term(Form, TermInfo),
    /// The documents that bear a token.
    Bearers(TermInfo),
    /// Found already, each with how often.
    Rows(Vec<(DocId, u32)>),
}

impl Listed {
    /// Returns `true` if it is recorded at the documents that hold the title for others.
    pub(crate) fn is_of_head(&self) -> bool {
        self.part.is_of_head() && !matches!(self.at, Place::Bearers(_))
    }

    /// Returns the number of its documents, without regard to visibility.
    pub(crate) fn len(&self) -> usize {
        match &self.at {
            Place::Term(_, info) | Place::Bearers(info) => info.doc_freq as usize,
            Place::Rows(rows) => rows.len(),
        }
    }
}

/// The collector of one word over every segment of a view.
pub(crate) struct Collector<'v, 'a> {
    view: &'v View<'a>,
    parts: Vec<Part>,
    listed: Vec<Listed>,
}

impl<'v, 'a> Collector<'v, 'a> {
    /// Creates a collector over the parts that weigh something.
    pub(crate) fn new(view: &'v View<'a>, part_weights: &[f32; Part::COUNT]) -> Self {
        let parts = Part::ALL.into_iter().filter(|part| part_weights[*part as usize] > 0.0).collect();
        Self { view, parts, listed: Vec::new() }
    }

    /// Notes where `reading` stands. Returns `true` if a visible document holds it.
    pub(crate) fn add(&mut self, expansion: &Expansion) -> Result<bool> {
        let before = self.listed.len();
        for (number, segment) in self.view.segments.iter().enumerate() {
            for part in &self.parts {
                let field = self.view.fields.text(*part, expansion.form);
                let inverted = segment.reader.inverted_index(field).map_err(fault)?;
                let term = Term::from_field_text(field, &expansion.key);
                let Some(info) = inverted.get_term_info(&term).map_err(io_fault)? else { continue };
                let list = inverted.read_block_postings_from_terminfo(&info, IndexRecordOption::Basic);
                if is_seen(segment, *part, list.map_err(io_fault)?) {
                    let (weight, quality) = (expansion.weight, expansion.quality);
                    let at = Place::Term(expansion.form, info);
                    self.listed.push(Listed { segment: number, part: *part, weight, quality, at });
                }
            }
        }
        Ok(self.listed.len() > before)
    }

    /// Notes the documents that bear `token`, as if its name stood in their trail. Returns `true` if a visible one does.
    pub(crate) fn add_token(&mut self, token: &str, weight: f32) -> Result<bool> {
        let before = self.listed.len();
        let field = self.view.fields.tokens;
        let term = Term::from_field_text(field, token);
        for (number, segment) in self.view.segments.iter().enumerate() {
            let inverted = segment.reader.inverted_index(field).map_err(fault)?;
            let Some(info) = inverted.get_term_info(&term).map_err(io_fault)? else { continue };
            let list = inverted.read_block_postings_from_terminfo(&info, IndexRecordOption::Basic);
            if is_seen(segment, Part::Body, list.map_err(io_fault)?) {
                let at = Place::Bearers(info);
                self.listed.push(Listed { segment: number, part: Part::Trail, weight, quality: 1.0, at });
            }
        }
        Ok(self.listed.len() > before)
    }

    /// Notes where the words of `phrase` stand in this order, nearly side by side. Returns `true` if they do so in a visible
    /// document.
    pub(crate) fn add_phrase(&mut self, phrase: &PhraseExpansion) -> Result<bool> {
        let before = self.listed.len();
        let all: u64 = self.view.segments.iter().map(|segment| u64::from(segment.reader.max_doc())).sum();
        for (number, segment) in self.view.segments.iter().enumerate() {
            let most = (LOOKED_AT * u64::from(segment.reader.max_doc())).div_ceil(all.max(1));
            for part in &self.parts {
                let field = self.view.fields.text(*part, Form::Stem);
                let inverted = segment.reader.inverted_index(field).map_err(fault)?;
                let mut lists = Vec::with_capacity(phrase.stems.len());
                for stem in &phrase.stems {
                    let term = Term::from_field_text(field, stem);
                    let postings = inverted.read_postings(&term, IndexRecordOption::WithFreqsAndPositions);
                    lists.extend(postings.map_err(io_fault)?);
                }
                if lists.len() < phrase.stems.len() {
                    continue;
                }
                let mut rows = rows(&mut lists, most);
                rows.retain(|(doc, _)| segment.counts(*part, *doc));
                if !rows.is_empty() {
                    let PhraseExpansion { weight, quality, .. } = *phrase;
                    let at = Place::Rows(rows);
                    self.listed.push(Listed { segment: number, part: *part, weight, quality, at });
                }
            }
        }
        Ok(self.listed.len() > before)
    }

    /// Returns everything that was noted.
    pub(crate) fn finish(self) -> Vec<Listed> {
        self.listed
    }
}

fn fault(error: tantivy::TantivyError) -> Error {
    Error::internal("read the search index", error)
}

fn io_fault(error: std::io::Error) -> Error {
    Error::internal("read the search index", error)
}

/// Returns `true` if the list holds a visible document for `part`.
fn is_seen(segment: &SegmentView<'_>, part: Part, mut list: BlockSegmentPostings) -> bool {
    while !list.docs().is_empty() {
        if list.docs().iter().any(|doc| segment.counts(part, *doc)) {
            return true;
        }
        list.advance();
    }
    false
}

/// Words that may stand between two words of a phrase (« mot de passe », « mot de son passe »).
const ROOM: u32 = 2;
/// Documents of the rarest word that are looked at, in each part: bounds the work of a phrase of words that are everywhere.
const LOOKED_AT: u64 = 20_000;

/// Documents where every list has an occurrence, each after the one before it and near it, and how many times, among the
/// first `most` of the rarest.
fn rows(lists: &mut [tantivy::postings::SegmentPostings], most: u64) -> Vec<(DocId, u32)> {
    let mut out = Vec::new();
    let Some(rarest) = (0..lists.len()).min_by_key(|at| lists[*at].size_hint()) else { return out };
    let (mut starts, mut next) = (Vec::new(), Vec::new());
    let mut doc = lists[rarest].doc();
    for _ in 0..most {
        if doc == TERMINATED {
            break;
        }
        let everywhere = lists.iter_mut().all(|list| {
            let at = if list.doc() < doc { list.seek(doc) } else { list.doc() };
            at == doc
        });
        if everywhere && let Some((first, rest)) = lists.split_first_mut() {
            first.positions(&mut starts);
            for list in rest {
                list.positions(&mut next);
                starts.retain_mut(|start| {
                    let after = next.partition_point(|position| position <= start);
                    let found = next.get(after).filter(|position| **position <= *start + 1 + ROOM);
                    found.map(|position| *start = *position).is_some()
                });
            }
            if !starts.is_empty() {
                out.push((doc, starts.len() as u32));
            }
        }
        doc = lists[rarest].advance();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Live;
    use crate::{Change, SearchDocument};

    #[test]
    fn a_phrase_is_looked_for_in_so_many_documents_of_its_rarest_word() {
        let live = Live::in_memory().expect("an index in memory");
        let put = |number: usize| {
            let subject = format!("forum:{number}");
            let body =
                if number.is_multiple_of(2) { "Un mot de son passe, un mot." } else { "Le passe, le mot." }.into();
            let document = SearchDocument { kind: "forum".into(), body, ..SearchDocument::default() };
            Change::Put { subject, documents: vec![document] }
        };
        live.apply((0..100).map(put).collect()).expect("applied");
        live.commit(None).expect("committed");
        let searcher = live.searcher();
        let field = live.fields().text(Part::Body, Form::Stem);
        let found = |most| {
            let inverted = searcher.segment_reader(0).inverted_index(field).expect("read");
            let list = |word: &str| {
                let term = Term::from_field_text(field, &Form::Stem.key(word));
                inverted.read_postings(&term, IndexRecordOption::WithFreqsAndPositions).expect("read").expect("held")
            };
            rows(&mut [list("mot"), list("passe")], most)
        };
        let rows = found(1_000);
        assert!(rows.len() == 50 && rows.iter().all(|(doc, times)| doc % 2 == 0 && *times == 1), "{rows:?}");
        assert_eq!(found(20), rows[..10]);
        assert_eq!(found(0), []);
    }
}
