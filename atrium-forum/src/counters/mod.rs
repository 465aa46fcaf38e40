//! The numbers kept beside topics and categories: what a topic adds to its category, and the proof that nothing drifts.
//!
//! What readers see and what moderators see are counted apart, so that a number never tells of what is hidden.

mod reconcile;
mod store;

use atrium_core::Result;
use atrium_core::db::Tx;

use crate::categories;
use crate::state::State;
use crate::topics::{self, Readers};

pub(crate) use reconcile::recount;
pub use reconcile::{Drift, drift, reconcile};

/// What a topic adds to the numbers of its category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) topics_public: i64,
    pub(crate) topics_staff: i64,
    pub(crate) posts_public: i64,
    pub(crate) posts_staff: i64,
}

impl Share {
    /// The share of `topic` as it stands.
    pub(crate) fn of(topic: &topics::Model) -> Self {
        let public = i64::from(topic.state == State::Visible && topic.readers == Readers::Open);
        let staff = i64::from(topic.state != State::Deleted);
        Self {
            topics_public: public,
            topics_staff: staff,
            posts_public: public * (1 + topic.replies_public),
            posts_staff: staff * (1 + topic.replies_staff),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            topics_public: self.topics_public - other.topics_public,
            topics_staff: self.topics_staff - other.topics_staff,
            posts_public: self.posts_public - other.posts_public,
            posts_staff: self.posts_staff - other.posts_staff,
        }
    }
}

/// Brings the categories' numbers from what they were with `before` to what they are with `after`.
pub(crate) async fn follow(tx: &Tx, before: Option<&topics::Model>, after: &topics::Model) -> Result<()> {
    match before {
        Some(before) if before.category_id != after.category_id => {
            let away = (before.category_id, Share::default().minus(Share::of(before)));
            let mut moves = [away, (after.category_id, Share::of(after))];
            // Always in the same order, so that two moves in opposite directions do not wait for each other.
            moves.sort_by_key(|(category, _)| *category);
            for (category, share) in moves {
                categories::store::add(tx, category, share).await?;
            }
            Ok(())
        }
        Some(before) => categories::store::add(tx, after.category_id, Share::of(after).minus(Share::of(before))).await,
        None => categories::store::add(tx, after.category_id, Share::of(after)).await,
    }
}
