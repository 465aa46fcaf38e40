//! Reading what was typed. The text is anyone's: whatever it is, it reads as some words, and never as an error.

use std::ops::Range;

use super::filler_words::filler_words;
use crate::SearchRequest;
use crate::analysis::{Word, is_empty_alone, is_noun_after, is_stop_word, split};

/// Words that are searched; the rest of a longer query is ignored.
const WORD_COUNT_LIMIT: usize = 24;
/// Quoted phrases and exclusions that are honoured.
const MARK_LIMIT: usize = 8;

/// A word to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueryWord {
    /// Lower case without accents.
    pub folded: String,
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// Rank among all the words typed, stop words included.
    pub position: usize,
    /// The compound it opens or belongs to, in one word (`wifi` of `wi-fi`).
    pub joined: Option<String>,
    /// The word with the article that was read off it, which may be one misspelt word.
    pub glued: Option<String>,
    /// `true` if it is in quotation marks and must match exactly.
    pub quoted: bool,
    /// `true` if it may match with typos: not if it is quoted, written with digits, or an acronym.
    pub lenient: bool,
    /// `true` if it is still being typed.
    pub unfinished: bool,
    /// `true` if it has no subject of its own.
    pub stop: bool,
    /// `true` if it only opens the question (« je n’arrive pas à … »).
    pub filler: bool,
}

/// A query as it was meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// Words to look for, in order.
    pub words: Vec<QueryWord>,
    /// `true` if a word says what is looked for, unlike in « dans le » and « comment ».
    pub says_something: bool,
    /// All the words typed, folded, stop words included; not those excluded.
    pub typed: Vec<String>,
    /// Phrases that must stand as they are, each a list of folded words.
    pub phrases: Vec<Vec<String>>,
    /// Words and phrases that must not stand anywhere.
    pub excluded: Vec<Vec<String>>,
}

/// A stretch of the text.
#[derive(Debug)]
struct Piece<'t> {
    mark: Mark,
    start: usize,
    text: &'t str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Plain,
    Quoted,
    Excluded,
}

/// Reads `text`.
pub(crate) fn parse(text: &str) -> Parsed {
    let text = SearchRequest::read_of(text);
    let pieces = pieces(text);
    let mut parsed = Parsed::default();
    let mut typed: Vec<(Word, bool)> = Vec::new();
    let mut position = 0;
    for piece in &pieces {
        let mut words = split(piece.text);
        let whole = |words: &[Word]| words.iter().filter(|w| !w.joined).map(|w| w.folded.clone()).collect::<Vec<_>>();
        let quoted = piece.mark == Mark::Quoted;
        let list = match piece.mark {
            Mark::Plain => None,
            Mark::Quoted => Some(&mut parsed.phrases),
            Mark::Excluded => Some(&mut parsed.excluded),
        };
        if let Some(list) = list.filter(|list| !words.is_empty() && list.len() < MARK_LIMIT) {
            list.push(whole(&words));
        }
        if piece.mark == Mark::Excluded {
            continue;
        }
        for word in &mut words {
            word.position += position;
            word.range = word.range.start + piece.start..word.range.end + piece.start;
        }
        position = words.last().map_or(position, |word| word.position + 1);
        typed.extend(words.into_iter().map(|word| (word, quoted)));
    }
    parsed.typed = typed.iter().filter(|(w, _)| !w.joined).map(|(w, _)| w.folded.clone()).collect();
    let typing = text.chars().next_back().is_some_and(char::is_alphanumeric)
        && pieces.last().is_some_and(|piece| piece.mark == Mark::Plain);
    parsed.words = query_words(&typed, typing);
    parsed.says_something = says_something(&typed);
    parsed
}

/// Returns `true` if one of the words is quoted, or more than an opening or a stop word.
fn says_something(typed: &[(Word, bool)]) -> bool {
    let plain: Vec<&(Word, bool)> = typed.iter().filter(|(word, _)| !word.joined).collect();
    let folded: Vec<&str> = plain.iter().map(|(word, _)| word.folded.as_str()).collect();
    let filler = filler_words(&folded);
    let is_empty = |at: usize| {
        let before = at.checked_sub(1).map(|at| folded[at]);
        filler[at] || (is_empty_alone(folded[at]) && !is_noun_after(folded[at], before))
    };
    plain.iter().enumerate().any(|(at, (_, quoted))| *quoted || !is_empty(at))
}

