//! Appends events inside the caller's transaction.

use sea_orm::{ActiveValue, ConnectionTrait, EntityTrait};
use serde_json::Value;

use super::entity::outbox;
use crate::db::Tx;
use crate::error::Result;
use crate::id::PersonId;

/// An event about to be appended.
#[derive(Clone, Debug)]
pub(super) struct NewEvent {
    kind: &'static str,
    subject: String,
    actor: Option<PersonId>,
    scope: Option<String>,
    payload: Value,
}

impl NewEvent {
    /// Creates an event `kind` about `subject`: `forum.post.created`, `forum:34`.
    pub(super) fn new(kind: &'static str, subject: String) -> Self {
        Self { kind, subject, actor: None, scope: None, payload: Value::Null }
    }

    /// Sets the actor.
    pub(super) fn by(mut self, actor: Option<PersonId>) -> Self {
        self.actor = actor;
        self
    }

    /// Sets the scope.
    pub(super) fn within(mut self, scope: Option<String>) -> Self {
        self.scope = scope;
        self
    }

    /// Sets the payload: ids that consumers need, never content.
    pub(super) fn with(mut self, payload: Value) -> Self {
        self.payload = payload;
        self
    }
}

/// Appends `event`; consumers see it once `tx` is committed.
///
/// # Errors
/// Returns an error if the database fails.
pub(super) async fn append(tx: &Tx, event: NewEvent) -> Result<()> {
    let row = outbox::ActiveModel {
        kind: ActiveValue::Set(event.kind.to_owned()),
        subject: ActiveValue::Set(event.subject),
        actor_id: ActiveValue::Set(event.actor.map(|actor| actor.0)),
        scope: ActiveValue::Set(event.scope),
        payload: ActiveValue::Set(event.payload.to_string()),
        at: ActiveValue::Set(tx.now()),
        ..Default::default()
    };
    outbox::Entity::insert(row).exec_without_returning(tx).await?;
    tx.ring_on_commit();
    if tx.db().is_postgres() {
        // PostgreSQL delivers it at commit, once per transaction however often it is sent.
        tx.execute_unprepared("NOTIFY atrium_outbox").await?;
    }
    Ok(())
}
