//! The acts on roles: giving and taking them, making custom ones, asking why.
//!
//! Each checks the delegation cap, writes the act down, tells the outbox and raises the epoch that it makes stale, in
//! one transaction. The platform itself passes the cap; what must always hold binds it too.

mod assignments;
mod explanations;
mod invariants;
mod journal;
mod roles;

pub(crate) use assignments::grant_in;
pub use assignments::{AssignmentFilter, NewAssignment, grant, list_assignments, revoke};
pub use explanations::{explain, explained_person, require_explaining};
pub(crate) use invariants::require_other_admin;
pub use journal::journal;
pub use roles::{RoleChange, create_role, delete_role, edit_role};
