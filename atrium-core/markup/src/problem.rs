//! Problems of a text, for its author. A text with problems is still rendered.

use std::fmt;

use atrium_text::Message;

/// A problem that the author should correct.
///
/// ```
/// use atrium_markup::{Options, ProblemKind, render};
///
/// let text = "Un.\n\n::: pour profil=eleves-du-lycee\nDeux.\n:::\n";
/// let problem = &render(text, &Options::article("casier", &|_: &str| None)).problems[0];
/// assert_eq!(problem.line, 3);
/// assert!(matches!(problem.kind, ProblemKind::UnknownProfile(_)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from [`Options::first_line`](super::Options::first_line).
    pub line: usize,
    /// The kind of problem.
    pub kind: ProblemKind,
}

/// The kinds of problems. Their words are the author's own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// An audience block with an unknown key.
    UnknownAudienceKey(String),
    /// An audience block with an unknown profile.
    UnknownProfile(String),
    /// A part of an audience block's opening that is not `key=value,value`.
    MalformedAudience(String),
    /// An audience block that admits no reader.
    EmptyAudience,
    /// An audience block inside another one, which no reader could see.
    NestedAudience,
    /// An audience block that opens behind other text, indented, in a list or in a quote.
    MisplacedAudience,
    /// A misspelt audience block, with the word in place of `pour`.
    MisspeltAudience(String),
    /// An audience block without its closing `:::`.
    UnclosedAudience,
    /// A closing `:::` without a block.
    StrayAudienceEnd,
    /// A closing `:::` that is shorter or deeper than its block, and is ignored.
    MismatchedEnd,
    /// An unknown container (`:::tabs`).
    UnknownContainer(String),
    /// A container without its closing `:::`.
    UnclosedContainer(String),
    /// Unclosed fenced code.
    UnclosedCode,
    /// An unclosed comment, shown as text.
    UnclosedComment,
    /// Syntax of another tool, shown as text.
    ForeignSyntax(String),
    /// A tag unknown in HTML, shown as text.
    UnknownElement(String),
    /// An HTML element that is left out with its content.
    DroppedElement(String),
    /// An HTML element of which only the text is shown.
    UnwrappedElement(String),
    /// An HTML element shown as a link to its source.
    LinkedElement(String),
    /// An HTML element that is not closed where it began.
    UnclosedElement(String),
    /// A closing HTML tag without its element.
    StrayElementEnd(String),
    /// A call of an undefined footnote.
    UndefinedNote(String),
    /// A footnote without a call.
    UncalledNote(String),
    /// A link target that no link uses.
    UnusedDefinition(String),
    /// Cells of a row beyond the last column of the table, shown in the last cell.
    ExcessCells(String),
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
    /// Returns `true` if it is about a link target, which may change without this text changing.
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
            Self::NestedAudience => {
                ("markup-nested-audience", "no reader fits both this audience block and the one around it", None)
            }
            Self::UnclosedAudience => ("markup-unclosed-audience", "audience block never closed", None),
            Self::StrayAudienceEnd => ("markup-stray-audience-end", "end of an audience block never opened", None),
            Self::MisplacedAudience => ("markup-misplaced-audience", "audience block does not begin its line", None),
            Self::MisspeltAudience(word) => ("markup-misspelt-audience", "taken for an audience block", Some(word)),
            Self::MismatchedEnd => ("markup-mismatched-end", "`:::` does not match what it would close", None),
            Self::UnknownContainer(name) => ("markup-unknown-container", "unknown container", Some(name)),
            Self::UnclosedContainer(name) => ("markup-unclosed-container", "container never closed", Some(name)),
            Self::UnclosedCode => ("markup-unclosed-code", "code never closed", None),
            Self::UnclosedComment => ("markup-unclosed-comment", "comment never closed, shown as text", None),
            Self::ForeignSyntax(text) => ("markup-foreign-syntax", "syntax of another tool, shown as text", Some(text)),
            Self::UnknownElement(name) => ("markup-unknown-element", "no HTML element, shown as text", Some(name)),
            Self::DroppedElement(name) => ("markup-dropped-element", "HTML element left out", Some(name)),
            Self::UnwrappedElement(name) => {
                ("markup-unwrapped-element", "HTML element not shown, only the text in it", Some(name))
            }
            Self::LinkedElement(name) => ("markup-linked-element", "HTML element shown as a link", Some(name)),
            Self::UnclosedElement(name) => ("markup-unclosed-element", "HTML element not closed", Some(name)),
            Self::StrayElementEnd(name) => ("markup-stray-element-end", "HTML element closed, not opened", Some(name)),
            Self::UndefinedNote(label) => ("markup-undefined-note", "footnote called, not written", Some(label)),
            Self::UncalledNote(label) => ("markup-uncalled-note", "footnote written, not called", Some(label)),
            Self::UnusedDefinition(label) => ("markup-unused-definition", "link target no link uses", Some(label)),
            Self::ExcessCells(text) => ("markup-excess-cells", "more cells than the table has columns", Some(text)),
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
    /// Returns the message for the author, with the arguments `line` and, if a name is concerned, `name`.
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
