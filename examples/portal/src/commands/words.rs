//! Errors with the names of what is wrong, for a terminal.

use atrium_core::Error;

/// The same error, naming each field and message when input was refused.
pub(crate) fn explained(error: &Error) -> Error {
    let problems = error.problems().iter().map(|problem| format!("`{}`: {}", problem.field, problem.message.key));
    let problems: Vec<_> = problems.collect();
    match problems.is_empty() {
        true => Error::bug(error),
        false => Error::bug(problems.join(", ")),
    }
}
