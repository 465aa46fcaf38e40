//! Changing the text of a post, without losing a text and without showing one that should be reviewed first.

use atrium_core::access::Actor;
use atrium_core::audit::Changes;
use atrium_core::db::{Connection, Tx};
use atrium_core::directory::PersonId;
use atrium_core::files::FileId;
use atrium_core::{Error, Message, Result};
use sea_orm::ActiveValue::Set;

use crate::posts::text::sight::restored;
use crate::posts::{
    Body, Html, Post, PostId, Posts, Reason, Revision, RevisionId, RevisionState, Written, render, revision, store,
};
use crate::reader::Reader;
use crate::record::kinds::{
    EndOfMark, Marked, POST_EDIT_PROPOSED, POST_EDITED, Proposed, Revised, TOPIC_OFFICIAL_WITHDRAWN,
};
use crate::record::{Act, note};
use crate::state::State;
use crate::topics::{self, Title};
use crate::{attachments, review};

/// A change as somebody sends it.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The topic's title, with its question.
    pub title: Option<Title>,
    /// The new text; in place of a quotation that they may not read, its mark.
    pub body: Body,
    /// The version of the post that was read.
    pub expected: i64,
    /// Why, if they say so.
    pub reason: Reason,
    /// Files that they have sent, to attach beside those that are there.
    pub files: Vec<FileId>,
}

/// The result of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    /// It is the text now.
    Published,
    /// It waits for a moderator; the text is as it was.
    Proposed,
}

impl Posts {
    /// Changes a post, or proposes the change where what was approved may only change after review. The Region's answer is no
    /// longer marked as such when somebody else changed it, until the Region has read it again.
    ///
    /// # Errors
    /// Returns `is_not_found` if the post is not there for them, `is_forbidden` if they may not, `is_conflict` if it is not at
    /// the version they read, `is_invalid` if a mark in the text stands for no quotation or a file cannot be attached (none can
    /// while the change would wait for review), or an error of the database. After an error the post is as it was.
    pub async fn edit(&self, actor: &Actor, post: PostId, edit: Edit) -> Result<(Edited, topics::Topic, Post)> {
        let author = actor.require_person()?;
        let reader = Reader::of(&self.db, actor).await?;
        let seen = store::find(&self.db, post).await?;
        reader.check_edit(&topics::store::find(&self.db, seen.topic_id).await?, &seen)?;
        let stale = |post: &Post| Error::stale_with(format!("post {}", post.id), Message::new("forum-edit-conflict"));
        if seen.version != edit.expected {
            return Err(stale(&seen));
        }
        // What they changed: their own proposal while it waits, as the form shows it.
        let base =
            store::proposal(&self.db, post, author).await?.map_or_else(|| seen.markdown.clone(), |own| own.markdown);
        let text = restored(seen.topic_id, &base, &edit.body)?;
        let html = render(&text, &seen.write_key).await?;

        let tx = self.db.begin().await?;
        let topic = topics::store::lock(&tx, seen.topic_id).await?;
        let post = store::find(&tx, post).await?;
        reader.check_edit(&topic, &post)?;
        if post.version != edit.expected {
            return Err(stale(&post));
        }
        let title = edit.title.filter(|_| post.number == 1);
        let same_title = title.as_ref().is_none_or(|title| title.as_str() == topic.title);
        let same_text = same_title && text == post.markdown;
        if same_text && edit.files.is_empty() {
            return Ok((Edited::Published, topic, post));
        }
        let reviewed = is_reviewed(&tx, &reader, &topic, &post).await?;
        add_files(&tx, author, &post, &edit.files, reviewed).await?;
        if same_text {
            let (topic, post) = publish_files(&tx, &reader, topic, post, &edit.reason).await?;
            tx.commit().await?;
            return Ok((Edited::Published, topic, post));
        }
        let row = revision::ActiveModel {
            post_id: Set(post.id),
            number: Set(keep_original(&tx, &topic, &post).await? + 1),
            author_id: Set(author),
            title: Set((post.number == 1).then(|| title.map_or(topic.title.clone(), |title| title.as_str().to_owned()))),
            markdown: Set(text),
            state: Set(if reviewed { RevisionState::Proposed } else { RevisionState::Published }),
            reason: Set(edit.reason.as_str().to_owned()),
            created_at: Set(tx.now()),
            ..Default::default()
        };
        let done = if reviewed {
            propose(&tx, &reader, topic, post, row).await?
        } else {
            store::refuse_proposals(&tx, post.id, None).await?;
            let id = store::insert_revision(&tx, row).await?;
            let revision = store::revision(&tx, id).await?;
            let (topic, post) = publish(&tx, &reader, topic, post, &revision, html).await?;
            (Edited::Published, topic, post)
        };
        tx.commit().await?;
        Ok(done)
    }

