//! The error of the crate. It holds the kind of refusal; the web shell makes what a person reads from its
//! [`Message`]s, in their language.

#[cfg(feature = "axum")]
mod response;

use std::borrow::Cow;
use std::fmt;

pub use atrium_text::{Argument, FieldProblem, Message};
#[cfg(feature = "axum")]
pub use response::{Cause, status_of};

/// `Result` with the crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error that reveals no more than the caller may know.
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Kind>);

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error("not found: {0}")]
    NotFound(String, Option<Message>),
    #[error("forbidden: {0}")]
    Forbidden(String, Option<Message>),
    #[error("sign-in required")]
    SignInRequired,
    #[error("conflict: {0}")]
    Conflict(String, Option<Message>),
    #[error("conflict: stale version of {0}")]
    Stale(String, Message),
    #[error("invalid input: {}", describe(.0))]
    Invalid(Vec<FieldProblem>),
    #[error("too many attempts, retry in {0} s")]
    TooMany(u64),
    #[error("input over the limit of {0} bytes")]
    TooLarge(u64),
    #[error("not available: {0}")]
    Unavailable(String, Option<u64>),
    #[error("too much work at once: {0}, retry in {1} s")]
    Busy(&'static str, u64),
    #[error("{0}")]
    Internal(String, #[source] Option<Box<dyn std::error::Error + Send + Sync>>),
}

fn describe(problems: &[FieldProblem]) -> String {
    let each = problems.iter().map(|p| format!("`{}`: {}", p.field, p.message.key));
    each.collect::<Vec<_>>().join(", ")
}

impl Error {
    /// Creates the error for a thing that does not exist or is invisible to the person. `what` names it in English,
    /// for logs.
    pub fn not_found(what: impl fmt::Display) -> Self {
        Kind::NotFound(what.to_string(), None).into()
    }

    /// Creates the same error with a message for the person, who may know what it was.
    pub(crate) fn not_found_with(what: impl fmt::Display, message: Message) -> Self {
        Kind::NotFound(what.to_string(), Some(message)).into()
    }

    /// Creates the error for a known person without the right. `what` is the permission or rule that refused.
    pub fn forbidden(what: impl fmt::Display) -> Self {
        Kind::Forbidden(what.to_string(), None).into()
    }

    /// Creates the same error with a message for the person, when the reason is not their rights.
    pub fn forbidden_with(what: impl fmt::Display, message: Message) -> Self {
        Kind::Forbidden(what.to_string(), Some(message)).into()
    }

    /// Creates the error that asks a visitor to sign in.
    #[must_use]
    pub fn sign_in_required() -> Self {
        Kind::SignInRequired.into()
    }

    /// Creates the error for a state that changed since the caller read it (a stale version, a second decision).
    pub fn conflict(what: impl fmt::Display) -> Self {
        Kind::Conflict(what.to_string(), None).into()
    }

    /// Creates the same error with a message for the person.
    pub fn conflict_with(what: impl fmt::Display, message: Message) -> Self {
        Kind::Conflict(what.to_string(), Some(message)).into()
    }

    /// Creates the error for an edit that came second: `what` is no longer at the version that the caller read.
    pub fn stale(what: impl fmt::Display) -> Self {
        Self::stale_with(what, Message::new("core-stale"))
    }

    /// Creates the same error with a message for the person.
    pub fn stale_with(what: impl fmt::Display, message: Message) -> Self {
        Kind::Stale(what.to_string(), message).into()
    }

    /// Creates the error for invalid input, with one problem per field.
    #[must_use]
    pub fn invalid(problems: Vec<FieldProblem>) -> Self {
        Kind::Invalid(problems).into()
    }

    /// Creates the error for one invalid field.
    ///
    /// ```
    /// use atrium_platform::{Error, Message};
    ///
    /// let error = Error::invalid_field("title", Message::new("field-required"));
    /// assert!(error.is_invalid());
    /// assert_eq!(error.problems()[0].field, "title");
    /// ```
    pub fn invalid_field(field: impl Into<Cow<'static, str>>, message: Message) -> Self {
        Self::invalid(vec![FieldProblem { field: field.into(), message }])
    }

    /// Creates the error that asks to try again in `retry_after` seconds, after too many attempts.
    #[must_use]
    pub fn too_many(retry_after: u64) -> Self {
        Kind::TooMany(retry_after).into()
    }

    /// Creates the error for input of more than `limit` bytes.
    #[must_use]
    pub fn too_large(limit: u64) -> Self {
        Kind::TooLarge(limit).into()
    }

    /// Creates the error of a platform that cannot answer now (starting, rebuilding, stopping).
    pub fn unavailable(what: impl fmt::Display) -> Self {
        Kind::Unavailable(what.to_string(), None).into()
    }

    /// Creates the same error with the seconds after which to try again.
    pub fn unavailable_for(what: impl fmt::Display, retry_after: u64) -> Self {
        Kind::Unavailable(what.to_string(), Some(retry_after)).into()
    }

    /// Creates the error of a platform that is already doing too much of `what`, with the seconds after which to
    /// try again.
    #[must_use]
    pub fn busy(what: &'static str, retry_after: u64) -> Self {
        Kind::Busy(what, retry_after).into()
    }

    /// Creates the error for an internal fault with its cause.
    pub fn internal<E>(what: impl fmt::Display, source: E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Kind::Internal(what.to_string(), Some(source.into())).into()
    }

    /// Creates the error for an internal fault without an underlying error.
    pub fn bug(what: impl fmt::Display) -> Self {
        Kind::Internal(what.to_string(), None).into()
    }

    /// Returns `true` if the thing does not exist or is invisible to the person.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(*self.0, Kind::NotFound(..))
    }

    /// Returns `true` if the person lacks the right.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(*self.0, Kind::Forbidden(..))
    }

    /// Returns `true` if the person has to sign in first.
    #[must_use]
    pub fn is_sign_in_required(&self) -> bool {
        matches!(*self.0, Kind::SignInRequired)
    }

    /// Returns `true` if the state conflicts with the action.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(*self.0, Kind::Conflict(..) | Kind::Stale(..))
    }

    /// Returns `true` for a conflict with an edit that came first.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        matches!(*self.0, Kind::Stale(..))
    }

    /// Returns `true` if the input is invalid.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(*self.0, Kind::Invalid(_))
    }

    /// Returns `true` if the input exceeds the size limit.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(*self.0, Kind::TooLarge(_))
    }

    /// Returns `true` if the platform cannot answer now.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(*self.0, Kind::Unavailable(..) | Kind::Busy(..))
    }

    /// Returns `true` if there is too much work at once, or the work takes too long.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(*self.0, Kind::Busy(..))
    }

    /// Returns the seconds to wait, if attempts or the work under way are limited, or a part is away.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        match *self.0 {
            Kind::TooMany(seconds) | Kind::Busy(_, seconds) => Some(seconds),
            Kind::Unavailable(_, seconds) => seconds,
            _ => None,
        }
    }

    /// Returns the problem of each field; empty unless [`is_invalid`](Self::is_invalid).
    #[must_use]
    pub fn problems(&self) -> &[FieldProblem] {
        match &*self.0 {
            Kind::Invalid(problems) => problems,
            _ => &[],
        }
    }

    /// Returns the message for the person, if a conflict or a refusal brings its own.
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        match &*self.0 {
            Kind::Conflict(_, message) | Kind::Forbidden(_, message) | Kind::NotFound(_, message) => message.as_ref(),
            Kind::Stale(_, message) => Some(message),
            _ => None,
        }
    }
}

impl Error {
    /// Returns the error with its causes on one line, for logs and terminals.
    #[must_use]
    pub fn told(&self) -> String {
        let first: &dyn std::error::Error = self;
        let causes = std::iter::successors(Some(first), |error| error.source());
        causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }
}

#[cfg(feature = "search")]
impl From<atrium_search::Error> for Error {
    fn from(source: atrium_search::Error) -> Self {
        if source.is_unavailable() {
            return Self::unavailable(source);
        }
        match source.malformed_synonyms() {
            Some(reason) => {
                Self::invalid_field("synonyms", Message::new("search-synonyms-malformed").with("reason", reason))
            }
            None => Self::internal("search", source),
        }
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self(Box::new(kind))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
