//! What is or was in the queue, as the rest of the forum knows it.

use atrium_core::clock::Timestamp;
use atrium_core::directory::PersonId;
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult, Iterable};
use serde::{Deserialize, Serialize};

use super::ReviewId;
use crate::categories::Moderation;
use crate::posts::{PostId, RevisionId};
use crate::topics::TopicId;

/// Something that waits for a moderator, or did.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
#[non_exhaustive]
pub struct Item {
    /// Its number.
    pub id: ReviewId,
    /// The topic it is about.
    pub topic_id: TopicId,
    /// The post it is about.
    pub post_id: PostId,
    /// The proposed text, for an edit.
    pub revision_id: Option<RevisionId>,
    /// The reason it waits.
    pub reason: Why,
    /// The state.
    pub state: ItemState,
    /// The weight: the heaviest items come first.
    pub score: i64,
    /// The version, raised by every change.
    pub version: i64,
    /// The moderator who claimed it.
    pub claimed_by: Option<PersonId>,
    /// The end of the claim.
    pub claimed_until: Option<Timestamp>,
    /// What was decided; absent when the author took the post back.
    pub decision: Option<Decision>,
    /// The moderator who decided.
    pub decided_by: Option<PersonId>,
    /// When it left the queue, by the clock of the node that took it out.
    pub decided_at: Option<Timestamp>,
    /// The number under which it left: the order of decisions, which no clock decides.
    pub closed_number: Option<i64>,
    /// Why.
    pub decision_reason: String,
    /// Since when it waits.
    pub created_at: Timestamp,
}

/// The reason an item waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Readers flagged it.
    Flag,
    /// A newcomer wrote it.
    FirstPost,
    /// The category reviews everything.
    AllPosts,
    /// What was approved is to change.
    Edit,
    /// The Region's answer was changed by somebody who may not speak for it.
    Official,
}

impl Why {
    /// Returns why something new waits in a category that reviews so.
    pub(crate) fn of(moderation: Moderation) -> Self {
        match moderation {
            Moderation::FirstPosts => Self::FirstPost,
            Moderation::AllPosts | Moderation::Open => Self::AllPosts,
        }
    }

    /// Returns the key in messages.
    #[must_use]
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::FirstPost => "first_post",
            Self::AllPosts => "all_posts",
            Self::Edit => "edit",
            Self::Official => "official",
        }
    }
}

/// The state of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// It waits.
    Open,
    /// A moderator decided it.
    Decided,
    /// The post's author took the post back before anybody decided.
    Withdrawn,
}

/// What a moderator decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It shows: the post is published or stays, the change is taken, the answer is the Region's again.
    Keep,
    /// It does not: the post is hidden, the change is not taken, the answer stays without the Region's mark.
    Remove,
}

impl Decision {
    /// Returns the key in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Remove => "remove",
        }
    }

    /// Returns the decision with this key.
    #[must_use]
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        Self::iter().find(|decision| decision.key() == key)
    }
}
