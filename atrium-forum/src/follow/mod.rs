//! How far each person has read each topic. Unread is a question to the database, never a copy per reader.

pub(crate) mod actions;
mod entity;
pub(crate) mod store;

pub(crate) use entity::{ActiveModel, Column, Entity};

use atrium_core::jobs::{Pruning, ScheduledJob};

use crate::settings::KEEP_READ_MARKS;

/// Topics never opened count as unread for so many days after their newest post; older ones are simply old.
pub(crate) const NEW_FOR_DAYS: i64 = 30;

/// Forgets a mark once its reader has read no further in that topic for the days of [`KEEP_READ_MARKS`]. A topic that old
/// counts as read without its mark; one that is written in again counts as new.
pub(crate) fn forgetting() -> ScheduledJob {
    let marks = Pruning::by_setting("atrium_forum_read", "person_id, topic_id", "read_at", &KEEP_READ_MARKS);
    marks.nightly("forum.read_marks")
}

/// How a topic stands with a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Standing {
    /// Read to its end, or too old to count as unread.
    Read,
    /// Posts since they read it last; the first one's place.
    Unread { from: i64 },
    /// Never opened, and recent.
    New,
}
