//! Synchronises a content folder into the database: new, changed and removed files. An unusable file keeps its old
//! version, and content older than the stored one is not written unless requested.

mod actions;
mod entity;
mod generation;
mod links;
mod plan;
mod rendering;
pub(crate) mod store;
mod surroundings;
mod updated;
mod whole;
mod writing;

pub use actions::{Removals, Report, check, sync};
pub(crate) use actions::{keep_refusal, refused_at_start, sync_unless_older};
pub use links::known_faults;
pub use plan::Plan;
