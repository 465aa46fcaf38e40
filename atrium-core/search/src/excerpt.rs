//! Excerpts and marks: which words of a text answer the query, and which stretch of it shows them best.
//!
//! A word is marked when its own analysis gives one of the expansions that ranking used, so that typos, completions and
//! synonyms are marked as well as the words typed. Texts are cut between words, never inside a grapheme.

use std::collections::HashMap;
use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

use super::Fragment;
use super::analysis::Form;
use super::passage::{Word, number_of};
use super::query::QueryTerm;

/// Characters of an excerpt, about.
const LENGTH: usize = 200;
/// Characters shown before the first word that answers.
const LEAD: usize = 50;
const ELLIPSIS: &str = "…";

/// Knows which words answer a query.
pub(crate) struct Marker {
    /// The terms that each key answers, one bit each; a stem that only stands in phrases answers no key by itself.
    keys: HashMap<u64, u32>,
    /// Stems in a row, with the terms they answer.
    phrases: Vec<(Vec<u64>, u32)>,
    sieve: Sieve,
}

/// A word that answers, or may do so in a phrase.
#[derive(Clone, Debug)]
struct Mark {
    range: Range<usize>,
    /// Its rank among the words.
    rank: u32,
    /// The terms that it answers, one bit each.
    query_terms: u32,
    stem: u64,
}

/// Keys by a few of their bits: a quick test that most words of a text fail.
#[derive(Default)]
struct Sieve([u64; 8]);

impl Sieve {
    fn insert(&mut self, key: u64) {
        self.0[(key % 8) as usize] |= 1 << ((key >> 3) % 64);
    }

    fn may_hold(&self, key: u64) -> bool {
        self.0[(key % 8) as usize] & (1 << ((key >> 3) % 64)) != 0
    }
}

impl Marker {
    pub(crate) fn new(query_terms: &[QueryTerm]) -> Self {
        let mut keys = HashMap::new();
        let mut phrases = Vec::new();
        for (at, term) in query_terms.iter().enumerate().filter(|(_, term)| !term.asked.filler) {
            for expansion in &term.expansions {
                *keys.entry(number_of(expansion.form, &expansion.key)).or_default() |= 1 << at;
            }
            let numbers = |stems: &[String]| stems.iter().map(|stem| number_of(Form::Stem, stem)).collect();
            phrases.extend(term.phrases.iter().map(|phrase| (numbers(&phrase.stems), 1 << at)));
        }
        Self::over(keys, phrases)
    }

    fn over(mut keys: HashMap<u64, u32>, phrases: Vec<(Vec<u64>, u32)>) -> Self {
        for stem in phrases.iter().flat_map(|(phrase, _)| phrase) {
            keys.entry(*stem).or_default();
        }
        let mut sieve = Sieve::default();
        keys.keys().for_each(|key| sieve.insert(*key));
        Self { keys, phrases, sieve }
    }

    /// Returns the text in one piece, those of its `words` marked that match.
    pub(crate) fn mark(&self, text: &str, words: &[Word]) -> Vec<Fragment> {
        let marks = self.marks(words);
        fragments(text, 0..text.len(), &marks)
    }

    /// Returns some [`LENGTH`] characters of `text` where most of the query matches; its start without a match.
    pub(crate) fn excerpt(&self, text: &str, words: &[Word]) -> Vec<Fragment> {
        let marks = self.marks(words);
        let start = best_start(text, &marks);
        let start = if start == 0 { 0 } else { back_to_word(text, start) };
        let end = forward_to_word(text, start);
        let mut out = fragments(text, start..end, &marks);
        if start > 0 {
            out.insert(0, Fragment { text: ELLIPSIS.into(), marked: false });
        }
        if end < text.trim_end().len() {
            out.push(Fragment { text: ELLIPSIS.into(), marked: false });
        }
        merge(out)
    }

