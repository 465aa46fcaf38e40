//! The kinds of events about roles, and what they carry.

use serde::{Deserialize, Serialize};

use crate::access::{AssignmentId, RoleId};
use crate::events::{DeclaredEvent, EventKind, Payload};

pub(super) const ROLE_GRANTED: EventKind<GivenRole> = EventKind::new("core.role.granted");
pub(super) const ROLE_FORBIDDEN: EventKind<GivenRole> = EventKind::new("core.role.forbidden");
pub(super) const ROLE_REVOKED: EventKind<GivenRole> = EventKind::new("core.role.revoked");
pub(super) const ROLE_CREATED: EventKind = EventKind::new("core.role.created");
pub(super) const ROLE_EDITED: EventKind = EventKind::new("core.role.edited");
pub(super) const ROLE_DELETED: EventKind = EventKind::new("core.role.deleted");

/// Carried by an event about an assignment.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct GivenRole {
    /// The assignment.
    pub(crate) assignment: AssignmentId,
    /// The role.
    pub(crate) role: RoleId,
}

impl Payload for GivenRole {
    fn sample() -> Self {
        Self { assignment: AssignmentId(12), role: RoleId(3) }
    }
}

/// Returns the kinds of this room.
pub(crate) fn declared() -> Vec<DeclaredEvent> {
    vec![
        ROLE_GRANTED.declared(),
        ROLE_FORBIDDEN.declared(),
        ROLE_REVOKED.declared(),
        ROLE_CREATED.declared(),
        ROLE_EDITED.declared(),
        ROLE_DELETED.declared(),
    ]
}
