//! The part of a query that only says yes or no: who asks, what must stand as written, what must not stand.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use tantivy::query::{EnableScoring, PhraseQuery, Query};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, SegmentReader, TERMINATED, Term};

use super::Parsed;
use crate::analysis::Form;
use crate::index::{Fields, Part};
use crate::rank::{AdmittedSets, Bits, Read, Shape};
use crate::{Clause, Filter};
use crate::{Error, Result};

/// A set that holds less than one document in so many is read again each time.
const FEW: u32 = 500;

/// The filters of a search, in one segment.
pub(crate) struct SegmentFilter<'s> {
    pub reader: &'s SegmentReader,
    pub fields: &'s Fields,
    pub shape: &'s Shape,
    pub sets: &'s AdmittedSets,
}

impl SegmentFilter<'_> {
    /// Returns the documents that `visibility` admits, kind by kind, without deleted ones. An absent kind admits no
    /// document.
    pub(crate) fn admitted(&self, visibility: &HashMap<String, Filter>) -> Result<Bits> {
        let mut all = Bits::new(self.reader.max_doc());
        for (kind, rule) in visibility.iter().filter(|(_, rule)| !rule.is_none()) {
            let of_kind = self.known(&format!("k {kind}"), &[Term::from_field_text(self.fields.kind, kind)])?;
            if rule.is_all() {
                all.unite(&of_kind);
                continue;
            }
            for clause in rule.clauses() {
                let mut met = Bits::clone(&of_kind);
                self.leave_meeting(&mut met, clause)?;
                all.unite(&met);
            }
        }
        if let Some(deletions) = self.reader.delete_opstamp() {
            let alive = || Ok(Read::Many(self.alive()));
            all.intersect(&*self.sets.of(self.reader, &format!("alive {deletions}"), alive)?);
        }
        Ok(all)
    }

    /// Leaves of `documents` those that meet `clause`.
    fn leave_meeting(&self, documents: &mut Bits, clause: &Clause) -> Result<()> {
        for set in &clause.all_of {
            documents.intersect(&*self.carrying(set)?);
        }
        if !clause.none_of.is_empty() {
            documents.subtract(&*self.carrying(&clause.none_of)?);
        }
        Ok(())
    }

    /// Returns the documents that carry one of `tokens`.
    fn carrying(&self, tokens: &BTreeSet<String>) -> Result<Arc<Bits>> {
        let mut name = String::from("t");
        for text in tokens {
            // With its length, so that no token can look like two.
            name.push_str(&format!(" {}:{text}", text.len()));
        }
        let terms: Vec<Term> = tokens.iter().map(|text| Term::from_field_text(self.fields.tokens, text)).collect();
        self.known(&name, &terms)
    }

    /// Returns the documents that hold one of `terms`, all of one field.
    fn known(&self, name: &str, terms: &[Term]) -> Result<Arc<Bits>> {
        self.sets.of(self.reader, name, || {
            let mut found = Bits::new(self.reader.max_doc());
            let mut many = 0;
            for term in terms {
                many += self.add_holding(term, &mut found)?;
            }
            let few = many <= self.reader.max_doc() / FEW;
            Ok(if few { Read::Few(found) } else { Read::Many(found) })
        })
    }

    fn alive(&self) -> Bits {
        let mut alive = Bits::new(self.reader.max_doc());
        self.reader.doc_ids_alive().for_each(|doc| alive.insert(doc));
        alive
    }

    /// Adds the documents that hold `term`. Returns how many do.
    fn add_holding(&self, term: &Term, found: &mut Bits) -> Result<u32> {
        let inverted = self.reader.inverted_index(term.field()).map_err(fault)?;
        let block = inverted.read_block_postings(term, IndexRecordOption::Basic);
        let block = block.map_err(|e| Error::internal("read the search index", e))?;
        let Some(mut block) = block else { return Ok(0) };
        while !block.docs().is_empty() {
            block.docs().iter().for_each(|doc| found.insert(*doc));
            block.advance();
        }
        Ok(block.doc_freq())
    }

    /// Leaves of `documents` those that the marks of the query ask for.
    pub(crate) fn narrow(&self, documents: &mut Bits, parsed: &Parsed) -> Result<()> {
        for words in &parsed.phrases {
            documents.intersect(&self.standing(words, Form::Exact)?);
        }
        for words in &parsed.excluded {
            documents.subtract(&self.standing(words, Form::Stem)?);
        }
        Ok(())
    }

    /// Returns the documents where the words stand in a row, in any part.
    fn standing(&self, words: &[String], form: Form) -> Result<Bits> {
        let mut found = Bits::new(self.reader.max_doc());
        for part in Part::ALL.into_iter().filter(|part| *part != Part::Trail) {
            let field = self.fields.text(part, form);
            let terms: Vec<Term> = words.iter().map(|word| Term::from_field_text(field, &form.key(word))).collect();
            let mut here = Bits::new(self.reader.max_doc());
            match <[Term; 1]>::try_from(terms) {
                Ok([only]) => drop(self.add_holding(&only, &mut here)?),
                Err(terms) => self.add_in_a_row(terms, &mut here)?,
            }
            if part.is_of_head() {
                here.iter().for_each(|head| found.insert_range(self.shape.headed_by(head)));
            } else {
                found.unite(&here);
            }
        }
        Ok(found)
    }

    fn add_in_a_row(&self, terms: Vec<Term>, found: &mut Bits) -> Result<()> {
        let schema = self.reader.schema();
        let weight = PhraseQuery::new(terms).weight(EnableScoring::disabled_from_schema(schema)).map_err(fault)?;
        let mut matching = weight.scorer(self.reader, 1.0).map_err(fault)?;
        let mut doc = matching.doc();
        while doc != TERMINATED {
            found.insert(doc);
            doc = matching.advance();
        }
        Ok(())
    }
}

fn fault(error: tantivy::TantivyError) -> Error {
    Error::internal("read the search index", error)
}