    /// Returns the answering words, with the terms each answers, in order and without overlap.
    fn marks(&self, words: &[Word]) -> Vec<Mark> {
        let mut marks: Vec<Mark> = words.iter().filter_map(|word| self.look_at(word)).collect();
        self.add_phrases(&mut marks);
        let mut end = 0;
        marks.retain(|mark| {
            let free = mark.query_terms != 0 && mark.range.start >= end;
            end = if free { mark.range.end } else { end };
            free
        });
        marks
    }

    fn look_at(&self, word: &Word) -> Option<Mark> {
        let may_be = word.keys.iter().filter(|key| self.sieve.may_hold(**key));
        let found = may_be.filter_map(|key| self.keys.get(key).copied());
        let query_terms = found.reduce(|all, one| all | one)?;
        Some(Mark { range: word.range(), rank: word.rank, query_terms, stem: word.key(Form::Stem) })
    }

    /// Marks the words that stand in a row as a phrase has them; as in gathering, two others may stand between.
    fn add_phrases(&self, marks: &mut [Mark]) {
        for (phrase, bit) in &self.phrases {
            for start in 0..marks.len() {
                let mut places = Vec::with_capacity(phrase.len());
                for stem in phrase {
                    let after = places.last().copied();
                    let is_next = |at: &usize| {
                        let near = after.is_none_or(|after: usize| {
                            (marks[after].rank + 1..=marks[after].rank + 3).contains(&marks[*at].rank)
                        });
                        near && marks[*at].stem == *stem
                    };
                    let candidates = after.map_or(start..start + 1, |after| after + 1..marks.len().min(after + 4));
                    let Some(found) = { candidates }.find(is_next) else { break };
                    places.push(found);
                }
                if places.len() == phrase.len() {
                    places.into_iter().for_each(|place| marks[place].query_terms |= bit);
                }
            }
        }
    }
}

/// Returns the first mark of the window that answers most of the query.
fn best_start(text: &str, marks: &[Mark]) -> usize {
    let mut best = (0, 0);
    for (at, first) in marks.iter().enumerate() {
        let reach = marks[at..].iter().take_while(|mark| mark.range.end - first.range.start <= LENGTH - LEAD);
        let (mut covered, mut count) = (0_u32, 0);
        for mark in reach {
            covered |= mark.query_terms;
            count += 1;
        }
        let value = covered.count_ones() * 8 + u32::min(count, 7);
        if value > best.1 {
            best = (first.range.start, value);
        }
    }
    // What stands near the start is shown from the start.
    if text[..best.0].chars().count() <= LEAD { 0 } else { best.0 }
}

/// Returns a place between two words, some [`LEAD`] characters before `mark`, at the start of a sentence when one
/// is there.
fn back_to_word(text: &str, mark: usize) -> usize {
    let mut place = mark;
    let mut gap = None;
    for (at, c) in text[..mark].char_indices().rev().take(LEAD) {
        place = at;
        if c.is_whitespace() {
            let after = at + c.len_utf8();
            gap = Some(after);
            if text[..at].trim_end().ends_with(['.', '!', '?', ':', '\n']) {
                return after;
            }
        }
    }
    gap.unwrap_or_else(|| to_grapheme(text, place))
}

fn forward_to_word(text: &str, start: usize) -> usize {
    let Some((limit, _)) = text[start..].char_indices().nth(LENGTH) else { return text.len() };
    let limit = start + limit;
    let space = text[start..limit].char_indices().rev().find(|(at, c)| c.is_whitespace() && *at > 0);
    match space {
        Some((at, _)) => to_grapheme(text, start + at),
        None => to_grapheme(text, limit),
    }
}

/// Returns the nearest place at or before `at` that is not inside a grapheme.
fn to_grapheme(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(true) => at,
        _ => cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0),
    }
}

