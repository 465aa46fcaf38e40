//! Messages of a form that lost to an earlier edit: beside each field, what the other person saved.

use super::{FieldErrors, RequestContext};
use atrium_platform::Message;

/// The messages of a form whose version is stale. The form comes back with its input and with these messages, at
/// the new version: sent again, it replaces what they name.
#[must_use]
pub struct Overtaken<'a> {
    cx: &'a RequestContext,
    errors: FieldErrors,
}

impl<'a> Overtaken<'a> {
    /// Creates the message that the page has changed, without fields so far.
    pub fn new(cx: &'a RequestContext) -> Self {
        Self { cx, errors: [(String::new(), cx.t("core-stale"))].into() }
    }

    /// Adds a field: its typed value, and the saved one.
    pub fn field(self, name: &str, typed: &str, kept: &str) -> Self {
        self.choice(name, typed, kept, kept)
    }

    /// Adds a field whose saved value is shown as `label`.
    pub fn choice(mut self, name: &str, typed: &str, kept: &str, label: &str) -> Self {
        if typed != kept {
            let now = match label {
                "" => self.cx.t("core-stale-empty"),
                label => self.cx.message(&Message::new("core-stale-now").with("now", label)),
            };
            self.errors.insert(name.to_owned(), now);
        }
        self
    }

    /// Returns the messages by field; the one for the whole page has the empty name.
    #[must_use]
    pub fn errors(self) -> FieldErrors {
        self.errors
    }
}
