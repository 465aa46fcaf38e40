//! The append-only audit record of who did what to what, when, and why, written in the transaction of the action
//! itself.

mod changes;
mod entity;
mod entry;
mod reason;
pub(crate) mod store;

pub use changes::Changes;
pub use entry::Entry;
pub use reason::parse_reason;
pub use store::list;

use sea_orm::{ActiveValue, EntityTrait};
use serde_json::Value;

use crate::db::Tx;
use crate::error::Result;
use crate::id::PersonId;

/// A record about to be written.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    action: &'static str,
    subject: String,
    actor: Option<PersonId>,
    actor_name: String,
    via: &'static str,
    scope: Option<String>,
    reason: String,
    details: Value,
}

impl Record {
    /// Creates a record of `action` on `subject`: `core.role.granted`, `person:12`.
    pub(crate) fn new(action: &'static str, subject: impl Into<String>) -> Self {
        Self {
            action,
            subject: subject.into(),
            actor: None,
            actor_name: String::new(),
            via: "system",
            scope: None,
            reason: String::new(),
            details: Value::Null,
        }
    }

    /// Sets the actor, their present name and the channel (`web`, `api`, `cli`, `system`).
    pub(crate) fn by(mut self, actor: Option<PersonId>, name: impl Into<String>, via: &'static str) -> Self {
        self.actor = actor;
        self.actor_name = name.into();
        self.via = via;
        self
    }

    /// Sets the scope.
    pub(crate) fn within(mut self, scope: Option<String>) -> Self {
        self.scope = scope;
        self
    }

    /// Sets the reason, in the actor's words.
    pub(crate) fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// Sets the details: ids and short values, or the [`Changes`] of an edit.
    pub(crate) fn with(mut self, details: impl Into<Value>) -> Self {
        self.details = details.into();
        self
    }
}

/// Writes `record` in `tx`.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn write(tx: &Tx, record: Record) -> Result<()> {
    let row = entity::ActiveModel {
        at: ActiveValue::Set(tx.now()),
        actor_id: ActiveValue::Set(record.actor),
        actor_name: ActiveValue::Set(record.actor_name),
        via: ActiveValue::Set(record.via.to_owned()),
        action: ActiveValue::Set(record.action.to_owned()),
        subject: ActiveValue::Set(record.subject),
        scope: ActiveValue::Set(record.scope),
        reason: ActiveValue::Set(record.reason),
        details: ActiveValue::Set(record.details.to_string()),
        ..Default::default()
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
