//! The table of the audit record.

use sea_orm::entity::prelude::*;

use crate::clock::Timestamp;
use crate::id::PersonId;

/// One recorded action.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "atrium_audit")]
pub(crate) struct Model {
    /// The primary key, in order of writing.
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    /// The instant of the action.
    pub(crate) at: Timestamp,
    /// The actor; `None` for the platform itself.
    pub(crate) actor_id: Option<PersonId>,
    /// The actor's name at that instant.
    pub(crate) actor_name: String,
    /// The channel: `web`, `api`, `cli`, `system`.
    pub(crate) via: String,
    /// The key of the action: `core.role.granted`.
    pub(crate) action: String,
    /// The subject: `person:12`.
    pub(crate) subject: String,
    /// The scope, as text.
    pub(crate) scope: Option<String>,
    /// The reason, in the actor's words.
    pub(crate) reason: String,
    /// The changes, as JSON.
    pub(crate) details: String,
}

/// No relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
