//! Topics: asking, listing, reading, moving, and the marks that stand on them.
//!
//! A topic's question and replies are [`posts`](crate::posts); its state changes in
//! `transition` only.

pub mod actions;
mod entity;
mod form;
pub mod marks;
pub(crate) mod pages;
pub(crate) mod rule;
pub(crate) mod store;
mod topic;

use atrium_core::db::Db;

pub(crate) use entity::{ActiveModel, Column, Entity};
pub use form::Title;
pub(crate) use store::Row;
pub(crate) use store::{Cursor, Filter};
pub use topic::{Kind, Topic};
pub(crate) use topic::{POSTS_ON_PAGE, address, first_of, subject, topic_of};

pub use crate::ids::TopicId;
pub use crate::state::Readers;

/// Where the forum stands.
pub(crate) const HOME: &str = "/forum";

/// The language in which people write here.
pub(crate) const FRENCH: &str = "fr";

/// Topics on one page of a list.
pub(crate) const PAGE: u64 = 20;

/// Asks, files and marks topics. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Topics {
    pub(crate) db: Db,
}

impl Topics {
    pub(crate) fn of(db: &Db) -> Self {
        Self { db: db.clone() }
    }
}
