//! Evidence: how much of what was asked an article or topic really says. A list of results always has a first one; this
//! tells whether that one is an answer.
//!
//! A word counts by how telling it is among what the reader may see, and a word that no document holds as much as the
//! rarest. It is found where a document holds it, one of its family, a synonym, or what it is a misspelling of; a word
//! that exists is no misspelling of another. A noun that no document holds is most likely what the question is about:
//! the rest of the question then has to be said nearly whole.

use std::ops::Range;

use tantivy::DocId;

use super::collector::Match;
use super::{Candidate, View, holders};
use crate::analysis::{is_noun, is_word, phonetic_key};
use crate::index::Part;
use crate::query::{QueryTerm, Source};

/// Least quality of a match that counts: a lower one is a guess.
const REAL: f32 = 0.3;

// Fitted on the judged queries over our help and over documentation that is not ours, and on questions about other things.
const HALF: f32 = 0.5;
const TITLED: f32 = 0.2;
const MUCH: usize = 5;
const OF_MUCH: f32 = 0.3;
/// Said where a verb or an adjective of the question stands nowhere: texts put those otherwise.
const LESS_A_WORD: f32 = 0.4;
/// Said where a noun of the question stands nowhere.
const LESS_A_NOUN: f32 = 0.5;
const TITLED_LESS_A_NOUN: f32 = 0.4;
const OF_MUCH_LESS_A_NOUN: f32 = 0.35;
/// Said by what is about the same things.
const RELATED: f32 = 0.3;
/// The factor on the weight of an unknown word that resembles no known one: it may be a slip, and tells little.
const OF_LOST: f32 = 0.5;
/// Shortest word that may be written by ear though it exists (`magasine`), in letters: shorter ones sound like many.
const BY_EAR: usize = 6;

/// What a candidate says of the query, as shares of what its words tell, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Evidence {
    /// Said in the section that says most.
    pub section: f32,
    /// Said in its title and headings.
    pub titled: f32,
    /// Words asked for that carry a subject.
    pub asked: usize,
    /// What was asked for and stands in no document.
    pub lacking: Lacking,
}

/// What of a question stands in no document the reader may see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lacking {
    /// At most words that do not exist.
    #[default]
    Nothing,
    /// A word that exists, and names no thing.
    Word,
    /// A word that names a thing.
    Noun,
}

impl Lacking {
    fn of(term: &QueryTerm) -> Self {
        let is_found = term.matches.iter().flat_map(|matches| matches.iter()).any(|found| found.best >= REAL);
        let word = term.asked.folded.as_str();
        if is_found || !is_word(word) || is_by_ear(term) {
            Self::Nothing
        } else if is_noun(word) {
            Self::Noun
        } else {
            Self::Word
        }
    }
}

/// Returns `true` if the word is spelt like the sound of one in documents.
fn is_by_ear(term: &QueryTerm) -> bool {
    let word = term.asked.folded.as_str();
    let sound = phonetic_key(word).filter(|_| word.len() >= BY_EAR);
    let sounds_so = |(like, source): &(String, Source)| {
        *source == Source::Typo(1) && like.len() >= BY_EAR && sound.is_some() && phonetic_key(like) == sound
    };
    term.sources.iter().any(sounds_so)
}

/// Returns `true` if the word is unknown and has no correction.
fn is_lost(term: &QueryTerm) -> bool {
    term.expansions.is_empty() && term.phrases.is_empty() && !is_word(&term.asked.folded)
}

/// The words that were asked for and carry a subject, with what each tells: the same for every candidate.
pub(crate) struct Asked<'q> {
    words: Vec<(&'q QueryTerm, f32)>,
    total: f32,
    lacking: Lacking,
}

impl<'q> Asked<'q> {
    pub(crate) fn of(view: &View<'_>, query_terms: &'q [QueryTerm]) -> Self {
        let words: Vec<_> = query_terms
            .iter()
            .filter(|term| !term.asked.filler)
            .map(|term| (term, telling(view, term) * if is_lost(term) { OF_LOST } else { 1.0 }))
            .collect();
        let total = words.iter().map(|(_, weight)| weight).sum();
        let lacking = words.iter().map(|(term, _)| Lacking::of(term)).max().unwrap_or_default();
        Self { words, total, lacking }
    }
}

