//! Articles as they leave the help.

use atrium_core::clock::Timestamp;

use super::{ArticleId, article};

/// An article.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Article {
    /// Its number here.
    pub id: ArticleId,
    /// Path of its file below the root, without `.md`: stable across edits.
    pub source: String,
    /// Its collection.
    pub collection: String,
    /// Its name in its address.
    pub slug: String,
    /// Title.
    pub title: String,
    /// One sentence: who it helps, and with what.
    pub summary: String,
    /// `true` while it is shown and found; of an article whose file is gone the opinions are kept.
    pub is_published: bool,
    /// When it was first read.
    pub created_at: Timestamp,
    /// When its text last changed.
    pub updated_at: Timestamp,
    /// The day its author states for that (ISO date), if they do.
    pub updated_on: Option<String>,
}

impl From<article::Model> for Article {
    fn from(row: article::Model) -> Self {
        Self {
            id: row.id,
            source: row.source,
            collection: row.collection,
            slug: row.slug,
            title: row.title,
            summary: row.summary,
            is_published: row.state == article::State::Published,
            created_at: row.created_at,
            updated_at: row.updated_at,
            updated_on: row.updated_on,
        }
    }
}
