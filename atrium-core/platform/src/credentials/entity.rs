//! The tables of sessions, API tokens and one-time links.

/// Links that let a person set a password once.
pub(crate) mod link {
    use crate::clock::Timestamp;
    use crate::id::PersonId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_login_link")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) token_hash: String,
        pub(crate) person_id: PersonId,
        pub(crate) purpose: Purpose,
        pub(crate) expires_at: Timestamp,
    }

    /// The purpose of a link.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    pub(crate) enum Purpose {
        /// The first administrator of a new platform sets up their account.
        FirstAdmin,
        /// A person sets a password for a new account, or a forgotten one.
        SetPassword,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
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
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: SessionId,
        #[sea_orm(unique)]
        pub(crate) token_hash: String,
        pub(crate) person_id: PersonId,
        pub(crate) created_at: Timestamp,
        pub(crate) last_seen: Timestamp,
        pub(crate) expires_at: Timestamp,
        pub(crate) user_agent: String,
        pub(crate) address: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Accounts of programs, which are people who never sign in.
pub(crate) mod program {
    use crate::clock::Timestamp;
    use crate::id::PersonId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_program")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) person_id: PersonId,
        pub(crate) purpose: String,
        pub(crate) created_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Tokens by which programs act for a person.
pub(crate) mod api_token {
    use crate::clock::Timestamp;
    use crate::credentials::ApiTokenId;
    use crate::id::{EstablishmentId, PersonId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_api_token")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: ApiTokenId,
        #[sea_orm(unique)]
        pub(crate) token_hash: String,
        pub(crate) person_id: PersonId,
        pub(crate) name: String,
        pub(crate) reach: Reach,
        /// The groups of operations, with a space between them.
        pub(crate) areas: String,
        pub(crate) establishment_id: Option<EstablishmentId>,
        pub(crate) created_at: Timestamp,
        pub(crate) expires_at: Timestamp,
        /// The first use of the last day on which it was used.
        pub(crate) last_used: Option<Timestamp>,
    }

    /// What a token may do with what its person may do.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    pub enum Reach {
        /// Read it.
        Read,
        /// Read and write it.
        Full,
    }

    impl Reach {
        /// Returns its key: `read`, `full`.
        #[must_use]
        pub fn key(self) -> &'static str {
            match self {
                Self::Read => "read",
                Self::Full => "full",
            }
        }

        /// Returns the reach of this key.
        #[must_use]
        pub fn from_key(key: &str) -> Option<Self> {
            [Self::Read, Self::Full].into_iter().find(|reach| reach.key() == key)
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
