//! The tables of the sign-in.

#![expect(unreachable_pub, reason = "the derive asks for public items")]

/// Local accounts.
pub(super) mod password {
    use crate::clock::Timestamp;
    use crate::directory::PersonId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_password")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: PersonId,
        #[sea_orm(unique)]
        pub login: String,
        pub hash: Option<String>,
        pub changed_at: Timestamp,
        /// Raised when the account is renamed.
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Browsers in which people have signed in before.
pub(super) mod device {
    use crate::clock::Timestamp;
    use crate::directory::PersonId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_login_device")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: PersonId,
        pub last_used: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Attempts to sign in that have not succeeded.
pub(super) mod attempt {
    use crate::clock::Timestamp;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_login_attempt")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub key: String,
        pub at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