fn query_words(typed: &[(Word, bool)], typing: bool) -> Vec<QueryWord> {
    let plain: Vec<&(Word, bool)> = typed.iter().filter(|(word, _)| !word.joined).collect();
    let folded: Vec<&str> = plain.iter().map(|(word, _)| word.folded.as_str()).collect();
    let filler = filler_words(&folded);
    let last = plain.len().saturating_sub(1);
    let mut asked: Vec<QueryWord> = Vec::new();
    for (at, (word, quoted)) in plain.iter().enumerate() {
        let joined = typed.iter().find(|(other, _)| {
            other.joined
                && other.range.start <= word.range.start
                && word.range.end <= other.range.end
                && other.position <= word.position
                && word.position < other.position + 3
        });
        let digits = word.folded.chars().any(|c| c.is_numeric());
        asked.push(QueryWord {
            folded: word.folded.clone(),
            range: word.range.clone(),
            position: word.position,
            joined: joined.map(|(word, _)| word.folded.clone()),
            glued: word.glued.clone(),
            quoted: *quoted,
            lenient: !quoted && !digits && !word.acronym,
            // ENT, UAI: short capitals are whole already.
            unfinished: typing && at == last && !quoted && !(word.acronym && word.folded.len() <= 3),
            stop: is_stop_word(&word.folded) && !is_noun_after(&word.folded, at.checked_sub(1).map(|at| folded[at])),
            filler: filler[at] && !quoted,
        });
    }
    let is_content = |word: &QueryWord| !word.filler && !word.stop;
    if asked.iter().any(is_content) {
        // A stop word that is being typed may be the start of another word, but only after something else.
        asked.retain(|word| !word.stop || (word.unfinished && word.folded.len() > 1));
        asked.iter_mut().filter(|word| word.stop).for_each(|word| word.filler = true);
    } else if asked.iter().any(|word| !word.stop) {
        asked.retain(|word| !word.stop);
        asked.iter_mut().for_each(|word| word.filler = false);
    } else {
        asked.iter_mut().for_each(|word| word.filler = false);
    }
    let mut seen = Vec::new();
    asked.retain(|word| {
        let new = !seen.contains(&word.folded);
        seen.push(word.folded.clone());
        new
    });
    asked.truncate(WORD_COUNT_LIMIT);
    asked
}

/// Cuts the text at quotation marks and exclusions. An unclosed quotation mark does not count. French guillemets
/// quote only if they enclose the whole text; in a sentence they are punctuation.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    let mut before = None;
    while let Some(c) = text[at..].chars().next() {
        let excludes = c == '-' && before.is_none_or(char::is_whitespace);
        let start = if excludes { at + 1 } else { at };
        let first = text[start..].chars().next();
        let marked = match first.and_then(|open| quotation(text, start, open)) {
            Some((inside, end)) => Some((start + first.map_or(0, char::len_utf8), inside, end)),
            None if excludes && first.is_some_and(char::is_alphanumeric) => {
                let end = text[start..].find(char::is_whitespace).map_or(text.len(), |length| start + length);
                Some((start, &text[start..end], end))
            }
            None => None,
        };
        let Some((inside_start, inside, end)) = marked else {
            before = Some(c);
            at += c.len_utf8();
            continue;
        };
        pieces.push(Piece { mark: Mark::Plain, start: plain, text: &text[plain..at] });
        let mark = if excludes { Mark::Excluded } else { Mark::Quoted };
        pieces.push(Piece { mark, start: inside_start, text: inside });
        (at, plain) = (end, end);
        before = Some('"');
    }
    pieces.push(Piece { mark: Mark::Plain, start: plain, text: &text[plain..] });
    pieces.retain(|piece| piece.mark != Mark::Plain || !piece.text.trim().is_empty());
    pieces
}

