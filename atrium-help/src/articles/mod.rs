//! Collections and articles as they are kept: their tables and the queries on them, all through the visibility rule.
//!
//! What is written comes from `sync`; what is shown is `reading`'s.

mod entity;
mod row;
pub(crate) mod store;
mod stored;
pub(crate) mod subject;
mod visibility;

use atrium_core::Result;
use atrium_core::access::Actor;
use atrium_core::db::Db;

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

/// Reads articles as an actor may. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Articles {
    db: Db,
}

impl Articles {
    pub(crate) fn of(db: &Db) -> Self {
        Self { db: db.clone() }
    }

    /// Returns the article at this address, its collection and its slug, or that to which a former address leads.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such article or the actor does not see it, or an error if the database fails.
    pub async fn find(&self, actor: &Actor, address: (&str, &str)) -> Result<Article> {
        Ok(store::by_any_address(&self.db, address, &visibility(actor)).await?.into())
    }

    /// Returns the articles of a collection that the actor sees, in order, at most `limit`.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn list(&self, actor: &Actor, collection: &str, limit: u64) -> Result<Vec<ArticleLine>> {
        store::list(&self.db, collection, &visibility(actor), limit).await
    }
}
