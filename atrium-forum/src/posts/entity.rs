//! Tables of posts and their revisions.

/// Posts.
pub(crate) mod post {
    use atrium_core::clock::Timestamp;
    use atrium_core::directory::{EstablishmentId, PersonId};
    use sea_orm::entity::prelude::*;

    use crate::ids::{PostId, TopicId};
    use crate::posts::{Kept, Post, Quality, StateCause, Written};
    use crate::state::State;

    /// A post of a topic; number 1 is the question.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_forum_post")]
    pub(crate) struct Model {
        /// Its number in the database.
        #[sea_orm(primary_key)]
        pub(crate) id: PostId,
        /// Its topic.
        pub(crate) topic_id: TopicId,
        /// Its number in the topic, from 1.
        pub(crate) number: i64,
        /// The author.
        pub(crate) author_id: PersonId,
        /// The school they wrote it from.
        pub(crate) establishment_id: Option<EstablishmentId>,
        /// In what quality they wrote it.
        pub(crate) quality: Quality,
        /// The text as typed.
        pub(crate) markdown: Written,
        /// The text rendered.
        pub(crate) html: Kept,
        /// By which version of the renderer.
        pub(crate) renderer: i64,
        /// The state.
        pub(crate) state: State,
        /// The cause of the state.
        pub(crate) state_cause: StateCause,
        /// Why, in the words of the person who brought it there; empty if no reason was given.
        pub(crate) state_reason: String,
        /// The number of the revision shown.
        pub(crate) revision: i64,
        /// The version, raised when the text or state changes.
        pub(crate) version: i64,
        /// The write that made it, as `key.hash` of its place and text: the same write makes no second post. Older posts
        /// have a key alone.
        pub(crate) write_key: String,
        /// When it was written.
        pub(crate) created_at: Timestamp,
        /// When its text last changed.
        pub(crate) edited_at: Option<Timestamp>,
    }

    /// No relation is declared: queries join in `store`.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl From<Post> for Model {
        fn from(row: Post) -> Self {
            Self {
                id: row.id,
                topic_id: row.topic_id,
                number: row.number,
                author_id: row.author_id,
                establishment_id: row.establishment_id,
                quality: row.quality,
                markdown: row.markdown,
                html: row.html,
                renderer: row.renderer,
                state: row.state,
                state_cause: row.state_cause,
                state_reason: row.state_reason,
                revision: row.revision,
                version: row.version,
                write_key: row.write_key,
                created_at: row.created_at,
                edited_at: row.edited_at,
            }
        }
    }
}

/// Texts a post has had, and those proposed for it; the rows begin with the first edit.
pub(crate) mod revision {
    use atrium_core::clock::Timestamp;
    use atrium_core::directory::PersonId;
    use sea_orm::entity::prelude::*;

    use crate::posts::{PostId, RevisionId, RevisionState, Written};

    /// One text of a post.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_forum_revision")]
    pub(crate) struct Model {
        /// Its number in the database.
        #[sea_orm(primary_key)]
        pub(crate) id: RevisionId,
        /// The post.
        pub(crate) post_id: PostId,
        /// Its number among the post's, from 1.
        pub(crate) number: i64,
        /// Who wrote this text.
        pub(crate) author_id: PersonId,
        /// The topic's title with it, for a question.
        pub(crate) title: Option<String>,
        /// The text as typed.
        pub(crate) markdown: Written,
        /// The state, which tells whether it was ever shown.
        pub(crate) state: RevisionState,
        /// Why the text changed, in its author's words.
        pub(crate) reason: String,
        /// When it was written.
        pub(crate) created_at: Timestamp,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
