//! The page and the operation that report a post.

pub(crate) mod api;
mod routes;
mod view;

pub(crate) use api::declare as declare_api;
pub(crate) use routes::declare;
