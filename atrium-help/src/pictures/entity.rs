//! Tables of pictures and of where they are shown.

/// Pictures.
pub(super) mod picture {
    use atrium_core::clock::Timestamp;
    use sea_orm::entity::prelude::*;

    /// A picture.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_help_picture")]
    pub(crate) struct Model {
        /// Hash of its bytes, and the ending of its kind.
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        /// Its bytes.
        pub bytes: Vec<u8>,
        /// When it was last taken out of a text, if it stands in no other.
        pub unused_since: Option<Timestamp>,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Where pictures are shown.
pub(super) mod shown {
    use sea_orm::entity::prelude::*;

    /// A picture in an article, or in a collection's introduction.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_help_picture_use")]
    pub(crate) struct Model {
        /// Content root of the text.
        #[sea_orm(primary_key, auto_increment = false)]
        pub root: String,
        /// The text's source.
        #[sea_orm(primary_key, auto_increment = false)]
        pub source: String,
        /// Path of the picture below the root.
        #[sea_orm(primary_key, auto_increment = false)]
        pub path: String,
        /// The picture.
        pub name: String,
        /// The collection that the text introduces; absent for an article.
        pub collection: Option<String>,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
