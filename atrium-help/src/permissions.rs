//! What can be allowed in the help.

use atrium_core::access::{Permission, PermissionDef, RoleDef, ScopeKind};

/// May see every article, whatever its audience.
pub const READ: Permission = Permission("help.article.read");
/// May synchronise content from a folder.
pub const SYNC: Permission = Permission("help.content.sync");
/// May read what people thought of articles.
pub const READ_FEEDBACK: Permission = Permission("help.feedback.read");

const PLATFORM: &[ScopeKind] = &[ScopeKind::Platform];

/// Writes articles.
const AUTHOR: &str = "help_author";
/// Reviews and publishes articles.
const REVIEWER: &str = "help_reviewer";

/// Returns the roles that the help brings.
pub(crate) fn roles() -> Vec<RoleDef> {
    vec![RoleDef::new(AUTHOR), RoleDef::new(REVIEWER)]
}

/// Returns every permission that the help checks.
#[must_use]
pub fn permissions() -> Vec<PermissionDef> {
    vec![
        PermissionDef::new(READ, "Lire tous les articles, même réservés", "Read every article, restricted ones too")
            .at(PLATFORM)
            .held_by(&[AUTHOR, REVIEWER]),
        PermissionDef::new(SYNC, "Mettre à jour le contenu de l’aide", "Synchronise the help’s content")
            .at(PLATFORM)
            .held_by(&[REVIEWER]),
        PermissionDef::new(READ_FEEDBACK, "Lire les avis sur les articles", "Read what readers thought of articles")
            .at(&[ScopeKind::Platform, ScopeKind::Establishment])
            .held_by(&[AUTHOR, REVIEWER, "digital_referent"]),
    ]
}
