//! Builds a person's rights from the rows of the directory and of the assignments.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Assignment, HeldGroup, HeldMembership, HeldRole, Origin, Reach, Rights, Role, Roles, Scope, store};
use crate::db::Connection;
use crate::directory::{self, EstablishmentId, GroupId, Membership, PersonId, PersonStatus, Profile, SectorId};
use crate::error::Result;

/// Returns the rights of `person`, in four queries: the person, the memberships of their family, its groups, their
/// assignments; and a fifth for the schools of sectors, if they hold something at one. A suspended or erased person has no rights.
pub(super) async fn load(conn: &impl Connection, roles: &Roles, person: PersonId) -> Result<Rights> {
    let row = directory::store::person(conn, person).await?;
    if row.status != PersonStatus::Active {
        return Ok(Rights::new(person, Vec::new(), Vec::new(), Vec::new()));
    }
    load_active(conn, roles, person).await
}

/// Does the work of [`load`] whatever the state of the account, in three queries.
pub(super) async fn load_active(conn: &impl Connection, roles: &Roles, person: PersonId) -> Result<Rights> {
    let memberships = store::family_memberships(conn, person).await?;
    let groups = store::family_groups(conn, person).await?;
    let assignments = store::assignments(conn, person).await?;
    let sectors: BTreeSet<SectorId> = assignments.iter().filter_map(|row| row.sector_id).collect();
    let sectors = directory::store::sector_schools(conn, sectors).await?;

    let mut snapshot = Snapshot { roles, sectors, held: Vec::new(), memberships: Vec::new(), groups: Vec::new() };
    for membership in &memberships {
        let place = Place::of(person, membership);
        let own = |(who, school, _): &&(PersonId, EstablishmentId, GroupId)| {
            *who == membership.person_id && *school == membership.establishment_id
        };
        if let Some(place) = place {
            snapshot.enter(&place, groups.iter().filter(own).map(|(_, _, group)| *group));
        }
    }
    assignments.into_iter().for_each(|row| snapshot.assign(row));
    let Snapshot { held, memberships, groups, .. } = snapshot;
    Ok(Rights::new(person, held, memberships, groups))
}

/// The profile that a membership gives, and its origin.
struct Place {
    membership: HeldMembership,
    origin: Origin,
}

impl Place {
    /// Returns the person's own membership as it stands; a child's pupil membership makes the person a guardian
    /// there.
    fn of(person: PersonId, row: &Membership) -> Option<Self> {
        let (profile, origin) = match (row.person_id == person, row.profile) {
            (true, profile) => (profile, Origin::Membership),
            (false, Profile::Student) => (Profile::Guardian, Origin::Child(row.person_id)),
            (false, _) => return None,
        };
        let membership = HeldMembership { establishment: row.establishment_id, profile, validity: row.validity() };
        Some(Self { membership, origin })
    }
}

struct Snapshot<'a> {
    roles: &'a Roles,
    /// The schools of the sectors at which something is held.
    sectors: Vec<(SectorId, EstablishmentId)>,
    held: Vec<HeldRole>,
    memberships: Vec<HeldMembership>,
    groups: Vec<HeldGroup>,
}

impl Snapshot<'_> {
    /// Adds the profile's role in the school and in the person's groups of it.
    fn enter(&mut self, place: &Place, groups: impl Iterator<Item = GroupId>) {
        let HeldMembership { establishment, profile, validity } = place.membership;
        let role = self.roles.by_key(profile.key());
        let mut hold = |scope, reach| {
            self.held.extend(role.map(|role| HeldRole {
                validity,
                origin: place.origin.clone(),
                ..held(role, scope, reach)
            }));
        };
        hold(Scope::Establishment(establishment), reach(profile));
        for group in groups {
            hold(Scope::Group(establishment, group), Reach::Below);
            self.groups.push(HeldGroup { establishment, group, validity });
        }
        if !self.memberships.contains(&place.membership) {
            self.memberships.push(place.membership.clone());
        }
    }

    fn assign(&mut self, row: Assignment) {
        let (Some(role), Some(scope)) = (self.roles.get(row.role_id), row.scope()) else { return };
        if role.is_absent {
            return;
        }
        let given_for = row.given_for();
        // Permissions that speak for the Region can be forbidden at any scope, but are given only for the Region.
        let permissions = if row.effect == super::Effect::Forbid || given_for == Scope::Platform {
            &role.permissions
        } else {
            &role.local_permissions
        };
        let of_sector = self.sectors.iter().filter(|(sector, _)| Some(*sector) == row.sector_id);
        let schools = of_sector.map(|(_, school)| *school).collect();
        self.held.push(HeldRole {
            permissions: permissions.clone(),
            schools,
            given_for,
            effect: row.effect,
            validity: row.validity(),
            origin: Origin::Assignment {
                id: row.id,
                source: row.source,
                granted_by: row.granted_by,
                granted_at: row.created_at,
                reason: row.reason,
            },
            ..held(role, scope, Reach::Below)
        });
    }
}

pub(super) fn held(role: &Role, scope: Scope, reach: Reach) -> HeldRole {
    HeldRole {
        key: role.key.clone(),
        badge: role.badge.clone(),
        permissions: role.local_permissions.clone(),
        scope,
        schools: Arc::default(),
        // A profile is a fact of the school, not a delegation, so it counts as given for the platform.
        given_for: Scope::Platform,
        reach,
        effect: super::Effect::Permit,
        validity: super::Validity::ALWAYS,
        origin: Origin::Membership,
    }
}

/// Returns how far a profile's role reaches: leadership and school life cover every class, the others only their
/// own classes and groups.
pub(super) fn reach(profile: Profile) -> Reach {
    match profile {
        Profile::Leadership | Profile::SchoolLife => Reach::Below,
        Profile::Student | Profile::Guardian | Profile::Teacher | Profile::Staff => Reach::Here,
    }
}
