//! Tables of what was wrong with the last synchronisation, and of what a folder said before.

use crate::content::{Fault, Severity};

/// Problems of files.
pub(crate) mod problem {
    use atrium_core::clock::Timestamp;
    use sea_orm::entity::prelude::*;

    /// A file, or a passage of one, that could not be used.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_help_problem")]
    pub(crate) struct Model {
        /// Its number here.
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        /// Content root.
        pub(crate) root: String,
        /// Path below the root, without `.md`; empty for what is wrong with the folder as a whole.
        pub(crate) source: String,
        /// Line, from 1.
        pub(crate) line: i64,
        /// What is wrong.
        pub(crate) message: String,
        /// Path below the root, with its extension.
        pub(crate) file: String,
        /// How bad it is.
        pub(crate) severity: String,
        /// When it was found.
        pub(crate) at: Timestamp,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Links of texts to pages of the help.
pub(super) mod link {
    use sea_orm::entity::prelude::*;

    /// A link.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_help_link")]
    pub(crate) struct Model {
        /// Its number here.
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        /// Content root of the text.
        pub(crate) root: String,
        /// The text's source.
        pub(crate) source: String,
        /// Path of the text's file.
        pub(crate) file: String,
        /// Line, from 1.
        pub(crate) line: i64,
        /// As its author wrote it.
        pub(crate) typed: String,
        /// URL path of the page.
        pub(crate) page: String,
        /// The place in the page; may be empty.
        pub(crate) fragment: String,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What folders said.
pub(super) mod generation {
    use atrium_core::clock::Timestamp;
    use sea_orm::entity::prelude::*;

    /// A state of a folder. The one with the highest number is what is kept; the others were replaced.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_help_generation")]
    pub(crate) struct Model {
        /// Its number here.
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        /// Content root.
        pub(crate) root: String,
        /// Hash of everything in the folder.
        pub(crate) hash: String,
        /// When it was brought.
        pub(crate) at: Timestamp,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

impl From<problem::Model> for Fault {
    fn from(kept: problem::Model) -> Self {
        let line = usize::try_from(kept.line).unwrap_or_default();
        // Rows of before it was kept have no file.
        let file =
            if kept.file.is_empty() && !kept.source.is_empty() { format!("{}.md", kept.source) } else { kept.file };
        Self { severity: Severity::parse(&kept.severity), ..Self::error(file, line, kept.message) }
    }
}
