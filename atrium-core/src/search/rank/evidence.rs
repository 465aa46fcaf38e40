//! Evidence: how much of what was asked an article or topic really says. A list of results always has a first one; this
//! tells whether that one is an answer.
//!
//! A word counts by how telling it is among what the reader may see, and a word that no document holds as much as the
//! rarest. It is found where a document holds it, one of its family, a synonym, or what it is a misspelling of; a word
//! that exists is no misspelling of another.

use std::ops::Range;

use tantivy::DocId;

use super::sweep::Match;
use super::{Candidate, View, holders};
use crate::search::index::Part;
use crate::search::query::Concept;

/// Least quality of a match that counts: a lower one is a guess.
const REAL: f32 = 0.3;

// Fitted on the judged queries over our help and over documentation that is not ours, and on questions about other things.
const HALF: f32 = 0.5;
const TITLED: f32 = 0.2;
const MUCH: usize = 5;
const OF_MUCH: f32 = 0.3;

/// What a candidate says of the query, as shares of what its words tell, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Evidence {
    /// Said in the section that says most.
    pub section: f32,
    /// Said in its title and headings.
    pub titled: f32,
    /// Words asked for that carry a subject.
    pub asked: usize,
}

impl Evidence {
    /// What `candidate` says of `concepts`.
    pub(crate) fn of(view: &View<'_>, candidate: &Candidate, concepts: &[Concept]) -> Self {
        let mut sections = vec![0.0; candidate.sections.len()];
        let (mut titled, mut total, mut asked) = (0.0, 0.0, 0);
        for concept in concepts.iter().filter(|concept| !concept.asked.scaffold) {
            let weight = telling(view, concept);
            total += weight;
            asked += 1;
            let shape = &view.segments[candidate.segment as usize].shape;
            let matches = &concept.matches[candidate.segment as usize];
            let documents = shape.documents_of(candidate.group);
            let (heads, own) = (real(&matches.heads, &documents), real(&matches.own, &documents));
            if heads.clone().chain(own.clone()).any(is_titled) {
                titled += weight;
            }
            for (section, sum) in candidate.sections.iter().zip(&mut sections) {
                let doc = section.address.doc_id;
                let head = shape.head_of(doc);
                if own.clone().any(|found| found.doc == doc) || heads.clone().any(|found| found.doc == head) {
                    *sum += weight;
                }
            }
        }
        if total == 0.0 {
            return Self::default();
        }
        let section = sections.into_iter().fold(0.0, f32::max);
        Self { section: section / total, titled: titled / total, asked }
    }

    /// Is that an answer? Half of what was asked is; less is where a title says it, or where much was asked.
    pub(crate) fn is_enough(self) -> bool {
        self.section >= HALF || self.titled >= TITLED || (self.asked >= MUCH && self.section >= OF_MUCH)
    }
}

/// How much finding the word tells: its inverse document frequency among what the reader may see.
fn telling(view: &View<'_>, concept: &Concept) -> f32 {
    let (all, holding) = (view.documents as f32, holders(view, concept, REAL));
    (1.0 + (all - holding + 0.5).max(0.5) / (holding + 0.5)).ln()
}

fn is_titled(found: &Match) -> bool {
    [Part::Title, Part::Section].iter().any(|part| found.found[*part as usize] > 0.0)
}

/// The real matches among these documents, which stand side by side.
fn real<'m>(matches: &'m [Match], documents: &Range<DocId>) -> impl Iterator<Item = &'m Match> + Clone {
    let first = matches.partition_point(|found| found.doc < documents.start);
    let end = matches.partition_point(|found| found.doc < documents.end);
    matches[first..end].iter().filter(|found| found.best >= REAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_what_was_asked_answers_and_less_where_a_title_says_it_or_much_was_asked() {
        let evidence = |section, titled, asked| Evidence { section, titled, asked };
        assert!(evidence(0.5, 0.0, 2).is_enough());
        assert!(evidence(0.3, 0.3, 3).is_enough());
        assert!(evidence(0.4, 0.1, 6).is_enough());
        assert!(!evidence(0.4, 0.1, 3).is_enough());
        assert!(!evidence(0.25, 0.1, 6).is_enough());
        assert!(!Evidence::default().is_enough());
    }
}
