//! Topics: asking, listing, reading, moving, and the marks that stand on them.
//!
//! A topic's question and replies are [`posts`](crate::posts); its state changes in
//! [`transition`](fn@crate::transition::transition) only.

pub mod actions;
pub(crate) mod api;
mod ask;
mod entity;
mod feed;
mod form;
mod list;
pub mod marks;
mod page;
mod paging;
mod restrict;
mod routes;
pub(crate) mod rule;
mod similar;
pub mod store;
mod view;

pub(crate) use api::declare as declare_api;
pub(crate) use ask::ask_url;
pub(crate) use entity::{ActiveModel, Column, Entity, POSTS_ON_PAGE, address, first_of, subject};
pub use entity::{Kind, Model};
pub(crate) use feed::{changes as sitemap_changes, pages as sitemap_pages, parts as sitemap_parts};
pub use form::Title;
pub(crate) use list::recent;
pub(crate) use page::{ReplyForm, topic_page};
pub(crate) use restrict::{RestrictedView, undoable};
pub(crate) use routes::{declare, id_of};
pub(crate) use store::Row;
pub use store::{Cursor, Filter};
pub(crate) use view::{FRENCH, crumbs};

pub use crate::ids::TopicId;
pub use crate::state::Readers;

/// Where the forum stands.
pub(crate) const HOME: &str = "/forum";

/// Topics on one page of a list.
pub const PAGE: u64 = 20;
