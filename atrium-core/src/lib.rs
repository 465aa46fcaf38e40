//! Users, roles and permissions of the establishment, a plugin host, a search engine and a web shell, under the one
//! name that integrators use.
//!
//! Start with `Atrium::builder`, or with [`Platform::builder`] for everything but pages. Domain modules
//! (`directory`, `access`, `events`, …) do not depend on HTTP and compile without the `web` feature;
//! ARCHITECTURE.md lists the modules and their imports.

#[cfg(feature = "web")]
pub use atrium_account::Account;
#[cfg(feature = "web")]
pub use atrium_admin::Administration;
#[cfg(feature = "files")]
pub use atrium_platform::files;
#[cfg(feature = "search")]
pub use atrium_platform::search;
pub use atrium_platform::{
    Argument, Error, FieldProblem, Message, ParseIdError, Platform, PlatformBuilder, Readiness, Result, access, audit,
    catalogue, clock, config, core_permissions, db, directory, events, id_type, jobs, letters, login, mail, markup,
    notify, plugin, privacy, secrets, settings, slots, webhooks,
};
#[cfg(feature = "sqlite")]
pub use atrium_platform::{Existing, Restored};
#[cfg(feature = "testing")]
pub use atrium_testing as testing;
#[cfg(feature = "web")]
pub use atrium_web as web;
#[cfg(feature = "web")]
pub use atrium_web::{Atrium, Builder};
// What a plugin with tables and pages of its own must name, in the versions that its signatures have.
#[cfg(feature = "web")]
pub use axum;
#[cfg(feature = "commands")]
pub use clap;
pub use sea_orm;
pub use sea_orm_migration;

pub mod prelude;
