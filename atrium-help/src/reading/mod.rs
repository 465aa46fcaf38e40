//! Reading: the help's home, a collection, an article as it is for this reader, and the answer to "was this useful?".

mod api;
mod article;
mod audience;
mod feed;
mod names;
mod routes;
mod view;

pub(crate) use api::declare as declare_api;
pub(crate) use feed::{pages as sitemap_pages, parts as sitemap_parts};
pub(crate) use routes::declare;
pub(crate) use view::home_section;
