//! Elision: the article before an apostrophe is not part of the word.

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

/// Is `c` an apostrophe, as keyboards and word processors write it?
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{02bc}' | '\u{2032}' | '\u{00b4}' | '\u{ff07}' | '`')
}

/// Does `folded` stand before an apostrophe without being a word of its own?
pub(crate) fn is_article(folded: &str) -> bool {
    ARTICLES.contains(&folded)
}

/// Is `before'after` one word?
pub(crate) fn is_whole(before: &str, after: &str) -> bool {
    WHOLE.iter().any(|word| word.strip_prefix(before).is_some_and(|rest| rest == after))
}
