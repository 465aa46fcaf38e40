//! Looking at the queue, taking an item, deciding it.

use atrium_core::access::Actor;
use atrium_core::db::{Db, Tx};
use atrium_core::directory::{self, PersonId};
use atrium_core::events::{DeclaredEvent, EventKind, Payload};
use atrium_core::{Error, Message, Result};
use serde::{Deserialize, Serialize};

use super::{Decision, Item, ItemState, PAGE, Review, ReviewId, Why, store};
use crate::flags::{self, FlagState};
use crate::permissions::{MODERATE, OFFICIAL};
use crate::posts::{self, Reason, Revision};
use crate::reader::Reader;
use crate::record::{Act, note};
use crate::state::State;
use crate::topics;
use crate::topics::marks::confirm_official;
use crate::transition::{Cause, transition};

// Who looks at what waits changes no page of a visitor.
const REVIEW_CLAIMED: EventKind<OfItem> = EventKind::new("forum.review.claimed").quiet();
const REVIEW_RELEASED: EventKind<OfItem> = EventKind::new("forum.review.released").quiet();
const REVIEW_DECIDED: EventKind<Decided> = EventKind::new("forum.review.decided");

/// Carried by an event about an item of the queue.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct OfItem {
    item: ReviewId,
}

impl Payload for OfItem {
    fn sample() -> Self {
        Self { item: ReviewId(5) }
    }
}

/// Carried by an event about a decision.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Decided {
    item: ReviewId,
    decision: Decision,
}

impl Payload for Decided {
    fn sample() -> Self {
        Self { item: ReviewId(5), decision: Decision::Keep }
    }
}

/// Returns the kinds of events of this room.
pub(crate) fn declared() -> Vec<DeclaredEvent> {
    vec![REVIEW_CLAIMED.declared(), REVIEW_RELEASED.declared(), REVIEW_DECIDED.declared()]
}

impl Review {
    /// Returns a page of what waits where they moderate: the heaviest, then the oldest.
    ///
    /// # Errors
    /// Returns `is_forbidden` if they are no moderator anywhere, or an error of the database.
    pub async fn queue(&self, actor: &Actor, after: Option<(i64, ReviewId)>) -> Result<Vec<Item>> {
        self.queue_of(&Reader::of(&self.db, actor).await?, after).await
    }

    pub(crate) async fn queue_of(&self, reader: &Reader, after: Option<(i64, ReviewId)>) -> Result<Vec<Item>> {
        if reader.moderates_something() {
            store::queue(&self.db, reader.moderation(), after, PAGE + 1).await
        } else {
            Err(reader.refusal(MODERATE))
        }
    }

    /// Returns a page of what left the queue where they moderate, the latest first.
    ///
    /// # Errors
    /// Returns `is_forbidden` if they are no moderator anywhere, or an error of the database.
    pub async fn history(&self, actor: &Actor, after: Option<(i64, ReviewId)>) -> Result<Vec<Item>> {
        self.history_of(&Reader::of(&self.db, actor).await?, after).await
    }

    pub(crate) async fn history_of(&self, reader: &Reader, after: Option<(i64, ReviewId)>) -> Result<Vec<Item>> {
        if reader.moderates_something() {
            store::history(&self.db, reader.moderation(), after, PAGE + 1).await
        } else {
            Err(reader.refusal(MODERATE))
        }
    }

    /// Returns an item that waits, for somebody who moderates its topic.
    ///
    /// # Errors
    /// Returns `is_not_found` if it is invisible to them or waits no longer, or an error of the database.
    pub(crate) async fn item(&self, reader: &Reader, id: ReviewId) -> Result<Item> {
        let item = store::find(&self.db, id).await?;
        reader.require_moderates(&topics::store::find(&self.db, item.topic_id).await?)?;
        if item.state == ItemState::Open { Ok(item) } else { Err(Error::not_found(format!("open review item {id}"))) }
    }

