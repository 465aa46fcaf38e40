//! The columns of core's tables that lists join for the names beside a text: a plugin's query may read them.

/// People.
pub(crate) mod person {
    use atrium_core::directory::PersonId;
    use sea_orm::entity::prelude::*;

    /// A person's name.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_person")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: PersonId,
        pub(crate) display_name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Schools.
pub(crate) mod establishment {
    use atrium_core::directory::EstablishmentId;
    use sea_orm::entity::prelude::*;

    /// A school's name.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_establishment")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: EstablishmentId,
        pub(crate) name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
