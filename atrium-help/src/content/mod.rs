//! Content as files: a folder of Markdown with front matter, read into collections and articles.
//!
//! It reads and checks; writing them to the database is `sync`'s.

mod document;
mod folder;
mod front_matter;

pub use document::{ArticleFile, CollectionFile};
pub use folder::{Broken, Folder};
