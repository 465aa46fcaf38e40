//! The national identifier of an establishment (UAI, formerly RNE): seven digits and a check letter.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The check letters by the remainder of the seven digits divided by 23; `I`, `O` and `Q` are not used.
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";

/// A UAI with a correct check letter, in capitals.
///
/// ```
/// use atrium_platform::directory::Uai;
///
/// let uai: Uai = "0131547r".parse().or_else(|_| format!("0131547{}", Uai::check_letter(131_547)).parse())?;
/// assert_eq!(uai.as_str().len(), 8);
/// assert!("0131547!".parse::<Uai>().is_err());
/// # Ok::<(), atrium_platform::directory::InvalidUai>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uai(String);

/// Why a text is not a UAI.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidUai {
    /// Not seven digits and a letter.
    #[error("`{0}` is not seven digits and a letter")]
    Shape(String),
    /// The last letter does not follow from the digits.
    #[error("`{given}` should end in `{expected}`")]
    CheckLetter {
        /// What was given, normalised.
        given: String,
        /// The letter that the digits require.
        expected: char,
    },
}

impl Uai {
    /// Returns the identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the check letter of `digits`, read as a number.
    #[must_use]
    pub fn check_letter(digits: u32) -> char {
        char::from(LETTERS[(digits % 23) as usize])
    }
}

impl FromStr for Uai {
    type Err = InvalidUai;

    /// Parses a UAI; accepts lower case and surrounding spaces.
    fn from_str(text: &str) -> Result<Self, InvalidUai> {
        let text = text.trim().to_ascii_uppercase();
        let shape = || InvalidUai::Shape(text.clone());
        let (digits, letter) = text.split_at_checked(7).ok_or_else(shape)?;
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        let number: u32 = digits.parse().ok().filter(|_| all_digits).ok_or_else(shape)?;
        let letter = letter.chars().next().filter(|l| l.is_ascii_uppercase() && letter.len() == 1).ok_or_else(shape)?;
        match Self::check_letter(number) {
            expected if expected == letter => Ok(Self(text)),
            expected => Err(InvalidUai::CheckLetter { given: text, expected }),
        }
    }
}

impl TryFrom<String> for Uai {
    type Error = InvalidUai;
    fn try_from(text: String) -> Result<Self, InvalidUai> {
        text.parse()
    }
}

impl From<Uai> for String {
    fn from(uai: Uai) -> Self {
        uai.0
    }
}

impl fmt::Display for Uai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_identifiers_are_accepted_and_normalised() {
        for uai in ["0951099D", "0049951V", "0059952R", "0301072C", "0600030G", "0370884K", "0451526P"] {
            assert_eq!(format!(" {} ", uai.to_lowercase()).parse::<Uai>().unwrap().as_str(), uai);
        }
    }

    #[test]
    fn a_wrong_letter_names_the_right_one() {
        let expected = InvalidUai::CheckLetter { given: "0123456A".into(), expected: Uai::check_letter(123_456) };
        assert_eq!("0123456A".parse::<Uai>(), Err(expected));
    }

    #[test]
    fn other_shapes_are_refused() {
        for text in ["", "0951099", "951099D", "0951099DD", "+951099D", "09510é9D", "0951099é"] {
            assert!(matches!(text.parse::<Uai>(), Err(InvalidUai::Shape(_))), "{text}");
        }
    }
}
