//! The permissions declared by core and by plugins, collected in one registry at start.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use super::{PLATFORM_ADMIN, RoleDef, Scope, ScopeKind, core_roles, is_profile};
use crate::error::{Error, Result};

/// A permission's key, such as `forum.topic.create`. Declared once, as a constant of the module that checks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission(pub &'static str);

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The declaration of a permission by its plugin.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PermissionDef {
    /// The permission's key.
    pub permission: Permission,
    /// The label in French: « Créer un sujet ».
    pub label_fr: &'static str,
    /// The label in English.
    pub label_en: &'static str,
    /// The kinds of scope at which it is checked.
    pub scopes: &'static [ScopeKind],
    /// `true` if using it speaks for the Region; it then counts only through a role given for the Region.
    pub for_region: bool,
    /// Keys of the roles of core and of its plugin that hold it.
    pub roles: &'static [&'static str],
    /// `true` if every built-in role holds it, those of plugins included.
    pub every_role: bool,
    /// The permissions that its actions also require: it has no effect in a role without them.
    pub needs: &'static [Permission],
}

impl PermissionDef {
    /// Creates a permission that is checked at every kind of scope and held by no built-in role but
    /// `platform_admin`.
    #[must_use]
    pub const fn new(permission: Permission, label_fr: &'static str, label_en: &'static str) -> Self {
        let scopes = &[ScopeKind::Platform, ScopeKind::Sector, ScopeKind::Establishment, ScopeKind::Group];
        Self { permission, label_fr, label_en, scopes, for_region: false, roles: &[], every_role: false, needs: &[] }
    }

    /// Returns `true` if `role` holds it by what it or the role says.
    pub(crate) fn is_held_by(&self, role: &RoleDef) -> bool {
        self.every_role || self.roles.contains(&role.key()) || role.names(self.permission)
    }

    /// Limits the permission to `scopes`.
    #[must_use]
    pub const fn at(mut self, scopes: &'static [ScopeKind]) -> Self {
        self.scopes = scopes;
        self
    }

    /// Returns the nearest scope, from `scope` up, at which this permission is checked.
    #[must_use]
    pub fn asked_at(&self, scope: Scope) -> Scope {
        // What is checked at schools is held at sectors, too.
        let is_checked = |kind| match kind {
            ScopeKind::Sector => {
                self.scopes.contains(&ScopeKind::Sector) || self.scopes.contains(&ScopeKind::Establishment)
            }
            kind => self.scopes.contains(&kind),
        };
        scope.chain().find(|above| is_checked(above.kind())).unwrap_or(Scope::Platform)
    }

    /// Makes the permission speak for the Region: it counts only through a role given by a person who could give
    /// that role everywhere. Profiles cannot hold it.
    #[must_use]
    pub const fn for_region(mut self) -> Self {
        self.for_region = true;
        self
    }

    /// Gives the permission to `roles` of core or of its own plugin (`platform_admin` holds every permission). What a role
    /// of another plugin or of the site holds, its owner says.
    #[must_use]
    pub const fn held_by(mut self, roles: &'static [&'static str]) -> Self {
        self.roles = roles;
        self
    }

    /// Gives the permission to every built-in role, those of plugins included.
    #[must_use]
    pub const fn held_by_every_role(mut self) -> Self {
        self.every_role = true;
        self
    }

    /// Declares the permissions that its actions also require. A built-in role must hold all of them or not this
    /// one.
    #[must_use]
    pub const fn needing(mut self, needs: &'static [Permission]) -> Self {
        self.needs = needs;
        self
    }
}

/// The permissions and the roles of core, of its plugins and of the site. Cheap to clone.
///
/// ```
/// use atrium_platform::access::Permissions;
/// use atrium_platform::core_permissions;
///
/// let permissions = Permissions::new(core_permissions())?;
/// assert!(permissions.get("core.person.read").is_some() && permissions.get("core.person.love").is_none());
/// assert!(Permissions::new(core_permissions().into_iter().chain(core_permissions())).is_err(), "each is declared once");
/// # Ok::<(), atrium_platform::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Permissions(Arc<Registry>);

