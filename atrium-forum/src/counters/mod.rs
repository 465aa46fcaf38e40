//! The numbers kept beside topics and categories: what a topic adds to its category, and the proof that they stay right.
//!
//! What readers see and what moderators see are counted apart, so that a number never tells of what is hidden.

mod reconcile;
mod store;

use atrium_core::Result;
use atrium_core::db::Tx;

use crate::categories::{self, Share};
use crate::state::{Readers, State};
use crate::topics;

pub use reconcile::Drift;
pub(crate) use reconcile::recount;
pub(crate) use reconcile::{drift, reconcile};

/// Returns what `topic` adds to the numbers of its category as it stands.
fn share_of(topic: &topics::Topic) -> Share {
    let public = i64::from(topic.state == State::Visible && topic.readers == Readers::Open);
    let staff = i64::from(topic.state != State::Deleted);
    Share {
        topics_public: public,
        topics_staff: staff,
        posts_public: public * (1 + topic.replies_public),
        posts_staff: staff * (1 + topic.replies_staff),
    }
}

/// Brings the categories' numbers from what they were with `before` to what they are with `after`.
pub(crate) async fn follow(tx: &Tx, before: Option<&topics::Topic>, after: &topics::Topic) -> Result<()> {
    match before {
        Some(before) if before.category_id != after.category_id => {
            let away = (before.category_id, Share::default().minus(share_of(before)));
            let mut moves = [away, (after.category_id, share_of(after))];
            // Always in the same order, so that two moves in opposite directions do not wait for each other.
            moves.sort_by_key(|(category, _)| *category);
            for (category, share) in moves {
                categories::store::add(tx, category, share).await?;
            }
            Ok(())
        }
        Some(before) => categories::store::add(tx, after.category_id, share_of(after).minus(share_of(before))).await,
        None => categories::store::add(tx, after.category_id, share_of(after)).await,
    }
}
