//! The platform under the ATRIUM assistance: people, roles and permissions of the establishment, a plugin host, the
//! search engine and the web shell.
//!
//! Start with `Atrium::builder`, or with [`Platform::builder`] for everything but pages. Domain rooms (`directory`, `access`, `events`, …) know nothing of HTTP and compile
//! without the `web` feature; see `ARCHITECTURE.md` for the house and its arrows.

extern crate self as atrium_core;

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
#[cfg(feature = "search")]
mod finder;
mod id;
pub mod login;
mod platform;
pub mod plugin;
#[cfg(feature = "search")]
pub mod search;
pub mod slots;
#[cfg(feature = "testing")]
pub mod testing;
pub mod upkeep;
#[cfg(feature = "web")]
pub mod web;

pub use access::core_permissions;
pub use atrium_markup as markup;
pub use atrium_text::letters;
pub use error::{Argument, Error, FieldProblem, Message, Result};
pub use id::ParseIdError;
#[cfg(feature = "sqlite")]
pub use platform::{Existing, Restored};
pub use platform::{Platform, PlatformBuilder, Readiness};
#[cfg(feature = "web")]
pub use web::{Atrium, Builder};

#[doc(hidden)]
pub mod __private {
    pub use sea_orm;
    pub use serde;
}
