//! Slugs and plain letters for URLs.

use deunicode::deunicode_char;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

/// Returns a slug of ASCII lower-case letters and digits in words joined by `-`, at most `longest` bytes: `Lycée
/// Łódź` is `lycee-lodz`. Letters of other scripts are transliterated. Empty if `text` has no letter or digit.
#[must_use]
pub fn slug(text: &str, longest: usize) -> String {
    let mut slug = String::new();
    for c in text.nfkc().filter(|c| !is_combining_mark(*c)) {
        let spelled = if c.is_alphanumeric() { deunicode_char(c).unwrap_or_default() } else { " " };
        for c in spelled.chars() {
            match c.is_ascii_alphanumeric() {
                true => slug.push(c.to_ascii_lowercase()),
                // The apostrophe transliterates a sound that Latin letters lack.
                false if c == '\'' => {}
                false if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
                false => {}
            }
        }
    }
    slug.truncate(longest);
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Returns a Latin letter in ASCII letters: `ø` as `o`, `ß` as `ss`. Other characters are unchanged.
pub fn plain_letters(c: char) -> impl Iterator<Item = char> {
    let spelled = if c.is_ascii() || c.script() != Script::Latin { None } else { deunicode_char(c) };
    let other = if spelled.is_some() { None } else { Some(c) };
    spelled.unwrap_or_default().chars().map(|c| c.to_ascii_lowercase()).chain(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_every_script_become_letters() {
        for (text, word) in [
            ("Où est l’élève ?", "ou-est-l-eleve"),
            ("Cœur & Straße", "coeur-strasse"),
            ("Łódź, Đà Nẵng, Ærø", "lodz-da-nang-aero"),
            ("þing ðór ħal ıssız Ĳssel", "thing-dor-hal-issiz-ijssel"),
            ("Привет мир", "privet-mir"),
            ("Ελλάδα", "ellada"),
            ("𝐏𝐚𝐮𝐥 Ｍａｒｔｉｎ", "paul-martin"),
            ("👩‍🏫", ""),
            ("e\u{301}te\u{301}", "ete"),
        ] {
            assert_eq!(slug(text, 60), word, "{text}");
        }
        assert_eq!(slug(&"abc ".repeat(9), 8), "abc-abc");
    }
}
