//! The kinds of the events of topics, posts and categories, and what they carry. Those of flags and of the queue are declared
//! beside their acts.

use atrium_core::events::{DeclaredEvent, EventKind, Payload};
use serde::{Deserialize, Serialize};

use crate::ids::{CategoryId, PostId, RevisionId};
use crate::posts::StateCause;
use crate::state::State;

pub(crate) const TOPIC_CREATED: EventKind<Asked> = EventKind::new("forum.topic.created").public();
pub(crate) const TOPIC_SUBMITTED: EventKind<Asked> = EventKind::new("forum.topic.submitted");
pub(crate) const TOPIC_REFILED: EventKind<Refiled> = EventKind::new("forum.topic.refiled").public();
pub(crate) const TOPIC_ACCEPTED: EventKind<Marked> = EventKind::new("forum.topic.accepted").public();
pub(crate) const TOPIC_REOPENED: EventKind<Marked> = EventKind::new("forum.topic.reopened").public();
pub(crate) const TOPIC_ANSWERED_OFFICIALLY: EventKind<Marked> =
    EventKind::new("forum.topic.answered_officially").public();
pub(crate) const TOPIC_OFFICIAL_WITHDRAWN: EventKind<Marked> =
    EventKind::new("forum.topic.official_withdrawn").public();
pub(crate) const TOPIC_LOCKED: EventKind<Marked> = EventKind::new("forum.topic.locked").public();
pub(crate) const TOPIC_UNLOCKED: EventKind<Marked> = EventKind::new("forum.topic.unlocked").public();
pub(crate) const TOPIC_PINNED: EventKind<Marked> = EventKind::new("forum.topic.pinned");
pub(crate) const TOPIC_UNPINNED: EventKind<Marked> = EventKind::new("forum.topic.unpinned");
pub(crate) const TOPIC_RESTRICTED: EventKind<Marked> = EventKind::new("forum.topic.restricted");
pub(crate) const TOPIC_OPENED: EventKind<Marked> = EventKind::new("forum.topic.opened");
pub(crate) const TOPIC_APPROVED: EventKind<Moderated> = EventKind::new("forum.topic.approved").public();
pub(crate) const TOPIC_RESTORED: EventKind<Moderated> = EventKind::new("forum.topic.restored").public();
pub(crate) const TOPIC_DELETED: EventKind<Moderated> = EventKind::new("forum.topic.deleted").public();
pub(crate) const TOPIC_HIDDEN: EventKind<Moderated> = EventKind::new("forum.topic.hidden").public();
pub(crate) const POST_APPROVED: EventKind<Moderated> = EventKind::new("forum.post.approved").public();
pub(crate) const POST_RESTORED: EventKind<Moderated> = EventKind::new("forum.post.restored").public();
pub(crate) const POST_DELETED: EventKind<Moderated> = EventKind::new("forum.post.deleted").public();
pub(crate) const POST_HIDDEN: EventKind<Moderated> = EventKind::new("forum.post.hidden").public();
pub(crate) const POST_CREATED: EventKind<OfPost> = EventKind::new("forum.post.created").public();
pub(crate) const POST_SUBMITTED: EventKind<OfPost> = EventKind::new("forum.post.submitted");
pub(crate) const POST_EDITED: EventKind<Revised> = EventKind::new("forum.post.edited").public();
pub(crate) const POST_EDIT_PROPOSED: EventKind<Proposed> = EventKind::new("forum.post.edit_proposed");
pub(crate) const CATEGORY_CREATED: EventKind<OfCategory> = EventKind::new("forum.category.created");
pub(crate) const CATEGORY_UPDATED: EventKind<OfCategory> = EventKind::new("forum.category.updated");

/// A post, as an event about its topic names it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OfPost {
    pub(crate) post: PostId,
    /// Its number in the topic.
    pub(crate) number: i64,
}

impl Payload for OfPost {
    fn sample() -> Self {
        Self { post: PostId(12), number: 3 }
    }
}

