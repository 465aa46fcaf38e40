//! Noting what was read.

use atrium_core::Result;
use atrium_core::access::Actor;
use atrium_core::db::Db;
use atrium_core::notify;

use super::store;
use crate::reader::Reader;
use crate::topics::{self, TopicId, Topics};

impl Topics {
    /// Notes that the actor was shown a topic as far as the post `number`. Visitors leave no trace, and no event follows:
    /// what others see stays the same.
    ///
    /// # Errors
    /// Returns `is_not_found` if the topic is invisible to the actor, or an error if the database fails.
    pub async fn mark_read(&self, actor: &Actor, topic: TopicId, number: i64) -> Result<()> {
        let reader = Reader::of(&self.db, actor).await?;
        mark_read(&self.db, &reader, &topics::store::find(&self.db, topic).await?, number, true).await.map(drop)
    }
}

/// Does the work of [`Topics::mark_read`] for a reader and a topic that were read.
///
/// Marks their notices of the topic as read, if they have unread notices of any topic, and returns the number of those.
pub(crate) async fn mark_read(
    db: &Db,
    reader: &Reader,
    topic: &topics::Topic,
    number: i64,
    has_unread: bool,
) -> Result<u64> {
    let Some(person) = reader.person() else { return Ok(0) };
    reader.require_sees(topic)?;
    let tx = db.begin().await?;
    store::mark(&tx, person, topic.id, number).await?;
    let seen = if has_unread { notify::mark_seen(&tx, person, &topic.subject(), number).await? } else { 0 };
    tx.commit().await?;
    Ok(seen)
}
