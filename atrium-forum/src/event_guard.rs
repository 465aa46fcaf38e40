//! Who may be told of the forum's public events: those who see the topic, and the post if the event is about one.

use async_trait::async_trait;
use atrium_core::Result;
use atrium_core::access::Actor;
use atrium_core::db::Db;
use atrium_core::events::Event;
use atrium_core::webhooks::EventGuard;

use crate::ids::PostId;
use crate::reader::Reader;
use crate::{posts, topics};

/// Guards the forum's events.
pub(crate) struct ForumGuard;

#[async_trait]
impl EventGuard for ForumGuard {
    async fn may_read(&self, db: &Db, reader: &Actor, event: &Event) -> Result<bool> {
        let Some(topic) = topics::topic_of(&event.subject) else { return Ok(false) };
        let reader = Reader::of(db, reader).await?;
        if topics::store::some(db, reader.visibility(), &[topic]).await?.is_empty() {
            return Ok(false);
        }
        match event.payload.get("post").and_then(serde_json::Value::as_i64) {
            Some(post) => Ok(!posts::store::some(db, reader.visibility(), &[PostId(post)]).await?.is_empty()),
            None => Ok(true),
        }
    }
}
