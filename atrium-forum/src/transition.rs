//! The one way from one state to another, for posts: a topic stands in the state of its first post.

use atrium_core::db::Tx;
use atrium_core::events::EventKind;
use atrium_core::{Error, Message, Result};

use crate::posts::{self, PostId, Reason, StateCause};
use crate::reader::Reader;
use crate::record::kinds::{
    Moderated, POST_APPROVED, POST_DELETED, POST_HIDDEN, POST_RESTORED, TOPIC_APPROVED, TOPIC_DELETED, TOPIC_HIDDEN,
    TOPIC_RESTORED,
};
use crate::record::{Act, note};
use crate::state::State;
use crate::topics;
use crate::{counters, follow, review};

/// Why it changes its state.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cause<'a> {
    /// Somebody has it so, for this reason.
    Said(&'a Reason),
    /// Several readers flagged it: it goes until a moderator decides.
    Flags,
}

impl Cause<'_> {
    fn kept(self) -> StateCause {
        match self {
            Self::Said(_) => StateCause::Said,
            Self::Flags => StateCause::Flags,
        }
    }
}

/// Brings the post `id`, which stands at `expected`, to the state `to`: rows, numbers, marks, review items, audit record
/// and event, all in `tx`. Returns the topic and the post as they stand now.
///
/// A post that is no longer visible is no longer the accepted or official answer: the question is open again. Taking
/// another's post away needs a reason.
///
/// # Errors
/// The target is not there for them; they may not; it would show their own post again (conflict); another's post would
/// go without a reason; it is not at `expected` or already in that state (conflict); or the database failed.
pub(crate) async fn transition(
    tx: &Tx,
    reader: &Reader,
    id: PostId,
    to: State,
    expected: i64,
    cause: Cause<'_>,
) -> Result<(topics::Topic, posts::Post)> {
    let (topic, post) = load(tx, id).await?;
    if !reader.sees_post(&topic, &post) {
        return Err(Error::not_found(format!("post {id}")));
    }
    if reader.moderates(&topic) && reader.shows_own(&post, to) {
        return Err(Error::conflict_with(format!("post {id}"), Message::new("forum-review-own")));
    }
    if !reader.may_change(&topic, &post, to) {
        return Err(reader.refusal(crate::permissions::MODERATE));
    }
    if let Cause::Said(reason) = cause
        && to != State::Visible
        && !reader.is_author(&post)
        && reason.as_str().is_empty()
    {
        return Err(Error::invalid_field("reason", Message::new("field-required")));
    }
    let words = Message::new("forum-state-conflict");
    if post.version != expected {
        return Err(Error::stale_with(format!("post {id}"), words));
    }
    if !post.state.may_become(to) {
        return Err(Error::conflict_with(format!("post {id}"), words));
    }
    apply(tx, reader, topic, post, to, cause).await
}

/// Returns the post and its topic, which is locked until the transaction ends.
async fn load(tx: &Tx, id: PostId) -> Result<(topics::Topic, posts::Post)> {
    let topic = topics::store::lock(tx, posts::store::find(tx, id).await?.topic_id).await?;
    Ok((topic, posts::store::find(tx, id).await?))
}

async fn apply(
    tx: &Tx,
    reader: &Reader,
    before: topics::Topic,
    mut post: posts::Post,
    to: State,
    cause: Cause<'_>,
) -> Result<(topics::Topic, posts::Post)> {
    let reason = match cause {
        Cause::Said(reason) => reason,
        Cause::Flags => &Reason::none(),
    };
    let from = std::mem::replace(&mut post.state, to);
    post.version += 1;
    post.state_cause = cause.kept();
    reason.as_str().clone_into(&mut post.state_reason);
    posts::store::save(tx, &post).await?;

    let mut after = before.clone();
    if post.number == 1 {
        after.state = to;
        after.version += 1;
    } else {
        let shown = |state| i64::from(state == State::Visible);
        let kept = |state| i64::from(state != State::Deleted);
        after.replies_public += shown(to) - shown(from);
        after.replies_staff += kept(to) - kept(from);
    }
    let reopened = to != State::Visible && after.unmark(post.id);
    after.show_last_of(&posts::store::last_shown(tx, after.id).await?);
    topics::store::save(tx, &after).await?;
    counters::follow(tx, Some(&before), &after).await?;
    if from == State::Pending && to == State::Visible {
        follow::store::make_unread(tx, post.topic_id, post.number, post.author_id).await?;
    }
    if let Cause::Said(reason) = cause {
        review::settle(tx, reader, &post, to, reason).await?;
    }
    let moderated = Moderated { post: (&post).into(), from, cause: cause.kept(), reopened };
    note(tx, reader.actor(), Act::new(kind(post.number == 1, from, to), &after, moderated).because(reason)).await?;
    Ok((after, post))
}

fn kind(is_topic: bool, from: State, to: State) -> EventKind<Moderated> {
    match (is_topic, from, to) {
        (true, State::Pending, State::Visible) => TOPIC_APPROVED,
        (true, _, State::Visible) => TOPIC_RESTORED,
        (true, _, State::Deleted) => TOPIC_DELETED,
        (true, _, State::Hidden | State::Pending) => TOPIC_HIDDEN,
        (false, State::Pending, State::Visible) => POST_APPROVED,
        (false, _, State::Visible) => POST_RESTORED,
        (false, _, State::Deleted) => POST_DELETED,
        (false, _, State::Hidden | State::Pending) => POST_HIDDEN,
    }
}
