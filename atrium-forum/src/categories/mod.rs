//! Categories: who may see, ask and answer there, and how much is reviewed first.
//!
//! Who reads a category reads its topics: a change of the one takes the others along, in the same transaction.

pub mod actions;
mod category;
mod contents;
pub mod defaults;
mod entity;
mod form;
pub(crate) mod pages;
mod readers;
mod share;
pub(crate) mod store;

use atrium_core::db::Db;

pub use category::{Category, CategoryRow, Moderation};
pub(crate) use entity::ActiveModel;
pub use form::{CategoryInput, Name, Slug};
pub use readers::{Consequences, Readership, Turn};
pub(crate) use readers::{Held, consequences};
pub(crate) use share::Share;

pub use crate::ids::CategoryId;

/// The prefix of the subject of a category's events and records.
const SUBJECT: &str = "forum-category:";

/// Returns the subject of a category's events and records.
pub(crate) fn subject(id: CategoryId) -> String {
    format!("{SUBJECT}{id}")
}

/// Returns the category that `subject` names, if it names one.
pub(crate) fn id_of(subject: &str) -> Option<CategoryId> {
    subject.strip_prefix(SUBJECT)?.parse().ok()
}

/// The path of the administration of categories.
pub(crate) const MANAGE: &str = "/administration/forum";

/// Makes and changes categories. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Categories {
    db: Db,
}

impl Categories {
    pub(crate) fn of(db: &Db) -> Self {
        Self { db: db.clone() }
    }
}
