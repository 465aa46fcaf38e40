//! The table of the audit record.

use sea_orm::entity::prelude::*;

use crate::clock::Timestamp;
use crate::id::PersonId;

/// One recorded action.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "atrium_audit")]
pub struct Model {
    /// The primary key, in order of writing.
    #[sea_orm(primary_key)]
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

/// No relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
