//! Posts and their texts of before, as the rest of the forum knows them.

use atrium_core::clock::Timestamp;
use atrium_core::directory::{EstablishmentId, PersonId};
use sea_orm::{DeriveActiveEnum, DeriveValueType, EnumIter, FromQueryResult};
use serde::{Deserialize, Serialize};

use super::{Kept, Written};
use crate::ids::{PostId, TopicId};
use crate::state::State;

/// A post of a topic; number 1 is the question.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
#[non_exhaustive]
pub struct Post {
    /// Its number in the database.
    pub id: PostId,
    /// Its topic.
    pub topic_id: TopicId,
    /// Its number in the topic, from 1.
    pub number: i64,
    /// The author.
    pub author_id: PersonId,
    /// The school they wrote it from.
    pub establishment_id: Option<EstablishmentId>,
    /// In what quality they wrote it.
    pub quality: Quality,
    /// The text as typed.
    pub(crate) markdown: Written,
    /// The text rendered.
    pub(crate) html: Kept,
    /// By which version of the renderer.
    pub renderer: i64,
    /// The state.
    pub state: State,
    /// The cause of the state.
    pub state_cause: StateCause,
    /// Why, in the words of the person who brought it there; empty if no reason was given.
    pub state_reason: String,
    /// The number of the revision shown.
    pub revision: i64,
    /// The version, raised when the text or state changes.
    pub version: i64,
    /// The write that made it, as `key.hash` of its place and text: the same write makes no second post. Older posts
    /// have a key alone.
    pub write_key: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its text last changed.
    pub edited_at: Option<Timestamp>,
}

/// What brought a post to the state it is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum StateCause {
    /// Somebody, who may have said why; or it began there.
    #[default]
    Said,
    /// The flags of several readers.
    Flags,
}

/// In what quality somebody writes: kept with the post, for it commits the Region or not as of that day. It is a word: of a
/// member, of the Region, or the role whose badge stands beside the name.
#[derive(Clone, Debug, PartialEq, Eq, DeriveValueType)]
pub struct Quality(String);

impl Quality {
    const MEMBER: &str = "member";
    const REGION: &str = "region";

    pub(crate) fn member() -> Self {
        Self(Self::MEMBER.to_owned())
    }

    pub(crate) fn region() -> Self {
        Self(Self::REGION.to_owned())
    }

    pub(crate) fn of_role(key: &str) -> Self {
        Self(key.to_owned())
    }

    /// Returns the word: `member`, `region`, or the key of a role.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.0
    }

    pub(crate) fn is_member(&self) -> bool {
        self.0 == Self::MEMBER
    }

    pub(crate) fn is_region(&self) -> bool {
        self.0 == Self::REGION
    }
}

/// Where a revision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(crate) enum RevisionState {
    /// Is or was the post's text.
    Published,
    /// Waits for a moderator.
    Proposed,
    /// Was not taken, or gave way to a later proposal.
    Refused,
}
