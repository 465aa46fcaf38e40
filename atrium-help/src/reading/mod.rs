//! Reading: the help's home, a collection, an article as it is for this reader, and the answer to "was this useful?".

mod article;
mod audience;
mod names;
mod routes;
mod view;

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
