//! The roles that core, plugins and the site bring, and the table of all roles at one policy epoch.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::{Permission, Permissions, RoleId, role_entity, role_permission};
use crate::directory::Profile;

/// The key of the role that holds every permission.
pub const PLATFORM_ADMIN: &str = "platform_admin";

/// A role that core, a plugin or the site brings: its permissions follow the code, and it is not edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDef {
    key: Cow<'static, str>,
    labels: Option<[String; 2]>,
    speaks_for_region: bool,
    badge: Option<Cow<'static, str>>,
    permissions: BTreeSet<Cow<'static, str>>,
}

impl RoleDef {
    /// Creates a role with the stable name `key`, two to forty lower-case letters, digits and `_`. It holds what permissions of its
    /// plugin say ([`PermissionDef::held_by`](super::PermissionDef::held_by)) and what is added here. Its label is the message
    /// `role-{key}` of its plugin, with `-` for `_`.
    #[must_use]
    pub const fn new(key: &'static str) -> Self {
        Self {
            key: Cow::Borrowed(key),
            labels: None,
            speaks_for_region: false,
            badge: None,
            permissions: BTreeSet::new(),
        }
    }

    /// Makes the role speak for the Region: only actors who could give it everywhere may give it.
    #[must_use]
    pub const fn for_region(mut self) -> Self {
        self.speaks_for_region = true;
        self
    }

    /// Shows its label as a badge beside the name of those who hold it for the Region, where they write.
    #[must_use]
    pub fn with_badge(mut self) -> Self {
        self.badge = Some(self.key.clone());
        self
    }

    /// Adds permissions of core that it holds.
    #[must_use]
    pub fn holding(mut self, permissions: &[Permission]) -> Self {
        self.permissions.extend(permissions.iter().map(|permission| Cow::Borrowed(permission.0)));
        self
    }

    /// Sets the labels in French and in English.
    #[must_use]
    pub(super) fn labelled(mut self, labels: [String; 2]) -> Self {
        self.labels = Some(labels);
        self
    }

    pub(super) fn of_site(key: &str, labels: [&str; 2], speaks_for_region: bool) -> Self {
        let labels = Some(labels.map(str::to_owned));
        Self { key: Cow::Owned(key.to_owned()), labels, speaks_for_region, badge: None, permissions: BTreeSet::new() }
    }

    pub(super) fn with_badge_of(mut self, role: Option<String>) -> Self {
        self.badge = role.map(Cow::Owned);
        self
    }

    /// Returns the role whose label is its badge.
    pub(crate) fn badge(&self) -> Option<&str> {
        self.badge.as_deref()
    }

    pub(super) fn with_permissions(mut self, permissions: impl Iterator<Item = String>) -> Self {
        self.permissions.extend(permissions.map(Cow::Owned));
        self
    }

    /// Returns the stable name.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns `true` if it speaks for the Region.
    #[must_use]
    pub fn speaks_for_region(&self) -> bool {
        self.speaks_for_region
    }

    /// Returns the label in French; the key as words on a platform without pages, which has no messages.
    #[must_use]
    pub fn label_fr(&self) -> Cow<'_, str> {
        self.label(0)
    }

    /// Returns the label in English, as [`label_fr`](Self::label_fr).
    #[must_use]
    pub fn label_en(&self) -> Cow<'_, str> {
        self.label(1)
    }

    fn label(&self, language: usize) -> Cow<'_, str> {
        match &self.labels {
            Some(labels) => Cow::Borrowed(&labels[language]),
            None => Cow::Owned(as_words(&self.key)),
        }
    }

    pub(super) fn has_labels(&self) -> bool {
        self.labels.is_some()
    }

    /// Iterates over the permissions that it names itself.
    pub(crate) fn permissions(&self) -> impl Iterator<Item = &str> {
        self.permissions.iter().map(|key| &**key)
    }

    pub(super) fn names(&self, permission: Permission) -> bool {
        self.permissions.contains(permission.0)
    }
}

/// Returns `digital_referent` as `Digital referent`.
fn as_words(key: &str) -> String {
    let mut letters = key.chars().map(|letter| if letter == '_' { ' ' } else { letter });
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Returns the roles of establishments, which core brings: the six profiles first, which come with a membership, then the digital
/// referent, and the administrator of the platform.
#[must_use]
pub fn core_roles() -> [RoleDef; 8] {
    [
        RoleDef::new("student"),
        RoleDef::new("guardian"),
        RoleDef::new("teacher"),
        RoleDef::new("leadership"),
        RoleDef::new("school_life"),
        RoleDef::new("staff"),
        RoleDef::new("digital_referent").with_badge(),
        RoleDef::new(PLATFORM_ADMIN).for_region(),
    ]
}

/// Returns `true` if `key` is two to forty lower-case letters, digits and `_`, beginning with a letter.
pub(crate) fn is_role_key(key: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (2..=40).contains(&key.len()) && key.as_bytes()[0].is_ascii_lowercase() && key.bytes().all(allowed)
}

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
    /// `true` if core, a plugin or the site brings it.
    pub built_in: bool,
    /// `true` if what brought it is absent today: it gives no rights until that is back.
    pub is_absent: bool,
    /// The version, raised by every edit.
    pub version: i64,
    /// The permissions it holds, among those that this platform declares.
    pub permissions: Arc<[Permission]>,
    /// The permissions that count when the role was not given for the Region: all but those that speak for it.
    pub local_permissions: Arc<[Permission]>,
    /// `true` if the role or one of its permissions speaks for the Region.
    pub speaks_for_region: bool,
    /// The badge of those who write with it.
    pub badge: Option<Badge>,
    /// The permissions it also holds, declared by plugins that are absent today.
    pub dormant: Vec<String>,
    /// Where it stands in lists.
    rank: usize,
}

/// What stands beside the name of somebody who writes with a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// The role whose label it is.
    pub key: Arc<str>,
    /// `true` if the role that brings it speaks for the Region.
    pub of_region: bool,
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
            let definition = permissions.role(&key);
            let is_absent = row.built_in && definition.is_none();
            let held = if is_absent { Vec::new() } else { held };
            let known = || held.iter().filter_map(|held| permissions.get(&held.permission));
            let local = known().filter(|known| !known.for_region).map(|known| known.permission);
            let named = definition.is_some_and(RoleDef::speaks_for_region);
            let dormant = held.iter().map(|held| &held.permission).filter(|key| permissions.get(key).is_none());
            let role = Role {
                id: row.id,
                key: key.clone(),
                label_fr: row.label_fr,
                label_en: row.label_en,
                built_in: row.built_in,
                is_absent,
                badge: definition.and_then(|definition| {
                    let key = definition.badge()?.into();
                    Some(Badge { key, of_region: definition.speaks_for_region() })
                }),
                rank: permissions.rank(&key),
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

    /// Returns every role: the built-in ones in their order, then those that were made here or are absent by key.
    #[must_use]
    pub fn list(&self) -> Vec<&Role> {
        let mut all: Vec<&Role> = self.by_id.values().collect();
        all.sort_by(|a, b| (a.rank, &a.key).cmp(&(b.rank, &b.key)));
        all
    }
}
