//! Who is called by name in a text: `@Hélène Castagnier`.
//!
//! A text holds a name alone. It is looked up when the text is published, and people are told only if they may read the text: a
//! name shows neither that somebody exists nor what they may read.

use std::collections::BTreeSet;

use atrium_core::Result;
use atrium_core::db::Db;
use atrium_core::directory::{PersonId, people_called};
use atrium_core::markup;

use crate::ids::TopicId;
use crate::posts::{Post, RevisionState, store};

/// The most earlier texts of a post that are looked at.
const MOST_TEXTS: u64 = 50;

/// Returns the people whom a text in `topic` calls. A name that several people share calls the one who wrote in the topic, and is
/// ignored if that is not exactly one.
pub(crate) async fn called(db: &Db, topic: TopicId, markdown: &str) -> Result<BTreeSet<PersonId>> {
    let mut called = BTreeSet::new();
    for name in markup::mentions(markdown) {
        let mut people = people_called(db, &name).await?;
        if people.len() > 1 {
            let writers = store::writers_among(db, topic, &people).await?;
            people.retain(|person| writers.contains(person));
        }
        if let [one] = people[..] {
            called.insert(one);
        }
    }
    Ok(called)
}

/// Returns the people whom the text of a post calls and its texts before the revision `number` did not.
pub(crate) async fn called_since(db: &Db, topic: TopicId, post: &Post, number: i64) -> Result<BTreeSet<PersonId>> {
    let now = called(db, topic, &post.markdown.own_words()).await?;
    if now.is_empty() {
        return Ok(now);
    }
    let mut before = BTreeSet::new();
    for (text, _) in store::revisions(db, post.id, Some(number), MOST_TEXTS).await? {
        if text.state == RevisionState::Published {
            before.extend(called(db, topic, &text.markdown.own_words()).await?);
        }
    }
    Ok(&now - &before)
}
