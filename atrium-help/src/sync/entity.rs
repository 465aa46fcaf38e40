//! Table of what was wrong with the last synchronisation.

/// Problems of files.
pub mod problem {
    use atrium_core::clock::Timestamp;
    use sea_orm::entity::prelude::*;

    /// A file, or a passage of one, that could not be used.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_help_problem")]
    pub struct Model {
        /// Its number here.
        #[sea_orm(primary_key)]
        pub id: i64,
        /// Content root.
        pub root: String,
        /// Path below the root, without `.md`; empty for what is wrong with the folder as a whole.
        pub source: String,
        /// Line, from 1.
        pub line: i64,
        /// What is wrong.
        pub message: String,
        /// When it was found.
        pub at: Timestamp,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

impl From<problem::Model> for crate::content::Broken {
    fn from(kept: problem::Model) -> Self {
        Self { source: kept.source, line: usize::try_from(kept.line).unwrap_or_default(), message: kept.message }
    }
}
