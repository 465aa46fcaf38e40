//! Tables of roles and assignments.

use sea_orm::entity::prelude::*;

/// What an assignment does with its role's permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Gives them.
    Permit,
    /// Takes them away, whatever gives them.
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
        /// Its number here.
        #[sea_orm(primary_key)]
        pub id: RoleId,
        /// Its stable name: `digital_referent`.
        #[sea_orm(unique)]
        pub key: String,
        /// Its name on the screen, in French.
        pub label_fr: String,
        /// Its name on the screen, in English.
        pub label_en: String,
        /// Does it ship with the code? Then it is neither edited nor deleted.
        pub built_in: bool,
        /// Raised with every edit.
        pub version: i64,
        /// When the row was made.
        pub created_at: Timestamp,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What roles hold.
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
        /// The permission's key, which a plugin that is absent today may have declared.
        #[sea_orm(primary_key, auto_increment = false)]
        pub permission: String,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Who was given or refused which role, where.
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
        /// Its number here.
        #[sea_orm(primary_key)]
        pub id: AssignmentId,
        /// To whom.
        pub person_id: PersonId,
        /// Which role.
        pub role_id: RoleId,
        /// At which kind of scope.
        pub scope_kind: ScopeKind,
        /// The school, unless it is the platform.
        pub establishment_id: Option<EstablishmentId>,
        /// The group, at that kind of scope.
        pub group_id: Option<GroupId>,
        /// Given or taken away.
        pub effect: Effect,
        /// At which kind of scope, from its own up, its giver could give the role.
        pub given_for: ScopeKind,
        /// Who made the row: `manual`, `demo`, or an import's name.
        pub source: String,
        /// By whom; nobody for the platform itself.
        pub granted_by: Option<PersonId>,
        /// Why.
        pub reason: String,
        /// From when; always, when absent.
        pub valid_from: Option<Timestamp>,
        /// Until when (that instant excluded); for good, when absent.
        pub valid_until: Option<Timestamp>,
        /// When the row was made.
        pub created_at: Timestamp,
    }

    impl Model {
        /// Where it holds; `None` for a row whose columns contradict its kind, which then counts for nothing.
        #[must_use]
        pub fn scope(&self) -> Option<Scope> {
            match (self.scope_kind, self.establishment_id, self.group_id) {
                (ScopeKind::Platform, None, None) => Some(Scope::Platform),
                (ScopeKind::Establishment, Some(establishment), None) => Some(Scope::Establishment(establishment)),
                (ScopeKind::Group, Some(establishment), Some(group)) => Some(Scope::Group(establishment, group)),
                _ => None,
            }
        }

        /// The widest scope at which its giver could give the role, never narrower than its own: everywhere for the
        /// platform itself.
        #[must_use]
        pub fn given_for(&self) -> Scope {
            let own = self.scope().unwrap_or(Scope::Platform);
            if self.granted_by.is_none() {
                return Scope::Platform;
            }
            own.chain().find(|scope| scope.kind() <= self.given_for).unwrap_or(own)
        }

        /// When it holds.
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

/// The version of the rules themselves: one row.
pub(crate) mod policy {
    use sea_orm::entity::prelude::*;

    /// Its one row, number 1.
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
