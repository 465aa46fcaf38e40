//! Pictures of the help: kept by what is in them, so that every node serves them, and shown to those who may read an article
//! that shows them.
//!
//! They come from `sync`, with the articles; there is no upload.

mod entity;
mod routes;
pub(crate) mod store;

pub(crate) use routes::declare;

/// Returns the address of the picture called `name`: a hash of its bytes, and its kind.
pub(crate) fn picture_path(name: &str) -> String {
    format!("/fichiers/aide/{name}")
}
