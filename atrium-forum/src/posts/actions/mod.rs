//! Replying, editing, and bringing a post from one state to another.

mod revise;

use atrium_core::access::{Actor, Scope};
use atrium_core::db::{Connection, Db};
use atrium_core::directory::{EstablishmentId, PersonId};
use atrium_core::files::FileId;
use atrium_core::markup::RENDERER_VERSION;
use atrium_core::{Error, Result};
use sea_orm::ActiveValue::Set;

use crate::categories::{Category, Moderation};
use crate::posts::{
    ActiveModel, Body, Html, Post, PostId, Posts, Reason, StateCause, Write, WriteKey, Written, render, store,
};
use crate::reader::Reader;
use crate::record::kinds::{OfPost, POST_CREATED, POST_SUBMITTED};
use crate::record::{Act, note};
use crate::settings::FIRST_POSTS;
use crate::state::State;
use crate::topics::{self, TopicId};
use crate::transition::{Cause, transition};
use crate::{attachments, counters, follow, review};

pub use revise::{Edit, Edited};
pub(crate) use revise::{is_reviewed, publish_proposal, refuse_proposal};

/// A reply as somebody sends it.
#[derive(Clone, Debug)]
pub struct NewReply {
    /// The text.
    pub body: Body,
    /// Files that they have sent.
    pub files: Vec<FileId>,
    /// What makes it one write.
    pub key: WriteKey,
}

impl NewReply {
    /// Returns the key, text and files by which a repeated submit is recognised as the same reply.
    async fn write(&self, conn: &impl Connection, author: PersonId, topic: TopicId) -> Result<Write> {
        let (topic, files) = (topic.to_string(), attachments::digests(conn, author, &self.files).await?);
        let parts = ["reply", &topic, self.body.as_str()].into_iter().chain(files.iter().map(String::as_str));
        Ok(self.key.write(&parts.collect::<Vec<_>>()))
    }
}

/// The post that a submit made, and its state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Posted {
    /// The topic.
    pub topic: TopicId,
    /// The post.
    pub post: PostId,
    /// The post's number in the topic.
    pub number: i64,
    /// Shown, or waiting for a moderator.
    pub state: State,
}

impl Posted {
    pub(crate) fn of(post: &Post) -> Self {
        Self { topic: post.topic_id, post: post.id, number: post.number, state: post.state }
    }
}

impl Posts {
    /// Replies in a topic. The same key with the same text returns the post that it made before; with another text or
    /// in another topic it is another reply.
    ///
    /// # Errors
    /// Returns `is_not_found` if the topic is invisible to the actor, `is_forbidden` if they may not reply,
    /// `is_conflict` if it takes no replies, `is_invalid` if a file cannot be attached, or an error if the database fails.
    pub async fn reply(&self, actor: &Actor, topic: TopicId, new: NewReply) -> Result<Posted> {
        let author = actor.require_person()?;
        let reader = Reader::of(&self.db, actor).await?;
        let seen = topics::store::find(&self.db, topic).await?;
        reader.require_sees(&seen)?;
        let write = new.write(&self.db, author, topic).await?;
        if let Some(before) = store::by_write(&self.db, author, &write).await? {
            return Ok(Posted::of(&before));
        }
        reader.check_answer(&seen)?;
        let text = Written::of(&new.body);
        let html = render(&text, write.as_str()).await?;

        let tx = self.db.begin().await?;
        let number = store::take_number(&tx, topic).await?;
        let before = topics::store::find(&tx, topic).await?;
        reader.check_answer(&before)?;
        let category = reader.category_of(&before)?;
        let state = first_state(&tx, &reader, category, before.scope()).await?;
        let row = new_post(&reader, topic, number, reader.home(), state, (text, &write, html), tx.now());
        let Some(id) = store::insert(&tx, row).await? else {
            // The other half of a double submit came first.
            tx.rollback().await?;
            return first_of(&self.db, author, &write).await;
        };
        attachments::attach(&tx, author, id, &new.files).await?;
        let post = store::find(&tx, id).await?;
        let mut after = before.clone();
        after.replies_staff += 1;
        if state == State::Visible {
            after.replies_public += 1;
            after.show_last(&post);
        }
        topics::store::save(&tx, &after).await?;
        counters::follow(&tx, Some(&before), &after).await?;
        follow::store::mark(&tx, author, topic, number).await?;
        if state == State::Pending {
            review::open(&tx, &post, review::Why::of(category.row.moderation), None).await?;
        }
        let kind = if state == State::Visible { POST_CREATED } else { POST_SUBMITTED };
        note(&tx, actor, Act::new(kind, &after, OfPost::from(&post))).await?;
        tx.commit().await?;
        Ok(Posted::of(&post))
    }
}

/// How long the same text in the same place, sent from a page that was opened again, counts as sent again.
pub(crate) const AGAIN_FOR_SECONDS: i64 = 60 * 60;
/// The newest posts of a topic among which such a reply is looked for.
const AGAIN_AMONG: i64 = 100;

