//! Invisible characters that are valid in their place: inside emoji, between letters of scripts that are written
//! with joiners, after ideographs whose form they choose.

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_properties::UnicodeEmoji;
use unicode_script::{Script, UnicodeScript};

/// The combining class of signs that join the letter before them to the next one.
const VIRAMA: u8 = 9;

/// Returns `true` if the invisible character at `at` is valid there.
pub(super) fn joins(chars: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| chars[at]);
    let after = chars.get(at + 1).copied();
    match chars[at] {
        // Presentation selectors.
        '\u{FE0E}' | '\u{FE0F}' => before.is_some_and(|c| is_emoji(c) || matches!(c, '0'..='9' | '#' | '*')),
        '\u{E0100}'..='\u{E01EF}' => before.is_some_and(|c| c.script() == Script::Han),
        '\u{180B}'..='\u{180F}' => before.is_some_and(|c| c.script() == Script::Mongolian),
        // Tags spell the region of a flag, up to the one that ends them.
        '\u{E0020}'..='\u{E007F}' => is_in_flag(chars, at),
        '\u{200D}' => {
            let emoji = before.is_some_and(|c| is_emoji(c) || c == '\u{FE0F}') && after.is_some_and(is_emoji);
            emoji || between_letters(chars, at, true)
        }
        '\u{200C}' => between_letters(chars, at, false),
        _ => false,
    }
}

fn is_emoji(c: char) -> bool {
    !c.is_ascii() && c.is_emoji_char()
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0020}'..='\u{E007F}')
}

fn is_in_flag(chars: &[char], at: usize) -> bool {
    let begins = chars[..at].iter().rev().find(|c| !is_tag(**c)) == Some(&'\u{1F3F4}');
    let ended = chars[..at].iter().rev().take_while(|c| is_tag(**c)).any(|c| *c == '\u{E007F}');
    let ends = chars[at..].iter().take_while(|c| is_tag(**c)).any(|c| *c == '\u{E007F}');
    begins && ends && !ended
}

/// Returns `true` between letters of a joining script. A zero width joiner may also end a word: after the sign that
/// joins Indic letters, and after an Arabic letter that keeps its initial form.
fn between_letters(chars: &[char], at: usize, may_end: bool) -> bool {
    let letter = |c: &&char| !is_combining_mark(**c);
    let before = chars[..at].iter().rev().find(letter).copied().filter(|c| is_joined(*c));
    let after = chars[at + 1..].first().copied();
    let directly = |c: char| !super::is_unseen(c);
    let Some(before) = before else { return false };
    if !chars[..at].last().copied().is_some_and(directly) {
        return false;
    }
    let virama = chars[..at].last().is_some_and(|c| canonical_combining_class(*c) == VIRAMA);
    after.is_some_and(is_joined) || may_end && (virama || before.script() == Script::Arabic)
}

/// Returns `true` for a letter or a mark of a script that is written with joiners.
fn is_joined(c: char) -> bool {
    use Script::{
        Adlam, Arabic, Balinese, Bengali, Devanagari, Gujarati, Gurmukhi, Javanese, Kannada, Khmer, Malayalam,
        Mongolian, Myanmar, Nko, Oriya, Sinhala, Syriac, Tamil, Telugu, Tibetan,
    };
    let joining = [
        Adlam, Arabic, Balinese, Bengali, Devanagari, Gujarati, Gurmukhi, Javanese, Kannada, Khmer, Malayalam,
        Mongolian, Myanmar, Nko, Oriya, Sinhala, Syriac, Tamil, Telugu, Tibetan,
    ];
    (c.is_alphabetic() || is_combining_mark(c)) && joining.contains(&c.script())
}
