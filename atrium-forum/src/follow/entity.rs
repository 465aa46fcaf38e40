//! The table of what was read.

use atrium_core::clock::Timestamp;
use atrium_core::directory::PersonId;
use sea_orm::entity::prelude::*;

use crate::ids::TopicId;

/// How far one person has read one topic.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "atrium_forum_read")]
pub(crate) struct Model {
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) person_id: PersonId,
    /// What.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) topic_id: TopicId,
    /// The highest number they were shown.
    pub(crate) number: i64,
    /// When.
    pub(crate) read_at: Timestamp,
}

/// No relation is declared: queries join in `store`.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
