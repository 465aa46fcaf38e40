//! Pages of replies and of single posts: replying, editing, earlier texts, moderating.

mod routes;
mod versions;

pub(crate) use routes::{declare, find};
