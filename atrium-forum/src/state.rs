//! States of topics and posts, which change in [`transition`](crate::transition) only, and who reads a topic.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Where a topic or a post stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for a moderator; its author and the moderators see it.
    Pending,
    /// Seen by all who may see the category.
    Visible,
    /// Taken away by a moderator or by flags; its author and the moderators see it.
    Hidden,
    /// Gone for everyone but the moderators.
    Deleted,
}

impl State {
    /// Returns the spelling in the database and the visibility tokens.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Visible => "visible",
            Self::Hidden => "hidden",
            Self::Deleted => "deleted",
        }
    }

    /// Returns `true` if a topic or post may go from this state to `to`; `Pending` is a beginning only.
    #[must_use]
    pub(crate) fn may_become(self, to: Self) -> bool {
        self != to && to != Self::Pending
    }
}

/// Who reads a topic, of those who may see its category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Readers {
    /// All of them.
    #[default]
    Open,
    /// The asker, their school's referents and leadership, the Region.
    Confidential,
}

impl Readers {
    /// Returns the readers of a topic that asks for these itself, in a category that is confidential or not.
    #[must_use]
    pub(crate) fn within(self, category_is_confidential: bool) -> Self {
        if category_is_confidential { Self::Confidential } else { self }
    }

    /// Returns the spelling in the database and the visibility tokens.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confidential => "confidential",
        }
    }

    /// Returns the readers of a topic that is confidential or not.
    #[must_use]
    pub(crate) fn confidential(yes: bool) -> Self {
        if yes { Self::Confidential } else { Self::Open }
    }
}
