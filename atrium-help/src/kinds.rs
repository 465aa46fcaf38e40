//! The kinds of the help's events. Their subjects say all that consumers need.

use atrium_core::events::{DeclaredEvent, EventKind};

pub(crate) const ARTICLE_PUBLISHED: EventKind = EventKind::new("help.article.published").outbox_only().public();
pub(crate) const ARTICLE_MOVED: EventKind = EventKind::new("help.article.moved").outbox_only().public();
pub(crate) const ARTICLE_REMOVED: EventKind = EventKind::new("help.article.removed").outbox_only();
pub(crate) const COLLECTION_CHANGED: EventKind = EventKind::new("help.collection.changed").outbox_only();
pub(crate) const COLLECTION_REMOVED: EventKind = EventKind::new("help.collection.removed").outbox_only();
/// A synchronisation: its articles and collections have events of their own.
pub(crate) const CONTENT_SYNCED: EventKind = EventKind::new("help.content.synced").journal_only();
/// An opinion, which the journal does not keep. What is thought most useful is told again within half a minute.
pub(crate) const FEEDBACK_GIVEN: EventKind = EventKind::new("help.feedback.given").outbox_only().quiet();

/// Returns the kinds of the help.
pub(crate) fn declared() -> Vec<DeclaredEvent> {
    let kinds = [
        ARTICLE_PUBLISHED,
        ARTICLE_MOVED,
        ARTICLE_REMOVED,
        COLLECTION_CHANGED,
        COLLECTION_REMOVED,
        CONTENT_SYNCED,
        FEEDBACK_GIVEN,
    ];
    kinds.map(EventKind::declared).to_vec()
}
