//! What is typed about a flag, parsed.

use atrium_core::Message;

/// What somebody adds to a flag; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comment(String);

impl Comment {
    /// Longest comment, in characters.
    pub(crate) const MAX: usize = 1000;

    /// Parses a comment, trimmed.
    ///
    /// # Errors
    /// Returns the message to show beside the field if the text is too long.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let text = text.trim();
        if text.chars().count() > Self::MAX {
            Err(Message::new("field-too-long").with("max", Self::MAX))
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// Returns the comment.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
