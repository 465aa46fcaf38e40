//! The words the index knows: completions of a word being typed, and words a few typos away.
//!
//! tantivy's own fuzzy and prefix queries say which documents match, not which words did; ranking, highlighting and
//! corrections need the words. So the same Levenshtein automata run over its term dictionary here.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy::SegmentReader;
use tantivy_fst::Automaton;

use crate::analysis::{phonetic_key, words_like};
use crate::index::Fields;
use crate::rank::View;
use crate::{Error, Result};

/// Terms of the dictionary that one word may stand for.
const CANDIDATE_LIMIT: usize = 48;
/// Terms looked at before the best are kept: bounds the work of a short prefix over a large vocabulary.
const SCAN_LIMIT: usize = 4_000;

/// A word of the index near the one typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Near {
    pub word: String,
    /// Edits away, a transposition counting one.
    pub distance: u8,
    /// Documents that hold it, visible or not: only to choose among many.
    pub documents: u32,
}

/// Typos that any word may hold.
pub(crate) const MOST_TYPOS: u8 = 2;

/// Typos a word of this many letters may hold.
pub(crate) fn typos_allowed(letters: usize) -> u8 {
    match letters {
        0..=4 => 0,
        5..=8 => 1,
        _ => MOST_TYPOS,
    }
}

/// Returns the words that start with `start`, the most used first.
pub(crate) fn completions(view: &View<'_>, start: &str) -> Result<Vec<Near>> {
    let mut found = BTreeMap::new();
    let fault = |e| Error::internal("read the search index", e);
    for segment in &view.segments {
        let inverted = segment
            .reader
            .inverted_index(view.fields.words)
            .map_err(|e| Error::internal("read the search index", e))?;
        let mut stream = inverted.terms().range().ge(start).into_stream().map_err(fault)?;
        let mut scanned = 0;
        while stream.advance() && stream.key().starts_with(start.as_bytes()) && scanned < SCAN_LIMIT {
            scanned += 1;
            if let Ok(word) = std::str::from_utf8(stream.key()) {
                *found.entry(word.to_owned()).or_insert(0) += stream.value().doc_freq;
            }
        }
    }
    let found = found.into_iter().filter(|(word, _)| word != start);
    let mut near: Vec<Near> = found.map(|(word, documents)| Near { word, distance: 0, documents }).collect();
    keep_best(&mut near);
    Ok(near)
}

/// Returns the words at `distance` edits or fewer from `word`, or, when `prefix`, that start that near to it.
pub(crate) fn misspelt(view: &View<'_>, word: &str, distance: u8, prefix: Prefix) -> Result<Vec<Near>> {
    let builder = builder(distance);
    let dfa = match prefix {
        Prefix::Whole => builder.build_dfa(word),
        Prefix::Unfinished => builder.build_prefix_dfa(word),
    };
    let mut found: BTreeMap<String, (u8, u32)> = BTreeMap::new();
    for segment in &view.segments {
        let inverted = segment
            .reader
            .inverted_index(view.fields.words)
            .map_err(|e| Error::internal("read the search index", e))?;
        let fault = |e| Error::internal("read the search index", e);
        let mut stream = inverted.terms().search(Typos(&dfa)).into_stream().map_err(fault)?;
        let mut scanned = 0;
        while stream.advance() && scanned < SCAN_LIMIT {
            scanned += 1;
            let (Ok(near), Distance::Exact(edits)) = (std::str::from_utf8(stream.key()), dfa.eval(stream.key())) else {
                continue;
            };
            let entry = found.entry(near.to_owned()).or_insert((edits, 0));
            entry.1 += stream.value().doc_freq;
        }
    }
    let found = found.into_iter().filter(|(near, _)| near != word);
    let mut near: Vec<Near> = found.map(|(word, (distance, documents))| Near { word, distance, documents }).collect();
    keep_best(&mut near);
    Ok(near)
}

/// The words of a segment by how they sound: a number for the sound, and the number of the word in the dictionary, in order.
#[derive(Default)]
pub(crate) struct PhoneticIndex(Vec<(u32, u32)>);

impl PhoneticIndex {
    /// Reads every word of the segment.
    pub(crate) fn read(reader: &SegmentReader, fields: &Fields) -> Result<Self> {
        let fault = |e| Error::internal("read the search index", e);
        let inverted = reader.inverted_index(fields.words).map_err(|e| Error::internal("read the search index", e))?;
        let mut words = inverted.terms().stream().map_err(fault)?;
        let mut by_sound = Vec::new();
        while words.advance() {
            let Ok(word) = std::str::from_utf8(words.key()) else { continue };
            if let (Some(sound), Ok(number)) = (phonetic_key(word), u32::try_from(words.term_ord())) {
                by_sound.push((number_of(&sound), number));
            }
        }
        by_sound.sort_unstable();
        by_sound.shrink_to_fit();
        Ok(Self(by_sound))
    }

