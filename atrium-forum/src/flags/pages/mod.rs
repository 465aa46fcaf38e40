//! The page and the operation that report a post.

mod api;
mod routes;
mod view;

pub(crate) use api::declare as declare_api;
pub(crate) use routes::declare;