    /// Returns an item of the queue, decided or not, for a moderator of its topic.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such item or the actor does not see its topic, `is_forbidden` if they do not
    /// moderate it, or an error if the database fails.
    pub async fn find(&self, actor: &Actor, id: ReviewId) -> Result<Item> {
        let item = store::find(&self.db, id).await?;
        let topic = topics::store::find(&self.db, item.topic_id).await?;
        Reader::of(&self.db, actor).await?.require_moderates(&topic)?;
        Ok(item)
    }

    /// Takes an item for a while, so that two moderators do not look at the same one.
    ///
    /// # Errors
    /// Returns `is_not_found` if the item is invisible to the actor, `is_conflict` if another moderator has it or it is
    /// decided, or an error if the database fails.
    pub async fn claim(&self, actor: &Actor, id: ReviewId) -> Result<Item> {
        let person = actor.require_person()?;
        let reader = Reader::of(&self.db, actor).await?;
        let tx = self.db.begin().await?;
        let (item, topic) = mine(&tx, &reader, id).await?;
        if !store::claim(&tx, id, person).await? {
            return Err(taken(&tx, person, item).await?);
        }
        note(&tx, actor, Act::new(REVIEW_CLAIMED, &topic, OfItem { item: id })).await?;
        let item = store::find(&tx, id).await?;
        tx.commit().await?;
        Ok(item)
    }

    /// Gives an item back, so that others may take it.
    ///
    /// # Errors
    /// Returns `is_not_found` if the item is invisible to the actor, or an error if the database fails.
    pub async fn release(&self, actor: &Actor, id: ReviewId) -> Result<()> {
        let person = actor.require_person()?;
        let reader = Reader::of(&self.db, actor).await?;
        let tx = self.db.begin().await?;
        let (_, topic) = mine(&tx, &reader, id).await?;
        store::release(&tx, id, person).await?;
        note(&tx, actor, Act::new(REVIEW_RELEASED, &topic, OfItem { item: id })).await?;
        tx.commit().await
    }

    /// Decides an item that stands at `expected`, and does what follows from it.
    ///
    /// # Errors
    /// Returns `is_not_found` if the item is invisible to the actor; `is_conflict` if another moderator has it or has
    /// decided it, if it has changed since they looked, or if it is about their own post; `is_forbidden` if only people
    /// who speak for the Region may decide it; `is_invalid` if a removal has no reason; or an error if the database
    /// fails.
    pub async fn decide(
        &self,
        actor: &Actor,
        id: ReviewId,
        expected: i64,
        decision: Decision,
        reason: &Reason,
    ) -> Result<topics::Topic> {
        let person = actor.require_person()?;
        if decision == Decision::Remove && reason.as_str().is_empty() {
            return Err(Error::invalid_field("reason", Message::new("field-required")));
        }
        let reader = Reader::of(&self.db, actor).await?;
        let proposal = proposal(&self.db, &reader, id, decision).await?;

        let tx = self.db.begin().await?;
        let (item, topic) = mine(&tx, &reader, id).await?;
        if item.reason == Why::Official {
            if !reader.may_mark_official(&topic) {
                return Err(reader.refusal(OFFICIAL));
            }
        } else if posts::store::find(&tx, item.post_id).await?.author_id == person {
            return Err(Error::conflict_with(format!("review item {id}"), Message::new("forum-review-own")));
        }
        if !store::decide(&tx, id, expected, person, decision, reason).await? {
            return Err(taken(&tx, person, item).await?);
        }
        let act = Act::new(REVIEW_DECIDED, &topic, Decided { item: id, decision });
        note(&tx, actor, act.because(reason)).await?;
        carry_out(&tx, &reader, &item, decision, reason, proposal).await?;
        let topic = topics::store::find(&tx, topic.id).await?;
        tx.commit().await?;
        Ok(topic)
    }
}

