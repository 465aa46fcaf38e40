//! What can be allowed: permissions, declared by core and by plugins, gathered in one registry at start.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::{BUILT_IN, PLATFORM_ADMIN, Scope, ScopeKind, is_profile};
use crate::error::{Error, Result};

/// A permission's key, such as `forum.topic.create`. Declared once, as a constant of the room that checks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission(pub &'static str);

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A permission as its plugin declares it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PermissionDef {
    /// Its key.
    pub permission: Permission,
    /// What it allows, in French: « Créer un sujet ».
    pub label_fr: &'static str,
    /// What it allows, in English.
    pub label_en: &'static str,
    /// The kinds of scope at which it makes sense.
    pub scopes: &'static [ScopeKind],
    /// Does using it speak for the Region? Then it counts only through a role given for the Region.
    pub for_region: bool,
    /// Keys of the built-in roles that hold it.
    pub roles: &'static [&'static str],
    /// What its acts ask for besides: without these, a role that holds it can do nothing with it.
    pub needs: &'static [Permission],
}

impl PermissionDef {
    /// A permission that makes sense at every kind of scope and that no built-in role but `platform_admin` holds.
    #[must_use]
    pub const fn new(permission: Permission, label_fr: &'static str, label_en: &'static str) -> Self {
        let scopes = &[ScopeKind::Platform, ScopeKind::Establishment, ScopeKind::Group];
        Self { permission, label_fr, label_en, scopes, for_region: false, roles: &[], needs: &[] }
    }

    /// The definition, limited to `scopes`.
    #[must_use]
    pub const fn at(mut self, scopes: &'static [ScopeKind]) -> Self {
        self.scopes = scopes;
        self
    }

    /// The nearest place, from `scope` up, for which this permission is asked: `scope` itself where it makes sense there.
    #[must_use]
    pub fn asked_at(&self, scope: Scope) -> Scope {
        scope.chain().find(|above| self.scopes.contains(&above.kind())).unwrap_or(Scope::Platform)
    }

    /// The definition of what speaks for the Region: it counts only through a role given by somebody who could give that
    /// role everywhere. No profile holds it.
    #[must_use]
    pub const fn for_region(mut self) -> Self {
        self.for_region = true;
        self
    }

    /// The definition, held by the built-in `roles` (`platform_admin` holds every permission).
    #[must_use]
    pub const fn held_by(mut self, roles: &'static [&'static str]) -> Self {
        self.roles = roles;
        self
    }

    /// The definition, whose acts ask for `needs` besides. Built-in roles hold all of it or none.
    #[must_use]
    pub const fn needing(mut self, needs: &'static [Permission]) -> Self {
        self.needs = needs;
        self
    }
}

/// Every permission of this platform: core's and its plugins'. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Permissions(Arc<BTreeMap<&'static str, PermissionDef>>);

impl Permissions {
    /// The registry of `definitions`.
    ///
    /// # Errors
    /// Two definitions share a key, a key is malformed, a definition names a built-in role that does not exist, gives to a
    /// profile what speaks for the Region, or gives to a role what does nothing without a permission that the role lacks.
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

    /// Every definition, by key.
    pub fn iter(&self) -> impl Iterator<Item = &PermissionDef> {
        self.0.values()
    }

    /// The definition with this key, unless no plugin of this platform declares it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&PermissionDef> {
        self.0.get(key)
    }

    /// What the built-in role `key` holds: all there is for `platform_admin`, else what definitions say.
    #[must_use]
    pub fn of_built_in(&self, key: &str) -> BTreeSet<&'static str> {
        let held = |definition: &&PermissionDef| key == PLATFORM_ADMIN || definition.roles.contains(&key);
        self.iter().filter(held).map(|definition| definition.permission.0).collect()
    }
}

/// Passes if each built-in role that holds this also holds what its acts ask for besides.
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

/// Words of lower-case letters, digits and `_` joined by dots.
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
