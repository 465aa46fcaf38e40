//! People's names as they are shown, and their folded forms for sorting and look-ups.

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::letters::{self, Imitation, imitation, without_stray};

/// A name that can be shown beside a post: in the letters of one script, without invisible characters, of a
/// reasonable length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersonName(String);

/// Why a text is not a display name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum InvalidName {
    /// Empty after trimming.
    #[error("empty name")]
    Empty,
    /// More than 100 characters.
    #[error("name over 100 characters")]
    TooLong,
    /// Control, invisible or direction-changing characters.
    #[error("invisible characters in a name")]
    Invisible,
    /// Emoji and other signs that are not part of a name.
    #[error("signs in a name")]
    Signs,
    /// Letters of several scripts, which can imitate one another.
    #[error("several scripts in one name")]
    MixedScripts,
    /// Signs made of letters, or letters of another script that all read as Latin ones.
    #[error("a name in look-alike letters")]
    LookAlike,
}

impl PersonName {
    /// Longest name, in characters.
    pub(crate) const MAX: usize = 100;

    /// Parses a name into NFC with single spaces.
    ///
    /// # Errors
    /// Returns [`InvalidName`] if `text` is not a valid name.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidName> {
        let name: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
        if name.is_empty() {
            return Err(InvalidName::Empty);
        }
        if name.chars().count() > Self::MAX {
            return Err(InvalidName::TooLong);
        }
        match letters::check(&name) {
            Err(letters::InvalidLine::Blank) => return Err(InvalidName::Empty),
            Err(letters::InvalidLine::Invisible) => return Err(InvalidName::Invisible),
            Ok(()) if !name.chars().any(char::is_alphabetic) => return Err(InvalidName::Empty),
            Ok(()) if !name.chars().all(is_of_names) => return Err(InvalidName::Signs),
            Ok(()) => {}
        }
        match imitation(&name) {
            None => Ok(Self(name)),
            Some(Imitation::Mixed) => Err(InvalidName::MixedScripts),
            Some(Imitation::LookAlike) => Err(InvalidName::LookAlike),
        }
    }

    /// Returns the name as text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns `true` for characters of names: letters and their marks, digits that tell namesakes apart, spaces,
/// apostrophes, hyphens, full stops, and the dots and strokes of Catalan, Hebrew and Japanese names.
/// [`letters::check`] looks at joiners.
fn is_of_names(c: char) -> bool {
    let group = c.general_category_group();
    matches!(group, GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark)
        || c.is_ascii_digit()
        || matches!(c, ' ' | '\'' | '’' | '‘' | '`' | '´' | '-' | '‐' | '‑' | '–' | '.' | '·' | '・' | '־' | '׳' | '״')
        || matches!(c, '\u{200c}' | '\u{200d}')
}

/// Returns the text without invisible characters and signs, with single spaces.
pub(super) fn visible(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let kept: String = without_stray(&spaced).chars().filter(|c| is_of_names(*c)).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the form for sorting and look-ups of names and titles: lower case, no accents, single spaces, ligatures
/// expanded.
///
/// ```
/// use atrium_platform::directory::fold;
///
/// assert_eq!(fold("  Œuvre  d’Élodie"), fold("oeuvre d’elodie"));
/// ```
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
        for name in [
            "Élodie N’Guyen",
            "Jean-Baptiste d’Ornano",
            "Şükrü Öztürk",
            "Анна Петрова",
            "李小龍",
            "Γιώργος Παπαδόπουλος",
            "Σοφία Αγγέλου",
            "محمد بن علي",
            "علی‌رضا حسینی",
            "שרה כהן",
            "김민준",
            "佐藤 さくら",
            "श्रीमती शर्मा",
            "Mª José Núñez",
            "Łukasz Żółć",
            "Đặng Thị Hằng",
            "Þórður Ægisson",
            "Ольга Шевченко",
            "Арина Ким",
            "Սարգիս Պետրոսյան",
            "გიორგი",
            "O'Neill",
            "Anaïs Le Goff 2",
            "Ngũgĩ",
            "Kāwika ʻAukai",
        ] {
            assert_eq!(PersonName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn mixed_scripts_and_invisible_characters_are_refused() {
        assert_eq!(PersonName::parse("Pаul Martin"), Err(InvalidName::MixedScripts));
        assert_eq!(PersonName::parse("Paul\u{200b}Martin"), Err(InvalidName::Invisible));
        assert_eq!(PersonName::parse("Paul \u{202e}nitraM"), Err(InvalidName::Invisible));
        for blank in ["  ", "\u{3164}", "\u{2800}\u{2800}", "\u{200b}", "\u{ad}", "-", "🙂"] {
            assert_eq!(PersonName::parse(blank), Err(InvalidName::Empty), "{blank:?}");
        }
        assert_eq!(PersonName::parse(&"a".repeat(101)), Err(InvalidName::TooLong));
    }

    #[test]
    fn emoji_and_other_signs_are_refused() {
        for name in [
            "Pas🙂",
            "Paul 👩\u{200d}🏫",
            "Paul ★",
            "Zoé ♥",
            "<b>Paul</b>",
            "paul@lycee",
            "100 % Paul",
            "Paul ✔",
            "Paul™",
            "Paul_M",
        ] {
            assert_eq!(PersonName::parse(name), Err(InvalidName::Signs), "{name}");
        }
        for name in
            ["M. Saint-Exupéry", "Jean–Marc", "Núria Gal·la", "J.-B. O‘Neill", "בת־שבע", "マリ・キュリー", "D'Almeida"]
        {
            assert!(PersonName::parse(name).is_ok(), "{name}");
        }
        assert_eq!(visible("Pas🙂  Moi ★"), "Pas Moi");
    }

    #[test]
    fn look_alikes_are_refused_like_mixed_scripts() {
        for name in [
            "Рауса",
            "АВС",
            "Ѕсоре",
            "Сорос Саха",
            "ΑΝΝΑ",
            "ΡΑΝΚΟΥ",
            "ᎪᎠᎷᏆΝ",
            "𝐏𝐚𝐮𝐥 𝐌𝐚𝐫𝐭𝐢𝐧",
            "𝓟𝓪𝓾𝓵",
            "Ｐａｕｌ Ｍａｒｔｉｎ",
            "Ⓟⓐⓤⓛ",
            "ᴘᴀᴜʟ",
            "🄿🄰🅄🄻",
            "Pаul",
            "Αdmin",
            "Admіn",
            "ᴬᵈᵐⁱⁿ",
            "ℙaul",
        ] {
            assert!(PersonName::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn folding_opens_ligatures_and_drops_accents() {
        assert_eq!(fold("  Cœur   d’Été "), "coeur d'ete");
    }
}
