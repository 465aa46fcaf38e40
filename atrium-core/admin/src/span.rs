//! The validity of an assignment or membership, as two dates of a form. It refuses malformed dates; the action
//! decides whether the span makes sense.

use serde::Serialize;

use atrium_platform::Message;
use atrium_platform::access::Validity;
use atrium_platform::clock::Timestamp;
use atrium_web::{Form, Problems, dates};

/// The two dates, as typed; flattened into the form.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Span {
    valid_from: String,
    valid_until: String,
}

impl Span {
    pub(super) fn read(form: &Form) -> Self {
        Self { valid_from: form.text("valid_from"), valid_until: form.text("valid_until") }
    }

    /// Parses the span from the first instant of one day to the last of the other; adds a problem and returns
    /// `None` if one is not a date.
    pub(super) fn parse(&self, problems: &mut Problems) -> Option<Validity> {
        let from = problems.take("valid_from", day(&self.valid_from));
        let until = problems.take("valid_until", day(&self.valid_until));
        Some(Validity::new(from?.map(|day| day.0), until?.map(|day| day.1)))
    }
}

/// Returns the first instants of a day and of the next, or `None` for an empty text.
fn day(text: &str) -> Result<Option<(Timestamp, Timestamp)>, Message> {
    match text {
        "" => Ok(None),
        text => dates::parse_day(text).map(Some).ok_or_else(|| Message::new("field-date")),
    }
}