    /// Returns the result of the same change if it was sent before: it is the present text, or waits to be.
    ///
    /// # Errors
    /// Returns `is_not_found` if the post is invisible to the actor, `is_forbidden` if they may not change it, or an
    /// error if the database fails.
    pub(crate) async fn edited(
        &self,
        actor: &Actor,
        post: PostId,
        edit: &Edit,
    ) -> Result<Option<(Edited, topics::Topic, Post)>> {
        let author = actor.require_person()?;
        let post = store::find(&self.db, post).await?;
        let topic = topics::store::find(&self.db, post.topic_id).await?;
        Reader::of(&self.db, actor).await?.check_edit(&topic, &post)?;
        let waiting = store::proposal(&self.db, post.id, author).await?;
        let same = |text: &Written, title: &str| {
            let title = edit.title.as_ref().is_none_or(|wanted| post.number > 1 || wanted.as_str() == title);
            title && *text == Written::of(&edit.body)
        };
        let done = match waiting {
            Some(own) if same(&own.markdown, own.title.as_deref().unwrap_or_default()) => Some(Edited::Proposed),
            None if same(&post.markdown, &topic.title) => Some(Edited::Published),
            _ => None,
        };
        let has_files = attachments::has_all(&self.db, author, post.id, &edit.files).await?;
        Ok(done.filter(|_| has_files).map(|done| (done, topic, post)))
    }
}

/// Attaches the files of a change. They are seen as soon as they are attached, so none are while the change waits.
async fn add_files(tx: &Tx, editor: PersonId, post: &Post, files: &[FileId], reviewed: bool) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    if reviewed {
        return Err(Error::invalid_field("files", Message::new("forum-edit-files-reviewed")));
    }
    attachments::attach_more(tx, editor, post.id, files).await
}

/// Marks a post as changed whose text stays and whose files have changed.
async fn publish_files(
    tx: &Tx,
    reader: &Reader,
    topic: topics::Topic,
    mut post: Post,
    reason: &Reason,
) -> Result<(topics::Topic, Post)> {
    post.version += 1;
    post.edited_at = Some(tx.now());
    store::save(tx, &post).await?;
    review::store::outdate(tx, post.id).await?;
    let topic = withdraw_official(tx, reader, topic, &post).await?;
    let revised = Revised { post: (&post).into(), revision: post.revision };
    note(tx, reader.actor(), Act::new(POST_EDITED, &topic, revised).because(reason)).await?;
    Ok((topic, post))
}

/// Returns `true` if a change of `post` by the reader waits for a moderator. Makes the query of [`waits`](super::waits).
pub(crate) async fn is_reviewed(
    conn: &impl Connection,
    reader: &Reader,
    topic: &topics::Topic,
    post: &Post,
) -> Result<bool> {
    let category = reader.category_of(topic)?;
    if post.state != State::Visible || reader.moderates(topic) {
        return Ok(false);
    }
    super::waits(conn, reader, category, topic.scope()).await
}

/// Makes the first text a revision if it is not; returns the newest one's number.
async fn keep_original(tx: &Tx, topic: &topics::Topic, post: &Post) -> Result<i64> {
    let last = store::last_revision(tx, post.id).await?;
    if last > 0 {
        return Ok(last);
    }
    let original = revision::ActiveModel {
        post_id: Set(post.id),
        number: Set(1),
        author_id: Set(post.author_id),
        title: Set((post.number == 1).then(|| topic.title.clone())),
        markdown: Set(post.markdown.clone()),
        state: Set(RevisionState::Published),
        reason: Set(String::new()),
        created_at: Set(post.created_at),
        ..Default::default()
    };
    store::insert_revision(tx, original).await?;
    Ok(1)
}

