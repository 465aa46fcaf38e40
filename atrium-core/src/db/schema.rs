//! Core's own schema, in order.

use sea_orm_migration::MigrationTrait;

use super::{Migrator, SqlMigration};

const MIGRATIONS: [SqlMigration; 1] =
    [SqlMigration { name: "m0001_foundations", sql: include_str!("../../migrations/0001_foundations.sql") }];

/// The migrations of core's tables, which every plugin's may refer to: applied first.
#[must_use]
pub fn core_migrator() -> Migrator {
    let all = || MIGRATIONS.iter().map(|migration| Box::new(*migration) as Box<dyn MigrationTrait>).collect();
    Migrator::new("core", all)
}
