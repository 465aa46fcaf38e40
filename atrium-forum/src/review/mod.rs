//! The review queue: what waits for a moderator, apart from the contents themselves; claims and decisions.

pub mod actions;
mod entity;
mod item;
pub(crate) mod pages;
pub(crate) mod store;

use atrium_core::db::{Db, Tx};

pub(crate) use entity::{ActiveModel, Column, Entity};
pub use item::{Decision, Item, ItemState, Why};

use atrium_core::Result;
use atrium_core::directory::PersonId;

use crate::flags::{self, FlagState};
use crate::posts::{self, PostId, Reason, RevisionId};
use crate::reader::Reader;
use crate::state::State;
use crate::topics::TopicId;

pub use crate::ids::ReviewId;
/// Items on one page of the queue.
pub(crate) const PAGE: u64 = 20;

/// Where what waits for moderators is listed.
pub(crate) const QUEUE: &str = "/forum/moderation";

/// How an item leaves the queue.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    /// A moderator decided it; `None` stands for the platform itself.
    Decided(Decision, Option<PersonId>),
    /// Its author took the post back first.
    Withdrawn,
}

/// Puts `post`, whose topic is locked, in the queue; an item that is there for the same reason weighs more instead.
pub(crate) async fn open(tx: &Tx, post: &posts::Post, why: Why, revision: Option<RevisionId>) -> Result<()> {
    if store::weigh(tx, post.id, why, revision).await? { Ok(()) } else { store::insert(tx, post, why, revision).await }
}

/// Closes what waits for the Region to say which answer of `topic` is its own, if one is.
pub(crate) async fn settle_official(
    tx: &Tx,
    topic: TopicId,
    official: Option<PostId>,
    by: Option<PersonId>,
) -> Result<()> {
    if let Some(post) = official {
        store::close_official(tx, topic, Some(post), Outcome::Decided(Decision::Keep, by)).await?;
    }
    store::close_official(tx, topic, None, Outcome::Decided(Decision::Remove, by)).await
}

/// What is in the queue about `post` is decided by somebody bringing it to the state `to` directly; an author who takes
/// their own post back takes the decision away.
pub(crate) async fn settle(tx: &Tx, reader: &Reader, post: &posts::Post, to: State, reason: &Reason) -> Result<()> {
    let (outcome, flagged) = match to {
        State::Visible => (Outcome::Decided(Decision::Keep, reader.person()), FlagState::Rejected),
        _ if reader.is_author(post) => (Outcome::Withdrawn, FlagState::Withdrawn),
        _ => (Outcome::Decided(Decision::Remove, reader.person()), FlagState::Upheld),
    };
    // A proposed change outlives its post being hidden, for that may be undone.
    let with_edits = to == State::Deleted;
    store::settle(tx, post.id, with_edits, outcome, reason).await?;
    if with_edits {
        posts::store::refuse_proposals(tx, post.id, None).await?;
    }
    flags::store::decide(tx, post.id, flagged).await
}

/// Reads and decides what waits for moderators. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Review {
    db: Db,
}

impl Review {
    pub(crate) fn of(db: &Db) -> Self {
        Self { db: db.clone() }
    }
}