impl Posts {
    /// Returns the reply that this person sent a while ago with this text: a browser that goes back may open the page
    /// anew, with another key, and put the text back.
    ///
    /// # Errors
    /// Returns `is_not_found` if the topic is invisible to the actor, or an error if the database fails.
    pub(crate) async fn replied(&self, actor: &Actor, topic: TopicId, new: &NewReply) -> Result<Option<Posted>> {
        let author = actor.require_person()?;
        let topic = topics::store::find(&self.db, topic).await?;
        Reader::of(&self.db, actor).await?.require_sees(&topic)?;
        let write = new.write(&self.db, author, topic.id).await?;
        let since = actor.now().plus_seconds(-AGAIN_FOR_SECONDS);
        let recent = store::latest_by(&self.db, author, &topic, AGAIN_AMONG, since).await?;
        Ok(recent.iter().find(|post| write.says_the_same_as(&post.write_key)).map(Posted::of))
    }

    /// Returns a post that the actor sees.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such post or the actor does not see it, or an error if the database fails.
    pub async fn find(&self, actor: &Actor, id: PostId) -> Result<Post> {
        let post = store::find(&self.db, id).await?;
        let topic = topics::store::find(&self.db, post.topic_id).await?;
        if Reader::of(&self.db, actor).await?.sees_post(&topic, &post) {
            Ok(post)
        } else {
            Err(Error::not_found(format!("post {id}")))
        }
    }
}

/// Returns the post that the first half of a double submit made.
pub(crate) async fn first_of(db: &Db, author: PersonId, write: &Write) -> Result<Posted> {
    let first = store::by_write(db, author, write).await?;
    first.map(|post| Posted::of(&post)).ok_or_else(|| Error::bug("a write that was made and is not there"))
}

impl Posts {
    /// Brings a post that stands at `expected` to another state: hides, deletes or restores it.
    ///
    /// # Errors
    /// Returns the errors of `transition`.
    pub async fn change_state(
        &self,
        actor: &Actor,
        post: PostId,
        to: State,
        expected: i64,
        reason: &Reason,
    ) -> Result<topics::Topic> {
        actor.require_person()?;
        let reader = Reader::of(&self.db, actor).await?;
        let tx = self.db.begin().await?;
        let (topic, _) = transition(&tx, &reader, post, to, expected, Cause::Said(reason)).await?;
        tx.commit().await?;
        Ok(topic)
    }

    /// Takes a file off a post, for good.
    ///
    /// # Errors
    /// Returns `is_not_found` if the post is invisible to the actor or has no such file, `is_forbidden` if they may not edit the
    /// post, or an error if the database fails.
    pub async fn remove_file(&self, actor: &Actor, post: PostId, file: FileId) -> Result<()> {
        actor.require_person()?;
        let tx = self.db.begin().await?;
        let post = store::find(&tx, post).await?;
        let topic = topics::store::lock(&tx, post.topic_id).await?;
        Reader::of(&tx, actor).await?.check_edit(&topic, &post)?;
        attachments::detach(&tx, actor, post.id, file).await?;
        tx.commit().await
    }

    /// Renders again what another version of the renderer made, a few at a time. Says how many there were. A text that
    /// cannot be rendered stays as it is: one post is no reason for a platform not to start.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn refresh_html(&self, limit: u64) -> Result<usize> {
        let stale = store::stale(&self.db, i64::from(RENDERER_VERSION), limit).await?;
        let mut fresh = Vec::new();
        for post in &stale {
            match render(&post.markdown, &post.write_key).await {
                Ok(html) => fresh.push((post.id, post.version, html)),
                Err(error) => tracing::error!(post = %post.id, %error, "a post cannot be rendered"),
            }
        }
        let tx = self.db.begin().await?;
        for (id, version, html) in fresh {
            store::keep_html(&tx, id, version, html).await?;
        }
        tx.commit().await?;
        Ok(stale.len())
    }
}

/// Returns the first state of a text that they write in `category`.
pub(crate) async fn first_state(
    conn: &impl Connection,
    reader: &Reader,
    category: &Category,
    scope: Scope,
) -> Result<State> {
    Ok(if waits(conn, reader, category, scope).await? { State::Pending } else { State::Visible })
}

/// Returns `true` if what they write in `category` waits for a moderator. Makes one query if that depends on their
/// earlier posts.
pub(crate) async fn waits(conn: &impl Connection, reader: &Reader, category: &Category, scope: Scope) -> Result<bool> {
    let is_newcomer = match (category.row.moderation, reader.person()) {
        (Moderation::FirstPosts, Some(author)) => {
            let first = u64::try_from(FIRST_POSTS.read(conn).await?).unwrap_or_default();
            store::count_shown(conn, author, first).await? < first
        }
        _ => true,
    };
    Ok(reader.is_reviewed(category, scope, is_newcomer))
}

/// Returns the row of a new post.
pub(crate) fn new_post(
    reader: &Reader,
    topic: TopicId,
    number: i64,
    establishment: Option<EstablishmentId>,
    state: State,
    (text, write, html): (Written, &Write, Html),
    now: atrium_core::clock::Timestamp,
) -> ActiveModel {
    ActiveModel {
        topic_id: Set(topic),
        number: Set(number),
        author_id: Set(reader.person().expect("whoever writes is signed in")),
        establishment_id: Set(establishment),
        quality: Set(reader.quality()),
        markdown: Set(text),
        html: Set(html.html),
        renderer: Set(html.renderer),
        state: Set(state),
        state_cause: Set(StateCause::Said),
        state_reason: Set(String::new()),
        revision: Set(1),
        version: Set(1),
        write_key: Set(write.as_str().to_owned()),
        created_at: Set(now),
        edited_at: Set(None),
        ..Default::default()
    }
}
