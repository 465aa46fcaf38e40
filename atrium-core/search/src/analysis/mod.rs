//! French analysis: from a text to its words, and from a word to the keys under which the index knows it.
//!
//! Documents and queries go through the same code, once per text: split → lower case → elision → fold accents, then
//! three keys per word, from the strictest to the loosest:
//!
//! | form | `réservées` | meets |
//! |---|---|---|
//! | [`Form::Exact`] | `reservees` | the same word, with or without accents and capitals |
//! | [`Form::Stem`] | `reserv` | its inflections (number, gender, person, tense) |
//! | [`Form::Root`] | `reserv` | its derivational family (réserver, réservation) |
//!
//! It refuses to decide what a word weighs: that is the query's business.

mod elision;
mod families;
mod fold;
mod known;
mod phonetic;
mod root;
mod split;
mod stem;
mod stopwords;

use std::ops::Range;

pub(crate) use known::{is_noun, is_word, words_like};
pub(crate) use phonetic::phonetic_key;
pub(crate) use root::root;
pub(crate) use split::split;
pub(crate) use stem::stem;
pub(crate) use stopwords::{is_empty_alone, is_noun_after, is_stop_word};

/// Changes whenever the same text would be indexed otherwise: an index of another version is rebuilt, never read.
pub(crate) const VERSION: u32 = 5;

/// No word is longer, in characters of its folded form; what follows is ignored on both sides.
pub(crate) const WORD_LIMIT: usize = 64;

/// How strictly two words are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// Lower case without accents.
    Exact,
    /// Without inflection.
    Stem,
    /// Without derivation.
    Root,
}

impl Form {
    /// From the strictest to the loosest.
    pub(crate) const ALL: [Self; 3] = [Self::Exact, Self::Stem, Self::Root];

    /// Returns the key of a folded word in this form.
    pub(crate) fn key(self, folded: &str) -> String {
        match self {
            Self::Exact => folded.to_owned(),
            Self::Stem => stem(folded),
            Self::Root => root(folded),
        }
    }
}

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Where it stands in the text, in bytes, on character boundaries, without the elided article before it.
    pub range: Range<usize>,
    /// Its rank among the words of the text. The two spellings of a compound share the rank of its first part.
    pub position: usize,
    /// Lower case without accents.
    pub folded: String,
    /// `true` for a compound written in one word (`email` of `e-mail`), beside its parts.
    pub joined: bool,
    /// `true` for three or more capitals among words in lower case (ENT, UAI, PIX: a name, not a word).
    pub acronym: bool,
    /// The word with the article in front of it (`cacés` of `acés`) where no apostrophe stands between them: it may also be
    /// one misspelt word.
    pub glued: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        split(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn an_establishment_is_found_however_it_is_written() {
        for text in ["l'établissement", "L’ÉTABLISSEMENT", "d’établissement", "établissements", "ETABLISSEMENT"]
        {
            let last = words(text).pop().expect("one word at least");
            assert_eq!(stem(&last), stem("etablissement"), "{text}");
        }
    }

    #[test]
    fn composed_and_decomposed_accents_are_the_same_letters() {
        assert_eq!(words("créée"), words("cre\u{301}e\u{301}e"));
        assert_eq!(words("CRÉÉE"), ["creee"]);
        assert_eq!(stem("creee"), stem("creer"));
    }

    #[test]
    fn ligatures_open_and_invisible_characters_vanish() {
        assert_eq!(words("Œuvre cœur ex æquo"), ["oeuvre", "coeur", "ex", "aequo"]);
        assert_eq!(words("mes\u{200b}sa\u{ad}gerie ﬁchier"), ["messagerie", "fichier"]);
    }
}
