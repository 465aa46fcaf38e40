//! Pages for signing in and out, and for setting a password by a one-time link.

mod form;
mod routes;
mod view;

pub(super) use form::own_path;
pub use routes::link_path;
pub(super) use routes::{ask_with, declare, is_elsewhere};
