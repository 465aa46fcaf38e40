//! Users, roles and permissions of the establishment, a plugin host, the search engine and the web shell: the one name that
//! integrators write.
//!
//! Start with `Atrium::builder`, or with [`Platform::builder`] for everything but pages. Domain rooms (`directory`, `access`,
//! `events`, …) know nothing of HTTP and compile without the `web` feature; see ARCHITECTURE.md for the house and its arrows.

#[cfg(feature = "search")]
pub use atrium_platform::search;
pub use atrium_platform::{
    Argument, Error, FieldProblem, Message, ParseIdError, Platform, PlatformBuilder, Readiness, Result, access, audit,
    catalogue, clock, config, core_permissions, db, directory, events, id_type, letters, login, markup, plugin, slots,
    upkeep,
};
#[cfg(feature = "sqlite")]
pub use atrium_platform::{Existing, Restored};
#[cfg(feature = "testing")]
pub use atrium_testing as testing;
#[cfg(feature = "web")]
pub use atrium_web as web;
#[cfg(feature = "web")]
pub use atrium_web::{Atrium, Builder};
