//! The words that every other crate of ATRIUM stands on: messages to people as keys and arguments ([`Message`]), and what a
//! line that people type may hold ([`letters`]).
//!
//! It refuses forms, languages and HTTP: the web shell puts messages into words.

pub mod letters;
mod message;

pub use message::{Argument, FieldProblem, Message};
