//! Signing in and out, and setting a password by a one-time link.

mod form;
mod routes;
mod view;

pub(super) use form::twice;
pub use routes::link_path;
pub(super) use routes::{declare, device, with_session};
