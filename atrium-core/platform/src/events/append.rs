//! Appends events inside the caller's transaction.

use sea_orm::{ActiveValue, ConnectionTrait, EntityTrait};
use serde_json::Value;

use super::entity::outbox;
use crate::db::Tx;
use crate::error::Result;
use crate::id::PersonId;

/// An event about to be appended.
#[derive(Clone, Debug)]
pub struct NewEvent {
    kind: &'static str,
    subject: String,
    actor: Option<PersonId>,
    scope: Option<String>,
    payload: Value,
}

impl NewEvent {
    /// Creates an event `kind` about `subject`: `forum.post.created`, `forum:34`.
    pub fn new(kind: &'static str, subject: impl Into<String>) -> Self {
        Self { kind, subject: subject.into(), actor: None, scope: None, payload: Value::Null }
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Returns the subject.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Sets the actor.
    #[must_use]
    pub fn by(mut self, actor: impl Into<Option<PersonId>>) -> Self {
        self.actor = actor.into();
        self
    }

    /// Sets the scope.
    #[must_use]
    pub fn within(mut self, scope: impl ToString) -> Self {
        self.scope = Some(scope.to_string());
        self
    }

    /// Sets the payload: ids that consumers need, never content.
    #[must_use]
    pub fn with(mut self, payload: Value) -> Self {
        self.payload = payload;
        self
    }
}

/// Appends `event`; consumers see it once `tx` is committed.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn append(tx: &Tx, event: NewEvent) -> Result<()> {
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
