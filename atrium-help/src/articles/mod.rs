//! Collections and articles as they are kept: their tables and the queries on them, all through the visibility rule.
//!
//! What is written comes from `sync`; what is shown is `reading`'s.

mod entity;
pub mod store;
mod visibility;

pub(crate) use entity::redirect;
pub use entity::{article, article_visibility, collection};
pub use visibility::{READ, visibility};

pub(crate) use visibility::ArticleColumns;

atrium_core::id_type! {
    /// An article of the help.
    pub struct ArticleId;
}
