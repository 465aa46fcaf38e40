//! Table of opinions.

use atrium_core::clock::Timestamp;
use atrium_core::directory::PersonId;
use sea_orm::entity::prelude::*;

use super::FeedbackId;
use crate::articles::ArticleId;

/// An opinion on an article.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "atrium_help_feedback")]
pub struct Model {
    /// Its number.
    #[sea_orm(primary_key)]
    pub id: FeedbackId,
    /// The article.
    pub article_id: ArticleId,
    /// Was it useful?
    pub useful: bool,
    /// What was missing, in the reader's words; may be empty.
    pub comment: String,
    /// The reader, when signed in: erasing them erases this.
    pub person_id: Option<PersonId>,
    /// When.
    pub at: Timestamp,
}

/// No relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
