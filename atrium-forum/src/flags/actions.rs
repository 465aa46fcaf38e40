//! Flagging a post.

use atrium_core::access::{Actor, Via};
use atrium_core::events::{DeclaredEvent, EventKind, Payload};
use atrium_core::{Error, Message, Result};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};

use super::{ActiveModel, Comment, FlagReason, FlagState, Flags, store};
use crate::permissions::FLAG;
use crate::posts::{self, PostId};
use crate::reader::Reader;
use crate::record::kinds::OfPost;
use crate::record::{Act, note};
use crate::review;
use crate::settings::HIDING_FLAGS;
use crate::state::State;
use crate::topics;
use crate::transition::{Cause, transition};

/// A post was flagged. Hiding it has an event of its own.
const POST_FLAGGED: EventKind<Flagged> = EventKind::new("forum.post.flagged").quiet();

/// Carried by an event about a flag on a post.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flagged {
    #[serde(flatten)]
    post: OfPost,
    /// The number of the text that was flagged.
    revision: i64,
    reason: FlagReason,
}

impl Payload for Flagged {
    fn sample() -> Self {
        Self { post: OfPost::sample(), revision: 1, reason: FlagReason::Rude }
    }
}

/// Returns the kinds of events of this room.
pub(crate) fn declared() -> Vec<DeclaredEvent> {
    vec![POST_FLAGGED.declared()]
}

impl Flags {
    /// Flags the revision numbered `revision` of a post for the moderators. Once as many people flagged it as the setting says,
    /// it is hidden until they decide, unless the Region wrote it: what commits the Region is taken back by a moderator, not
    /// by a few readers.
    ///
    /// # Errors
    /// Returns `is_not_found` if the post is invisible to the actor, `is_forbidden` if they may not flag it (as their
    /// own post, or one that is not shown), `is_conflict` if it was edited since they read it or they flagged this
    /// revision before, or an error if the database fails.
    pub async fn create(
        &self,
        actor: &Actor,
        post: PostId,
        revision: i64,
        reason: FlagReason,
        comment: &Comment,
    ) -> Result<topics::Topic> {
        let person = actor.require_person()?;
        let reader = Reader::of(&self.db, actor).await?;
        let tx = self.db.begin().await?;
        let topic = topics::store::lock(&tx, posts::store::find(&tx, post).await?.topic_id).await?;
        let post = posts::store::find(&tx, post).await?;
        if !reader.sees_post(&topic, &post) {
            return Err(Error::not_found(format!("post {}", post.id)));
        }
        if !reader.may_flag(&topic, &post) {
            return Err(reader.refusal(FLAG));
        }
        if post.revision != revision {
            return Err(Error::conflict_with(format!("post {}", post.id), Message::new("forum-flag-edited")));
        }
        let row = ActiveModel {
            post_id: Set(post.id),
            person_id: Set(person),
            revision: Set(revision),
            reason: Set(reason),
            comment: Set(comment.as_str().to_owned()),
            state: Set(FlagState::Open),
            created_at: Set(tx.now()),
            ..Default::default()
        };
        if !store::insert(&tx, row).await? {
            return Err(Error::conflict_with(format!("post {}", post.id), Message::new("forum-flag-again")));
        }
        review::open(&tx, &post, review::Why::Flag, None).await?;
        let flagged = Flagged { post: (&post).into(), revision, reason };
        note(&tx, actor, Act::new(POST_FLAGGED, &topic, flagged)).await?;
        let hiding = u64::try_from(HIDING_FLAGS.read(&tx).await?).unwrap_or(u64::MAX);
        if !post.quality.is_region() && store::count_people(&tx, post.id).await? >= hiding {
            let system = Reader::of(&tx, &Actor::system(Via::System, tx.now())).await?;
            transition(&tx, &system, post.id, State::Hidden, post.version, Cause::Flags).await?;
        }
        tx.commit().await?;
        Ok(topic)
    }
}
