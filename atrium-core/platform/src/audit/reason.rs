//! Why something was done, in the words of whoever did it.

use crate::error::{Error, Message, Result};
use crate::letters;

/// Longest reason, in characters.
const LONGEST: usize = 1000;

/// The reason typed in a form, trimmed.
///
/// # Errors
/// Nothing was said, or more than 1,000 characters: invalid, on the field `reason`.
pub fn parse_reason(text: &str) -> Result<String> {
    let text = text.trim();
    match text.chars().count() {
        _ if letters::is_blank(text) => Err(Error::invalid_field("reason", Message::new("field-reason"))),
        length if length > LONGEST => {
            Err(Error::invalid_field("reason", Message::new("field-too-long").with("max", LONGEST)))
        }
        _ => Ok(text.to_owned()),
    }
}
