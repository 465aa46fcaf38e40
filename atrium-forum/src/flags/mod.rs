//! Flags: readers tell the moderators what should not be there. One per person and revision: an edited post may be
//! flagged again. Flags of enough different people hide the post until somebody decides. What is decided is [`review`](crate::review)'s.

pub mod actions;
mod entity;
mod form;
pub(crate) mod pages;
pub(crate) mod store;

use atrium_core::db::Db;

pub use entity::FlagReason;
pub(crate) use entity::{ActiveModel, Column, Entity};
pub(crate) use entity::{FlagState, Model};
pub use form::Comment;

pub use crate::ids::FlagId;

/// Reports posts to moderators. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Flags {
    db: Db,
}

impl Flags {
    pub(crate) fn of(db: &Db) -> Self {
        Self { db: db.clone() }
    }
}
