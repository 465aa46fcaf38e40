//! From a content folder to the database: what is new, changed, or gone; a file that cannot be used keeps its old version,
//! and content older than what is kept is written only on request.

mod actions;
mod entity;
mod generation;
mod links;
mod plan;
mod rendering;
pub mod store;
mod surroundings;
mod updated;
mod whole;
mod writing;

pub use actions::{Removals, Report, check, sync, sync_unless_older};
pub(crate) use actions::{keep_refusal, refused_at_start};
pub use entity::problem;
pub(crate) use links::known_faults;
pub use plan::Plan;
