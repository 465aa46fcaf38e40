//! Topics: asking, listing, reading, moving, and the marks that stand on them.
//!
//! A topic's question and replies are [`posts`](crate::posts); its state changes in
//! [`transition`](fn@crate::transition::transition) only.

pub mod actions;
mod entity;
mod form;
pub mod marks;
pub(crate) mod pages;
pub(crate) mod rule;
pub mod store;

pub(crate) use entity::{ActiveModel, Column, Entity, POSTS_ON_PAGE, address, first_of, subject};
pub use entity::{Kind, Model};
pub use form::Title;
pub(crate) use store::Row;
pub use store::{Cursor, Filter};

pub use crate::ids::TopicId;
pub use crate::state::Readers;

/// Where the forum stands.
pub(crate) const HOME: &str = "/forum";

/// The language in which people write here.
pub(crate) const FRENCH: &str = "fr";

/// Topics on one page of a list.
pub const PAGE: u64 = 20;
