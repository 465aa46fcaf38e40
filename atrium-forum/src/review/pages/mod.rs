//! Pages of the queue, and of what was decided.

mod history;
mod routes;
mod view;

pub(crate) use routes::declare;
