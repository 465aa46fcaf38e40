//! The table of topics.

use atrium_core::clock::Timestamp;
use atrium_core::directory::{EstablishmentId, PersonId};
use sea_orm::entity::prelude::*;

use super::{Kind, Topic};
use crate::ids::{CategoryId, PostId, TopicId};
use crate::state::{Readers, State};

/// A topic. Its first post is its question and stands in the same state.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "atrium_forum_topic")]
pub(crate) struct Model {
    /// Its number.
    #[sea_orm(primary_key)]
    pub(crate) id: TopicId,
    /// Its category.
    pub(crate) category_id: CategoryId,
    /// The asker's school, when they asked from one.
    pub(crate) establishment_id: Option<EstablishmentId>,
    /// Who asked.
    pub(crate) author_id: PersonId,
    /// Its title.
    pub(crate) title: String,
    /// What kind of topic.
    pub(crate) kind: Kind,
    /// Where it stands.
    pub(crate) state: State,
    /// Who reads it, of those who may see its category: as it asks itself, unless
    /// its category is confidential.
    pub(crate) readers: Readers,
    /// Who reads it in a category that is not confidential.
    pub(crate) own_readers: Readers,
    /// The moderator who made it confidential, who may undo that without reading it.
    pub(crate) restricted_by: Option<PersonId>,
    /// `true` if it stays on top of its category.
    pub(crate) pinned: bool,
    /// `true` if it is closed to replies.
    pub(crate) locked: bool,
    /// The reply that solved it.
    pub(crate) accepted_post_id: Option<PostId>,
    /// The number of the revision that was accepted.
    pub(crate) accepted_revision: Option<i64>,
    /// The Region's answer.
    pub(crate) official_post_id: Option<PostId>,
    /// The number given to its newest post, whatever its state.
    pub(crate) last_number: i64,
    /// The number of its newest visible post.
    pub(crate) last_visible_number: i64,
    /// Who wrote its newest visible post.
    pub(crate) last_visible_author_id: PersonId,
    /// When its newest visible post was written, by the clock of the node that took it.
    pub(crate) last_visible_at: Timestamp,
    /// Its newest visible post: the order of lists, which no clock decides.
    pub(crate) last_visible_post_id: PostId,
    /// Replies that its readers see.
    pub(crate) replies_public: i64,
    /// Replies that moderators see.
    pub(crate) replies_staff: i64,
    /// Raised when its title, kind, category, marks or state change; replies leave it alone.
    pub(crate) version: i64,
    /// When it was asked.
    pub(crate) created_at: Timestamp,
}

/// No relation is declared: queries join in `store`.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl From<Topic> for Model {
    fn from(row: Topic) -> Self {
        Self {
            id: row.id,
            category_id: row.category_id,
            establishment_id: row.establishment_id,
            author_id: row.author_id,
            title: row.title,
            kind: row.kind,
            state: row.state,
            readers: row.readers,
            own_readers: row.own_readers,
            restricted_by: row.restricted_by,
            pinned: row.pinned,
            locked: row.locked,
            accepted_post_id: row.accepted_post_id,
            accepted_revision: row.accepted_revision,
            official_post_id: row.official_post_id,
            last_number: row.last_number,
            last_visible_number: row.last_visible_number,
            last_visible_author_id: row.last_visible_author_id,
            last_visible_at: row.last_visible_at,
            last_visible_post_id: row.last_visible_post_id,
            replies_public: row.replies_public,
            replies_staff: row.replies_staff,
            version: row.version,
            created_at: row.created_at,
        }
    }
}
