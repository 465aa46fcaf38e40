//! The search engine: what a searchable thing is, the index and its life, queries and their answers.
//!
//! It knows no plugin: sources hand it documents with visibility tokens, and every query carries a
//! [`Visibility`](crate::access::Visibility) per kind.

mod document;

pub use document::{Badge, SearchDocument};