impl Evidence {
    /// Returns the evidence of `candidate` for what was `asked`.
    pub(crate) fn of(view: &View<'_>, candidate: &Candidate, asked: &Asked<'_>) -> Self {
        if asked.total == 0.0 {
            return Self::default();
        }
        let mut sections = vec![0.0; candidate.sections.len()];
        let mut titled = 0.0;
        let shape = &view.segments[candidate.segment as usize].shape;
        let documents = shape.documents_of(candidate.group);
        for (term, weight) in &asked.words {
            let matches = &term.matches[candidate.segment as usize];
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
        let section = sections.into_iter().fold(0.0, f32::max);
        let (section, titled) = (section / asked.total, titled / asked.total);
        Self { section, titled, asked: asked.words.len(), lacking: asked.lacking }
    }

    /// Returns `true` if that is an answer: half of the query suffices, and less if a title matches or the query is
    /// long. If a noun of the question occurs nowhere, more is needed.
    pub(crate) fn is_enough(self) -> bool {
        let (section, titled, of_much) = match self.lacking {
            Lacking::Nothing => (HALF, TITLED, OF_MUCH),
            Lacking::Word => (LESS_A_WORD, TITLED, OF_MUCH),
            Lacking::Noun => (LESS_A_NOUN, TITLED_LESS_A_NOUN, OF_MUCH_LESS_A_NOUN),
        };
        let least = if self.asked >= MUCH { of_much } else { section };
        self.section >= least || self.titled >= titled
    }

    /// Returns `true` if it is related to the query without being an answer.
    pub(crate) fn is_related(self) -> bool {
        self.section >= RELATED
    }
}

/// Returns the weight of the word: its inverse document frequency among the documents the reader may see.
fn telling(view: &View<'_>, term: &QueryTerm) -> f32 {
    let (all, holding) = (view.documents as f32, holders(view, term, REAL));
    (1.0 + (all - holding + 0.5).max(0.5) / (holding + 0.5)).ln()
}

fn is_titled(found: &Match) -> bool {
    [Part::Title, Part::Section].iter().any(|part| found.found[*part as usize] > 0.0)
}

/// Returns the real matches among these documents, which stand side by side.
fn real<'m>(matches: &'m [Match], documents: &Range<DocId>) -> impl Iterator<Item = &'m Match> + Clone {
    let first = matches.partition_point(|found| found.doc < documents.start);
    let end = matches.partition_point(|found| found.doc < documents.end);
    matches[first..end].iter().filter(|found| found.best >= REAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(section: f32, titled: f32, asked: usize, lacking: Lacking) -> Evidence {
        Evidence { section, titled, asked, lacking }
    }

    #[test]
    fn half_of_what_was_asked_answers_and_less_where_a_title_says_it_or_much_was_asked() {
        let evidence = |section, titled, asked| evidence(section, titled, asked, Lacking::Nothing);
        assert!(evidence(0.5, 0.0, 2).is_enough());
        assert!(evidence(0.3, 0.3, 3).is_enough());
        assert!(evidence(0.4, 0.1, 6).is_enough());
        assert!(!evidence(0.4, 0.1, 3).is_enough());
        assert!(!evidence(0.25, 0.1, 6).is_enough());
        assert!(!Evidence::default().is_enough());
    }

    #[test]
    fn a_noun_that_stands_nowhere_asks_for_more_of_the_rest() {
        assert!(!evidence(0.45, 0.3, 3, Lacking::Noun).is_enough());
        assert!(!evidence(0.3, 0.3, 6, Lacking::Noun).is_enough());
        assert!(evidence(0.6, 0.0, 3, Lacking::Noun).is_enough());
        assert!(evidence(0.5, 0.5, 3, Lacking::Noun).is_enough());
        assert!(evidence(0.4, 0.0, 2, Lacking::Word).is_enough());
    }
}
