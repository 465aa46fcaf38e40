//! The base of every other ATRIUM crate: messages to people as keys and arguments ([`Message`]), and the characters
//! allowed in a line that people type ([`letters`]).
//!
//! It knows no forms, languages or HTTP: the web shell renders messages.

pub mod letters;
mod message;

pub use message::{Argument, FieldProblem, Message};
