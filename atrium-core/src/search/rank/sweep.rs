//! Gathering: which visible documents hold a word of the query, how often, in which parts, under which of its readings.

use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED, Term};

use super::view::View;
use crate::search::analysis::Form;
use crate::search::index::Part;
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

/// A key of the index that stands for a word of the query, and for how much.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    pub form: Form,
    pub key: String,
    pub weight: f32,
    /// How good a match it is, 0 to 1: 1 for the word itself in any of its forms.
    pub quality: f32,
}

/// Several words in a row that stand for one word of the query: a synonym such as « mot de passe » of `mdp`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PhraseReading {
    /// Stems, in order.
    pub stems: Vec<String>,
    pub weight: f32,
}

/// The sweep of one word over every segment of a view.
pub(crate) struct Sweep<'v, 'a> {
    view: &'v View<'a>,
    parts: Vec<Part>,
    segments: Vec<Scratch>,
}

/// Dense counters of one segment, with the list of those in use.
struct Scratch {
    /// One more than the place of each document in `matches`; 0: not there.
    slot: Vec<u32>,
    matches: Vec<Match>,
}

impl Scratch {
    fn at(&mut self, doc: DocId) -> &mut Match {
        let slot = &mut self.slot[doc as usize];
        if *slot == 0 {
            self.matches.push(Match { doc, found: [0.0; Part::COUNT], best: 0.0 });
            *slot = self.matches.len() as u32;
        }
        &mut self.matches[*slot as usize - 1]
    }
}

impl<'v, 'a> Sweep<'v, 'a> {
    /// A sweep over the parts that weigh something.
    pub(crate) fn new(view: &'v View<'a>, part_weights: &[f32; Part::COUNT]) -> Self {
        let parts = Part::ALL.into_iter().filter(|part| part_weights[*part as usize] > 0.0).collect();
        let scratch = |max_doc: u32| Scratch { slot: vec![0; max_doc as usize], matches: Vec::new() };
        let segments = view.segments.iter().map(|segment| scratch(segment.reader.max_doc())).collect();
        Self { view, parts, segments }
    }

    /// Adds the documents that hold `reading`. Returns how many do.
    pub(crate) fn add(&mut self, reading: &Reading) -> Result<usize> {
        let fault = |e: std::io::Error| Error::internal("read the search index", e);
        let mut touched = 0;
        for (segment, scratch) in self.view.segments.iter().zip(&mut self.segments) {
            for part in &self.parts {
                let field = self.view.fields.text(*part, reading.form);
                let inverted =
                    segment.reader.inverted_index(field).map_err(|e| Error::internal("read the search index", e))?;
                let term = Term::from_field_text(field, &reading.key);
                let postings = inverted.read_postings(&term, IndexRecordOption::WithFreqs).map_err(fault)?;
                let Some(mut postings) = postings else { continue };
                let mut doc = postings.doc();
                while doc != TERMINATED {
                    if segment.allowed.contains(doc) {
                        let entry = scratch.at(doc);
                        entry.found[*part as usize] += reading.weight * postings.term_freq() as f32;
                        entry.best = entry.best.max(reading.quality);
                        touched += 1;
                    }
                    doc = postings.advance();
                }
            }
        }
        Ok(touched)
    }

    /// Adds the documents that hold the words of `phrase` in this order, nearly side by side.
    pub(crate) fn add_phrase(&mut self, phrase: &PhraseReading) -> Result<usize> {
        let mut touched = 0;
        for (segment, scratch) in self.view.segments.iter().zip(&mut self.segments) {
            for part in &self.parts {
                let field = self.view.fields.text(*part, Form::Stem);
                let inverted =
                    segment.reader.inverted_index(field).map_err(|e| Error::internal("read the search index", e))?;
                let mut lists = Vec::with_capacity(phrase.stems.len());
                for stem in &phrase.stems {
                    let term = Term::from_field_text(field, stem);
                    let postings = inverted
                        .read_postings(&term, IndexRecordOption::WithFreqsAndPositions)
                        .map_err(|e| Error::internal("read the search index", e))?;
                    lists.extend(postings);
                }
                if lists.len() < phrase.stems.len() {
                    continue;
                }
                for (doc, count) in rows(&mut lists) {
                    if segment.allowed.contains(doc) {
                        let entry = scratch.at(doc);
                        entry.found[*part as usize] += phrase.weight * count as f32;
                        entry.best = entry.best.max(phrase.weight);
                        touched += 1;
                    }
                }
            }
        }
        Ok(touched)
    }

    /// What was gathered, per segment, in the order of documents.
    pub(crate) fn finish(self) -> Vec<Vec<Match>> {
        self.segments
            .into_iter()
            .map(|scratch| {
                let mut matches = scratch.matches;
                matches.sort_unstable_by_key(|m| m.doc);
                matches
            })
            .collect()
    }
}

/// Words that may stand between two words of a phrase (« mot de passe », « mot de son passe »).
const ROOM: u32 = 2;

/// Documents where every list has an occurrence, each after the one before it and near it, and how many times.
fn rows(lists: &mut [impl Postings]) -> Vec<(DocId, u32)> {
    let mut out = Vec::new();
    let (mut starts, mut next) = (Vec::new(), Vec::new());
    let Some((first, rest)) = lists.split_first_mut() else { return out };
    let mut doc = first.doc();
    while doc != TERMINATED {
        let everywhere = rest.iter_mut().all(|list| {
            let at = if list.doc() < doc { list.seek(doc) } else { list.doc() };
            at == doc
        });
        if everywhere {
            first.positions(&mut starts);
            for list in rest.iter_mut() {
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
        doc = first.advance();
    }
    out
}
