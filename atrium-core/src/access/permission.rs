//! What can be allowed: permissions, declared by core and by plugins.

use std::fmt;

use super::ScopeKind;

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
    /// Keys of the built-in roles that hold it.
    pub roles: &'static [&'static str],
}

impl PermissionDef {
    /// A permission that makes sense at every kind of scope and that no built-in role but `platform_admin` holds.
    #[must_use]
    pub const fn new(permission: Permission, label_fr: &'static str, label_en: &'static str) -> Self {
        let scopes = &[ScopeKind::Platform, ScopeKind::Establishment, ScopeKind::Group];
        Self { permission, label_fr, label_en, scopes, roles: &[] }
    }

    /// The definition, limited to `scopes`.
    #[must_use]
    pub const fn at(mut self, scopes: &'static [ScopeKind]) -> Self {
        self.scopes = scopes;
        self
    }

    /// The definition, held by the built-in `roles` (`platform_admin` holds every permission).
    #[must_use]
    pub const fn held_by(mut self, roles: &'static [&'static str]) -> Self {
        self.roles = roles;
        self
    }
}
