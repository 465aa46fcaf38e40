//! From a content folder to the database: what is new, changed, or gone; a broken file keeps its old version.

mod actions;
mod entity;
mod plan;
mod rendering;
pub mod store;
mod surroundings;
mod updated;

pub(crate) use actions::keep_refusal;
pub use actions::{Removals, Report, check, sync};
pub use entity::problem;
pub use plan::Plan;
pub use rendering::{Heading, PageBlock, Passage, Stored, collection_html};
