//! Actions on roles: give and revoke them, edit custom ones, explain decisions, read the audit record.
//!
//! Each checks the delegation cap, writes the audit record and the event, and raises the epoch that it makes stale,
//! in one transaction. The platform itself passes the cap, but not the invariants.

mod assignments;
mod explanations;
mod invariants;
mod journal;
mod kinds;
mod roles;

pub use assignments::{AssignmentFilter, NewAssignment};
pub(crate) use assignments::{grant_in, withdraw_in};
pub use explanations::require_explaining;
pub(crate) use invariants::require_other_admin;
pub(crate) use kinds::declared as declared_events;
pub use roles::RoleChange;
