//! Addresses of the help's pages.

/// Where the help stands.
pub(crate) const HOME: &str = "/aide";

/// Returns the address of a collection's page.
#[must_use]
pub(crate) fn collection_path(collection: &str) -> String {
    format!("{HOME}/{collection}")
}

/// Returns the address of an article's page.
#[must_use]
pub(crate) fn article_path(collection: &str, slug: &str) -> String {
    format!("{HOME}/{collection}/{slug}")
}

/// Returns the key of the service that a collection would be about: the outermost of its folders.
pub(crate) fn service_of(collection: &str) -> &str {
    collection.split('/').next().unwrap_or(collection)
}