#[derive(Clone, Debug, Default)]
struct Registry {
    permissions: BTreeMap<&'static str, PermissionDef>,
    /// In the order of lists.
    roles: Vec<RoleDef>,
    held: HashMap<String, BTreeSet<&'static str>>,
}

impl Permissions {
    /// Creates a registry of `definitions` with the roles of core.
    ///
    /// # Errors
    /// Returns the errors of [`with_roles`](Self::with_roles).
    pub fn new(definitions: impl IntoIterator<Item = PermissionDef>) -> Result<Self> {
        Self::with_roles(definitions, [])
    }

    /// Creates a registry of `definitions` with the roles of core and `roles`.
    ///
    /// # Errors
    /// Returns an error if two definitions or two roles share a key, if a key is malformed, or if a definition names an unknown
    /// role, gives a profile a permission that speaks for the Region, or gives a role a permission whose needs that role
    /// lacks.
    pub fn with_roles(
        definitions: impl IntoIterator<Item = PermissionDef>,
        roles: impl IntoIterator<Item = RoleDef>,
    ) -> Result<Self> {
        let [profiles @ .., administrator] = core_roles();
        let roles: Vec<_> = profiles.into_iter().chain(roles).chain([administrator]).collect();
        for (at, role) in roles.iter().enumerate() {
            if roles[..at].iter().any(|other| other.key() == role.key()) {
                return Err(Error::bug(format!("role `{}` is declared twice", role.key())));
            }
        }
        let mut permissions = BTreeMap::new();
        for definition in definitions {
            let key = definition.permission.0;
            if !is_key(key) {
                return Err(Error::bug(format!("`{key}` is not a permission key")));
            }
            if let Some(role) = definition.roles.iter().find(|role| !roles.iter().any(|known| known.key() == **role)) {
                return Err(Error::bug(format!("permission `{key}` names the unknown built-in role `{role}`")));
            }
            if permissions.insert(key, definition).is_some() {
                return Err(Error::bug(format!("permission `{key}` is declared twice")));
            }
        }
        let mut registry = Registry { permissions, roles, held: HashMap::new() };
        for role in &registry.roles {
            registry.held.insert(role.key().to_owned(), registry.held_by(role)?);
        }
        Ok(Self(Arc::new(registry)))
    }

    /// Sets the labels of roles declared without one.
    #[must_use]
    pub(crate) fn with_labels(self, labels: Vec<(String, [String; 2])>) -> Self {
        let mut registry = self.0;
        let known = Arc::make_mut(&mut registry);
        for (key, labels) in labels {
            if let Some(role) = known.roles.iter_mut().find(|role| role.key() == key && !role.has_labels()) {
                *role = role.clone().labelled(labels);
            }
        }
        Self(registry)
    }

    /// Iterates over the definitions in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = &PermissionDef> {
        self.0.permissions.values()
    }

    /// Returns the definition with this key, or `None` if no plugin of this platform declares it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&PermissionDef> {
        self.0.permissions.get(key)
    }

    /// Returns the built-in roles, in the order of lists: those of core, of the site, of plugins, and the administrator.
    #[must_use]
    pub fn roles(&self) -> &[RoleDef] {
        &self.0.roles
    }

    /// Returns the built-in role with this key, if something of this platform brings it.
    #[must_use]
    pub fn role(&self, key: &str) -> Option<&RoleDef> {
        self.0.roles.iter().find(|role| role.key() == key)
    }

    /// Returns where the role `key` stands in lists.
    pub(super) fn rank(&self, key: &str) -> usize {
        self.0.roles.iter().position(|role| role.key() == key).unwrap_or(usize::MAX)
    }

    /// Returns the permissions of the built-in role `key`: all for `platform_admin`, else those whose definition names it and
    /// those that it names.
    #[must_use]
    pub fn of_built_in(&self, key: &str) -> BTreeSet<&'static str> {
        self.0.held.get(key).cloned().unwrap_or_default()
    }
}

