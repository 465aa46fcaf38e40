//! The tables of sessions and one-time links.

#![expect(unreachable_pub, reason = "the derive asks for public items")]

/// Links that let a person set a password once.
pub(crate) mod link {
    use crate::clock::Timestamp;
    use crate::id::PersonId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_login_link")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        pub person_id: PersonId,
        pub purpose: Purpose,
        pub expires_at: Timestamp,
    }

    /// The purpose of a link.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    pub enum Purpose {
        /// The first administrator of a new platform sets up their account.
        FirstAdmin,
        /// A person sets a password for a new account, or a forgotten one.
        SetPassword,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Sessions.
pub(crate) mod session {
    use crate::clock::Timestamp;
    use crate::credentials::SessionId;
    use crate::id::PersonId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_session")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: SessionId,
        #[sea_orm(unique)]
        pub token_hash: String,
        pub person_id: PersonId,
        pub created_at: Timestamp,
        pub last_seen: Timestamp,
        pub expires_at: Timestamp,
        pub user_agent: String,
        pub address: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
