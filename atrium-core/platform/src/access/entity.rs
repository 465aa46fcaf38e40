//! The tables of roles, their permissions, assignments and the policy epoch.

use sea_orm::entity::prelude::*;

/// Whether an assignment gives or takes away its role's permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Gives the permissions.
    Permit,
    /// Takes the permissions away, whatever gives them.
    Forbid,
}

/// Roles.
pub mod role {
    use crate::access::RoleId;
    use crate::clock::Timestamp;
    use sea_orm::entity::prelude::*;

    /// A named set of permissions.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_role")]
    pub struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub id: RoleId,
        /// The stable name: `digital_referent`.
        #[sea_orm(unique)]
        pub key: String,
        /// The label shown in French.
        pub label_fr: String,
        /// The label shown in English.
        pub label_en: String,
        /// `true` for a role that ships with the code, which is neither edited nor deleted.
        pub built_in: bool,
        /// The version, raised by every edit.
        pub version: i64,
        /// When the row was made.
        pub created_at: Timestamp,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The permissions of roles.
pub mod role_permission {
    use crate::access::RoleId;
    use sea_orm::entity::prelude::*;

    /// One permission of one role.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_role_permission")]
    pub struct Model {
        /// The role.
        #[sea_orm(primary_key, auto_increment = false)]
        pub role_id: RoleId,
        /// The permission's key, possibly declared by a plugin that is absent today.
        #[sea_orm(primary_key, auto_increment = false)]
        pub permission: String,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The roles given to, or forbidden to, people.
pub mod assignment {
    use super::Effect;
    use crate::access::{AssignmentId, RoleId, Scope, ScopeKind, Validity};
    use crate::clock::Timestamp;
    use crate::directory::{EstablishmentId, GroupId, PersonId};
    use sea_orm::entity::prelude::*;

    /// A role given to, or forbidden to, one person at one scope.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_assignment")]
    pub struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub id: AssignmentId,
        /// The person.
        pub person_id: PersonId,
        /// The role.
        pub role_id: RoleId,
        /// The kind of scope it holds at.
        pub scope_kind: ScopeKind,
        /// The school; `None` at the platform.
        pub establishment_id: Option<EstablishmentId>,
        /// The group; `None` unless the scope is a group.
        pub group_id: Option<GroupId>,
        /// Whether the permissions are given or taken away.
        pub effect: Effect,
        /// The widest kind of scope, from its own up, at which the giver could give the role.
        pub given_for: ScopeKind,
        /// The source of the row: `manual`, `demo`, or an import's name.
        pub source: String,
        /// The giver; `None` for the platform itself.
        pub granted_by: Option<PersonId>,
        /// The reason.
        pub reason: String,
        /// The first instant at which it holds; unbounded when absent.
        pub valid_from: Option<Timestamp>,
        /// The instant at which it ends (excluded); unbounded when absent.
        pub valid_until: Option<Timestamp>,
        /// When the row was made.
        pub created_at: Timestamp,
    }

    impl Model {
        /// Returns the scope it holds at; `None` if the columns contradict the kind, in which case the row is
        /// ignored.
        #[must_use]
        pub fn scope(&self) -> Option<Scope> {
            match (self.scope_kind, self.establishment_id, self.group_id) {
                (ScopeKind::Platform, None, None) => Some(Scope::Platform),
                (ScopeKind::Establishment, Some(establishment), None) => Some(Scope::Establishment(establishment)),
                (ScopeKind::Group, Some(establishment), Some(group)) => Some(Scope::Group(establishment, group)),
                _ => None,
            }
        }

        /// Returns the widest scope at which the giver could give the role, never narrower than the assignment's
        /// own; the platform if the platform itself gave it.
        #[must_use]
        pub fn given_for(&self) -> Scope {
            let own = self.scope().unwrap_or(Scope::Platform);
            if self.granted_by.is_none() {
                return Scope::Platform;
            }
            own.chain().find(|scope| scope.kind() <= self.given_for).unwrap_or(own)
        }

        /// Returns the time during which it holds.
        #[must_use]
        pub fn validity(&self) -> Validity {
            Validity::new(self.valid_from, self.valid_until)
        }
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
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
