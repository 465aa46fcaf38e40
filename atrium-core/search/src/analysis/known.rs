//! Which words there are, and of which word an irregular one is an inflection: a word that exists is not a misspelling, even
//! where no document holds it.
//!
//! French in all its inflections, names of people and places, English words of the trade. `search/french/README.md` says
//! what the list is made of, under what licence, and with what command.

use std::sync::LazyLock;

use tantivy_fst::raw::Fst;
use tantivy_fst::{Automaton, IntoStreamer, Map, Streamer};

/// The words, folded, each with the sum of what it is.
static WORDS: LazyLock<Map<&'static [u8]>> = LazyLock::new(|| list(include_bytes!("../french/words.fst")));
/// Inflected forms, folded, each with what makes the word of it.
static FORMS: LazyLock<Map<&'static [u8]>> = LazyLock::new(|| list(include_bytes!("../french/forms.fst")));

/// Bits of what a word is.
const ONLY_NAME: u64 = 1;
const NOUN: u64 = 2;

fn list(bytes: &'static [u8]) -> Map<&'static [u8]> {
    Map::from(Fst::new(bytes).expect("the list was written by its generator"))
}

/// Returns `true` if the folded word exists, in whichever inflection.
pub(crate) fn is_word(folded: &str) -> bool {
    WORDS.contains_key(folded)
}

/// Returns `true` if the folded word exists and is more than a name.
pub(super) fn is_common_word(folded: &str) -> bool {
    WORDS.get(folded).is_some_and(|value| value & ONLY_NAME == 0)
}

/// Returns `true` if the folded word exists and may name a thing.
pub(crate) fn is_noun(folded: &str) -> bool {
    WORDS.get(folded).is_some_and(|value| value & NOUN != 0)
}

/// Returns the words, names left out, that `automaton` accepts, `limit` at most.
pub(crate) fn words_like<A: Automaton>(automaton: A, limit: usize) -> Vec<String> {
    let mut words = WORDS.search(automaton).into_stream();
    let mut like = Vec::new();
    while let Some((word, value)) = words.next() {
        if like.len() == limit {
            break;
        }
        if value & ONLY_NAME == 0 {
            like.extend(std::str::from_utf8(word).map(str::to_owned));
        }
    }
    like
}

/// Returns the word that the folded one is an irregular inflection of: `beau` of `belles`, `faire` of `feront`.
/// `None` where that is not certain, and where an ending tells.
pub(super) fn base_of(folded: &str) -> Option<String> {
    let value = FORMS.get(folded)?;
    let (gone, mut letters) = ((value % 32) as usize, value / 32);
    let mut base = folded[..folded.len().checked_sub(gone)?].to_owned();
    while letters > 0 {
        base.push(char::from(b'a' + (letters % 27) as u8 - 1));
        letters /= 27;
    }
    Some(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflections_names_and_words_of_the_trade_exist() {
        for word in [
            "casiers",
            "messageries",
            "fil",
            "volee",
            "payer",
            "eleves",
            "produisez",
            "ecole",
            "marseille",
            "login",
            "password",
            "liferaysync",
            "pronote",
            "chromebook",
        ] {
            assert!(is_word(word), "{word}");
        }
    }

    #[test]
    fn names_are_told_from_other_words() {
        assert!(is_word("asie") && !is_common_word("asie"));
        assert!(is_common_word("ecole") && is_common_word("login"));
    }

    #[test]
    fn nouns_are_told_from_other_words() {
        for word in ["cantine", "bourses", "stage", "bus", "marseille"] {
            assert!(is_noun(word), "{word}");
        }
        for word in ["obligatoire", "degrade", "approuver", "confidentiel", "zxqv"] {
            assert!(!is_noun(word), "{word}");
        }
    }

    #[test]
    fn irregular_inflections_have_their_word() {
        for (form, base) in [
            ("feront", "faire"),
            ("belles", "beau"),
            ("vieil", "vieux"),
            ("douces", "doux"),
            ("actrices", "acteur"),
            ("premieres", "premier"),
            ("travaux", "travail"),
            ("pourrez", "pouvoir"),
            ("iront", "aller"),
            ("viennent", "venir"),
        ] {
            assert_eq!(base_of(form).as_deref(), Some(base), "{form}");
        }
        for word in ["faire", "fait", "suis", "vus", "zxqv"] {
            assert_eq!(base_of(word), None, "{word}: it is a word, or may be of several");
        }
    }

    #[test]
    fn misspellings_do_not() {
        for word in ["randre", "devoire", "conexion", "lecole", "narrive", "jai", "aujourd", "mesagerie", "", "x y"] {
            assert!(!is_word(word), "{word}");
        }
    }
}
