//! What the forum lets be allowed and forbidden.
//!
//! Who may see, ask and answer is each category's own; these permissions open the forum's actions at all, so that a
//! forbid silences somebody everywhere, and give the powers that no category grants.

use atrium_core::access::{Permission, PermissionDef, ScopeKind};

/// Open a topic, in the categories that let one ask.
pub const ASK: Permission = Permission("forum.topic.create");
/// Reply, in the categories that let one answer.
pub const ANSWER: Permission = Permission("forum.post.create");
/// Report a post to the moderators.
pub const FLAG: Permission = Permission("forum.post.flag");
/// Review, hide, delete, restore, lock, pin and move; post without review.
pub const MODERATE: Permission = Permission("forum.moderate");
/// Mark the Region's official answer and publish announcements.
pub const OFFICIAL: Permission = Permission("forum.answer.official");
/// Read the confidential topics of a school.
pub const READ_CONFIDENTIAL: Permission = Permission("forum.confidential.read");
/// Create and change categories.
pub const MANAGE_CATEGORIES: Permission = Permission("forum.category.manage");

/// The key of the role that moderates.
pub(crate) const MODERATOR: &str = "moderator";

/// Returns every permission of the forum.
pub(crate) fn definitions() -> Vec<PermissionDef> {
    vec![
        PermissionDef::new(ASK, "Ouvrir un sujet dans le forum", "Open a topic in the forum").held_by_every_role(),
        PermissionDef::new(ANSWER, "Répondre dans le forum", "Reply in the forum").held_by_every_role(),
        PermissionDef::new(FLAG, "Signaler un message", "Report a post").held_by_every_role(),
        PermissionDef::new(MODERATE, "Modérer le forum", "Moderate the forum").held_by(&[MODERATOR]),
        PermissionDef::new(OFFICIAL, "Désigner la réponse officielle", "Mark the official answer").for_region(),
        PermissionDef::new(READ_CONFIDENTIAL, "Lire les sujets confidentiels", "Read confidential topics")
            .held_by(&["digital_referent", "leadership"]),
        PermissionDef::new(MANAGE_CATEGORIES, "Gérer les catégories du forum", "Manage the forum's categories")
            .at(&[ScopeKind::Platform]),
    ]
}