impl Registry {
    /// Returns what a role holds, if each permission has the others that it needs.
    fn held_by(&self, role: &RoleDef) -> Result<BTreeSet<&'static str>> {
        if role.key() == PLATFORM_ADMIN {
            return Ok(self.permissions.keys().copied().collect());
        }
        let holds = |definition: &&PermissionDef| definition.is_held_by(role);
        let held: Vec<_> = self.permissions.values().filter(holds).collect();
        for definition in &held {
            let key = definition.permission;
            if definition.for_region && is_profile(role.key()) {
                return Err(Error::bug(format!("permission `{key}` speaks for the Region and no profile does")));
            }
            let lacks = |needed: &&Permission| !held.iter().any(|other| other.permission == **needed);
            if let Some(needed) = definition.needs.iter().find(lacks) {
                let role = role.key();
                return Err(Error::bug(format!("`{key}` does nothing in the role `{role}`, which lacks `{needed}`")));
            }
        }
        Ok(held.into_iter().map(|definition| definition.permission.0).collect())
    }
}

/// Returns `true` if `key` is made of words of lower-case letters, digits and `_`, joined by dots.
fn is_key(key: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    key.split('.').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASK: PermissionDef =
        PermissionDef::new(Permission("forum.topic.create"), "Demander", "Ask").held_by(&["teacher"]);

    #[test]
    fn duplicates_and_unknown_roles_are_refused() {
        assert!(Permissions::new([ASK, ASK]).is_err());
        assert!(Permissions::new([ASK.held_by(&["headmaster"])]).is_err());
        assert!(Permissions::new([PermissionDef::new(Permission("Forum Ask"), "", "")]).is_err());
        assert!(Permissions::new([ASK.for_region()]).is_err());
        const SIGN: PermissionDef =
            PermissionDef::new(Permission("forum.sign"), "Signer", "Sign").needing(&[ASK.permission]);
        assert!(Permissions::new([ASK, SIGN.held_by(&["teacher"])]).is_ok());
        assert!(Permissions::new([ASK, SIGN.held_by(&["staff"])]).is_err());
    }

    #[test]
    fn a_role_holds_what_it_names_and_what_every_role_holds() {
        const FLAG: PermissionDef =
            PermissionDef::new(Permission("forum.flag"), "Signaler", "Flag").held_by_every_role();
        let moderator = || RoleDef::new("moderator").holding(&[ASK.permission, Permission("gone.for_now")]);
        let permissions = Permissions::with_roles([ASK, FLAG], [moderator()]).unwrap();
        assert_eq!(permissions.of_built_in("moderator"), ["forum.flag", "forum.topic.create"].into());
        assert_eq!(permissions.of_built_in("student"), ["forum.flag"].into());
        assert!(permissions.of_built_in("absent").is_empty());
        let keys: Vec<_> = permissions.roles().iter().map(RoleDef::key).collect();
        assert_eq!(keys[6..], ["digital_referent", "moderator", "platform_admin"]);
        assert_eq!(permissions.role("moderator").map(RoleDef::label_fr).as_deref(), Some("Moderator"));
        for twice in ["moderator", "teacher", "platform_admin"] {
            assert!(Permissions::with_roles([ASK], [moderator(), RoleDef::new(twice)]).is_err(), "{twice}");
        }
        let needing = PermissionDef::new(Permission("forum.sign"), "Signer", "Sign").needing(&[ASK.permission]);
        let alone = RoleDef::new("signer").holding(&[needing.permission]);
        assert!(Permissions::with_roles([ASK, needing], [alone]).is_err());
    }

    #[test]
    fn the_platform_admin_holds_every_permission() {
        let permissions = Permissions::new([ASK]).unwrap();
        assert!(permissions.of_built_in("platform_admin").contains("forum.topic.create"));
        assert!(permissions.of_built_in("teacher").contains("forum.topic.create"));
        assert!(permissions.of_built_in("student").is_empty());
    }
}
