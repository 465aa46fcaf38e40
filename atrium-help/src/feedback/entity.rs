//! Tables of opinions.

/// Opinions.
pub mod opinion {
    use atrium_core::clock::Timestamp;
    use atrium_core::directory::PersonId;
    use sea_orm::entity::prelude::*;

    use crate::articles::ArticleId;
    use crate::feedback::{FeedbackId, Verdict};

    /// An opinion on an article.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_help_feedback")]
    pub struct Model {
        /// Its number.
        #[sea_orm(primary_key)]
        pub id: FeedbackId,
        /// The article.
        pub article_id: ArticleId,
        /// Whether the article was useful.
        pub useful: bool,
        /// What was missing, in the reader's words; may be empty.
        pub comment: String,
        /// The reader, when signed in: erasing them erases the opinion. Never shown.
        pub person_id: Option<PersonId>,
        /// When.
        pub at: Timestamp,
    }

    impl Model {
        /// Returns whether the article was useful.
        #[must_use]
        pub fn verdict(&self) -> Verdict {
            if self.useful { Verdict::Useful } else { Verdict::NotUseful }
        }
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The author's schools when the opinion was given.
pub mod school {
    use atrium_core::directory::EstablishmentId;
    use sea_orm::entity::prelude::*;

    use crate::feedback::FeedbackId;

    /// One school of one opinion; there are no rows for visitors and for the Region's people.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_help_feedback_school")]
    pub struct Model {
        /// The opinion.
        #[sea_orm(primary_key, auto_increment = false)]
        pub feedback_id: FeedbackId,
        /// The school.
        #[sea_orm(primary_key, auto_increment = false)]
        pub establishment_id: EstablishmentId,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
