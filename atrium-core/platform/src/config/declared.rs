//! What the TOML files have in common in which a site declares its own things: texts for each language, and the lines of
//! mistakes.

use std::ops::Range;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

/// A mistake in a file: its line, and what is wrong.
pub(crate) type Wrong = (usize, String);

/// One text for every language, or one for each.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text, or one for each language: `{ fr = \"…\", en = \"…\" }`")]
pub(crate) enum Text {
    One(String),
    Each(BothTexts),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BothTexts {
    fr: String,
    en: String,
}

impl Text {
    /// Returns the French and the English text.
    pub(crate) fn both(&self) -> [&str; 2] {
        match self {
            Self::One(text) => [text, text],
            Self::Each(BothTexts { fr, en }) => [fr, en],
        }
    }

    /// Returns what is wrong with the text of `field`, unless it is one line of `longest` characters at most.
    pub(crate) fn mistake(&self, field: &str, longest: usize) -> Option<String> {
        let is_wrong = |value: &&str| {
            value.trim().is_empty() || value.chars().any(char::is_control) || value.chars().count() > longest
        };
        let value = self.both().into_iter().find(is_wrong)?;
        Some(format!("`{field}` is `{value}`: expected one line of 1 to {longest} characters"))
    }
}

/// Reads a file.
///
/// # Errors
/// Returns the first mistake of its form.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Vec<Wrong>> {
    let place = |error: &toml::de::Error| line(text, error.span().unwrap_or_default());
    toml::from_str(text).map_err(|error| vec![(place(&error), error.message().to_owned())])
}

/// Returns the line, from 1, on which `span` begins.
pub(crate) fn line(text: &str, span: Range<usize>) -> usize {
    1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count()
}

/// Returns the line of a value.
pub(crate) fn line_of<T>(text: &str, value: &Spanned<T>) -> usize {
    line(text, value.span())
}

/// Returns mistakes as lines of text that begin with the name of the file and the line.
pub(crate) fn told(file: &str, wrong: &[Wrong]) -> String {
    let lines: Vec<_> = wrong.iter().map(|(line, what)| format!("{file}:{line}: {what}")).collect();
    lines.join("\n")
}
