//! What is typed about topics, parsed.

use atrium_core::markup::one_line;
use atrium_core::{Message, letters};

/// A topic's title: one line of visible characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// Shortest title, in characters.
    pub(crate) const MIN: usize = 5;
    /// Longest title, in characters.
    pub(crate) const MAX: usize = 150;

    /// Parses a title, with single spaces.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Message> {
        // The spaces of French typography are kept as they are typed.
        let title = one_line(text).trim().to_owned();
        if let Err(problem) = letters::check(&title) {
            return Err(problem.message());
        }
        match title.chars().count() {
            count if count < Self::MIN => Err(Message::new("field-too-short").with("min", Self::MIN)),
            count if count > Self::MAX => Err(Message::new("field-too-long").with("max", Self::MAX)),
            _ => Ok(Self(title)),
        }
    }

    /// Returns the title as text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_line_with_nothing_invisible() {
        assert_eq!(Title::parse("  Où est\n le casier ? ").unwrap().as_str(), "Où est le casier ?");
        for title in [
            "Où ?\u{202e}",
            "\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}",
            "\u{2800} \u{2800} \u{2800}",
            "\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}",
        ] {
            assert!(Title::parse(title).is_err(), "{title:?}");
        }
        for title in ["👩‍🏫 absente ?", "نمی‌دانم چرا"] {
            assert_eq!(Title::parse(title).unwrap().as_str(), title);
        }
        assert!(Title::parse("abc").is_err());
        assert!(Title::parse(&"a".repeat(151)).is_err());
    }
}
