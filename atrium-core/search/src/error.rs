//! The one error of the crate.

use std::fmt;

/// `Result` with the crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the index could not be read or written, or a vocabulary not be used.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Kind>);

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error("{0}")]
    Unavailable(&'static str),
    #[error("malformed synonyms: {0}")]
    Malformed(String),
    #[error("{0}")]
    Internal(String, #[source] Option<Box<dyn std::error::Error + Send + Sync>>),
}

impl Error {
    pub(crate) fn unavailable(what: &'static str) -> Self {
        Self(Box::new(Kind::Unavailable(what)))
    }

    pub(crate) fn malformed(what: impl fmt::Display) -> Self {
        Self(Box::new(Kind::Malformed(what.to_string())))
    }

    pub(crate) fn internal<E>(what: impl fmt::Display, source: E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self(Box::new(Kind::Internal(what.to_string(), Some(source.into()))))
    }

    pub(crate) fn bug(what: impl fmt::Display) -> Self {
        Self(Box::new(Kind::Internal(what.to_string(), None)))
    }

    /// Returns `true` if another process holds the index.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(*self.0, Kind::Unavailable(_))
    }

    /// Returns what is wrong with a vocabulary of synonyms, if that is the error.
    #[must_use]
    pub fn malformed_synonyms(&self) -> Option<&str> {
        match &*self.0 {
            Kind::Malformed(what) => Some(what),
            _ => None,
        }
    }
}
