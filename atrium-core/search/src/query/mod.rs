//! From what was typed to what is looked for: reading, expanding, filtering.

mod concept;
mod filter;
mod parse;
mod scaffold;
pub(crate) mod vocabulary;

pub(crate) use concept::{Concept, Source, concepts};
pub(crate) use filter::SegmentFilter;
pub(crate) use parse::{Asked, Parsed, parse};
pub(crate) use scaffold::meant_by_ear;
