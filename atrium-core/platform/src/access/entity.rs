//! The tables of roles, their permissions, assignments and the policy epoch.

/// Roles.
pub(crate) mod role {
    use crate::access::RoleId;
    use crate::clock::Timestamp;
    use sea_orm::entity::prelude::*;

    /// A named set of permissions.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_role")]
    pub(crate) struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub(crate) id: RoleId,
        /// The stable name: `digital_referent`.
        #[sea_orm(unique)]
        pub(crate) key: String,
        /// The label shown in French.
        pub(crate) label_fr: String,
        /// The label shown in English.
        pub(crate) label_en: String,
        /// `true` for a role that ships with the code, which is neither edited nor deleted.
        pub(crate) built_in: bool,
        /// The version, raised by every edit.
        pub(crate) version: i64,
        /// When the row was made.
        pub(crate) created_at: Timestamp,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The permissions of roles.
pub(crate) mod role_permission {
    use crate::access::RoleId;
    use sea_orm::entity::prelude::*;

    /// One permission of one role.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_role_permission")]
    pub(crate) struct Model {
        /// The role.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) role_id: RoleId,
        /// The permission's key, possibly declared by a plugin that is absent today.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) permission: String,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The roles given to, or forbidden to, people.
pub(crate) mod assignment {
    use crate::access::{AssignmentId, Effect, RoleId, ScopeKind};
    use crate::clock::Timestamp;
    use crate::directory::{EstablishmentId, GroupId, PersonId, SectorId};
    use sea_orm::entity::prelude::*;

    /// A role given to, or forbidden to, one person at one scope.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_assignment")]
    pub(crate) struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub(crate) id: AssignmentId,
        /// The person.
        pub(crate) person_id: PersonId,
        /// The role.
        pub(crate) role_id: RoleId,
        /// The kind of scope it holds at.
        pub(crate) scope_kind: ScopeKind,
        /// The sector; `None` at another scope.
        pub(crate) sector_id: Option<SectorId>,
        /// The school; `None` at the platform and at a sector.
        pub(crate) establishment_id: Option<EstablishmentId>,
        /// The group; `None` unless the scope is a group.
        pub(crate) group_id: Option<GroupId>,
        /// Whether the permissions are given or taken away.
        pub(crate) effect: Effect,
        /// The widest kind of scope, from its own up, at which the giver could give the role.
        pub(crate) given_for: ScopeKind,
        /// The source of the row: `manual`, `demo`, or an import's name.
        pub(crate) source: String,
        /// The giver; `None` for the platform itself.
        pub(crate) granted_by: Option<PersonId>,
        /// The reason.
        pub(crate) reason: String,
        /// The first instant at which it holds; unbounded when absent.
        pub(crate) valid_from: Option<Timestamp>,
        /// The instant at which it ends (excluded); unbounded when absent.
        pub(crate) valid_until: Option<Timestamp>,
        /// When the row was made.
        pub(crate) created_at: Timestamp,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The policy epoch: one row.
pub(crate) mod policy {
    use sea_orm::entity::prelude::*;

    /// The only row, with id 1.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_policy")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: i64,
        pub(crate) epoch: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