/// Carried by an event about a topic that was asked.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asked {
    #[serde(flatten)]
    pub(crate) post: OfPost,
    /// The category in which it was asked.
    pub(crate) category: CategoryId,
}

impl Payload for Asked {
    fn sample() -> Self {
        Self { post: OfPost::sample(), category: CategoryId(2) }
    }
}

/// Carried by an event about a topic that was filed elsewhere.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Refiled {}

impl Payload for Refiled {
    fn sample() -> Self {
        Self {}
    }
}

/// Carried by an event about a mark on a topic.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Marked {
    /// The post with the mark, if it marks one.
    pub(crate) post: Option<PostId>,
    /// The post's number, if its text ended the mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<i64>,
    /// What ended the mark, if no one took it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cause: Option<EndOfMark>,
}

/// What ends a mark.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EndOfMark {
    /// The marked text was edited.
    Edited,
}

impl Payload for Marked {
    fn sample() -> Self {
        Self { post: Some(PostId(12)), number: Some(3), cause: Some(EndOfMark::Edited) }
    }
}

/// Carried by an event about the state of a post, or of a topic by that of its first.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Moderated {
    #[serde(flatten)]
    pub(crate) post: OfPost,
    /// The state before.
    pub(crate) from: State,
    pub(crate) cause: StateCause,
    /// `true` if the topic lost its accepted answer with it.
    pub(crate) reopened: bool,
}

impl Payload for Moderated {
    fn sample() -> Self {
        Self { post: OfPost::sample(), from: State::Pending, cause: StateCause::Said, reopened: false }
    }
}

/// Carried by an event about a post with a new text.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Revised {
    #[serde(flatten)]
    pub(crate) post: OfPost,
    /// The text's number.
    pub(crate) revision: i64,
}

impl Payload for Revised {
    fn sample() -> Self {
        Self { post: OfPost::sample(), revision: 2 }
    }
}

/// Carried by an event about a text that is proposed for a post.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Proposed {
    #[serde(flatten)]
    pub(crate) post: OfPost,
    pub(crate) revision: RevisionId,
}

impl Payload for Proposed {
    fn sample() -> Self {
        Self { post: OfPost::sample(), revision: RevisionId(2) }
    }
}

/// Carried by an event about a category if documents of its topics repeat what changed, and are read again.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OfCategory {
    pub(crate) topics: bool,
}

impl Payload for OfCategory {
    fn sample() -> Self {
        Self { topics: true }
    }
}

/// Returns the kinds of this room.
pub(crate) fn declared() -> Vec<DeclaredEvent> {
    let mut kinds = Vec::new();
    kinds.extend([TOPIC_CREATED, TOPIC_SUBMITTED].map(EventKind::declared));
    kinds.push(TOPIC_REFILED.declared());
    kinds.extend(
        [
            TOPIC_ACCEPTED,
            TOPIC_REOPENED,
            TOPIC_ANSWERED_OFFICIALLY,
            TOPIC_OFFICIAL_WITHDRAWN,
            TOPIC_LOCKED,
            TOPIC_UNLOCKED,
            TOPIC_PINNED,
            TOPIC_UNPINNED,
            TOPIC_RESTRICTED,
            TOPIC_OPENED,
        ]
        .map(EventKind::declared),
    );
    kinds.extend(
        [
            TOPIC_APPROVED,
            TOPIC_RESTORED,
            TOPIC_DELETED,
            TOPIC_HIDDEN,
            POST_APPROVED,
            POST_RESTORED,
            POST_DELETED,
            POST_HIDDEN,
        ]
        .map(EventKind::declared),
    );
    kinds.extend([POST_CREATED, POST_SUBMITTED].map(EventKind::declared));
    kinds.push(POST_EDITED.declared());
    kinds.push(POST_EDIT_PROPOSED.declared());
    kinds.extend([CATEGORY_CREATED, CATEGORY_UPDATED].map(EventKind::declared));
    kinds
}
