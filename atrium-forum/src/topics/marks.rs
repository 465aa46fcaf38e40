//! The marks that stand on a topic: accepted and official answer, lock, pin. They create no post, so no topic gets unread.

use atrium_core::access::Actor;
use atrium_core::db::Tx;
use atrium_core::directory::PersonId;
use atrium_core::events::EventKind;
use atrium_core::{Error, Message, Result};

use super::{Readers, Topic, TopicId, Topics, store};
use crate::permissions::{MODERATE, OFFICIAL};
use crate::posts::{self, PostId};
use crate::reader::Reader;
use crate::record::kinds::{
    Marked, TOPIC_ACCEPTED, TOPIC_ANSWERED_OFFICIALLY, TOPIC_LOCKED, TOPIC_OFFICIAL_WITHDRAWN, TOPIC_OPENED,
    TOPIC_PINNED, TOPIC_REOPENED, TOPIC_RESTRICTED, TOPIC_UNLOCKED, TOPIC_UNPINNED,
};
use crate::record::{Act, note};
use crate::state::State;
use crate::{categories, counters, review};

/// A mark, on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// This reply solved it.
    Accept(PostId),
    /// No reply solved it.
    Unaccept,
    /// This post is the Region's answer.
    Official(PostId),
    /// The Region has not answered.
    Unofficial,
    /// No more replies.
    Lock,
    /// Replies again.
    Unlock,
    /// On top of its category.
    Pin,
    /// In its place.
    Unpin,
    /// For its asker, their school and the Region only.
    Restrict,
    /// For everybody who reads its category; also by the moderator who restricted it and no longer reads it.
    Open,
}

impl Mark {
    fn kind(self) -> EventKind<Marked> {
        match self {
            Self::Accept(_) => TOPIC_ACCEPTED,
            Self::Unaccept => TOPIC_REOPENED,
            Self::Official(_) => TOPIC_ANSWERED_OFFICIALLY,
            Self::Unofficial => TOPIC_OFFICIAL_WITHDRAWN,
            Self::Lock => TOPIC_LOCKED,
            Self::Unlock => TOPIC_UNLOCKED,
            Self::Pin => TOPIC_PINNED,
            Self::Unpin => TOPIC_UNPINNED,
            Self::Restrict => TOPIC_RESTRICTED,
            Self::Open => TOPIC_OPENED,
        }
    }

    /// Returns the message of what was done, for the person who did it.
    pub(crate) fn told(self) -> &'static str {
        match self {
            Self::Accept(_) => "forum-flash-accepted",
            Self::Unaccept => "forum-flash-unaccepted",
            Self::Official(_) => "forum-flash-official",
            Self::Unofficial => "forum-flash-unofficial",
            Self::Lock => "forum-flash-locked",
            Self::Unlock => "forum-flash-unlocked",
            Self::Pin => "forum-flash-pinned",
            Self::Unpin => "forum-flash-unpinned",
            Self::Restrict => "forum-flash-restricted",
            Self::Open => "forum-flash-opened",
        }
    }

    fn check(self, reader: &Reader, topic: &Topic) -> Result<()> {
        if self == Self::Open && reader.may_undo_restriction(topic) {
            return Ok(());
        }
        reader.require_sees(topic)?;
        let (may, permission) = match self {
            Self::Accept(_) | Self::Unaccept => (reader.may_accept(topic), MODERATE),
            Self::Official(_) | Self::Unofficial => (reader.may_mark_official(topic), OFFICIAL),
            Self::Lock | Self::Unlock | Self::Pin | Self::Unpin | Self::Restrict | Self::Open => {
                (reader.moderates(topic), MODERATE)
            }
        };
        if may { Ok(()) } else { Err(reader.refusal(permission)) }
    }

    fn put_on(self, topic: &mut Topic, post: Option<&posts::Post>, by: Option<PersonId>) {
        match self {
            Self::Accept(_) | Self::Unaccept => topic.accept(post),
            Self::Official(post) => topic.official_post_id = Some(post),
            Self::Unofficial => topic.official_post_id = None,
            Self::Lock => topic.locked = true,
            Self::Unlock => topic.locked = false,
            Self::Pin => topic.pinned = true,
            Self::Unpin => topic.pinned = false,
            Self::Restrict if topic.own_readers == Readers::Confidential => {}
            Self::Restrict => topic.restrict(Readers::Confidential, by),
            Self::Open => topic.restrict(Readers::Open, None),
        }
    }
}

impl Topics {
    /// Puts a mark on a topic. Putting it there twice is putting it there once.
    ///
    /// # Errors
    /// The topic is not there for them, they may not, the post is not a visible reply of it, its category has confidential
    /// topics only (conflict), or the database failed.
    pub async fn mark(&self, actor: &Actor, topic: TopicId, mark: Mark) -> Result<Topic> {
        actor.require_person()?;
        let reader = Reader::of(&self.db, actor).await?;
        let tx = self.db.begin().await?;
        let before = store::lock(&tx, topic).await?;
        mark.check(&reader, &before)?;
        // Read under the topic's lock, which a category takes before it changes who reads its topics.
        if mark == Mark::Open && categories::store::find(&tx, before.category_id).await?.row.confidential {
            return Err(Error::conflict_with(format!("topic {topic}"), Message::new("forum-category-is-confidential")));
        }
        let post = match mark {
            Mark::Accept(post) | Mark::Official(post) => Some(posts::store::find(&tx, post).await?),
            _ => None,
        };
        if let Some(post) = &post {
            let reply = post.topic_id == topic && post.state == State::Visible && post.number > 1;
            if !reply {
                return Err(Error::conflict_with(
                    format!("post {}", post.id),
                    Message::new("forum-answer-not-a-reply"),
                ));
            }
        }
        let after = put(&tx, actor, before, mark, post.as_ref()).await?;
        tx.commit().await?;
        Ok(after)
    }
}

/// Makes `post`, a visible reply of `topic`, the Region's answer again, as somebody who may say so decided.
pub(crate) async fn confirm_official(tx: &Tx, actor: &Actor, topic: Topic, post: &posts::Post) -> Result<Topic> {
    put(tx, actor, topic, Mark::Official(post.id), Some(post)).await
}

/// Puts a mark that was checked on a topic that is locked.
async fn put(tx: &Tx, actor: &Actor, before: Topic, mark: Mark, post: Option<&posts::Post>) -> Result<Topic> {
    if let Mark::Official(_) | Mark::Unofficial = mark {
        review::settle_official(tx, before.id, post.map(|post| post.id), actor.person()).await?;
    }
    let mut after = before.clone();
    mark.put_on(&mut after, post, actor.person());
    if after == before {
        return Ok(before);
    }
    after.version += 1;
    store::save(tx, &after).await?;
    counters::follow(tx, Some(&before), &after).await?;
    let marked = Marked { post: post.map(|post| post.id), number: None, cause: None };
    note(tx, actor, Act::new(mark.kind(), &after, marked).changing(before.changes_to(&after))).await?;
    Ok(after)
}
