//! Files of posts: visible exactly as their post is.

use async_trait::async_trait;
use atrium_core::access::Actor;
use atrium_core::db::{Connection, Db, Tx};
use atrium_core::directory::PersonId;
use atrium_core::files::{self, Attachment, FileId, FileOwner, MOST_ATTACHED};
use atrium_core::{Error, Message, Result};

use crate::ids::PostId;
use crate::reader::Reader;
use crate::{posts, topics};

/// The plugin to which they belong.
const OWNER: &str = "forum";

/// Says who sees the files of posts.
pub(crate) struct FilesOfPosts;

fn subject(post: PostId) -> String {
    format!("post:{post}")
}

fn post_of(subject: &str) -> Option<PostId> {
    subject.strip_prefix("post:")?.parse().ok()
}

#[async_trait]
impl FileOwner for FilesOfPosts {
    async fn may_see(&self, db: &Db, reader: &Actor, subject: &str) -> Result<bool> {
        let Some(post) = post_of(subject) else { return Ok(false) };
        let post = posts::store::find(db, post).await?;
        let topic = topics::store::find(db, post.topic_id).await?;
        Ok(Reader::of(db, reader).await?.sees_post(&topic, &post))
    }
}

/// Returns the digests of the files among `files` that `author` sent: what makes two writes with files the same.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn digests(conn: &impl Connection, author: PersonId, files: &[FileId]) -> Result<Vec<String>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let sent = files::sent_by(conn, author, files).await?;
    Ok(sent.into_iter().map(|file| file.digest).collect())
}

/// Attaches files to a post that their sender writes.
///
/// # Errors
/// Returns `is_invalid` for the field `files` if one cannot be attached, or an error if the database fails.
pub(crate) async fn attach(tx: &Tx, author: PersonId, post: PostId, files: &[FileId]) -> Result<()> {
    files::attach(tx, author, OWNER, &subject(post), files).await
}

/// Attaches files to a post that has some already. Whether `editor`, who sent them, may is the caller's to know.
///
/// # Errors
/// Returns `is_invalid` for the field `files` if one cannot be attached or if the post would have too many, or an error
/// if the database fails.
pub(crate) async fn attach_more(tx: &Tx, editor: PersonId, post: PostId, files: &[FileId]) -> Result<()> {
    attach(tx, editor, post, files).await?;
    if of(tx, &[post]).await?.len() > MOST_ATTACHED {
        return Err(Error::invalid_field("files", Message::new("file-too-many").with("max", MOST_ATTACHED)));
    }
    Ok(())
}

/// Returns `true` if `files` are all of `editor`, and each is on the post with the same content.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn has_all(conn: &impl Connection, editor: PersonId, post: PostId, files: &[FileId]) -> Result<bool> {
    let there = of(conn, &[post]).await?;
    let sent = digests(conn, editor, files).await?;
    Ok(sent.len() == files.len() && sent.iter().all(|digest| there.iter().any(|(_, file)| file.digest == *digest)))
}

/// Takes a file off a post. Whether the actor may is the caller's to know.
///
/// # Errors
/// Returns `is_not_found` if it is not attached there, or an error if the database fails.
pub(crate) async fn detach(tx: &Tx, actor: &Actor, post: PostId, file: FileId) -> Result<()> {
    files::detach(tx, actor, OWNER, &subject(post), file).await
}

/// Returns the files of posts, each with its post. Whether a reader sees the posts is the caller's to know.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn of(conn: &impl Connection, posts: &[PostId]) -> Result<Vec<(PostId, Attachment)>> {
    let subjects: Vec<_> = posts.iter().copied().map(subject).collect();
    let attached = files::attached(conn, OWNER, &subjects).await?;
    Ok(attached.into_iter().filter_map(|(subject, file)| Some((post_of(&subject)?, file))).collect())
}
