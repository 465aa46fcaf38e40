//! The index on disk or in memory: its schema, its directories, its writer.

mod home;
mod live;
mod per_segment;
mod schema;

pub(crate) use home::{Home, remove};
pub(crate) use live::Live;
pub use live::{Change, Checkpoint};
pub(crate) use per_segment::PerSegment;
pub(crate) use schema::{Fields, Part, column, text_hash};
