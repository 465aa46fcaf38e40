//! Words that carry no subject of their own.
//!
//! Curated by hand: words that change the meaning of a request (`pas`, `sans`, `avec`, `hors`, `tout`, `plus`) are not
//! here. The index keeps every word; only queries leave these out, and only when something else is left.

/// Folded, sorted.
const STOP_WORDS: [&str; 128] = [
    "a", "ai", "aie", "ainsi", "alors", "as", "au", "aux", "avez", "avoir", "avons", "c", "ca", "car", "ce", "ceci",
    "cela", "celle", "celles", "celui", "ces", "cet", "cette", "ceux", "chez", "ci", "comme", "d", "dans", "de", "des",
    "donc", "dont", "du", "elle", "elles", "en", "es", "est", "et", "etait", "ete", "etes", "etre", "eu", "eux",
    "fait", "fut", "il", "ils", "j", "je", "l", "la", "le", "les", "leur", "leurs", "lui", "m", "ma", "mais", "me",
    "mes", "mien", "moi", "mon", "n", "ne", "ni", "nos", "notre", "nous", "on", "ont", "or", "ou", "par", "peut",
    "peuvent", "peux", "plait", "pour", "pouvez", "puis", "qu", "quand", "que", "quel", "quelle", "quelles", "quels",
    "qui", "quoi", "s", "sa", "se", "sera", "serait", "ses", "si", "soit", "sommes", "son", "sont", "suis", "sur",
    "svp", "t", "ta", "te", "tes", "toi", "ton", "tu", "un", "une", "va", "vais", "veut", "veux", "vos", "votre",
    "vous", "y", "ya", "the", "of",
];

/// Words that change what others mean, and mean little alone.
const NOT_ALONE: [&str; 14] = [
    "avec", "contre", "entre", "hors", "pas", "plus", "sans", "sous", "tous", "tout", "toute", "toutes", "tres", "vers",
];

/// Stop words that are also names of things, when an article stands before them (« pas de son », « le car »).
const ALSO_NOUNS: [&str; 4] = ["car", "ete", "son", "ton"];
/// What stands before a noun.
const DETERMINERS: [&str; 10] = ["aucun", "ce", "cet", "de", "du", "le", "mon", "plus", "quel", "un"];

/// Returns `true` if `folded` is a noun after `before`, though a stop word elsewhere.
pub(crate) fn is_noun_after(folded: &str, before: Option<&str>) -> bool {
    ALSO_NOUNS.contains(&folded) && before.is_none_or(|before| DETERMINERS.contains(&before))
}

/// Returns `true` if `folded` is a stop word, without a subject of its own.
pub(crate) fn is_stop_word(folded: &str) -> bool {
    folded.len() <= 8 && STOP_WORDS.contains(&folded)
}

/// Returns `true` if `folded` leaves a question without a subject unless another word has one.
pub(crate) fn is_empty_alone(folded: &str) -> bool {
    is_stop_word(folded) || NOT_ALONE.contains(&folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_change_the_meaning_are_kept() {
        for word in ["pas", "sans", "avec", "tout", "plus", "hors", "contre"] {
            assert!(!is_stop_word(word), "{word}");
        }
        assert!(is_stop_word("les") && is_stop_word("peuvent"));
    }
}
