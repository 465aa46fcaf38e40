//! What was looked for, without who looked: the material of the help's editors.
//!
//! The engine tells a [`QueryLog`] of every first page it answers; who keeps it (a table, purged after some months),
//! and the lists of searches without result or without click, belong to others.

use super::analysis::split;
use super::{SearchAnswer, SearchRequest};

/// A search as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoggedQuery {
    /// The words, folded, without whatever looks like a person's: addresses, long numbers.
    pub text: String,
    /// Kinds and services asked for.
    pub filters: Vec<String>,
    /// Articles and topics found; 0 without an answer.
    pub hits: usize,
    /// The first profile of the reader, or a role without a profile.
    pub audience: Option<String>,
    /// `true` if it was found misspelt.
    pub corrected: bool,
}

/// Receives searches. Called on the thread that searches: it must hand over and return at once.
pub trait QueryLog: Send + Sync + 'static {
    /// A search was answered.
    fn answered(&self, query: LoggedQuery);
}

impl LoggedQuery {
    pub(crate) fn of(request: &SearchRequest, answer: &SearchAnswer) -> Self {
        let mut filters = request.kinds.clone();
        filters.extend(request.services.iter().cloned());
        Self {
            text: anonymous(&request.text),
            filters,
            hits: if answer.answered { answer.total } else { 0 },
            audience: request.audience.first().filter(|first| !first.is_empty()).cloned(),
            corrected: answer.corrected.is_some(),
        }
    }
}

/// Returns the words of `text`, folded, at most 120 characters, less addresses and numbers of five digits or more.
fn anonymous(text: &str) -> String {
    let mut out = String::new();
    for piece in text.split_whitespace().filter(|piece| !piece.contains('@')) {
        for word in split(piece).into_iter().filter(|word| !word.joined) {
            let digits = word.folded.chars().filter(char::is_ascii_digit).count();
            if digits < 5 && out.chars().count() + word.folded.chars().count() < 120 {
                out.push_str(&word.folded);
                out.push(' ');
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_person_is_not_remembered() {
        assert_eq!(anonymous("Mot de passe de camille@exemple.fr, tél. 0601020304"), "mot de passe de tel");
    }
}
