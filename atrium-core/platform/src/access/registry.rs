//! The permissions declared by core and by plugins, collected in one registry at start.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::{BUILT_IN, PLATFORM_ADMIN, Scope, ScopeKind, is_profile};
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
    /// Keys of the built-in roles that hold it.
    pub roles: &'static [&'static str],
    /// The permissions that its actions also require: it has no effect in a role without them.
    pub needs: &'static [Permission],
}

impl PermissionDef {
    /// Creates a permission that is checked at every kind of scope and held by no built-in role but
    /// `platform_admin`.
    #[must_use]
    pub const fn new(permission: Permission, label_fr: &'static str, label_en: &'static str) -> Self {
        let scopes = &[ScopeKind::Platform, ScopeKind::Sector, ScopeKind::Establishment, ScopeKind::Group];
        Self { permission, label_fr, label_en, scopes, for_region: false, roles: &[], needs: &[] }
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

    /// Gives the permission to the built-in `roles` (`platform_admin` holds every permission).
    #[must_use]
    pub const fn held_by(mut self, roles: &'static [&'static str]) -> Self {
        self.roles = roles;
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

/// The permissions of core and of its plugins. Cheap to clone.
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
pub struct Permissions(Arc<BTreeMap<&'static str, PermissionDef>>);

impl Permissions {
    /// Creates a registry of `definitions`.
    ///
    /// # Errors
    /// Returns an error if two definitions share a key, if a key is malformed, or if a definition names an unknown
    /// built-in role, gives a profile a permission that speaks for the Region, or gives a role a permission whose
    /// needs that role lacks.
    pub fn new(definitions: impl IntoIterator<Item = PermissionDef>) -> Result<Self> {
        let mut all = BTreeMap::new();
        for definition in definitions {
            let key = definition.permission.0;
            if !is_key(key) {
                return Err(Error::bug(format!("`{key}` is not a permission key")));
            }
            if let Some(role) = definition.roles.iter().find(|role| !BUILT_IN.iter().any(|known| known.key == **role)) {
                return Err(Error::bug(format!("permission `{key}` names the unknown built-in role `{role}`")));
            }
            if definition.for_region && definition.roles.iter().any(|role| is_profile(role)) {
                return Err(Error::bug(format!("permission `{key}` speaks for the Region and no profile does")));
            }
            if all.insert(key, definition).is_some() {
                return Err(Error::bug(format!("permission `{key}` is declared twice")));
            }
        }
        for definition in all.values() {
            require_needs(&all, definition)?;
        }
        Ok(Self(Arc::new(all)))
    }

    /// Iterates over the definitions in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = &PermissionDef> {
        self.0.values()
    }

    /// Returns the definition with this key, or `None` if no plugin of this platform declares it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&PermissionDef> {
        self.0.get(key)
    }

    /// Returns the permissions of the built-in role `key`: all for `platform_admin`, else those whose definition
    /// names it.
    #[must_use]
    pub fn of_built_in(&self, key: &str) -> BTreeSet<&'static str> {
        let held = |definition: &&PermissionDef| key == PLATFORM_ADMIN || definition.roles.contains(&key);
        self.iter().filter(held).map(|definition| definition.permission.0).collect()
    }
}

/// Passes if each built-in role that holds this permission also holds the permissions that it needs.
fn require_needs(all: &BTreeMap<&'static str, PermissionDef>, definition: &PermissionDef) -> Result<()> {
    let key = definition.permission;
    for needed in definition.needs {
        let holders = all.get(needed.0).map_or(&[][..], |needed| needed.roles);
        if let Some(role) = definition.roles.iter().find(|role| !holders.contains(role)) {
            return Err(Error::bug(format!("`{key}` does nothing in the role `{role}`, which lacks `{needed}`")));
        }
    }
    Ok(())
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
    fn the_platform_admin_holds_every_permission() {
        let permissions = Permissions::new([ASK]).unwrap();
        assert!(permissions.of_built_in("platform_admin").contains("forum.topic.create"));
        assert!(permissions.of_built_in("teacher").contains("forum.topic.create"));
        assert!(permissions.of_built_in("student").is_empty());
    }
}
