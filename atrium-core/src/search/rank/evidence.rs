//! Evidence: how much of what was asked an article or topic really says. A list of results always has a first one; this
//! tells whether that one is an answer.
//!
//! A word counts by how telling it is among what the reader may see, and a word that no document holds as much as the
//! rarest. It is found where a document holds it, one of its family, a synonym, or what it is a misspelling of; a word
//! that exists is no misspelling of another.

use super::{Candidate, Match, View};
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
            let found = in_group(view, candidate, &concept.matches[candidate.segment as usize]);
            if found.is_empty() {
                continue;
            }
            if found.iter().any(|found| is_titled(found)) {
                titled += weight;
            }
            for (section, sum) in candidate.sections.iter().zip(&mut sections) {
                if found.iter().any(|found| found.doc == section.address.doc_id) {
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
    let all = view.documents as f32;
    let holding = concept.matches.iter().flatten().filter(|found| found.best >= REAL).count() as f32;
    (1.0 + (all - holding + 0.5) / (holding + 0.5)).ln()
}

fn is_titled(found: &Match) -> bool {
    [Part::Title, Part::Section].iter().any(|part| found.found[*part as usize] > 0.0)
}

/// The real matches in the sections of the candidate's article or topic.
fn in_group(view: &View<'_>, candidate: &Candidate, matches: &[Match]) -> Vec<Match> {
    let segment = &view.segments[candidate.segment as usize];
    let first = candidate.sections[0].address.doc_id;
    let middle = matches.partition_point(|found| found.doc < first);
    // Documents of one group stand side by side.
    let is_here = |found: &&Match| segment.group_of(found.doc) == candidate.group;
    let before = matches[..middle].iter().rev().take_while(is_here);
    let after = matches[middle..].iter().take_while(is_here);
    before.chain(after).filter(|found| found.best >= REAL).copied().collect()
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
