//! Entries of the audit record as they are read.

use super::entity::Model;
use crate::clock::Timestamp;
use crate::id::PersonId;

/// One recorded action.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The primary key, in order of writing.
    pub id: i64,
    /// The instant of the action.
    pub at: Timestamp,
    /// The actor; `None` for the platform itself.
    pub actor_id: Option<PersonId>,
    /// The actor's name at that instant.
    pub actor_name: String,
    /// The channel: `web`, `api`, `cli`, `system`.
    pub via: String,
    /// The key of the action: `core.role.granted`.
    pub action: String,
    /// The subject: `person:12`.
    pub subject: String,
    /// The scope, as text.
    pub scope: Option<String>,
    /// The reason, in the actor's words.
    pub reason: String,
    /// The changes, as JSON.
    pub details: String,
}

impl From<Model> for Entry {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            at: row.at,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            via: row.via,
            action: row.action,
            subject: row.subject,
            scope: row.scope,
            reason: row.reason,
            details: row.details,
        }
    }
}
