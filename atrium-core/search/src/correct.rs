//! « Did you mean »: the query with its misspelt words replaced by words of what was found.
//!
//! A word is offered only out of a passage the reader is being shown, so a correction never tells of what they may not
//! see, and always finds something. A word that exists is right as it is.

use std::ops::Range;
use std::sync::Arc;

use super::analysis::{Form, is_word, stem};
use super::passage::{Passage, number_of};
use super::query::{QueryTerm, Source, meant_by_ear};

/// Returns the corrected text, when at least one word was misspelt and one shown document holds what all of them
/// were taken for: words out of different passages need not make sense together.
pub(crate) fn corrected(text: &str, query_terms: &[QueryTerm], shown: &[Arc<Passage>]) -> Option<String> {
    let mut misspelt: Vec<Misspelt> = Vec::new();
    for term in query_terms {
        let end = misspelt.last().map_or(0, |before| before.range.end);
        misspelt.extend(Misspelt::of(term).filter(|word| word.range.start >= end));
    }
    if misspelt.is_empty() {
        return None;
    }
    let replacements: Vec<String> =
        shown.iter().find_map(|passage| misspelt.iter().map(|word| word.meant_in(passage)).collect())?;
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (word, replacement) in misspelt.iter().zip(replacements) {
        out.push_str(&text[at..word.range.start]);
        out.push_str(&in_the_case_of(&text[word.range.clone()], &replacement));
        at = word.range.end;
    }
    out.push_str(&text[at..]);
    Some(out)
}

/// A word of the query, and the words of the index that it was taken for.
struct Misspelt {
    range: Range<usize>,
    /// The word of a question's opening that it is, whatever the documents say.
    opening: Option<&'static str>,
    /// By their numbers, with how far away they are.
    meant: Vec<(u64, u8)>,
}

impl Misspelt {
    fn of(term: &QueryTerm) -> Option<Self> {
        let typo = |(word, source): &'_ (String, Source)| match source {
            Source::Typo(distance) => Some((word.clone(), *distance)),
            Source::Completion => None,
        };
        if is_word(&term.asked.folded) {
            return None;
        }
        let opening = meant_by_ear(&term.asked.folded).filter(|_| term.asked.filler);
        let meant: Vec<_> = term.sources.iter().filter_map(typo).collect();
        // A plural is no mistake for its singular, though the index holds only that.
        let asked = stem(&term.asked.folded);
        let meant = if meant.iter().any(|(word, _)| stem(word) == asked) { Vec::new() } else { meant };
        let meant: Vec<_> =
            meant.into_iter().map(|(word, distance)| (number_of(Form::Exact, &word), distance)).collect();
        (opening.is_some() || !meant.is_empty()).then(|| Self { range: term.asked.range.clone(), opening, meant })
    }

    /// Returns the nearest word of the passage, the first of equals, with its accents.
    fn meant_in(&self, passage: &Passage) -> Option<String> {
        if let Some(opening) = self.opening {
            return Some(opening.to_owned());
        }
        let document = &passage.document;
        let mut best: Option<(u8, &str)> = None;
        let texts =
            [(&document.title, &passage.title), (&document.section, &passage.section), (&document.body, &passage.body)];
        for (text, words) in texts {
            for word in words {
                let exact = word.key(Form::Exact);
                let Some((_, distance)) = self.meant.iter().find(|(meant, _)| *meant == exact) else { continue };
                if best.is_none_or(|(least, _)| *distance < least) {
                    best = Some((*distance, &text[word.range()]));
                }
            }
        }
        best.map(|(_, word)| word.to_owned())
    }
}

fn in_the_case_of(typed: &str, word: &str) -> String {
    if typed.chars().any(char::is_lowercase) && word.chars().skip(1).any(char::is_lowercase) {
        let lower = word.to_lowercase();
        if typed.chars().next().is_some_and(char::is_uppercase) {
            let mut chars = lower.chars();
            return chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default();
        }
        return lower;
    }
    word.to_owned()
}
