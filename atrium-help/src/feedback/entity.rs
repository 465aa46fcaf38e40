//! Tables of opinions.

/// Opinions.
pub(crate) mod opinion {
    use atrium_core::clock::Timestamp;
    use atrium_core::directory::PersonId;
    use sea_orm::entity::prelude::*;

    use crate::articles::ArticleId;
    use crate::feedback::FeedbackId;

    /// An opinion on an article.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_help_feedback")]
    pub(crate) struct Model {
        /// Its number.
        #[sea_orm(primary_key)]
        pub(crate) id: FeedbackId,
        /// The article.
        pub(crate) article_id: ArticleId,
        /// Whether the article was useful.
        pub(crate) useful: bool,
        /// What was missing, in the reader's words; may be empty.
        pub(crate) comment: String,
        /// The reader, when signed in: erasing them erases the opinion. Never shown.
        pub(crate) person_id: Option<PersonId>,
        /// When.
        pub(crate) at: Timestamp,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The author's schools when the opinion was given.
pub(crate) mod school {
    use atrium_core::directory::EstablishmentId;
    use sea_orm::entity::prelude::*;

    use crate::feedback::FeedbackId;

    /// One school of one opinion; there are no rows for visitors and for the Region's people.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_help_feedback_school")]
    pub(crate) struct Model {
        /// The opinion.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) feedback_id: FeedbackId,
        /// The school.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) establishment_id: EstablishmentId,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
