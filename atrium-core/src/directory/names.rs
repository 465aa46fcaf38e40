//! People's names as they are shown, and the folded forms by which they sort and are looked up.

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A name that can be shown beside a post: one script, nothing invisible, of a reasonable length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

/// Why a text is not a display name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidName {
    /// Nothing left after trimming.
    #[error("empty name")]
    Empty,
    /// More than 100 characters.
    #[error("name over 100 characters")]
    TooLong,
    /// Control, invisible or direction-changing characters.
    #[error("invisible characters in a name")]
    Invisible,
    /// Letters of several scripts, which can imitate one another.
    #[error("several scripts in one name")]
    MixedScripts,
}

impl PersonName {
    /// Longest name, in characters.
    pub const MAX: usize = 100;

    /// The name, in NFC with single spaces.
    ///
    /// # Errors
    /// See [`InvalidName`].
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let name: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
        if name.is_empty() {
            return Err(InvalidName::Empty);
        }
        if name.chars().count() > Self::MAX {
            return Err(InvalidName::TooLong);
        }
        if name.chars().any(is_invisible) {
            return Err(InvalidName::Invisible);
        }
        let mut scripts = name.chars().filter(|c| c.is_alphabetic()).map(Script::of);
        let first = scripts.next().ok_or(InvalidName::Empty)?;
        match scripts.all(|script| script == first) {
            true => Ok(Self(name)),
            false => Err(InvalidName::MixedScripts),
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The scripts whose letters are confused with one another; all others count as one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Cherokee,
    Other,
}

impl Script {
    fn of(c: char) -> Self {
        match u32::from(c) {
            0x0000..=0x02FF | 0x1D00..=0x1DBF | 0x1E00..=0x1EFF | 0xA720..=0xA7FF | 0xFF21..=0xFF5A => Self::Latin,
            0x0370..=0x03FF | 0x1F00..=0x1FFF => Self::Greek,
            0x0400..=0x052F | 0x2DE0..=0x2DFF | 0xA640..=0xA69F => Self::Cyrillic,
            0x0530..=0x058F => Self::Armenian,
            0x13A0..=0x13FF | 0xAB70..=0xABBF => Self::Cherokee,
            _ => Self::Other,
        }
    }
}

/// The text without invisible characters, its spaces single.
pub(super) fn visible(text: &str) -> String {
    let shown: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_invisible(*c)).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
            | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// The form by which names and titles sort and are looked up: lower case, no accents, single spaces, ligatures opened.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'œ' | 'Œ' => folded.push_str("oe"),
            'æ' | 'Æ' => folded.push_str("ae"),
            '’' => folded.push('\''),
            c => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_kept() {
        for name in ["Élodie N’Guyen", "Jean-Baptiste d’Ornano", "Şükrü Öztürk", "Анна Петрова", "李小龍"]
        {
            assert_eq!(PersonName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn mixed_scripts_and_invisible_characters_are_refused() {
        assert_eq!(PersonName::parse("Pаul Martin"), Err(InvalidName::MixedScripts));
        assert_eq!(PersonName::parse("Paul\u{200b}Martin"), Err(InvalidName::Invisible));
        assert_eq!(PersonName::parse("Paul \u{202e}nitraM"), Err(InvalidName::Invisible));
        assert_eq!(PersonName::parse("  "), Err(InvalidName::Empty));
        assert_eq!(PersonName::parse(&"a".repeat(101)), Err(InvalidName::TooLong));
    }

    #[test]
    fn folding_opens_ligatures_and_drops_accents() {
        assert_eq!(fold("  Cœur   d’Été "), "coeur d'ete");
    }
}
