//! Reading: the help's home, a collection, an article as it is for this reader, and the answer to "was this useful?".

mod article;
mod audience;
mod feed;
mod names;
mod routes;
mod view;

pub(crate) use feed::{pages as sitemap_pages, parts as sitemap_parts};
pub(crate) use names::TRAITS;
pub(crate) use routes::declare;
pub(crate) use view::home_section;

/// Where the help stands.
pub(crate) const HOME: &str = "/aide";

/// The page of a collection.
#[must_use]
pub fn collection_path(collection: &str) -> String {
    format!("{HOME}/{collection}")
}

/// The page of an article.
#[must_use]
pub fn article_path(collection: &str, slug: &str) -> String {
    format!("{HOME}/{collection}/{slug}")
}

/// The service of the catalogue that a collection is about, if one is: the outermost of its folders.
pub(crate) fn service_of(collection: &str) -> &str {
    collection.split('/').next().unwrap_or(collection)
}