fn fragments(text: &str, range: Range<usize>, marks: &[Mark]) -> Vec<Fragment> {
    let mut out = Vec::new();
    let mut at = range.start;
    for mark in marks.iter().filter(|mark| mark.range.start >= range.start && mark.range.end <= range.end) {
        out.push(Fragment { text: one_line(&text[at..mark.range.start]), marked: false });
        out.push(Fragment { text: one_line(&text[mark.range.clone()]), marked: true });
        at = mark.range.end;
    }
    out.push(Fragment { text: one_line(&text[at..range.end.max(at)]), marked: false });
    merge(out)
}

/// Replaces each run of white space by one space.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars() {
        // A no-break space binds what it stands between: French punctuation keeps it.
        let blank = c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}') || c.is_control();
        if !(blank && space) {
            out.push(if blank { ' ' } else { c });
        }
        space = blank;
    }
    out
}

fn merge(fragments: Vec<Fragment>) -> Vec<Fragment> {
    let mut out: Vec<Fragment> = Vec::with_capacity(fragments.len());
    for fragment in fragments.into_iter().filter(|fragment| !fragment.text.is_empty()) {
        match out.last_mut() {
            Some(last) if last.marked == fragment.marked && !fragment.marked => last.text.push_str(&fragment.text),
            _ => out.push(fragment),
        }
    }
    if let Some(last) = out.last_mut().filter(|last| !last.marked) {
        last.text.truncate(last.text.trim_end().len());
    }
    out.retain(|fragment| !fragment.text.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passage::{Reading, Words};
    use proptest::prelude::*;

    fn marker(words: &[&str]) -> Marker {
        let number = |word: &str| number_of(Form::Stem, &Form::Stem.key(word));
        let keys = words.iter().enumerate().map(|(at, word)| (number(word), 1 << at));
        Marker::over(keys.collect(), Vec::new())
    }

    fn words(text: &str) -> Words {
        Reading::default().words(text)
    }

    fn marked(fragments: &[Fragment]) -> Vec<&str> {
        fragments.iter().filter(|fragment| fragment.marked).map(|fragment| fragment.text.as_str()).collect()
    }

    #[test]
    fn whole_words_are_marked_without_their_article() {
        let text = "Les réglages de l’établissement";
        let out = marker(&["etablissement"]).mark(text, &words(text));
        assert_eq!(marked(&out), ["établissement"]);
        assert_eq!(out[0].text, "Les réglages de l’");
    }

    #[test]
    fn an_excerpt_shows_where_most_is_answered_in_whole_words() {
        let text = format!(
            "Un devoir. {}mot. Pour rendre un devoir, ouvrez le casier. {}",
            "mot ".repeat(100),
            "fin ".repeat(100)
        );
        let out = marker(&["rendre", "devoir", "casier"]).excerpt(&text, &words(&text));
        assert_eq!(marked(&out), ["rendre", "devoir", "casier"]);
        let whole: String = out.iter().map(|fragment| fragment.text.as_str()).collect();
        assert!(whole.starts_with("…Pour rendre") && whole.ends_with("fin…"), "{whole}");
        assert!(whole.chars().count() <= LENGTH + 2);
    }

    proptest! {
        #[test]
        fn excerpts_never_cut_a_grapheme(text in "([a-zé ]{0,30}|👩‍👩‍👧|e\u{301}|\u{301}| rendre ){0,40}") {
            use unicode_segmentation::UnicodeSegmentation;
            let out = marker(&["rendre"]).excerpt(&text, &words(&text));
            let shown: String = out.iter().map(|fragment| fragment.text.as_str()).collect();
            let shown = shown.trim_matches('…').trim();
            let flat = one_line(&text);
            let graphemes: Vec<&str> = flat.graphemes(true).collect();
            for grapheme in shown.graphemes(true).filter(|g| !g.trim().is_empty()) {
                prop_assert!(graphemes.contains(&grapheme) || flat.contains(shown), "{grapheme:?}");
            }
        }
    }
}
