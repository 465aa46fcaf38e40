//! Closeness: words that stand in a document as they stand in the query say more than the same words apart.

use std::collections::HashMap;

use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED, Term};

use super::{Candidate, View, Weights};
use crate::analysis::Form;
use crate::index::Part;
use crate::query::QueryTerm;
use crate::{Error, Result};

/// Parts whose word places are compared.
const PARTS: [Part; 4] = [Part::Title, Part::Section, Part::Keywords, Part::Body];
/// Expansions of one term that are looked at, best first.
const READINGS: usize = 6;

/// Places of each term in each part of a document.
type Places = Vec<[Vec<u32>; PARTS.len()]>;

/// Adds to each candidate what the closeness of its words is worth.
pub(crate) fn reward(
    view: &View<'_>,
    query_terms: &[QueryTerm],
    informed: &[f32],
    candidates: &mut [Candidate],
    weights: &Weights,
) -> Result<()> {
    if weights.proximity <= 0.0 || candidates.is_empty() {
        return Ok(());
    }
    for segment in 0..view.segments.len() {
        let sections = || candidates.iter().filter(|c| c.segment as usize == segment).flat_map(|c| c.sections.iter());
        let mut docs: Vec<DocId> = sections().map(|section| section.address.doc_id).collect();
        docs.sort_unstable();
        docs.dedup();
        if docs.is_empty() {
            continue;
        }
        let places = places(view, segment, query_terms, &docs)?;
        for candidate in candidates.iter_mut().filter(|c| c.segment as usize == segment) {
            let mut best = 0.0_f32;
            for section in candidate.sections.iter_mut() {
                let Some(places) = places.get(&section.address.doc_id) else { continue };
                let length = |part| view.segments[segment].length(part, section.address.doc_id);
                let gain = closeness(query_terms, informed, places, length, weights);
                section.score += gain;
                best = best.max(gain);
            }
            candidate.sections.sort_by(|a, b| b.score.total_cmp(&a.score));
            candidate.score += best;
        }
    }
    Ok(())
}

fn places(
    view: &View<'_>,
    segment: usize,
    query_terms: &[QueryTerm],
    docs: &[DocId],
) -> Result<HashMap<DocId, Places>> {
    let fault = |e| Error::internal("read the search index", e);
    let here = &view.segments[segment];
    let empty = || query_terms.iter().map(|_| Default::default()).collect::<Places>();
    let mut out: HashMap<DocId, Places> = docs.iter().map(|doc| (*doc, empty())).collect();
    // Where each part of each document is kept, in order.
    let own: Vec<(DocId, DocId)> = docs.iter().map(|doc| (*doc, *doc)).collect();
    let mut heads: Vec<(DocId, DocId)> = docs.iter().map(|doc| (here.shape.head_of(*doc), *doc)).collect();
    heads.sort_unstable();
    let mut buffer = Vec::new();
    for (at, term) in query_terms.iter().enumerate() {
        let mut expansions: Vec<_> = term.expansions.iter().filter(|expansion| expansion.form == Form::Stem).collect();
        expansions.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        for expansion in expansions.into_iter().take(READINGS) {
            for (slot, part) in PARTS.into_iter().enumerate() {
                let field = view.fields.text(part, expansion.form);
                let inverted =
                    here.reader.inverted_index(field).map_err(|e| Error::internal("read the search index", e))?;
                let term = Term::from_field_text(field, &expansion.key);
                let postings =
                    inverted.read_postings(&term, IndexRecordOption::WithFreqsAndPositions).map_err(fault)?;
                let Some(mut postings) = postings else { continue };
                let mut read = None;
                for (holder, doc) in if part.is_of_head() { &heads } else { &own } {
                    let found = if postings.doc() < *holder { postings.seek(*holder) } else { postings.doc() };
                    if found == TERMINATED {
                        break;
                    }
                    if found == *holder
                        && let Some(places) = out.get_mut(doc)
                    {
                        if read.replace(found) != Some(found) {
                            postings.positions(&mut buffer);
                        }
                        places[at][slot].extend_from_slice(&buffer);
                    }
                }
            }
        }
    }
    for places in out.values_mut().flatten().flatten() {
        places.sort_unstable();
    }
    Ok(out)
}

/// For each two neighbours of the query, how close they stand at best, worth what the rarer of them says; and how much
/// of the title the query says.
fn closeness(
    query_terms: &[QueryTerm],
    informed: &[f32],
    places: &Places,
    length: impl Fn(Part) -> f32,
    weights: &Weights,
) -> f32 {
    let mut gain = 0.0;
    let counted: Vec<usize> = (0..query_terms.len()).filter(|at| informed[*at] > 0.0).collect();
    for pair in counted.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let asked = query_terms[b].asked.position as i64 - query_terms[a].asked.position as i64;
        let mut best = 0.0_f32;
        for (slot, part) in PARTS.iter().enumerate() {
            let share = if *part == Part::Body { 1.0 } else { 1.5 };
            best = best.max(share * nearness(&places[a][slot], &places[b][slot], asked, weights.proximity_decay));
        }
        gain += weights.proximity * best * informed[a].min(informed[b]);
    }
    for (slot, part) in PARTS.iter().enumerate().take(2) {
        let words = length(*part);
        if words > 0.0 {
            let said: Vec<usize> = counted.iter().copied().filter(|at| !places[*at][slot].is_empty()).collect();
            let share = said.len() as f32 / words.max(said.len() as f32);
            let value: f32 = said.iter().map(|at| informed[*at]).sum();
            gain += weights.title_said * share * value * if *part == Part::Title { 1.0 } else { 0.5 };
        }
    }
    gain
}

/// Returns 1 when the two words stand as asked, less with each word more or fewer between them, less in the other
/// order.
fn nearness(a: &[u32], b: &[u32], asked: i64, decay: f32) -> f32 {
    let mut best = 0.0_f32;
    for place in a {
        let after = b.partition_point(|other| other <= place);
        if let Some(next) = b.get(after) {
            let off = (i64::from(*next) - i64::from(*place) - asked).abs();
            best = best.max(decay.powi(off.min(16) as i32));
        }
        if let Some(previous) = after.checked_sub(1).and_then(|at| b.get(at)).filter(|p| *p < place) {
            let off = (i64::from(*place) - i64::from(*previous) - 1).abs();
            best = best.max(0.7 * decay.powi(off.min(16) as i32));
        }
        if best >= 1.0 {
            break;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_as_asked_are_nearest() {
        assert_eq!(nearness(&[3], &[4], 1, 0.5), 1.0);
        assert_eq!(nearness(&[3], &[5], 2, 0.5), 1.0);
        assert!(nearness(&[3], &[5], 1, 0.5) < 1.0);
        assert!(nearness(&[4], &[3], 1, 0.5) < nearness(&[3], &[4], 1, 0.5));
        assert_eq!(nearness(&[], &[4], 1, 0.5), 0.0);
    }
}
