//! Signing in and out, and setting a password by a one-time link.

mod form;
mod routes;
mod view;

pub(super) use form::twice;
pub(super) use routes::{declare, device, link_path, with_session};
