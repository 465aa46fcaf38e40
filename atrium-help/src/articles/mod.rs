//! Collections and articles as they are kept: their tables and the queries on them, all through the visibility rule.
//!
//! What is written comes from `sync`; what is shown is `reading`'s.

mod entity;
mod row;
pub(crate) mod store;
mod stored;
pub(crate) mod subject;
mod visibility;

pub use row::Article;
pub use store::ArticleLine;

pub use crate::permissions::READ;

pub(crate) use entity::{article, article_visibility, collection, redirect};
pub(crate) use stored::{Heading, PageBlock, Passage, RESERVED, Stored};
pub(crate) use visibility::{ArticleColumns, visibility};

atrium_core::id_type! {
    /// An article of the help.
    pub struct ArticleId;
}