async fn propose(
    tx: &Tx,
    reader: &Reader,
    topic: topics::Topic,
    post: Post,
    row: revision::ActiveModel,
) -> Result<(Edited, topics::Topic, Post)> {
    store::refuse_proposals(tx, post.id, None).await?;
    let id = store::insert_revision(tx, row).await?;
    review::open(tx, &post, review::Why::Edit, Some(id)).await?;
    let act = Act::new(POST_EDIT_PROPOSED, &topic, Proposed { post: (&post).into(), revision: id });
    note(tx, reader.actor(), act).await?;
    Ok((Edited::Proposed, topic, post))
}

async fn publish(
    tx: &Tx,
    reader: &Reader,
    mut topic: topics::Topic,
    mut post: Post,
    revision: &Revision,
    html: Html,
) -> Result<(topics::Topic, Post)> {
    let title = revision.title.clone().filter(|title| post.number == 1 && *title != topic.title);
    let changes = Changes::new().withheld("title", &topic.title, title.as_ref().unwrap_or(&topic.title)).withheld(
        "text",
        &post.markdown,
        &revision.markdown,
    );
    post.markdown.clone_from(&revision.markdown);
    post.html = html.html;
    post.renderer = html.renderer;
    post.revision = revision.number;
    post.version += 1;
    post.edited_at = Some(tx.now());
    store::save(tx, &post).await?;
    review::store::outdate(tx, post.id).await?;
    if let Some(title) = title {
        topic.title = title;
        topic.version += 1;
        topics::store::save(tx, &topic).await?;
    }
    let topic = withdraw_official(tx, reader, topic, &post).await?;
    let revised = Revised { post: (&post).into(), revision: revision.number };
    let act = Act::new(POST_EDITED, &topic, revised).changing(changes);
    let reason = Reason::parse_optional(&revision.reason).unwrap_or_else(|_| Reason::none());
    note(tx, reader.actor(), act.because(&reason)).await?;
    Ok((topic, post))
}

/// Takes the Region's mark off a text that `reader`, who may not speak for the Region, has changed or let change; and asks
/// the Region again.
async fn withdraw_official(tx: &Tx, reader: &Reader, mut topic: topics::Topic, post: &Post) -> Result<topics::Topic> {
    if topic.official_post_id != Some(post.id) || reader.may_mark_official(&topic) {
        return Ok(topic);
    }
    topic.official_post_id = None;
    topic.version += 1;
    topics::store::save(tx, &topic).await?;
    review::open(tx, post, review::Why::Official, None).await?;
    let marked = Marked { post: Some(post.id), number: Some(post.number), cause: Some(EndOfMark::Edited) };
    note(tx, reader.actor(), Act::new(TOPIC_OFFICIAL_WITHDRAWN, &topic, marked)).await?;
    Ok(topic)
}

/// Makes a proposed text the post's text; `html` was rendered from it.
///
/// # Errors
/// Returns `is_conflict` if the text has changed since it was proposed, or an error if the database fails.
pub(crate) async fn publish_proposal(tx: &Tx, reader: &Reader, revision: &Revision, html: Html) -> Result<()> {
    let post = store::find(tx, revision.post_id).await?;
    let topic = topics::store::lock(tx, post.topic_id).await?;
    if revision.state != RevisionState::Proposed || post.revision > revision.number {
        return Err(Error::conflict_with(format!("post {}", post.id), Message::new("forum-edit-conflict")));
    }
    store::publish_revision(tx, revision.id).await?;
    publish(tx, reader, topic, post, revision, html).await?;
    Ok(())
}

/// Leaves the text as it is.
pub(crate) async fn refuse_proposal(tx: &Tx, post: PostId, revision: RevisionId) -> Result<()> {
    store::refuse_proposals(tx, post, Some(revision)).await
}
