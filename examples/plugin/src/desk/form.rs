//! What people type at the desk, parsed into values that cannot be wrong.

use atrium_core::directory::PersonId;
use atrium_core::sea_orm::ActiveEnum;
use atrium_core::web::{Form, Problems};
use atrium_core::{Message, Result, letters};

use super::Level;

/// What is written on a tablet's back: 1 to 40 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// Reads a label.
    ///
    /// # Errors
    /// Returns the message to show if the text is blank or too long.
    pub fn parse(text: &str) -> Result<Self, Message> {
        match text.trim() {
            text if letters::is_blank(text) => Err(Message::new("loans-field-required")),
            text if letters::check(text).is_err() => Err(Message::new("field-invisible")),
            text if text.chars().count() > 40 => Err(Message::new("loans-field-too-long").with("max", 40)),
            text => Ok(Self(text.to_owned())),
        }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The pupil who gets a tablet.
#[derive(Clone, Copy, Debug)]
pub struct NewLoan {
    /// The pupil.
    pub pupil: PersonId,
    /// Their level.
    pub level: Level,
}

impl NewLoan {
    /// Reads the lending form.
    ///
    /// # Errors
    /// Returns `is_invalid` with a problem for each wrong field.
    pub fn parse(form: &Form) -> Result<Self> {
        let mut problems = Problems::default();
        let chosen = || Message::new("loans-field-choose");
        let pupil = problems.take("pupil", form.text("pupil").parse().map_err(|_| chosen()));
        let level = problems.take("level", Level::try_from_value(&form.text("level")).map_err(|_| chosen()));
        problems.finish()?;
        Ok(Self { pupil: pupil.expect("problems are empty"), level: level.expect("problems are empty") })
    }
}
