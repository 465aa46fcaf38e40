//! Assignments as they are shown: the giver, the holder, the role, the place and the validity.

use sea_orm::{DeriveActiveEnum, EnumIter};

use super::entity::assignment;
use super::{AssignmentId, RoleId, Scope, ScopeKind, Validity};
use crate::clock::Timestamp;
use crate::directory::{EstablishmentId, GroupId, PersonId, SectorId};

/// A role given to, or forbidden to, one person at one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assignment {
    /// The primary key.
    pub id: AssignmentId,
    /// The person.
    pub person_id: PersonId,
    /// The role.
    pub role_id: RoleId,
    /// The kind of scope it holds at.
    pub scope_kind: ScopeKind,
    /// The sector; `None` at another scope.
    pub sector_id: Option<SectorId>,
    /// The school; `None` at the platform and at a sector.
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

impl From<assignment::Model> for Assignment {
    fn from(row: assignment::Model) -> Self {
        Self {
            id: row.id,
            person_id: row.person_id,
            role_id: row.role_id,
            scope_kind: row.scope_kind,
            sector_id: row.sector_id,
            establishment_id: row.establishment_id,
            group_id: row.group_id,
            effect: row.effect,
            given_for: row.given_for,
            source: row.source,
            granted_by: row.granted_by,
            reason: row.reason,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            created_at: row.created_at,
        }
    }
}

impl Assignment {
    /// Returns the scope it holds at; `None` if the columns contradict the kind, in which case the row is
    /// ignored.
    #[must_use]
    pub fn scope(&self) -> Option<Scope> {
        match (self.scope_kind, self.sector_id, self.establishment_id, self.group_id) {
            (ScopeKind::Platform, None, None, None) => Some(Scope::Platform),
            (ScopeKind::Sector, Some(sector), None, None) => Some(Scope::Sector(sector)),
            (ScopeKind::Establishment, None, Some(establishment), None) => Some(Scope::Establishment(establishment)),
            (ScopeKind::Group, None, Some(establishment), Some(group)) => Some(Scope::Group(establishment, group)),
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
