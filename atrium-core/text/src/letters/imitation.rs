//! Detects names that imitate others: letters of several scripts, letters that are symbols, and words of one script
//! that read wholly like Latin ones. Follows Unicode Technical Standard #39, sections 3 to 5.

use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};
use unicode_security::{GeneralSecurityProfile, MixedScript, skeleton};

/// How a name imitates others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imitation {
    /// Its letters are of scripts that are not used together.
    Mixed,
    /// Its letters are letter-like symbols, or letters of another script that all read as Latin ones.
    LookAlike,
}

/// Returns the way `name` imitates others; `None` for a name in the letters of one script.
#[must_use]
pub fn imitation(name: &str) -> Option<Imitation> {
    let letters: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.chars().any(is_sign) {
        return Some(Imitation::LookAlike);
    }
    if !letters.as_str().is_single_script() {
        return Some(Imitation::Mixed);
    }
    reads_as_latin(&letters).then_some(Imitation::LookAlike)
}

/// Returns `true` for a mathematical, full-width, encircled, raised or phonetic letter or figure. Of scripts that
/// Latin letters are mistaken for, the profile of UTS 39 accepts the characters of present-day languages.
fn is_sign(c: char) -> bool {
    let script = c.script();
    let mistaken =
        [Script::Latin, Script::Common, Script::Inherited, Script::Greek, Script::Cyrillic].contains(&script);
    // Ordinals of Spanish and Portuguese (Mª), Catalan and Dutch letters, and signs for letters that Latin lacks.
    let written = matches!(c, 'ª' | 'º' | 'ŀ' | 'Ŀ' | 'ĳ' | 'Ĳ' | 'ŉ' | '\u{02B9}'..='\u{02BF}');
    mistaken && !written && !c.identifier_allowed()
}

/// Returns `true` if `letters` has no Latin letter but would read the same in Latin letters alone.
fn reads_as_latin(letters: &str) -> bool {
    let is_latin = |c: char| c.script() == Script::Latin;
    let has_letters = letters.chars().any(char::is_alphabetic);
    let mut read = skeleton(letters).filter(|c| !is_combining_mark(*c));
    has_letters && !letters.chars().any(is_latin) && read.all(|c| c.is_ascii())
}
