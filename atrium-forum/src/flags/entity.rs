//! The table of flags.

use atrium_core::clock::Timestamp;
use atrium_core::directory::PersonId;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{FlagId, PostId};

/// What one person says is wrong with one revision of a post.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "atrium_forum_flag")]
pub(crate) struct Model {
    /// The primary key.
    #[sea_orm(primary_key)]
    pub(crate) id: FlagId,
    /// The post.
    pub(crate) post_id: PostId,
    /// The person.
    pub(crate) person_id: PersonId,
    /// The number of the revision they read.
    pub(crate) revision: i64,
    /// The reason.
    pub(crate) reason: FlagReason,
    /// The comment, in their words.
    pub(crate) comment: String,
    /// The state.
    pub(crate) state: FlagState,
    /// The instant.
    pub(crate) created_at: Timestamp,
}

/// What can be wrong with a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum FlagReason {
    /// Advertisement, nonsense.
    Spam,
    /// Hurtful.
    Rude,
    /// Elsewhere.
    OffTopic,
    /// Names, addresses, numbers of people.
    PersonalData,
    /// Something else.
    Other,
}

impl FlagReason {
    /// Every reason, in the order of the form.
    pub(crate) const ALL: [Self; 5] = [Self::PersonalData, Self::Rude, Self::OffTopic, Self::Spam, Self::Other];

    /// Returns the key in forms.
    #[must_use]
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Spam => "spam",
            Self::Rude => "rude",
            Self::OffTopic => "off_topic",
            Self::PersonalData => "personal_data",
            Self::Other => "other",
        }
    }

    /// Returns the reason with this key.
    #[must_use]
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.key() == key)
    }
}

/// What became of a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(crate) enum FlagState {
    /// Not decided yet.
    Open,
    /// It was right: the post was hidden or deleted.
    Upheld,
    /// It was not: the post stays.
    Rejected,
    /// The author took the post back before a decision.
    Withdrawn,
}

/// No relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
