//! Excerpts and marks: which words of a text answer the query, and which stretch of it shows them best.
//!
//! A word is marked when its own analysis gives one of the expansions that ranking used, so that typos, completions and
//! synonyms are marked as well as the words typed. Texts are cut between words, never inside a grapheme.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use unicode_segmentation::GraphemeCursor;

use super::Fragment;
use super::analysis::{Form, fold, initials_of, split};
use super::query::QueryTerm;

/// Characters of an excerpt, about.
const LENGTH: usize = 200;
/// Characters shown before the first word that answers.
const LEAD: usize = 50;
const ELLIPSIS: &str = "…";

/// Knows which words answer a query.
pub(crate) struct Marker {
    keys: [HashMap<String, u32>; Form::ALL.len()],
    /// Stems in a row, by their numbers, with the terms they answer.
    phrases: Vec<(Vec<usize>, u32)>,
    /// The stems that stand in phrases.
    stems: Vec<String>,
    /// The first letters of the keys: a word with another first letter, as most have, cannot match.
    initials: HashSet<char>,
    /// What stood between two blanks before.
    known: RefCell<HashMap<String, Rc<Piece>>>,
}

/// What stands between two blanks of a text.
#[derive(Default)]
struct Piece {
    /// How many words it has.
    count: usize,
    /// Those that answer, or may do so in a phrase.
    words: Vec<Mark>,
}

/// A word that answers, or may do so in a phrase.
#[derive(Clone, Debug)]
struct Mark {
    range: Range<usize>,
    /// Its rank among the words.
    rank: usize,
    /// The terms that it answers, one bit each.
    query_terms: u32,
    /// The number of its stem among those of phrases.
    stem: Option<usize>,
}

impl Marker {
    pub(crate) fn new(query_terms: &[QueryTerm]) -> Self {
        let mut keys: [HashMap<String, u32>; Form::ALL.len()] = Default::default();
        let mut phrases = Vec::new();
        for (at, term) in query_terms.iter().enumerate().filter(|(_, term)| !term.asked.filler) {
            for expansion in &term.expansions {
                *keys[expansion.form as usize].entry(expansion.key.clone()).or_default() |= 1 << at;
            }
            phrases.extend(term.phrases.iter().map(|phrase| (phrase.stems.clone(), 1 << at)));
        }
        Self::over(keys, phrases)
    }

    fn over(keys: [HashMap<String, u32>; Form::ALL.len()], phrases: Vec<(Vec<String>, u32)>) -> Self {
        let mut stems: Vec<String> = phrases.iter().flat_map(|(phrase, _)| phrase.iter().cloned()).collect();
        stems.sort_unstable();
        stems.dedup();
        let all = keys.iter().flat_map(HashMap::keys).chain(&stems);
        let initials = all.flat_map(|key| initials_of(key)).collect();
        let numbered = |stem: &String| stems.binary_search(stem).unwrap_or_default();
        let phrases = phrases.iter().map(|(phrase, bit)| (phrase.iter().map(numbered).collect(), *bit)).collect();
        Self { keys, phrases, stems, initials, known: RefCell::default() }
    }

    /// Returns the text in one piece, its matching words marked.
    pub(crate) fn mark(&self, text: &str) -> Vec<Fragment> {
        let marks = self.marks(text);
        fragments(text, 0..text.len(), &marks)
    }