/// Returns the item and its topic, locked, for somebody who moderates it.
async fn mine(tx: &Tx, reader: &Reader, id: ReviewId) -> Result<(Item, topics::Topic)> {
    let item = store::find(tx, id).await?;
    let topic = topics::store::lock(tx, item.topic_id).await?;
    reader.require_moderates(&topic)?;
    Ok((store::find(tx, id).await?, topic))
}

/// Returns why it was not for `person` to take or decide.
async fn taken(tx: &Tx, person: PersonId, item: Item) -> Result<Error> {
    let others = item.claimed_by != Some(person) && item.claimed_until.is_some_and(|until| until > tx.now());
    let name = |person: Option<PersonId>| async move {
        match person {
            Some(person) => Ok::<_, Error>(directory::person(tx, person).await?.display_name),
            None => Ok(String::new()),
        }
    };
    let words = match item.state {
        ItemState::Withdrawn => Message::new("forum-review-withdrawn"),
        ItemState::Decided => match name(item.decided_by).await? {
            name if name.is_empty() => Message::new("forum-review-decided-before"),
            name => Message::new("forum-review-decided").with("name", name),
        },
        ItemState::Open if others => Message::new("forum-review-claimed").with("name", name(item.claimed_by).await?),
        ItemState::Open => {
            return Ok(Error::stale_with(format!("review item {}", item.id), Message::new("forum-review-changed")));
        }
    };
    Ok(Error::conflict_with(format!("review item {}", item.id), words))
}

/// Returns the proposed text that is going to be published, rendered before anything is locked.
async fn proposal(
    db: &Db,
    reader: &Reader,
    id: ReviewId,
    decision: Decision,
) -> Result<Option<(Revision, posts::Html)>> {
    let item = store::find(db, id).await?;
    reader.require_moderates(&topics::store::find(db, item.topic_id).await?)?;
    let (Why::Edit, Decision::Keep, Some(revision)) = (item.reason, decision, item.revision_id) else {
        return Ok(None);
    };
    let revision = posts::store::revision(db, revision).await?;
    let post = posts::store::find(db, item.post_id).await?;
    let html = posts::render(&revision.markdown, &post.write_key).await?;
    Ok(Some((revision, html)))
}

/// A changed answer is the Region's again, or stays without that mark.
async fn confirm(tx: &Tx, reader: &Reader, post: &posts::Post, decision: Decision) -> Result<()> {
    if decision == Decision::Keep && post.state == State::Visible {
        let topic = topics::store::find(tx, post.topic_id).await?;
        confirm_official(tx, reader.actor(), topic, post).await?;
    }
    Ok(())
}

async fn carry_out(
    tx: &Tx,
    reader: &Reader,
    item: &Item,
    decision: Decision,
    reason: &Reason,
    proposal: Option<(Revision, posts::Html)>,
) -> Result<()> {
    let post = posts::store::find(tx, item.post_id).await?;
    let (to, flagged) = match decision {
        Decision::Keep => (State::Visible, FlagState::Rejected),
        Decision::Remove => (State::Hidden, FlagState::Upheld),
    };
    match (item.reason, proposal) {
        // Invariant: the item's version was checked, so the proposal read before is still its own.
        (Why::Edit, Some((revision, html))) => {
            return posts::actions::publish_proposal(tx, reader, &revision, html).await;
        }
        (Why::Edit, None) => match item.revision_id {
            Some(revision) => return posts::actions::refuse_proposal(tx, post.id, revision).await,
            None => return Ok(()),
        },
        (Why::Official, _) => return confirm(tx, reader, &post, decision).await,
        (Why::Flag, _) => flags::store::decide(tx, post.id, flagged).await?,
        (Why::FirstPost | Why::AllPosts, _) => {}
    }
    if post.state != to && post.state != State::Deleted {
        transition(tx, reader, post.id, to, post.version, Cause::Said(reason)).await?;
    }
    Ok(())
}
