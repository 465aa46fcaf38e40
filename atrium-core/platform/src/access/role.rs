//! The built-in roles, and the table of all roles at one policy epoch.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Permission, Permissions, RoleId, role_entity, role_permission};
use crate::directory::Profile;

/// The key of the role that holds every permission.
pub const PLATFORM_ADMIN: &str = "platform_admin";

/// A role that ships with the code: it cannot be edited or deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltInRole {
    /// The stable name.
    pub key: &'static str,
    /// The label shown in French.
    pub label_fr: &'static str,
    /// The label shown in English.
    pub label_en: &'static str,
    /// `true` if it speaks for the Region: only actors who could give it everywhere may give it.
    pub speaks_for_region: bool,
}

const fn built_in(key: &'static str, label_fr: &'static str, label_en: &'static str) -> BuiltInRole {
    BuiltInRole { key, label_fr, label_en, speaks_for_region: false }
}

const fn of_region(key: &'static str, label_fr: &'static str, label_en: &'static str) -> BuiltInRole {
    BuiltInRole { key, label_fr, label_en, speaks_for_region: true }
}

/// Every built-in role: the six profiles first, which come with a membership, then those that are assigned.
pub const BUILT_IN: &[BuiltInRole] = &[
    built_in("student", "Élève", "Pupil"),
    built_in("guardian", "Responsable", "Guardian"),
    built_in("teacher", "Enseignant", "Teacher"),
    built_in("leadership", "Direction", "Leadership"),
    built_in("school_life", "Vie scolaire", "School life"),
    built_in("staff", "Personnel", "Staff"),
    built_in("digital_referent", "Référent numérique", "Digital referent"),
    of_region("stil_technician", "Agent STIL", "STIL technician"),
    of_region("stil_sector_chief", "Chef de secteur STIL", "STIL sector chief"),
    of_region("region_support", "Assistance (Région)", "Support (Region)"),
    of_region("region_developer", "Développement (Région)", "Development (Region)"),
    built_in("moderator", "Modérateur", "Moderator"),
    built_in("help_author", "Rédacteur de l’aide", "Help author"),
    built_in("help_reviewer", "Relecteur de l’aide", "Help reviewer"),
    of_region(PLATFORM_ADMIN, "Administrateur de la plateforme", "Platform administrator"),
];

/// Returns `true` if `key` is one of the six profiles, whose role comes only with a membership.
#[must_use]
pub fn is_profile(key: &str) -> bool {
    Profile::from_key(key).is_some()
}

/// A role and its permissions.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Role {
    /// The primary key.
    pub id: RoleId,
    /// The stable name.
    pub key: Arc<str>,
    /// The label shown in French.
    pub label_fr: String,
    /// The label shown in English.
    pub label_en: String,
    /// `true` if it ships with the code.
    pub built_in: bool,
    /// The version, raised by every edit.
    pub version: i64,
    /// The permissions it holds, among those that this platform declares.
    pub permissions: Arc<[Permission]>,
    /// The permissions that count when the role was not given for the Region: all but those that speak for it.
    pub local_permissions: Arc<[Permission]>,
    /// `true` if the role or one of its permissions speaks for the Region.
    pub speaks_for_region: bool,
    /// The permissions it also holds, declared by plugins that are absent today.
    pub dormant: Vec<String>,
}

/// Every role at one policy epoch.
#[derive(Debug, Default)]
pub struct Roles {
    by_id: HashMap<RoleId, Role>,
    by_key: HashMap<Arc<str>, RoleId>,
}

impl Roles {
    /// Creates the table from `rows`. Permissions that no plugin of this platform declares are left out: they count
    /// again once their plugin is back.
    #[must_use]
    pub(super) fn new(rows: Vec<(role_entity::Model, Vec<role_permission::Model>)>, permissions: &Permissions) -> Self {
        let mut roles = Self::default();
        for (row, held) in rows {
            let key: Arc<str> = row.key.into();
            let known = || held.iter().filter_map(|held| permissions.get(&held.permission));
            let local = known().filter(|known| !known.for_region).map(|known| known.permission);
            let named = BUILT_IN.iter().any(|known| known.key == &*key && known.speaks_for_region);
            let dormant = held.iter().map(|held| &held.permission).filter(|key| permissions.get(key).is_none());
            let role = Role {
                id: row.id,
                key: key.clone(),
                label_fr: row.label_fr,
                label_en: row.label_en,
                built_in: row.built_in,
                version: row.version,
                permissions: known().map(|known| known.permission).collect(),
                local_permissions: local.collect(),
                speaks_for_region: named || known().any(|known| known.for_region),
                dormant: dormant.cloned().collect(),
            };
            roles.by_key.insert(key, row.id);
            roles.by_id.insert(row.id, role);
        }
        roles
    }

    /// Returns the role with this number.
    #[must_use]
    pub fn get(&self, id: RoleId) -> Option<&Role> {
        self.by_id.get(&id)
    }

    /// Returns the role with this key.
    #[must_use]
    pub fn by_key(&self, key: &str) -> Option<&Role> {
        self.by_key.get(key).and_then(|id| self.by_id.get(id))
    }

    /// Returns every role: the built-in ones in their order, then the custom ones by key.
    #[must_use]
    pub fn list(&self) -> Vec<&Role> {
        let rank = |role: &Role| BUILT_IN.iter().position(|known| *known.key == *role.key).unwrap_or(BUILT_IN.len());
        let mut all: Vec<&Role> = self.by_id.values().collect();
        all.sort_by(|a, b| (rank(a), &a.key).cmp(&(rank(b), &b.key)));
        all
    }
}
