//! The table of categories.

use atrium_core::clock::Timestamp;
use atrium_core::directory::EstablishmentId;
use sea_orm::entity::prelude::*;

use super::{CategoryId, Moderation};

/// A category as it is stored; [`Category::of`](super::Category::of) makes the valid value.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "atrium_forum_category")]
pub(crate) struct Model {
    /// The primary key.
    #[sea_orm(primary_key)]
    pub(crate) id: CategoryId,
    /// The slug.
    pub(crate) slug: String,
    /// The name.
    pub(crate) name: String,
    /// A description in one sentence.
    pub(crate) description: String,
    /// The catalogue service it is about.
    pub(crate) service_key: Option<String>,
    /// The school it belongs to; absent for the whole platform.
    pub(crate) establishment_id: Option<EstablishmentId>,
    /// Who may see it.
    pub(crate) see: String,
    /// Who may ask in it.
    pub(crate) ask: String,
    /// Who may answer in it.
    pub(crate) answer: String,
    /// How much is reviewed first.
    pub(crate) moderation: Moderation,
    /// `true` if its topics are confidential.
    pub(crate) confidential: bool,
    /// A template of questions, in Markdown.
    pub(crate) template: String,
    /// The position among the others.
    pub(crate) position: i64,
    /// Topics that its readers see; confidential ones are not counted.
    pub(crate) topics_public: i64,
    /// Topics that moderators see; deleted ones are not counted.
    pub(crate) topics_staff: i64,
    /// Posts that its readers see.
    pub(crate) posts_public: i64,
    /// Posts that moderators see.
    pub(crate) posts_staff: i64,
    /// The version, raised by every edit.
    pub(crate) version: i64,
    /// When it was made.
    pub(crate) created_at: Timestamp,
}

/// No relation is declared: queries join in `store`.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
