//! « Did you mean »: the query with its misspelt words replaced by words of what was found.
//!
//! A word is offered only out of a passage the reader is being shown, so a correction never tells of what they may not
//! see, and always finds something.

use super::SearchDocument;
use super::analysis::split;
use super::query::{Concept, Source};

/// The corrected text, when at least one word was misspelt and a shown document holds what it was taken for.
pub(crate) fn corrected(text: &str, concepts: &[Concept], shown: &[SearchDocument]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for concept in concepts {
        let range = concept.asked.range.clone();
        let Some(replacement) = replacement(concept, shown) else { continue };
        if range.start < at {
            continue;
        }
        out.push_str(&text[at..range.start]);
        out.push_str(&in_the_case_of(&text[range.clone()], &replacement));
        at = range.end;
    }
    if at == 0 {
        return None;
    }
    out.push_str(&text[at..]);
    Some(out)
}

/// The word shown soonest among those fewest typos away, with its accents.
fn replacement(concept: &Concept, shown: &[SearchDocument]) -> Option<String> {
    let typos: Vec<(&str, u8)> = concept
        .sources
        .iter()
        .filter_map(|(word, source)| match source {
            Source::Typo(distance) => Some((word.as_str(), *distance)),
            Source::Completion => None,
        })
        .collect();
    if typos.is_empty() {
        return None;
    }
    let mut best: Option<(u8, String)> = None;
    for document in shown {
        for text in [&document.title, &document.section, &document.body] {
            for word in split(text) {
                let Some((_, distance)) = typos.iter().find(|(typo, _)| *typo == word.folded) else { continue };
                if best.as_ref().is_none_or(|(least, _)| distance < least) {
                    best = Some((*distance, text[word.range].to_owned()));
                }
            }
        }
        if best.as_ref().is_some_and(|(least, _)| *least == 1) {
            break;
        }
    }
    best.map(|(_, word)| word)
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
