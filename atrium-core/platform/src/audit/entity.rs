//! The table of the record.

use sea_orm::entity::prelude::*;

use crate::clock::Timestamp;
use crate::id::PersonId;

/// One act.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "atrium_audit")]
pub struct Model {
    /// In order of writing.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// By whom; nobody for the system itself.
    pub actor_id: Option<PersonId>,
    /// Their name on that day.
    pub actor_name: String,
    /// Through what: `web`, `api`, `cli`, `system`.
    pub via: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Where.
    pub scope: Option<String>,
    /// Why.
    pub reason: String,
    /// What changed, as JSON.
    pub details: String,
}

/// No relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
