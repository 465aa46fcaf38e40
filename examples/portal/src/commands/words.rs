//! Errors in words, for a terminal.

use atrium_core::web::Locale;
use atrium_core::{Atrium, Error};

/// Returns the error in words: each field with its problem, and the message of a conflict.
pub(crate) fn explained(atrium: &Atrium, error: &Error) -> Error {
    let say = |message| atrium.say(Locale::En, message);
    let problems = error.problems().iter().map(|problem| match problem.field.as_ref() {
        "" => say(&problem.message),
        field => format!("`{field}`: {}", say(&problem.message)),
    });
    let told: Vec<_> = problems.chain(error.message().map(say)).collect();
    if told.is_empty() { Error::bug(error) } else { Error::bug(told.join(" ")) }
}
