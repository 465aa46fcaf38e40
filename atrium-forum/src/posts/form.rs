//! What is typed into posts, parsed.

use std::fmt;

use atrium_core::markup::plain_text;
use atrium_core::{Message, letters};
use sha2::{Digest, Sha256};

/// The text of a post, in Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body(String);

impl Body {
    /// Longest text, in characters.
    pub(crate) const MAX: usize = 32_000;

    /// Parses a text, with line ends as `
    /// ` and without blank ends.
    ///
    /// # Errors
    /// Returns the message to show beside the field.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let text = text.replace("\r\n", "\n");
        let text = text.trim_end().trim_start_matches('\n');
        match text.chars().count() {
            _ if text.trim().is_empty() => Err(Message::new("field-required")),
            count if count > Self::MAX => Err(Message::new("field-too-long").with("max", Self::MAX)),
            _ if text.contains('\0') => Err(Message::new("field-nul")),
            _ if shows_nothing(text) => Err(Message::new("forum-body-shows-nothing")),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// Returns the text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns `true` if the text is blank once rendered: entities of spaces, invisible characters, definitions of links.
fn shows_nothing(text: &str) -> bool {
    letters::is_blank(&plain_text(text)) && !text.contains("![")
}

/// Why somebody did something to another's text; told to that person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Longest reason, in characters.
    pub(crate) const MAX: usize = 500;

    /// Parses a reason, on one line.
    ///
    /// # Errors
    /// Returns the message to show beside the field.
    pub fn parse(text: &str) -> Result<Self, Message> {
        match Self::parse_optional(text)? {
            reason if reason.0.is_empty() => Err(Message::new("field-required")),
            reason => Ok(reason),
        }
    }

    /// Parses a reason, which may be empty.
    ///
    /// # Errors
    /// Returns the message to show beside the field if the text is too long.
    pub fn parse_optional(text: &str) -> Result<Self, Message> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if letters::is_blank(&text) {
            Ok(Self::none())
        } else if text.chars().count() > Self::MAX {
            Err(Message::new("field-too-long").with("max", Self::MAX))
        } else {
            Ok(Self(text))
        }
    }

    /// Creates an empty reason.
    #[must_use]
    pub fn none() -> Self {
        Self(String::new())
    }

    /// Returns the reason.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What makes a write one write: the same person sending the same key, place and text again gets the first one's post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteKey(String);

impl WriteKey {
    /// Returns a new random key.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "a form that was never sent has no row that could name it")]
    pub fn fresh() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string())
    }

    /// Parses the key that a form or a program sent: 8 to 64 letters, digits, `-` or `_`.
    ///
    /// # Errors
    /// Returns a message if `text` has another form.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let valid = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if (8..=64).contains(&text.len()) && text.chars().all(valid) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Message::new("forum-write-key-invalid"))
        }
    }

    /// Returns the key that was sent, else a fresh one.
    #[must_use]
    pub(crate) fn or_fresh(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|_| Self::fresh())
    }

    /// Returns the key as text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the key with a hash of what is written under it: its place and its text, part by part.
    pub(crate) fn write(&self, parts: &[&str]) -> Write {
        Write(format!("{}.{}", self.0, hash(parts)))
    }
}

fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        // The length first, so that no two lists of parts read the same.
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hex::encode(hasher.finalize())
}

/// One write: a key, a dot, and the hash of what was written under it. A post keeps it, unique for its author: the same
/// key with another text or another place is another write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Write(String);

impl Write {
    /// Returns the text as the database keeps it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `true` if the write that `kept` names had the same place and text, whatever its key.
    pub(crate) fn says_the_same_as(&self, kept: &str) -> bool {
        matches!((self.0.rsplit_once('.'), kept.rsplit_once('.')), (Some((_, hash)), Some((_, other))) if hash == other)
    }
}

impl fmt::Display for WriteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_32000_characters_at_most_whatever_their_bytes() {
        assert!(Body::parse(&"é".repeat(32_000)).is_ok());
        assert!(Body::parse(&"é".repeat(32_001)).is_err());
        for nothing in [" \r\n ", "&nbsp;", "\u{200b}\u{200b}", "\u{3164}", "&#x2800;", "[x]: http://exemple.fr"] {
            assert!(Body::parse(nothing).is_err(), "{nothing:?}");
        }
        assert!(Body::parse("🙂").is_ok());
        assert_eq!(Body::parse("a\r\nb  ").unwrap().as_str(), "a\nb");
    }

    #[test]
    fn a_reason_is_one_line() {
        assert_eq!(Reason::parse("hors\nsujet ").unwrap().as_str(), "hors sujet");
        assert!(Reason::parse("  ").is_err());
        assert!(Reason::parse(&"a".repeat(501)).is_err());
    }

    #[test]
    fn a_write_is_its_key_its_place_and_its_text() {
        let key = WriteKey::parse("cle-de-test").unwrap();
        let write = key.write(&["reply", "12", "texte"]);
        assert_eq!(write, key.write(&["reply", "12", "texte"]));
        for other in [["reply", "1", "2texte"], ["reply", "12", "Texte"], ["topic", "12", "texte"]] {
            assert_ne!(write, key.write(&other), "{other:?}");
        }
        let again = WriteKey::parse("cle-de-teste").unwrap().write(&["reply", "12", "texte"]);
        assert_ne!(write, again);
        assert!(again.says_the_same_as(write.as_str()));
        assert!(!again.says_the_same_as(key.write(&["reply", "13", "texte"]).as_str()));
    }

    #[test]
    fn keys_are_short_plain_words() {
        assert!(WriteKey::parse("a b").is_err());
        assert!(WriteKey::parse(WriteKey::fresh().as_str()).is_ok());
    }
}
