//! What is typed about topics, parsed.

use atrium_core::Message;
use atrium_core::markup::one_line;

/// A topic's title: one line, nothing invisible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// Shortest title, in characters.
    pub const MIN: usize = 5;
    /// Longest title, in characters.
    pub const MAX: usize = 150;

    /// The title, with single spaces.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Message> {
        // The spaces of French typography are kept as they are typed.
        let title = one_line(text);
        match title.chars().count() {
            0 => Err(Message::new("field-required")),
            count if count < Self::MIN => Err(Message::new("field-too-short").with("min", Self::MIN)),
            count if count > Self::MAX => Err(Message::new("field-too-long").with("max", Self::MAX)),
            _ if has_invisible(&title) => Err(Message::new("field-invisible")),
            _ => Ok(Self(title)),
        }
    }

    /// The title as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Are there characters that show nothing, or that turn the reading direction?
pub(crate) fn has_invisible(text: &str) -> bool {
    let invisible = |c: char| {
        matches!(u32::from(c), 0x00AD | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x2064
        | 0x2066..=0x206F | 0xFEFF | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
    };
    text.chars().any(|c| c.is_control() || invisible(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_line_with_nothing_invisible() {
        assert_eq!(Title::parse("  Où est\n le casier ? ").unwrap().as_str(), "Où est le casier ?");
        assert!(Title::parse("Où ?\u{202e}").is_err());
        assert!(Title::parse("abc").is_err());
        assert!(Title::parse(&"a".repeat(151)).is_err());
    }
}