    /// Returns some [`LENGTH`] characters of `text` where most of the query matches; its start without a match.
    pub(crate) fn excerpt(&self, text: &str) -> Vec<Fragment> {
        let marks = self.marks(text);
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
    fn marks(&self, text: &str) -> Vec<Mark> {
        let mut marks = Vec::new();
        let mut rank = 0;
        for piece in text.split_whitespace() {
            let start = piece.as_ptr() as usize - text.as_ptr() as usize;
            let known = self.piece(piece);
            marks.extend(known.words.iter().map(|word| Mark {
                range: word.range.start + start..word.range.end + start,
                rank: word.rank + rank,
                ..*word
            }));
            rank += known.count;
        }
        self.add_phrases(&mut marks);
        let mut end = 0;
        marks.retain(|mark| {
            let free = mark.query_terms != 0 && mark.range.start >= end;
            end = if free { mark.range.end } else { end };
            free
        });
        marks
    }

    /// No word goes over a blank, and texts repeat most of what stands between two.
    fn piece(&self, text: &str) -> Rc<Piece> {
        if let Some(known) = self.known.borrow().get(text) {
            return known.clone();
        }
        let piece = Rc::new(self.read(text));
        self.known.borrow_mut().insert(text.to_owned(), piece.clone());
        piece
    }

    fn read(&self, text: &str) -> Piece {
        if !self.may_answer(text) {
            let mut blank = true;
            let starts = text.chars().filter(|c| {
                let starts = blank && c.is_alphanumeric();
                blank = !c.is_alphanumeric();
                starts
            });
            return Piece { count: starts.count(), words: Vec::new() };
        }
        let words = split(text);
        let mut piece = Piece { count: words.len(), words: Vec::new() };
        for (rank, word) in words.into_iter().enumerate() {
            let of_form = |form: Form| self.keys[form as usize].get(&form.key(&word.folded)).copied().unwrap_or(0);
            let query_terms = Form::ALL.into_iter().fold(0, |found, form| found | of_form(form));
            let stem = match self.stems.as_slice() {
                [] => None,
                stems => stems.binary_search(&Form::Stem.key(&word.folded)).ok(),
            };
            if query_terms != 0 || stem.is_some() {
                piece.words.push(Mark { range: word.range, rank, query_terms, stem });
            }
        }
        piece
    }

    /// Returns `true` if one of its words begins like a matching one, also after an article that may have lost its
    /// apostrophe.
    fn may_answer(&self, text: &str) -> bool {
        let mut since = usize::MAX;
        text.chars().any(|c| {
            since = if c.is_alphanumeric() { since.wrapping_add(1) } else { usize::MAX };
            since < ARTICLE && self.initials.contains(&initial(c))
        })
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
                        near && marks[*at].stem == Some(*stem)
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

/// Letters at the start of which an elided article may stand (`qu`), and one more.
const ARTICLE: usize = 3;

/// Returns the folded form of a first letter.
fn initial(c: char) -> char {
    match c {
        'a'..='z' | '0'..='9' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        c => fold(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(c),
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
    use proptest::prelude::*;

    fn marker(words: &[&str]) -> Marker {
        let mut keys: [HashMap<String, u32>; 3] = Default::default();
        for (at, word) in words.iter().enumerate() {
            keys[Form::Stem as usize].insert(Form::Stem.key(word), 1 << at);
        }
        Marker::over(keys, Vec::new())
    }

    fn marked(fragments: &[Fragment]) -> Vec<&str> {
        fragments.iter().filter(|fragment| fragment.marked).map(|fragment| fragment.text.as_str()).collect()
    }

    #[test]
    fn whole_words_are_marked_without_their_article() {
        let out = marker(&["etablissement"]).mark("Les réglages de l’établissement");
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
        let out = marker(&["rendre", "devoir", "casier"]).excerpt(&text);
        assert_eq!(marked(&out), ["rendre", "devoir", "casier"]);
        let whole: String = out.iter().map(|fragment| fragment.text.as_str()).collect();
        assert!(whole.starts_with("…Pour rendre") && whole.ends_with("fin…"), "{whole}");
        assert!(whole.chars().count() <= LENGTH + 2);
    }

    proptest! {
        #[test]
        fn excerpts_never_cut_a_grapheme(text in "([a-zé ]{0,30}|👩‍👩‍👧|e\u{301}|\u{301}| rendre ){0,40}") {
            use unicode_segmentation::UnicodeSegmentation;
            let out = marker(&["rendre"]).excerpt(&text);
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
