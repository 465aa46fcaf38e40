//! Parses the reason that an actor gives for an action.

use crate::error::{Error, Message, Result};
use crate::letters;

/// Longest reason, in characters.
const LONGEST: usize = 1000;

/// Returns the reason typed in a form, trimmed.
///
/// # Errors
/// Returns `is_invalid` on the field `reason` if the text is blank or longer than 1,000 characters.
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
