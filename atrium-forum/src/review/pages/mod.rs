//! Pages of the queue, and of what was decided.

mod api;
mod history;
mod routes;
mod view;

pub(crate) use api::declare as declare_api;
pub(crate) use routes::declare;
