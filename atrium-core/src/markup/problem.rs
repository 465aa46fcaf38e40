//! What is wrong with a text, for its author: never a reason not to render it.

use std::fmt;

use crate::Message;

/// Something its author should mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, counted as [`Options::first_line`](super::Options::first_line) says.
    pub line: usize,
    /// What.
    pub kind: ProblemKind,
}

/// What can be wrong with a text. The words in it are the author's own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// An audience block asks by a key that does not exist.
    UnknownAudienceKey(String),
    /// An audience block names a profile that does not exist.
    UnknownProfile(String),
    /// A part of an audience block's opening that is not `key=value,value`.
    MalformedAudience(String),
    /// An audience block that is for nobody in particular.
    EmptyAudience,
    /// An audience block inside another one.
    NestedAudience,
    /// An audience block without its closing `:::`.
    UnclosedAudience,
    /// A closing `:::` without a block.
    StrayAudienceEnd,
    /// An explicit heading id with other characters than `a-z`, `0-9`, `-`, `_`, or longer than 64.
    InvalidId(String),
    /// An explicit heading id that another heading has.
    DuplicateId(String),
    /// An explicit heading id that the page around uses.
    ReservedId(String),
    /// A link to an article or a file that does not exist.
    BrokenLink(String),
    /// A link to a heading of this text that does not exist.
    BrokenAnchor(String),
    /// A link or image of a kind that is not allowed.
    RefusedLink(String),
    /// More nesting, elements or expansion than a text may have; from here it is shown as it was typed.
    TooComplex,
}

impl ProblemKind {
    /// Is it about where a link leads, which may change without this text changing?
    #[must_use]
    pub fn is_about_a_link(&self) -> bool {
        matches!(self, Self::BrokenLink(_) | Self::BrokenAnchor(_) | Self::RefusedLink(_))
    }

    fn parts(&self) -> (&'static str, &'static str, Option<&str>) {
        match self {
            Self::UnknownAudienceKey(key) => ("markup-unknown-audience-key", "unknown audience key", Some(key)),
            Self::UnknownProfile(name) => ("markup-unknown-profile", "unknown profile", Some(name)),
            Self::MalformedAudience(part) => ("markup-malformed-audience", "not of the form key=value", Some(part)),
            Self::EmptyAudience => ("markup-empty-audience", "audience block without an audience", None),
            Self::NestedAudience => ("markup-nested-audience", "audience block inside another one", None),
            Self::UnclosedAudience => ("markup-unclosed-audience", "audience block never closed", None),
            Self::StrayAudienceEnd => ("markup-stray-audience-end", "end of an audience block never opened", None),
            Self::InvalidId(id) => ("markup-invalid-id", "invalid heading id", Some(id)),
            Self::DuplicateId(id) => ("markup-duplicate-id", "heading id used twice", Some(id)),
            Self::ReservedId(id) => ("markup-reserved-id", "heading id reserved for the page", Some(id)),
            Self::BrokenLink(target) => ("markup-broken-link", "link leads nowhere", Some(target)),
            Self::BrokenAnchor(target) => ("markup-broken-anchor", "no heading with this id", Some(target)),
            Self::RefusedLink(target) => ("markup-refused-link", "link not allowed", Some(target)),
            Self::TooComplex => ("markup-too-complex", "text too complex from here on", None),
        }
    }
}

impl Problem {
    /// The words for a person, with the arguments `line` and, where something is named, `name`.
    #[must_use]
    pub fn message(&self) -> Message {
        let (key, _, name) = self.kind.parts();
        let message = Message::new(key).with("line", self.line);
        match name {
            Some(name) => message.with("name", name),
            None => message,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, words, name) = self.kind.parts();
        write!(f, "line {}: {words}", self.line)?;
        match name {
            Some(name) => write!(f, " `{name}`"),
            None => Ok(()),
        }
    }
}
