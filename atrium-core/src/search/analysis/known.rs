//! Which words there are: a word that exists is not a misspelling, even where no document holds it.
//!
//! French in all its inflections, names of people and places, English words of the trade. `search/french/README.md` says
//! what the list is made of, under what licence, and with what command.

use std::sync::LazyLock;

use tantivy_fst::Map;
use tantivy_fst::raw::Fst;

/// The words, folded, each with 1 if it is only a name.
static WORDS: LazyLock<Map<&'static [u8]>> = LazyLock::new(|| {
    let bytes: &[u8] = include_bytes!("../french/words.fst");
    Map::from(Fst::new(bytes).expect("the word list was written by its generator"))
});

/// Returns `true` if the folded word exists, in whichever inflection.
pub(crate) fn is_word(folded: &str) -> bool {
    WORDS.contains_key(folded)
}

/// Returns `true` if the folded word exists and is more than a name.
pub(super) fn is_common_word(folded: &str) -> bool {
    WORDS.get(folded) == Some(0)
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
    fn misspellings_do_not() {
        for word in ["randre", "devoire", "conexion", "lecole", "narrive", "jai", "aujourd", "mesagerie", "", "x y"] {
            assert!(!is_word(word), "{word}");
        }
    }
}
