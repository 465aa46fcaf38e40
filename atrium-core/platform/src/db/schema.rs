//! Core's own migrations, in order.

use super::{Migrator, SqlMigration};

const MIGRATIONS: [SqlMigration; 28] = [
    SqlMigration { name: "m0001_foundations", sql: include_str!("../../migrations/0001_foundations.sql") },
    SqlMigration { name: "m0002_instance", sql: include_str!("../../migrations/0002_instance.sql") },
    SqlMigration { name: "m0003_given_for", sql: include_str!("../../migrations/0003_given_for.sql") },
    SqlMigration { name: "m0003_login_devices", sql: include_str!("../../migrations/0003_login_devices.sql") },
    SqlMigration { name: "m0004_versions", sql: include_str!("../../migrations/0004_versions.sql") },
    SqlMigration { name: "m0007_pace", sql: include_str!("../../migrations/0007_pace.sql") },
    SqlMigration { name: "m0009_person_words", sql: include_str!("../../migrations/0009_person_words.sql") },
    SqlMigration { name: "m0014_upkeep", sql: include_str!("../../migrations/0014_upkeep.sql") },
    SqlMigration { name: "m0016_journal_age", sql: include_str!("../../migrations/0016_journal_age.sql") },
    SqlMigration { name: "m0020_api_tokens", sql: include_str!("../../migrations/0020_api_tokens.sql") },
    SqlMigration { name: "m0021_once", sql: include_str!("../../migrations/0021_once.sql") },
    SqlMigration { name: "m0030_vouched", sql: include_str!("../../migrations/0030_vouched.sql") },
    SqlMigration { name: "m0031_programs", sql: include_str!("../../migrations/0031_programs.sql") },
    SqlMigration { name: "m0060_plugin_settings", sql: include_str!("../../migrations/0060_plugin_settings.sql") },
    SqlMigration { name: "m0061_jobs", sql: include_str!("../../migrations/0061_jobs.sql") },
    SqlMigration { name: "m0070_identities", sql: include_str!("../../migrations/0070_identities.sql") },
    SqlMigration { name: "m0071_sources", sql: include_str!("../../migrations/0071_sources.sql") },
    SqlMigration { name: "m0072_sectors", sql: include_str!("../../migrations/0072_sectors.sql") },
    SqlMigration { name: "m0073_erased_names", sql: include_str!("../../migrations/0073_erased_names.sql") },
    SqlMigration { name: "m0074_erasure_requests", sql: include_str!("../../migrations/0074_erasure_requests.sql") },
    SqlMigration { name: "m0080_tasks", sql: include_str!("../../migrations/0080_tasks.sql") },
    SqlMigration { name: "m0081_mail", sql: include_str!("../../migrations/0081_mail.sql") },
    SqlMigration { name: "m0100_notices", sql: include_str!("../../migrations/0100_notices.sql") },
    SqlMigration { name: "m0110_notice_mail", sql: include_str!("../../migrations/0110_notice_mail.sql") },
    SqlMigration { name: "m0111_notice_digest", sql: include_str!("../../migrations/0111_notice_digest.sql") },
    SqlMigration { name: "m0120_files", sql: include_str!("../../migrations/0120_files.sql") },
    SqlMigration { name: "m0120_mail_received", sql: include_str!("../../migrations/0120_mail_received.sql") },
    SqlMigration { name: "m0130_webhooks", sql: include_str!("../../migrations/0130_webhooks.sql") },
];

/// Returns the migrations of core's tables. They are applied first, since plugins' tables refer to them.
#[must_use]
pub fn core_migrator() -> Migrator {
    Migrator::new("core", || SqlMigration::boxed(&MIGRATIONS))
}
