//! What the desk asks of people. Every action opens by checking one of these; pages and menus only follow.

use atrium_core::access::{Permission, PermissionDef, RoleDef, ScopeKind};

/// Running a school's desk: its stock, its loans, its requests.
pub const MANAGE: Permission = Permission("loans.desk.manage");
/// Deciding on the schools' requests, for the Region.
pub const DECIDE: Permission = Permission("loans.request.decide");

/// The role that decides for the Region. What the site's own roles hold of the desk, the site says.
const DECIDER: &str = "loans_decider";

/// Returns the role that the desk brings; its label is a message.
pub(crate) fn roles() -> Vec<RoleDef> {
    vec![RoleDef::new(DECIDER).for_region()]
}

/// Returns both permissions, with the roles of core and of our own that hold them.
pub(crate) fn definitions() -> Vec<PermissionDef> {
    vec![
        PermissionDef::new(MANAGE, "Tenir le prêt de tablettes", "Run the tablet-loan desk")
            .at(&[ScopeKind::Establishment])
            .held_by(&["leadership", "digital_referent", "staff"]),
        PermissionDef::new(DECIDE, "Décider des demandes de tablettes", "Decide on requests for tablets")
            .at(&[ScopeKind::Platform])
            .held_by(&[DECIDER]),
    ]
}
