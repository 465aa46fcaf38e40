//! Elision: the article before an apostrophe is not part of the word, also where the apostrophe was forgotten.

use super::fold::fold;
use super::known::{is_common_word, is_word};

/// What may stand elided before a word, folded.
const ARTICLES: [&str; 13] = ["l", "d", "c", "j", "m", "n", "s", "t", "qu", "lorsqu", "puisqu", "jusqu", "quoiqu"];

/// Words that keep their apostrophe inside: folded, without it.
const WHOLE: [&str; 10] = [
    "aujourdhui",
    "presquile",
    "presquiles",
    "prudhomme",
    "prudhommes",
    "prudhommal",
    "entraide",
    "quelquun",
    "quelquune",
    "dalembert",
];

/// Returns `true` if `c` is an apostrophe, as keyboards and word processors write it.
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{02bc}' | '\u{2032}' | '\u{00b4}' | '\u{ff07}' | '`')
}

/// Returns `true` if `folded` is an elided article, not a word of its own.
pub(crate) fn is_article(folded: &str) -> bool {
    ARTICLES.contains(&folded)
}

/// Shortest word that may stand after a forgotten apostrophe, in letters, besides [`SHORT`]: the beginnings of other words
/// and misspellings leave shorter ones.
const SHORTEST: usize = 4;
/// Short words with their article, as they are written in one.
const SHORT: [&str; 31] = [
    "cest", "dici", "dun", "jai", "jaurai", "jen", "jusqua", "jusquau", "jusquici", "jy", "lete", "lorsquil",
    "lorsquon", "lorsquun", "lun", "mest", "nai", "nest", "nont", "puisquil", "puisquon", "quau", "quen", "quest",
    "quil", "quils", "quoiquil", "quon", "quun", "quune", "sest",
];
/// Words that exist, and are nearly always written for two.
const TWO_WORDS: [&str; 9] = ["javais", "javait", "jetais", "lai", "laide", "lavis", "lest", "sil", "sils"];

/// Returns the word after the apostrophe that `folded` lacks: `ecole` of `lecole`, `arrive` of `narrive`, `ai` of
/// `jai`. `None` for a word that exists as it stands, and for what leaves no word.
pub(crate) fn after_forgotten_apostrophe(folded: &str) -> Option<&str> {
    let is_short = SHORT.contains(&folded) || TWO_WORDS.contains(&folded);
    // The longest first: `jusqu` before `j`.
    let rests = ARTICLES.iter().rev().filter_map(|article| Some((*article, folded.strip_prefix(article)?)));
    let rests = rests.filter(|(article, rest)| may_open(article, rest)).map(|(_, rest)| rest);
    let mut words = rests.filter(|rest| rest.len() >= SHORTEST && is_common_word(rest) || is_short);
    words.next().filter(|_| is_short || !(is_word(folded) || lacks_a_letter(folded)))
}

/// Returns `true` if `article` can stand elided before `word`: `c’` only does before an e (`c’est`, `c’étaient`).
fn may_open(article: &str, word: &str) -> bool {
    match article {
        "c" => word.starts_with('e'),
        _ => word.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h']),
    }
}

/// Returns `true` if `folded` becomes a word by doubling one of its consonants (`dosiers`).
fn lacks_a_letter(folded: &str) -> bool {
    let mut consonants = folded.char_indices().skip(1).filter(|(_, letter)| !"aeiouyh".contains(*letter));
    consonants.any(|(at, letter)| is_word(&format!("{}{letter}{}", &folded[..at], &folded[at..])))
}

/// Returns the length of the article in front of a word that begins with a capital: `l` of `lENT`, and of `lAide`.
pub(super) fn article_before_capitals(text: &str) -> Option<usize> {
    let start = text.find(|c: char| !c.is_ascii_lowercase()).filter(|start| ARTICLES.contains(&&text[..*start]))?;
    let word = fold(&text[start..]);
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h']);
    let in_capitals = || text[start..].chars().all(char::is_uppercase);
    let is_named = || word.len() >= SHORTEST && is_word(&word);
    (vowel && (in_capitals() || is_named())).then_some(start)
}

/// Returns `true` if `before'after` is one word.
pub(crate) fn is_whole(before: &str, after: &str) -> bool {
    WHOLE.iter().any(|word| word.strip_prefix(before).is_some_and(|rest| rest == after))
}
