//! Content as files: a folder of Markdown and pictures, read into collections and articles at their addresses.
//!
//! It reads, checks and reports; writing to the database is `sync`'s.

mod document;
mod fault;
mod fields;
mod folder;
mod front_matter;
mod heading;
mod kept_back;
mod name;
mod picture;
mod places;
mod walk;

pub use fault::{Fault, Severity};
pub use folder::Folder;

pub(crate) use document::{ArticleFile, CollectionFile};
pub(crate) use fault::source_of;
pub(crate) use picture::PictureKind;
pub(crate) use places::around;
pub(crate) use walk::left_out;

/// Traits of schools that have a name in the translations.
pub(crate) const TRAITS: [&str; 2] = ["manuels-numeriques", "sans-manuels-numeriques"];
