//! From what was typed to what is looked for: reading, expanding, filtering.

mod filler_words;
mod filter;
mod parse;
mod term;
pub(crate) mod vocabulary;

pub(crate) use filler_words::meant_by_ear;
pub(crate) use filter::SegmentFilter;
pub(crate) use parse::{Parsed, QueryWord, parse};
pub(crate) use term::{QueryTerm, Source, query_terms};
