//! Who may do what, where: permissions, roles, scoped assignments, and the one visibility rule.
//!
//! This room decides; it never reads a request and never renders a page.

mod actor;
mod permission;
mod rights;
mod scope;
mod visibility;

pub use actor::{Actor, Via};
pub use permission::{Permission, PermissionDef};
pub use rights::{HeldMembership, HeldRole, Rights};
pub use scope::{Scope, ScopeKind};
pub use visibility::{Clause, Facet, Token, TokenSet, Visibility};

crate::id_type! {
    /// A role.
    pub struct RoleId;
    /// A role given to somebody somewhere.
    pub struct AssignmentId;
}
