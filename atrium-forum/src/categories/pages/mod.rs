//! The administration of categories, their list for programs, and why somebody may what in which one.

mod api;
mod api_settings;
pub(crate) mod explain;
mod routes;
pub(crate) mod told;
mod view;

pub(crate) use routes::{DEFAULTS_URL, declare, labels};

use atrium_core::web::Routes;

/// Declares the operations of categories.
pub(crate) fn declare_api(routes: &mut Routes) {
    api::declare(routes);
    api_settings::declare(routes);
}
