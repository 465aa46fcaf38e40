//! Account names and passwords: validation and hashing.

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use unicode_normalization::UnicodeNormalization;

use super::token::random;
use crate::directory::fold;
use crate::error::{Error, Message, Result};
use crate::slots::Slots;

/// Memory of one hash in KiB, passes, lanes (OWASP Password Storage Cheat Sheet, second choice of argon2id).
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// Four hashes at once: a burst of sign-ins takes four times 19 MiB.
static HASHES: Slots = Slots::new("password hashes", 4, 256, Duration::from_secs(20));

static ARGON2: LazyLock<Argon2<'static>> = LazyLock::new(|| {
    let params = Params::new(COST.0, COST.1, COST.2, None).expect("the cost is within what argon2 allows");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
});

/// A hash that matches no password, verified if there is no account, so that the answer takes as long as with one.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_now(random().as_bytes()).expect("the cost is within what argon2 allows"));

/// The name of a local account: 3 to 64 of `a-z`, `0-9`, `.`, `_`, `-`, `@`; case is ignored.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginName(String);

impl LoginName {
    /// Shortest and longest name, in characters.
    pub const LENGTH: (usize, usize) = (3, 64);

    /// Parses a name, in lower case.
    ///
    /// # Errors
    /// Returns the message to show beside the field.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let name = text.trim().to_lowercase();
        let (min, max) = Self::LENGTH;
        if !(min..=max).contains(&name.chars().count()) {
            return Err(Message::new("login-name-length").with("min", min).with("max", max));
        }
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_@".contains(c);
        if name.chars().all(fits) { Ok(Self(name)) } else { Err(Message::new("login-name-characters")) }
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A valid new password: 12 to 200 characters, not the account's name, not a well-known one.
///
/// There is no rule on capitals, digits or signs: length is what counts.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Shortest and longest password, in characters.
    pub const LENGTH: (usize, usize) = (12, 200);

    /// Parses a new password for the account named `login`.
    ///
    /// # Errors
    /// Returns the message to show beside the field.
    pub fn parse(text: &str, login: &str) -> Result<Self, Message> {
        let length = text.chars().count();
        let (min, max) = Self::LENGTH;
        if length < min {
            return Err(Message::new("login-password-short").with("min", min));
        }
        if length > max {
            return Err(Message::new("login-password-long").with("max", max));
        }
        let folded = fold(text);
        let core = folded.trim_matches(|c: char| !c.is_alphabetic());
        if !login.is_empty() && (folded == login || core == login) {
            return Err(Message::new("login-password-is-name"));
        }
        if is_common(&folded, core) { Err(Message::new("login-password-common")) } else { Ok(Self(text.to_owned())) }
    }

    /// Hashes the password.
    pub(super) async fn hash(self) -> Result<String> {
        let password = normalised(&self.0);
        HASHES.run(move || hash_now(password.as_bytes())).await?
    }
}

impl fmt::Debug for Password {
    /// Writes a placeholder, never the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Returns `true` if `text` is the password behind `hash`. Without a hash, returns `false` after the same work.
pub(super) async fn matches(text: &str, hash: Option<String>) -> Result<bool> {
    if text.chars().count() > Password::LENGTH.1 {
        return Ok(false);
    }
    let password = normalised(text);
    let compare = move || {
        let known = hash.is_some();
        let hash = hash.as_deref().unwrap_or(&NOBODY);
        let parsed = PasswordHash::new(hash).map_err(|source| Error::internal("a stored password hash", source))?;
        Ok(ARGON2.verify_password(password.as_bytes(), &parsed).is_ok() && known)
    };
    HASHES.run(compare).await?
}

/// Returns the password in NFC: an accented letter can be typed in two ways.
fn normalised(text: &str) -> String {
    text.nfc().collect()
}

fn hash_now(password: &[u8]) -> Result<String> {
    let hash = ARGON2.hash_password(password).map_err(|source| Error::internal("hashing a password", source))?;
    Ok(hash.to_string())
}

/// Common long passwords, compared without case, accents, and digits or signs at the ends.
const COMMON: [&str; 45] = [
    "motdepasse",
    "motdepassemotdepasse",
    "monmotdepasse",
    "mot de passe",
    "password",
    "passwordpassword",
    "mypassword",
    "passw0rd",
    "azerty",
    "azertyazerty",
    "azertyuiop",
    "azertyuiopqsdfghjklm",
    "azertyqsdfgh",
    "qwerty",
    "qwertyqwerty",
    "qwertyuiop",
    "qwertyuiopasdfghjkl",
    "qsdfghjklm",
    "wxcvbnazerty",
    "administrateur",
    "administrator",
    "admin",
    "adminadmin",
    "changezmoi",
    "changeme",
    "changemeplease",
    "bonjour",
    "bonjourbonjour",
    "jetaime",
    "jetaimejetaime",
    "iloveyou",
    "iloveyouiloveyou",
    "soleil",
    "marseille",
    "marseillemarseille",
    "provence",
    "cotedazur",
    "atrium",
    "atriumatrium",
    "lycee",
    "college",
    "ecole",
    "education",
    "abcdefghijkl",
    "abcdefghijklmnopqrstuvwxyz",
];

fn is_common(folded: &str, core: &str) -> bool {
    let mut distinct: Vec<char> = folded.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    // `aaaaaaaaaaaa`, `121212121212`
    distinct.len() < 4 || is_run(folded) || COMMON.contains(&core)
}

/// Returns `true` for a counting row such as `123456789012` or `987654321098`.
fn is_run(folded: &str) -> bool {
    let digits: Option<Vec<i32>> = folded.chars().map(|c| c.to_digit(10).and_then(|d| i32::try_from(d).ok())).collect();
    let Some(digits) = digits else { return false };
    let steps = |step: i32| digits.windows(2).all(|pair| (pair[0] + step).rem_euclid(10) == pair[1]);
    steps(1) || steps(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(password: &str) -> Option<String> {
        Password::parse(password, "c.martin").err().map(|message| message.key.into_owned())
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(refusal("éééééé").as_deref(), Some("login-password-short"));
        assert_eq!(refusal(&"a".repeat(201)).as_deref(), Some("login-password-long"));
        assert_eq!(refusal("le chat dort sur le radiateur"), None);
    }

    #[test]
    fn names_runs_and_well_known_ones_are_refused() {
        assert_eq!(Password::parse("C.Martin2026!", "c.martin").unwrap_err().key, "login-password-is-name");
        for common in
            ["Motdepasse2026!", "azertyuiop12", "123456789012", "987654321098", "aaaaaaaaaaaa", "ATRIUM-20262026"]
        {
            assert_eq!(refusal(common).as_deref(), Some("login-password-common"), "{common}");
        }
    }

    #[test]
    fn account_names_are_lower_case() {
        assert_eq!(LoginName::parse("  C.Martin ").unwrap().as_str(), "c.martin");
        for bad in ["ab", "élodie", "a b c", "a\u{200b}bc", &"a".repeat(65)] {
            assert!(LoginName::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[tokio::test]
    async fn a_password_typed_in_another_normal_form_still_fits() {
        let hash = Password::parse("re\u{301}union du lundi", "").unwrap().hash().await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(matches("r\u{e9}union du lundi", Some(hash.clone())).await.unwrap());
        assert!(!matches("reunion du lundi", Some(hash)).await.unwrap());
        assert!(!matches("reunion du lundi", None).await.unwrap());
    }
}
