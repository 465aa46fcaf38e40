//! A form that came too late: beside each field, what somebody else has saved meanwhile.

use super::{Cx, FieldErrors};
use atrium_platform::Message;

/// The messages of a form over whose version somebody else has saved. The form comes back with what was typed and with
/// these, over the new version: sent again, it replaces what they name.
#[must_use]
pub struct Overtaken<'a> {
    cx: &'a Cx,
    errors: FieldErrors,
}

impl<'a> Overtaken<'a> {
    /// That the page has changed meanwhile, and no field so far.
    pub fn new(cx: &'a Cx) -> Self {
        Self { cx, errors: [(String::new(), cx.t("core-stale"))].into() }
    }

    /// A field: as it was typed, and as it is kept.
    pub fn field(self, name: &str, typed: &str, kept: &str) -> Self {
        self.choice(name, typed, kept, kept)
    }

    /// A field whose kept value is called `label` on the screen.
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

    /// The messages, by field; the one for the page as a whole under the empty name.
    #[must_use]
    pub fn errors(self) -> FieldErrors {
        self.errors
    }
}
