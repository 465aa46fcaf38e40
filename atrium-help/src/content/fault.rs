//! What is wrong with a content folder, for its authors: by file and line, and how bad it is.

use std::fmt;

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Left out on purpose.
    Note,
    /// Shown, and needs a look.
    Warning,
    /// Kept out: the version that is kept stays.
    Error,
}

impl Severity {
    /// Returns its text as it is stored and printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    pub(crate) fn parse(text: &str) -> Self {
        match text {
            "note" => Self::Note,
            "warning" => Self::Warning,
            _ => Self::Error,
        }
    }
}

/// Something wrong with a file, a passage of it, or the folder as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Fault {
    /// Path below the folder, with its extension; empty for the folder as a whole.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
}

impl Fault {
    pub(crate) fn error(file: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self { file: file.into(), line, severity: Severity::Error, message: message.into() }
    }

    pub(crate) fn warning(file: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(file, line, message) }
    }

    pub(crate) fn note(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(file, 1, message) }
    }

    /// Returns why the folder `root` is not synchronised.
    pub(crate) fn whole(root: &str, reason: impl fmt::Display) -> Self {
        Self::error("", 1, format!("`{root}` is not synchronised: {reason}"))
    }

    /// Returns the file's path without its Markdown extension, as articles are called.
    #[must_use]
    pub fn source(&self) -> &str {
        source_of(&self.file).unwrap_or(&self.file)
    }

    /// Returns `true` if it excludes the file.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.file.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Returns the path of a Markdown file without its extension; `None` for other files.
pub(crate) fn source_of(path: &str) -> Option<&str> {
    let (stem, extension) = path.rsplit_once('.')?;
    let is_markdown = ["md", "markdown"].iter().any(|known| extension.eq_ignore_ascii_case(known));
    (is_markdown && !stem.is_empty() && !stem.ends_with('/')).then_some(stem)
}
