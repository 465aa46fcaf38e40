//! Pages of replies and of single posts: replying, editing, earlier texts, moderating.

mod api;
mod routes;
mod versions;

pub(crate) use api::declare as declare_api;
pub(crate) use routes::{declare, find};
