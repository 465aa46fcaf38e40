//! Words that stand for one another: the school's vocabulary, kept by the help's editors in a TOML file.
//!
//! ```toml
//! [[groupe]]                       # each finds all the others
//! mots = ["mail", "mél", "courriel", "e-mail"]
//!
//! [[renvoi]]                       # the first find the second, not the reverse
//! de = ["code oublié"]
//! vers = ["mot de passe", "réinitialiser"]
//! ```
//!
//! Entries are compared by stem, without their stop words, and applied to queries: changing the file needs no rebuild.

use std::collections::HashMap;

use serde::Deserialize;

use crate::analysis::{is_stop_word, root, split, stem};
use crate::query::vocabulary::{near_among, typos_allowed};
use crate::{Error, Result};

/// Words of an entry that are compared.
const ENTRY_LIMIT: usize = 4;

/// A vocabulary of synonyms.
#[derive(Clone, Debug, Default)]
pub struct Synonyms {
    entries: Vec<Entry>,
    /// Entries by the stem of their first word.
    by_first: HashMap<String, Vec<usize>>,
    /// Entries of one word by its root, the first of each.
    by_root: HashMap<String, usize>,
}

#[derive(Clone, Debug)]
struct Entry {
    words: Vec<String>,
    stems: Vec<String>,
    others: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "groupe")]
    groups: Vec<Group>,
    #[serde(default, rename = "renvoi")]
    pointers: Vec<Pointer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    #[serde(rename = "mots")]
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pointer {
    #[serde(rename = "de")]
    from: Vec<String>,
    #[serde(rename = "vers")]
    to: Vec<String>,
}

/// A synonym found in a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// How many of the words it covers.
    pub length: usize,
    /// What else may stand there, each a list of folded words.
    pub others: Vec<Vec<String>>,
}

impl Synonyms {
    /// Returns synonyms without a row.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Returns the vocabulary that comes with the platform.
    #[must_use]
    pub fn french() -> Self {
        Self::parse(include_str!("synonyms.fr.toml")).expect("the embedded vocabulary is well formed")
    }

    /// Reads a vocabulary.
    ///
    /// # Errors
    /// Returns [`Error::malformed_synonyms`] if `text` is not such a file; it says where.
    ///
    /// ```
    /// use atrium_search::Synonyms;
    ///
    /// assert!(Synonyms::parse("[[group]]\nwords = [").is_err_and(|error| error.malformed_synonyms().is_some()));
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        let file: File = toml::from_str(text).map_err(Error::malformed)?;
        let mut synonyms = Self::default();
        for Group { words } in &file.groups {
            for (at, word) in words.iter().enumerate() {
                let others = words.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, word)| word);
                synonyms.add(word, others);
            }
        }
        for Pointer { from, to } in &file.pointers {
            for word in from {
                synonyms.add(word, to.iter());
            }
        }
        Ok(synonyms)
    }

    fn add<'a>(&mut self, word: &str, others: impl Iterator<Item = &'a String>) {
        let words = key_words(word);
        if words.is_empty() {
            return;
        }
        let stems: Vec<String> = words.iter().map(|word| stem(word)).collect();
        let mut others: Vec<Vec<String>> = others.map(|other| key_words(other)).filter(|o| !o.is_empty()).collect();
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.stems == stems) {
            others.retain(|other| !entry.others.contains(other));
            entry.others.append(&mut others);
            return;
        }
        if let [word] = words.as_slice() {
            self.by_root.entry(root(word)).or_insert(self.entries.len());
        }
        self.by_first.entry(stems[0].clone()).or_default().push(self.entries.len());
        self.entries.push(Entry { words, stems, others });
    }

    /// Returns the longest entry that `words` (folded, without stop words) start with.
    pub(crate) fn at(&self, words: &[&str]) -> Option<Found> {
        let (first, inflected) = (stem(words.first()?), root(words.first()?));
        let fits = |entry: &&Entry| {
            entry.stems.len() <= words.len() && entry.stems.iter().zip(words).skip(1).all(|(s, word)| *s == stem(word))
        };
        let entries = self.by_first.get(&first).into_iter().flatten().map(|at| &self.entries[*at]);
        let by_stem = entries.filter(fits).max_by_key(|entry| entry.stems.len());
        // `tournons` of `tourner`: endings that the stemmer does not know.
        let by_root = || self.by_root.get(&inflected).map(|at| &self.entries[*at]);
        let entry = by_stem.or_else(by_root)?;
        Some(Found { length: entry.stems.len(), others: entry.others.clone() })
    }

    /// Returns the single-word entries that `word` misspells, with the number of typos.
    pub(crate) fn misspelt(&self, word: &str) -> Vec<(String, u8)> {
        let allowed = typos_allowed(word.chars().count());
        if allowed == 0 {
            return Vec::new();
        }
        let single = self.entries.iter().filter(|entry| entry.words.len() == 1);
        let single = single.map(|entry| entry.words[0].as_str()).filter(|known| known.chars().count() >= 4);
        near_among(word, single, allowed).into_iter().map(|(known, typos)| (known.to_owned(), typos)).collect()
    }
}

/// Returns the words of an entry that count, folded; a compound counts as one word.
fn key_words(text: &str) -> Vec<String> {
    let words = split(text);
    let mut out: Vec<String> = Vec::new();
    let mut covered = 0;
    for word in &words {
        let joined = words.iter().find(|other| other.joined && other.range.contains(&word.range.start));
        if word.range.start < covered || (is_stop_word(&word.folded) && joined.is_none()) {
            continue;
        }
        let chosen = joined.unwrap_or(word);
        covered = chosen.range.end;
        out.push(chosen.folded.clone());
    }
    out.truncate(ENTRY_LIMIT);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_work_both_ways_and_pointers_one_way() {
        let synonyms = Synonyms::parse(
            "[[groupe]]\nmots = [\"mot de passe\", \"mdp\"]\n[[renvoi]]\nde = [\"cantine\"]\nvers = [\"restauration\"]",
        )
        .expect("well formed");
        let found = synonyms.at(&["mots", "passe", "oublie"]).expect("found");
        assert_eq!((found.length, found.others), (2, vec![vec!["mdp".to_owned()]]));
        assert_eq!(synonyms.at(&["mdp"]).expect("found").others, [["mot", "passe"]]);
        assert!(synonyms.at(&["cantine"]).is_some() && synonyms.at(&["restauration"]).is_none());
    }

    #[test]
    fn a_misspelt_entry_is_recognised() {
        let synonyms = Synonyms::parse("[[groupe]]\nmots = [\"courriel\", \"mél\"]").expect("well formed");
        assert_eq!(synonyms.misspelt("couriel"), [("courriel".to_owned(), 1)]);
    }

    #[test]
    fn a_malformed_file_is_refused_with_its_reason() {
        let error = Synonyms::parse("[[groupe]]\nmost = []").expect_err("refused");
        assert!(error.malformed_synonyms().is_some());
    }

    #[test]
    fn the_embedded_vocabulary_bridges_the_words_of_the_school() {
        let synonyms = Synonyms::french();
        for (word, other) in [("mdp", "mot passe"), ("mel", "courriel"), ("devoir", "travail rendre")] {
            let found = synonyms.at(&[word]).expect(word);
            assert!(found.others.iter().any(|o| o.join(" ") == other), "{word}: {:?}", found.others);
        }
    }
}
