//! The index on disk or in memory: its schema, its directories, its writer.

mod home;
mod live;
mod schema;
mod segment_cache;

pub(crate) use home::{Home, remove};
pub use live::{Change, Checkpoint};
pub(crate) use live::{Live, end};
pub(crate) use schema::{Fields, Part, column, text_hash};
pub(crate) use segment_cache::SegmentCache;
