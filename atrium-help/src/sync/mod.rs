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

use atrium_core::db::Db;

pub use actions::{Removals, Report};
pub(crate) use actions::{keep_refusal, refused_at_start};
pub use plan::Plan;

/// Synchronises content folders and checks them. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Content {
    db: Db,
}

impl Content {
    pub(crate) fn of(db: &Db) -> Self {
        Self { db: db.clone() }
    }
}
