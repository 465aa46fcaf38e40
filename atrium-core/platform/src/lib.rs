//! The platform without HTTP: people, roles and permissions of the establishment, the outbox, a plugin host, sign-in,
//! the catalogue of services, and the bridge to the search engine.
//!
//! Integrators use it as `atrium_core`, which re-exports it. Modules import downwards only; ARCHITECTURE.md lists
//! their order.

#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
compile_error!(
    "atrium-core needs a database: add the feature `sqlite` or `postgres`, as in \
     `atrium-core = { version = \"…\", default-features = false, features = [\"sqlite\"] }`"
);

pub mod access;
pub mod audit;
pub mod catalogue;
pub mod clock;
pub mod config;
mod credentials;
pub mod db;
pub mod directory;
mod error;
pub mod events;
#[cfg(feature = "files")]
pub mod files;
#[cfg(feature = "search")]
mod finder;
mod id;
pub mod jobs;
pub mod login;
pub mod mail;
pub mod notify;
mod platform;
pub mod plugin;
pub mod privacy;
#[cfg(feature = "search")]
pub mod search;
pub mod secrets;
pub mod settings;
pub mod slots;
pub mod webhooks;

pub use access::core_permissions;
pub use atrium_markup as markup;
pub use atrium_text::letters;
pub use error::{Argument, Error, FieldProblem, Message, Result};
#[cfg(feature = "axum")]
#[doc(hidden)]
pub use error::{Cause, status_of};
pub use id::ParseIdError;
#[cfg(feature = "sqlite")]
pub use platform::{Existing, Restored};
pub use platform::{Platform, PlatformBuilder, Readiness};

#[doc(hidden)]
pub mod __private {
    pub use sea_orm;
    pub use serde;
}
