//! Validates one line that people type (a title, a name, a label), character by character, and makes slugs of such
//! lines.
//!
//! It knows Unicode but no forms: each module parses its own titles with [`check`]. The directory has a type of its
//! own for people's names.

mod imitation;
mod joiners;
mod slug;

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

pub use imitation::{Imitation, imitation};
pub use slug::{plain_letters, slug};

use crate::Message;

/// The reason a line is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidLine {
    /// The line is invisible: white space, fillers and marks without a letter.
    Blank,
    /// The line contains control characters, or invisible characters that join no others.
    Invisible,
}

impl InvalidLine {
    /// Returns the message for the person.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::Blank => Message::new("field-required"),
            Self::Invisible => Message::new("field-invisible"),
        }
    }
}

/// Passes if `line` has a visible character and no stray invisible one. Joiners are accepted between characters
/// that they join: in emoji, and in the scripts that are written with joiners.
///
/// # Errors
/// Returns [`InvalidLine`] if the text is not a valid line.
///
/// ```
/// use atrium_text::letters::{InvalidLine, check};
///
/// assert_eq!(check("می‌خواهم 👩‍🏫"), Ok(()));
/// assert_eq!(check("\u{3164}\u{2800}"), Err(InvalidLine::Blank));
/// assert_eq!(check("Paul\u{200b}"), Err(InvalidLine::Invisible));
/// ```
pub fn check(line: &str) -> Result<(), InvalidLine> {
    match () {
        () if is_blank(line) => Err(InvalidLine::Blank),
        () if has_stray(line) => Err(InvalidLine::Invisible),
        () => Ok(()),
    }
}

/// Returns `true` if `text` has no visible character.
///
/// ```
/// use atrium_text::letters::is_blank;
///
/// assert!(is_blank("\u{3164}\u{2800} "));
/// assert!(!is_blank(" é "));
/// ```
#[must_use]
pub fn is_blank(text: &str) -> bool {
    !text.chars().any(shows)
}

/// Returns `line` without the characters that [`check`] refuses.
///
/// ```
/// use atrium_text::letters::without_stray;
///
/// assert_eq!(without_stray("Pa\u{200b}ul"), "Paul");
/// assert_eq!(without_stray("👩\u{200d}🏫"), "👩\u{200d}🏫");
/// ```
#[must_use]
pub fn without_stray(line: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    let kept = (0..chars.len()).filter(|at| !is_stray(&chars, *at));
    kept.map(|at| chars[at]).collect()
}

fn has_stray(line: &str) -> bool {
    let chars: Vec<char> = line.chars().collect();
    (0..chars.len()).any(|at| is_stray(&chars, at))
}

fn is_stray(chars: &[char], at: usize) -> bool {
    let c = chars[at];
    c.is_control() || is_unseen(c) && !joiners::joins(chars, at)
}

/// Returns `true` if the character is visible when alone.
fn shows(c: char) -> bool {
    let alone = match c.general_category_group() {
        GeneralCategoryGroup::Letter
        | GeneralCategoryGroup::Number
        | GeneralCategoryGroup::Punctuation
        | GeneralCategoryGroup::Symbol => true,
        GeneralCategoryGroup::Mark | GeneralCategoryGroup::Separator | GeneralCategoryGroup::Other => false,
    };
    // An empty Braille cell, a note without a head, and replacement characters.
    alone && !is_unseen(c) && !matches!(c, '\u{2800}' | '\u{1D159}' | '\u{FFFC}' | '\u{FFFD}')
}

/// Returns `true` for characters with the property `Default_Ignorable_Code_Point` (Unicode 17,
/// DerivedCoreProperties.txt), line and paragraph separators, and annotation marks.
fn is_unseen(c: char) -> bool {
    matches!(u32::from(c),
        0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
        | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
        | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_show_nothing_are_blank() {
        let nothing = [
            "",
            "     ",
            "\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}",
            "\u{3000}\u{2003}\u{202f}\u{205f}\u{1680}",
            "\u{3164}\u{3164}",
            "\u{2800}\u{2800}\u{2800}\u{2800}\u{2800}",
            "\u{115f}\u{1160}",
            "\u{ad}\u{ad}",
            "\u{200b}\u{feff}\u{2060}",
            "\u{ffa0}",
            "\u{200d}\u{200d}",
            "\u{fe0f}\u{fe0f}",
            "\u{e0001}\u{e0061}",
            "\u{301}\u{301}\u{301}",
            "\u{16fe4}",
            "\u{1d159}",
            "\u{85}\u{b}\u{c}",
            "\u{2028}\u{2029}",
            "\u{180e}\u{180b}",
            "\u{034f}",
            "\u{17b4}",
            "\u{0378}",
        ];
        for text in nothing {
            assert_eq!(check(text), Err(InvalidLine::Blank), "{text:?}");
        }
    }

    #[test]
    fn emoji_and_joined_scripts_are_accepted() {
        for text in [
            "👩‍🏫 absente",
            "👨‍👩‍👧‍👦",
            "🏳️‍🌈",
            "❤️",
            "👍🏽",
            "🇫🇷",
            "1️⃣ étape",
            "👩🏽‍💻",
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
            "🧑‍🧑‍🧒",
            "☎️ ou ✉︎",
            "⛹🏿‍♀️",
            "نمی‌دانم",
            "کتاب‌ها",
            "علی‌رضا",
            "क्‍ष",
            "র‍্যাব",
            "ශ්‍රී",
            "ന്‍",
            "ه‍.ق",
            "葛󠄀城",
            "Où est l’élève ?",
            "C++",
            "???",
            "Привет",
            "Γειά",
        ] {
            assert_eq!(check(text), Ok(()), "{text:?}");
            assert_eq!(without_stray(text), text);
        }
    }

    #[test]
    fn what_is_not_seen_and_joins_nothing_is_refused() {
        for text in [
            "Paul\u{200b}Martin",
            "Paul\u{200d}Martin",
            "Paul\u{200c}",
            "a\u{ad}b",
            "x\u{202e}y",
            "\u{2066}x\u{2069}",
            "x\u{feff}",
            "x\u{3164}y",
            "a\u{fe0f}",
            "x\u{e0041}",
            "🏴\u{e0067}",
            "👍\u{200d}",
            "\u{200d}👍",
            "👍\u{200d}\u{200d}👍",
            "x\u{7}",
            "x\u{85}y",
            "نمی\u{200c}\u{200c}دانم",
            "\u{200c}نمی",
            "x\u{2028}y",
            "a\u{034f}b",
        ] {
            assert_eq!(check(text), Err(InvalidLine::Invisible), "{text:?}");
            assert_eq!(check(&without_stray(text)), Ok(()), "{text:?}");
        }
    }
}
