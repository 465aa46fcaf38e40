//! Who may be told of the help's public events: those who see the article.

use async_trait::async_trait;
use atrium_core::Result;
use atrium_core::access::Actor;
use atrium_core::db::Db;
use atrium_core::events::Event;
use atrium_core::webhooks::EventGuard;

use crate::articles::{store, subject, visibility};

/// Guards the help's events.
pub(crate) struct HelpGuard;

#[async_trait]
impl EventGuard for HelpGuard {
    async fn may_read(&self, db: &Db, reader: &Actor, event: &Event) -> Result<bool> {
        let Some(article) = subject::article_of(&event.subject) else { return Ok(false) };
        Ok(!store::visible_among(db, &[article], &visibility(reader)).await?.is_empty())
    }
}
