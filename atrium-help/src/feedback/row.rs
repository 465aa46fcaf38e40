//! Opinions as they leave the help: without a name.

use atrium_core::clock::Timestamp;

use super::{FeedbackId, Verdict, opinion};
use crate::articles::ArticleId;

/// An opinion on an article.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opinion {
    /// Its number.
    pub id: FeedbackId,
    /// The article.
    pub article_id: ArticleId,
    /// Whether the article was useful.
    pub verdict: Verdict,
    /// What was missing, in the reader's words; may be empty.
    pub comment: String,
    /// When.
    pub at: Timestamp,
}

impl From<opinion::Model> for Opinion {
    fn from(row: opinion::Model) -> Self {
        Self {
            id: row.id,
            article_id: row.article_id,
            verdict: if row.useful { Verdict::Useful } else { Verdict::NotUseful },
            comment: row.comment,
            at: row.at,
        }
    }
}
