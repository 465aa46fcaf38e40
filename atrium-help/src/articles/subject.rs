//! What articles and collections are called in events and in the index.

use super::ArticleId;

/// The kind of the help's documents, and the prefix of its subjects.
pub(crate) const KIND: &str = "help";

/// Returns the subject of the article `id`.
pub(crate) fn article_subject(id: ArticleId) -> String {
    format!("{KIND}:{id}")
}

/// Returns the subject of the collection `key`.
pub(crate) fn collection_subject(key: &str) -> String {
    format!("{KIND}:c:{key}")
}

/// Returns the article of a document or of a subject.
pub(crate) fn article_of(id: &str) -> Option<ArticleId> {
    id.strip_prefix("help:")?.split('#').next()?.parse().ok()
}

/// Returns the key of the collection of a document or of a subject.
pub(crate) fn collection_of(id: &str) -> Option<&str> {
    id.strip_prefix("help:c:")?.split('#').next()
}
