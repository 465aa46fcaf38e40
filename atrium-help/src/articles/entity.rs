//! Tables of collections and articles.

/// Collections: one per folder of the content.
pub(crate) mod collection {
    use sea_orm::entity::prelude::*;

    /// A folder of articles: a service of the catalogue, or a plain collection.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_help_collection")]
    pub(crate) struct Model {
        /// Names of its folders, as its address spells them, with `/` between; a service's key for a service.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) key: String,
        /// Content root it came from.
        pub(crate) root: String,
        /// Title.
        pub(crate) title: String,
        /// One sentence.
        pub(crate) summary: String,
        /// Introduction.
        pub(crate) markdown: String,
        /// Name of its icon; may be empty.
        pub(crate) icon: String,
        /// Its place among the others.
        pub(crate) position: i64,
        /// Of the file it was read from.
        pub(crate) content_hash: String,
        /// Path of that file, with its extension; empty for a folder that no file introduces.
        pub(crate) file: String,
        /// Its introduction's blocks as HTML, sections and headings, as JSON.
        pub(crate) rendered: String,
        /// Version of the renderer that made `rendered`.
        pub(crate) renderer: i64,
        /// Ids and names of the places in its introduction, one a line; absent while they are not known.
        pub(crate) anchors: Option<String>,
    }

    impl Model {
        /// Returns path of its file without its extension.
        #[must_use]
        pub(crate) fn source(&self) -> String {
            crate::content::source_of(&self.file).map_or_else(|| format!("{}/_index", self.key), str::to_owned)
        }
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Articles.
pub(crate) mod article {
    use atrium_core::clock::Timestamp;
    use sea_orm::entity::prelude::*;

    use crate::articles::ArticleId;

    /// An article.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_help_article")]
    pub(crate) struct Model {
        /// Its number here.
        #[sea_orm(primary_key)]
        pub(crate) id: ArticleId,
        /// Content root it came from.
        pub(crate) root: String,
        /// Path of its file below the root, without `.md`: stable across edits.
        #[sea_orm(unique)]
        pub(crate) source: String,
        /// The key by which the head of its file names it, wherever the file goes.
        pub(crate) own_key: Option<String>,
        /// Its collection.
        pub(crate) collection: String,
        /// Its name in its address.
        pub(crate) slug: String,
        /// Title.
        pub(crate) title: String,
        /// One sentence: who it helps, and with what.
        pub(crate) summary: String,
        /// Words to find it by, one a line.
        pub(crate) keywords: String,
        /// Keys of the profiles and roles it is most relevant to, one a line; empty: everyone.
        pub(crate) audience: String,
        /// Its place in its collection.
        pub(crate) position: i64,
        /// When it is to be read over (ISO date).
        pub(crate) review_on: Option<String>,
        /// Key of the role that answers for it.
        pub(crate) owner: Option<String>,
        /// The state, which decides whether it is shown.
        pub(crate) state: State,
        /// Of the file it was read from.
        pub(crate) content_hash: String,
        /// Its text.
        pub(crate) markdown: String,
        /// Its blocks as HTML, sections and headings, as JSON.
        pub(crate) rendered: String,
        /// Version of the renderer that made `rendered`.
        pub(crate) renderer: i64,
        /// When it was first read.
        pub(crate) created_at: Timestamp,
        /// When its text last changed.
        pub(crate) updated_at: Timestamp,
        /// The day its author states for that (ISO date), if they do.
        pub(crate) updated_on: Option<String>,
        /// Ids and names of the places in it, one a line; absent while they are not known.
        pub(crate) anchors: Option<String>,
    }

    /// States of an article.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    pub(crate) enum State {
        /// Shown and found.
        Published,
        /// Its file is gone; feedback on it is kept.
        Removed,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Where things stood before.
pub(crate) mod redirect {
    use sea_orm::entity::prelude::*;

    use crate::articles::ArticleId;

    /// An address that something had.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_help_redirect")]
    pub(crate) struct Model {
        /// The path below the help.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) address: String,
        /// The source that it had there; empty where links by its file still lead to it.
        pub(crate) source: String,
        /// The article that stood there.
        pub(crate) article_id: Option<ArticleId>,
        /// The collection that did, or that took it up.
        pub(crate) collection: Option<String>,
        /// `true` if its file declares it.
        pub(crate) declared: bool,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The audiences of articles.
pub(crate) mod article_visibility {
    use sea_orm::entity::prelude::*;

    use crate::articles::ArticleId;

    /// One audience of one article: `public`, `signed_in`, `role:…`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_help_article_visibility")]
    pub(crate) struct Model {
        /// The article.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) article_id: ArticleId,
        /// The audience's value.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) token: String,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
