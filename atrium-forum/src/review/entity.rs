//! The table of the queue.

use atrium_core::clock::Timestamp;
use atrium_core::directory::PersonId;
use sea_orm::entity::prelude::*;

use super::{Decision, ItemState, ReviewId, Why};
use crate::posts::{PostId, RevisionId};
use crate::topics::TopicId;

/// Something that waits for a moderator, or did.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "atrium_forum_review")]
pub(crate) struct Model {
    /// Its number.
    #[sea_orm(primary_key)]
    pub(crate) id: ReviewId,
    /// The topic it is about.
    pub(crate) topic_id: TopicId,
    /// The post it is about.
    pub(crate) post_id: PostId,
    /// The proposed text, for an edit.
    pub(crate) revision_id: Option<RevisionId>,
    /// The reason it waits.
    pub(crate) reason: Why,
    /// The state.
    pub(crate) state: ItemState,
    /// The weight: the heaviest items come first.
    pub(crate) score: i64,
    /// The version, raised by every change.
    pub(crate) version: i64,
    /// The moderator who claimed it.
    pub(crate) claimed_by: Option<PersonId>,
    /// The end of the claim.
    pub(crate) claimed_until: Option<Timestamp>,
    /// What was decided; absent when the author took the post back.
    pub(crate) decision: Option<Decision>,
    /// The moderator who decided.
    pub(crate) decided_by: Option<PersonId>,
    /// When it left the queue, by the clock of the node that took it out.
    pub(crate) decided_at: Option<Timestamp>,
    /// The number under which it left: the order of decisions, which no clock decides.
    pub(crate) closed_number: Option<i64>,
    /// Why.
    pub(crate) decision_reason: String,
    /// Since when it waits.
    pub(crate) created_at: Timestamp,
}

/// No relation is declared: queries join in `store`.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
