//! The permissions that core itself checks.

use super::{PermissionDef, ScopeKind};

const PLATFORM: &[ScopeKind] = &[ScopeKind::Platform];
const SCHOOLS: &[ScopeKind] = &[ScopeKind::Platform, ScopeKind::Sector, ScopeKind::Establishment];

/// One constant per permission of core.
pub mod permissions {
    use crate::access::Permission;

    /// Grant and revoke roles, within one's own.
    pub const ROLE_ASSIGN: Permission = Permission("core.role.assign");
    /// Make, edit and delete custom roles.
    pub const ROLE_EDIT: Permission = Permission("core.role.edit");
    /// Explain why a person may or may not do something.
    pub const ACCESS_EXPLAIN: Permission = Permission("core.access.explain");
    /// See the adults who work in a school.
    pub const PERSON_READ: Permission = Permission("core.person.read");
    /// See the pupils of a school and their guardians.
    pub const FAMILY_READ: Permission = Permission("core.family.read");
    /// Create and edit people and their places in a school, suspend accounts.
    pub const PERSON_EDIT: Permission = Permission("core.person.edit");
    /// Appoint people to the leadership of a school, and handle the accounts of its members.
    pub const LEADERSHIP_APPOINT: Permission = Permission("core.leadership.appoint");
    /// Create and edit establishments and their traits.
    pub const ESTABLISHMENT_EDIT: Permission = Permission("core.establishment.edit");
    /// Make sectors and change which schools they have.
    pub const SECTOR_EDIT: Permission = Permission("core.sector.edit");
    /// Create and edit groups.
    pub const GROUP_EDIT: Permission = Permission("core.group.edit");
    /// Read the audit record.
    pub const AUDIT_READ: Permission = Permission("core.audit.read");
    /// Set the state and the availability of services.
    pub const CATALOGUE_EDIT: Permission = Permission("core.catalogue.edit");
    /// Publish announcements.
    pub const ANNOUNCEMENT_EDIT: Permission = Permission("core.announcement.edit");
    /// Change the settings of plugins.
    pub const SETTINGS_EDIT: Permission = Permission("core.settings.edit");
    /// See the scheduled jobs, and have one run now.
    pub const JOBS_RUN: Permission = Permission("core.job.run");
    /// Have programs called when something happens.
    pub const WEBHOOK_MANAGE: Permission = Permission("core.webhook.manage");
    /// Deliver the mail that comes in for replies.
    pub const MAIL_DELIVER: Permission = Permission("core.mail.deliver");
    /// Hand over what is kept about a person, and erase it.
    pub const PRIVACY_HANDLE: Permission = Permission("core.privacy.handle");
    /// Read the usage figures.
    pub const FIGURES_READ: Permission = Permission("core.figures.read");
}

/// Returns every permission that core itself checks.
#[must_use]
pub fn core_permissions() -> Vec<PermissionDef> {
    use permissions::*;
    vec![
        PermissionDef::new(ROLE_ASSIGN, "Attribuer et retirer des rôles", "Grant and revoke roles")
            .needing(&[PERSON_READ])
            .held_by(&["digital_referent"]),
        PermissionDef::new(ROLE_EDIT, "Créer et modifier des rôles", "Create and edit roles").at(PLATFORM),
        PermissionDef::new(ACCESS_EXPLAIN, "Consulter l’explication d’un droit", "Ask why a right is held or not")
            .needing(&[PERSON_READ])
            .held_by(&["digital_referent"]),
        PermissionDef::new(PERSON_READ, "Consulter l’annuaire des personnels", "Read the directory of staff")
            .at(SCHOOLS)
            .held_by(&["digital_referent", "leadership"]),
        PermissionDef::new(
            FAMILY_READ,
            "Consulter l’annuaire des élèves et de leurs responsables",
            "Read the directory of pupils and guardians",
        )
        .at(SCHOOLS)
        .held_by(&["digital_referent", "leadership"]),
        PermissionDef::new(PERSON_EDIT, "Gérer les personnes", "Manage people")
            .at(SCHOOLS)
            .needing(&[PERSON_READ])
            .held_by(&["digital_referent", "leadership"]),
        // Held by the leadership itself, so that the delegation cap protects its memberships and accounts.
        PermissionDef::new(LEADERSHIP_APPOINT, "Nommer la direction et gérer ses comptes", "Appoint the leadership")
            .at(SCHOOLS)
            .needing(&[PERSON_EDIT])
            .held_by(&["leadership"]),
        PermissionDef::new(ESTABLISHMENT_EDIT, "Gérer les établissements", "Manage establishments").at(SCHOOLS),
        PermissionDef::new(SECTOR_EDIT, "Gérer les secteurs", "Manage sectors").at(PLATFORM),
        PermissionDef::new(GROUP_EDIT, "Gérer les classes et les groupes", "Manage classes and groups")
            .held_by(&["digital_referent"]),
        PermissionDef::new(AUDIT_READ, "Consulter le journal d’audit", "Read the audit record").at(PLATFORM),
        PermissionDef::new(
            CATALOGUE_EDIT,
            "Gérer l’état et la disponibilité des services",
            "Manage the state and the availability of services",
        )
        .at(SCHOOLS),
        PermissionDef::new(ANNOUNCEMENT_EDIT, "Publier des annonces", "Publish announcements").at(PLATFORM),
        PermissionDef::new(SETTINGS_EDIT, "Changer les réglages", "Change settings").at(PLATFORM),
        PermissionDef::new(JOBS_RUN, "Suivre et lancer les tâches planifiées", "Follow and run scheduled jobs")
            .at(PLATFORM),
        PermissionDef::new(WEBHOOK_MANAGE, "Gérer les webhooks", "Manage webhooks").at(SCHOOLS),
        PermissionDef::new(MAIL_DELIVER, "Remettre les courriels reçus", "Deliver incoming mail").at(PLATFORM),
        PermissionDef::new(
            PRIVACY_HANDLE,
            "Remettre et effacer les données d’une personne",
            "Hand over and erase a person’s data",
        )
        .at(PLATFORM),
        PermissionDef::new(FIGURES_READ, "Consulter les statistiques d’usage", "Read the figures of use").at(PLATFORM),
    ]
}