/// Returns what the quotation mark `open` at `at` encloses, and where it ends.
fn quotation(text: &str, at: usize, open: char) -> Option<(&str, usize)> {
    let is_close: fn(char) -> bool = match open {
        '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' => |c| matches!(c, '"' | '\u{201c}' | '\u{201d}'),
        '«' => |c| c == '»',
        _ => return None,
    };
    let inside = at + open.len_utf8();
    let (close, mark) = text[inside..].char_indices().find(|(_, c)| is_close(*c))?;
    let end = inside + close + mark.len_utf8();
    let outside = || text[..at].chars().chain(text[end..].chars());
    if open == '«' && outside().any(char::is_alphanumeric) {
        return None;
    }
    Some((&text[inside..inside + close], end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        parse(text).words.into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn stop_words_go_unless_nothing_else_is_there() {
        assert_eq!(words("accéder à l’espace sans identifiant "), ["acceder", "espace", "sans", "identifiant"]);
        assert_eq!(words("les qui ont "), ["les", "qui", "ont"]);
        assert_eq!(
            (words("pas de son "), words("changer son code ")),
            (vec!["pas".into(), "son".into()], vec!["changer".into(), "code".into()])
        );
    }

    #[test]
    fn quotes_make_phrases_and_stray_ones_nothing() {
        let parsed = parse("\"Mot de passe\" perdu ");
        assert_eq!(parsed.phrases, [["mot", "de", "passe"]]);
        assert!(!parsed.words[0].lenient && parsed.words[2].lenient);
        assert_eq!(parse("\"mot de passe").phrases.len(), 0);
        assert_eq!(parse("« mot de passe »").phrases.len(), 1);
        assert_eq!(parse("le bouton « Envoyer »").phrases.len(), 0);
    }

    #[test]
    fn a_hyphen_before_a_word_excludes_it_and_inside_a_word_does_not() {
        let parsed = parse("tablette -prêt e-mail - seul -\"livre numérique\"");
        assert_eq!(parsed.excluded, [vec!["pret"], vec!["livre", "numerique"]]);
        assert_eq!(words("tablette -prêt e-mail"), ["tablette", "e", "mail"]);
    }

    #[test]
    fn only_the_last_word_is_being_typed() {
        let unfinished =
            |text: &str| parse(text).words.iter().filter(|w| w.unfinished).map(|w| w.folded.clone()).next_back();
        assert_eq!(unfinished("mot de pas"), Some("pas".into()));
        assert_eq!(unfinished("mot de passe "), None);
        assert_eq!(unfinished("mot \"de passe\""), None);
        assert_eq!(unfinished("c’est où ?"), None);
    }

    #[test]
    fn acronyms_digits_and_quotes_take_no_typos() {
        let strict: Vec<String> = parse("code UAI du lycee 2nde \"casier\" ")
            .words
            .into_iter()
            .filter(|w| !w.lenient)
            .map(|w| w.folded)
            .collect();
        assert_eq!(strict, ["uai", "2nde", "casier"]);
    }

    #[test]
    fn words_without_a_subject_say_nothing_alone() {
        for text in ["dans", "le la les", "comment", "où est ?", "pas avec", "pour", "est-ce que"] {
            assert!(!parse(text).says_something, "{text}");
        }
        for text in ["pas de son", "été", "sans identifiant", "\"dans le\"", "comment imprimer", "le casier"] {
            assert!(parse(text).says_something, "{text}");
        }
    }

    #[test]
    fn compounds_remember_their_other_spelling() {
        let parsed = parse("mon e-mail ");
        assert_eq!(
            parsed.words.iter().map(|w| w.joined.as_deref()).collect::<Vec<_>>(),
            [Some("email"), Some("email")]
        );
    }

    proptest! {
        #[test]
        fn any_text_reads_as_some_words(text in "(?s).{0,400}") {
            let parsed = parse(&text);
            prop_assert!(parsed.words.len() <= WORD_COUNT_LIMIT);
            prop_assert!(parsed.phrases.len() <= MARK_LIMIT && parsed.excluded.len() <= MARK_LIMIT);
        }
    }

    #[test]
    fn a_very_long_text_is_cut() {
        assert!(parse(&"mot-".repeat(10_000)).words.len() <= WORD_COUNT_LIMIT);
        assert!(parse(&"\"a\" -b ".repeat(5_000)).phrases.len() <= MARK_LIMIT);
    }
}
