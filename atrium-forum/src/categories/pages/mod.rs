//! The administration of categories, their list for programs, and why somebody may what in which one.

pub(crate) mod api;
pub(crate) mod explain;
mod routes;
pub(crate) mod told;
mod view;

pub(crate) use api::declare as declare_api;
pub(crate) use routes::{DEFAULTS_URL, declare, labels};
