//! Roles: those that ship with the code, and the table of all of them as of one policy epoch.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Permission, Permissions, RoleId, role_entity, role_permission};
use crate::directory::membership::Profile;

/// The key of the role that holds every permission.
pub const PLATFORM_ADMIN: &str = "platform_admin";

/// A role that ships with the code: it cannot be edited or deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltInRole {
    /// Its stable name.
    pub key: &'static str,
    /// Its name on the screen, in French.
    pub label_fr: &'static str,
    /// Its name on the screen, in English.
    pub label_en: &'static str,
    /// Does it speak for the Region? Then it is given by those who could give it everywhere.
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

/// Is this the key of one of the six profiles, whose role comes with a membership and is not given otherwise?
#[must_use]
pub fn is_profile(key: &str) -> bool {
    Profile::from_key(key).is_some()
}

/// A role with what it holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Role {
    /// Its number here.
    pub id: RoleId,
    /// Its stable name.
    pub key: Arc<str>,
    /// Its name on the screen, in French.
    pub label_fr: String,
    /// Its name on the screen, in English.
    pub label_en: String,
    /// Does it ship with the code?
    pub built_in: bool,
    /// Raised with every edit.
    pub version: i64,
    /// What it holds, of what this platform knows.
    pub permissions: Arc<[Permission]>,
    /// What it holds when it was not given for the Region: all but what speaks for it.
    pub local_permissions: Arc<[Permission]>,
    /// Does it speak for the Region, by itself or by what it holds?
    pub speaks_for_region: bool,
    /// What else it holds, declared by plugins that are absent today.
    pub dormant: Vec<String>,
}

/// Every role, as of one policy epoch.
#[derive(Debug, Default)]
pub struct Roles {
    by_id: HashMap<RoleId, Role>,
    by_key: HashMap<Arc<str>, RoleId>,
}

impl Roles {
    /// The roles of `rows`. Permissions that no plugin of this platform declares are left out: they hold again once
    /// their plugin is back.
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

    /// The role with this number.
    #[must_use]
    pub fn get(&self, id: RoleId) -> Option<&Role> {
        self.by_id.get(&id)
    }

    /// The role with this key.
    #[must_use]
    pub fn by_key(&self, key: &str) -> Option<&Role> {
        self.by_key.get(key).and_then(|id| self.by_id.get(id))
    }

    /// All of them: the built-in ones in their order, then the custom ones by key.
    #[must_use]
    pub fn list(&self) -> Vec<&Role> {
        let rank = |role: &Role| BUILT_IN.iter().position(|known| *known.key == *role.key).unwrap_or(BUILT_IN.len());
        let mut all: Vec<&Role> = self.by_id.values().collect();
        all.sort_by(|a, b| (rank(a), &a.key).cmp(&(rank(b), &b.key)));
        all
    }
}
