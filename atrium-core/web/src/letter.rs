//! What a letter says, in the order of its parts; the templates `mail/letter` and `mail/letter-text`, which a theme may
//! replace, lay it out as HTML and as text.

use serde::Serialize;

use super::locale::Locale;
use super::request_context::View;
use atrium_platform::mail::replies::ABOVE;

/// The parts of a letter, in its recipient's language.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct LetterText {
    subject: String,
    locale: &'static str,
    /// The line above which one replies.
    above: String,
    greeting: String,
    paragraphs: Vec<String>,
    /// Line by line.
    quote: Vec<String>,
    lines: Vec<LetterLine>,
    action: Option<LetterAction>,
    closing: Vec<String>,
}

/// A line of a list.
#[derive(Clone, Debug, Serialize)]
struct LetterLine {
    text: String,
    note: String,
    url: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct LetterAction {
    label: String,
    url: String,
}

impl LetterText {
    /// Creates a letter with its subject.
    pub fn new(locale: Locale, subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            locale: locale.tag(),
            above: String::new(),
            greeting: String::new(),
            paragraphs: Vec::new(),
            quote: Vec::new(),
            lines: Vec::new(),
            action: None,
            closing: Vec::new(),
        }
    }

    /// Begins with a line that asks to reply above it: what stands below is left out of replies by mail.
    #[must_use]
    pub fn replied_above(mut self, text: &str) -> Self {
        let (begin, end) = ABOVE;
        self.above = format!("{begin} {text} {end}");
        self
    }

    /// Sets the greeting: `Bonjour Claire,`.
    #[must_use]
    pub fn greeting(mut self, text: impl Into<String>) -> Self {
        self.greeting = text.into();
        self
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn paragraph(mut self, text: impl Into<String>) -> Self {
        self.paragraphs.push(text.into());
        self
    }

    /// Sets what somebody wrote, as text; it stands after the paragraphs.
    #[must_use]
    pub fn quote(mut self, text: impl Into<String>) -> Self {
        self.quote = text.into().lines().map(str::to_owned).collect();
        self
    }

    /// Adds a line to the list after the quotation: its text, what is said of it, and a whole address.
    #[must_use]
    pub fn line(mut self, text: impl Into<String>, note: impl Into<String>, url: Option<String>) -> Self {
        self.lines.push(LetterLine { text: text.into(), note: note.into(), url });
        self
    }

    /// Sets the link that leads on: its label, and a whole address.
    #[must_use]
    pub fn action(mut self, label: impl Into<String>, url: impl Into<String>) -> Self {
        self.action = Some(LetterAction { label: label.into(), url: url.into() });
        self
    }

    /// Adds a line below the letter: why it was sent, how to get no more of them.
    #[must_use]
    pub fn closing(mut self, text: impl Into<String>) -> Self {
        self.closing.push(text.into());
        self
    }

    /// Returns the subject.
    pub(super) fn subject(&self) -> &str {
        &self.subject
    }
}

/// The letter as HTML.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct HtmlView<'l>(pub(super) &'l LetterText);

impl View for HtmlView<'_> {
    const TEMPLATE: &'static str = "mail/letter";
}

/// The letter as text.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct TextView<'l>(pub(super) &'l LetterText);

impl View for TextView<'_> {
    const TEMPLATE: &'static str = "mail/letter-text";
}

/// Returns a rendered text without the escapes that templates write for HTML.
pub(super) fn plain(rendered: &str) -> String {
    let escapes = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x3D;", "="), ("&#x60;", "`")];
    let text = escapes.into_iter().fold(rendered.to_owned(), |text, (escape, sign)| text.replace(escape, sign));
    // The last one, or an escape that somebody typed would become a sign.
    let text = text.replace("&amp;", "&");
    format!("{}\n", text.trim())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_comes_out_as_it_was_typed(typed in "[ -~é]{0,40}x") {
            let escaped = handlebars::html_escape(&typed);
            prop_assert_eq!(plain(&escaped), format!("{}\n", typed.trim()));
        }
    }
}
