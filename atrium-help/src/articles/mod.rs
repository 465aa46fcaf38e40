//! Collections and articles as they are kept: their tables and the queries on them, all through the visibility rule.
//!
//! What is written comes from `sync`; what is shown is `reading`'s.

mod entity;
pub mod store;
mod stored;
pub(crate) mod subject;
mod visibility;

pub use entity::{article, article_visibility, collection};
pub use stored::{Heading, PageBlock, Passage, Stored};
pub use visibility::visibility;

pub use crate::permissions::READ;

pub(crate) use entity::redirect;
pub(crate) use stored::RESERVED;
pub(crate) use visibility::ArticleColumns;

atrium_core::id_type! {
    /// An article of the help.
    pub struct ArticleId;
}