    /// Returns the numbers of the words that sound so, and perhaps of some others.
    fn of(&self, sound: &str) -> impl Iterator<Item = u32> + '_ {
        let wanted = number_of(sound);
        let first = self.0.partition_point(|(number, _)| *number < wanted);
        self.0[first..].iter().take_while(move |(number, _)| *number == wanted).map(|(_, word)| *word)
    }
}

fn number_of(sound: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    sound.hash(&mut hasher);
    hasher.finish() as u32
}

/// Returns the words that sound like `word`, each as if one edit away, the most used first.
pub(crate) fn sounding_like(view: &View<'_>, word: &str) -> Result<Vec<Near>> {
    let Some(sound) = phonetic_key(word) else { return Ok(Vec::new()) };
    let fault = |e| Error::internal("read the search index", e);
    let mut found: BTreeMap<String, u32> = BTreeMap::new();
    for segment in &view.segments {
        let sounds = view.caches.phonetic.of(segment.reader, || PhoneticIndex::read(segment.reader, view.fields))?;
        let inverted = segment.reader.inverted_index(view.fields.words);
        let inverted = inverted.map_err(|e| Error::internal("read the search index", e))?;
        for number in sounds.of(&sound).map(u64::from) {
            let mut like = Vec::new();
            inverted.terms().ord_to_term(number, &mut like).map_err(fault)?;
            let Ok(like) = String::from_utf8(like) else { continue };
            if like != word && phonetic_key(&like).as_ref() == Some(&sound) {
                let documents = inverted.terms().get(&like).map_err(fault)?.map_or(0, |info| info.doc_freq);
                *found.entry(like).or_insert(0) += documents;
            }
        }
    }
    let mut near: Vec<Near> =
        found.into_iter().map(|(word, documents)| Near { word, distance: 1, documents }).collect();
    keep_best(&mut near);
    Ok(near)
}

/// Words of the language looked at before the nearest are kept.
const LIKE_LIMIT: usize = 64;
/// Words of the language that one misspelt word may stand for.
const MEANT_LIMIT: usize = 8;

/// Returns the words of the language, whether or not a document holds them, at `distance` edits or fewer from
/// `word`, the nearest first.
pub(crate) fn misspelt_in_french(word: &str, distance: u8) -> Vec<(String, u8)> {
    let dfa = builder(distance).build_dfa(word);
    let like = words_like(Typos(&dfa), LIKE_LIMIT).into_iter();
    let mut near: Vec<(String, u8)> = like
        .filter_map(|like| match dfa.eval(&like) {
            Distance::Exact(edits) => Some((like, edits)),
            Distance::AtLeast(_) => None,
        })
        .collect();
    near.sort_by_key(|(_, edits)| *edits);
    near.truncate(MEANT_LIMIT);
    near
}

/// Which text is misspelt: the whole word, or the part typed so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prefix {
    /// The whole word is there.
    Whole,
    /// Only its start is.
    Unfinished,
}

/// Returns those of `others` at `limit` edits or fewer from `word`, with how many.
pub(crate) fn near_among<'o>(word: &str, others: impl Iterator<Item = &'o str>, limit: u8) -> Vec<(&'o str, u8)> {
    let dfa = builder(limit).build_dfa(word);
    let near = others.filter_map(|other| match dfa.eval(other) {
        Distance::Exact(edits) => Some((other, edits)),
        Distance::AtLeast(_) => None,
    });
    near.collect()
}

/// Builds the parametric automata before the first query needs them.
pub(crate) fn warm_up() {
    builder(1);
    builder(2);
}

fn builder(distance: u8) -> &'static LevenshteinAutomatonBuilder {
    static ONE: OnceLock<LevenshteinAutomatonBuilder> = OnceLock::new();
    static TWO: OnceLock<LevenshteinAutomatonBuilder> = OnceLock::new();
    match distance {
        0 | 1 => ONE.get_or_init(|| LevenshteinAutomatonBuilder::new(1, true)),
        _ => TWO.get_or_init(|| LevenshteinAutomatonBuilder::new(2, true)),
    }
}

fn keep_best(near: &mut Vec<Near>) {
    near.sort_by(|a, b| a.distance.cmp(&b.distance).then(b.documents.cmp(&a.documents)).then(a.word.cmp(&b.word)));
    near.truncate(CANDIDATE_LIMIT);
}

/// A Levenshtein automaton as the term dictionary walks it.
struct Typos<'d>(&'d DFA);

impl Automaton for Typos<'_> {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_take_no_typo_and_long_ones_two() {
        assert_eq!([4, 5, 8, 9, 20].map(typos_allowed), [0, 1, 1, 2, 2]);
    }

    #[test]
    fn a_transposition_is_one_typo() {
        assert_eq!(near_among("clavier", ["claveir", "cavleri"].into_iter(), 1), [("claveir", 1)]);
    }
}
