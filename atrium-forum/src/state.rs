//! States of topics and posts. They change in [`transition`](crate::transition) only.

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
    /// Seen by whoever may see the category.
    Visible,
    /// Taken away by a moderator or by flags; its author and the moderators see it.
    Hidden,
    /// Gone for everybody but the moderators.
    Deleted,
}

impl State {
    /// As the database and the visibility tokens spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Visible => "visible",
            Self::Hidden => "hidden",
            Self::Deleted => "deleted",
        }
    }

    /// Is there a way from this state to `to`? Nothing becomes pending again.
    #[must_use]
    pub fn may_become(self, to: Self) -> bool {
        self != to && to != Self::Pending
    }
}
