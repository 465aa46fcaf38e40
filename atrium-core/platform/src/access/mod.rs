//! Decides who may do what, where: permissions, roles, scoped assignments, and the visibility rule.
//!
//! This module never reads a request and never renders a page. [`Rights`] is a snapshot of what one person may do;
//! [`Access`] loads and caches snapshots; [`Visibility`] is the rule compiled for one resource kind, rendered as a
//! predicate, as SQL ([`VisibilityColumns`]) and by `search` as a filter.

pub mod actions;
mod actor;
mod assigned;
mod cap;
mod change;
mod core_permissions;
mod declared;
mod entity;
mod explain;
#[cfg(feature = "axum")]
mod extract;
mod loading;
mod people;
mod rate_limit;
mod registry;
mod rights;
mod role;
mod scope;
mod service;
mod sql;
pub(crate) mod store;
mod sync;
mod visibility;

pub use crate::clock::Validity;
pub use actor::{Actor, Via};
pub use assigned::{Assignment, Effect};
pub(crate) use cap::require_account;
pub(crate) use cap::require_cap;
pub use cap::{Standing, may_bring_in, require_giving, require_not_above};
pub(crate) use change::RightsChange;
pub use core_permissions::{core_permissions, permissions};
pub(crate) use entity::{assignment, role as role_entity, role_permission};

pub(crate) use declared::{SiteRole, read_roles};
pub use explain::{Explanation, Miss, NearMiss};
#[cfg(feature = "axum")]
pub use extract::{ActorSource, NoActor};
pub(crate) use people::knows_few_schools;
pub use people::visible_person;
pub(crate) use people::{Reading, visible_people};
pub(crate) use rate_limit::require_rate;
pub use registry::{Permission, PermissionDef, Permissions};
pub use rights::{HeldGroup, HeldMembership, HeldRole, Origin, Reach, Rights};
pub(crate) use role::is_role_key;
pub use role::{Badge, PLATFORM_ADMIN, Role, RoleDef, Roles, core_roles, is_profile};
pub use scope::{Scope, ScopeKind};
pub use service::Access;
pub use sql::{ItemColumns, VisibilityColumns};
pub use store::{assignment, assignments, role_keys};
pub use visibility::{Clause, Facet, Token, TokenSet, Visibility};

crate::id_type! {
    /// Identifies a role.
    pub struct RoleId;
    /// Identifies an assignment.
    pub struct AssignmentId;
}
