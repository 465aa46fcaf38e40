//! Where the help's own content comes from: a folder, or the binary.

use std::path::PathBuf;

use atrium_core::web::Files;
use atrium_core::{Error, Result};

use crate::content::Folder;

/// Where the content comes from when the platform starts.
#[derive(Clone)]
pub(crate) enum Source {
    Nowhere,
    Directory(PathBuf),
    Files(Files),
}

impl Source {
    /// Reads the content; `None` if it comes from nowhere.
    pub(crate) async fn read(&self) -> Result<Option<Folder>> {
        match self {
            Self::Nowhere => Ok(None),
            Self::Directory(dir) => read_folder(dir.clone()).await.map(Some),
            Self::Files(files) => {
                Ok(Some(Folder::of("", files.iter().map(|(path, bytes)| (path.to_owned(), bytes.to_vec())))))
            }
        }
    }
}

/// Reads the folder at `dir`.
pub(crate) async fn read_folder(dir: PathBuf) -> Result<Folder> {
    let read = tokio::task::spawn_blocking(move || Folder::read(&dir)).await;
    read.map_err(|source| Error::internal("reading content", source))?
}
