//! What a platform opens on disk: its data directory and the index in it.

use std::path::Path;

#[cfg(feature = "search")]
use atrium_search::{SearchEngine, Synonyms};

#[cfg(feature = "search")]
use crate::config::Settings;
use crate::error::Error;
#[cfg(feature = "search")]
use crate::error::Result;

/// Creates the data directory, accessible to its owner only; an existing one is left as it is.
pub(super) fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Returns the error for a data directory that cannot be made.
pub(super) fn no_directory(dir: &Path, source: std::io::Error) -> Error {
    let dir = dir.display();
    let what = "make it for the user that runs the site, or name another (`data_dir`, `--data-dir`)";
    Error::internal(format!("the data directory `{dir}` cannot be made: {what}"), source)
}

/// Opens the index with the synonyms of the settings.
#[cfg(feature = "search")]
pub(super) async fn open_index(settings: &Settings) -> Result<SearchEngine> {
    let synonyms = match &settings.synonyms {
        None => Synonyms::french(),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|source| Error::internal(format!("synonyms `{}`", path.display()), source))?;
            Synonyms::parse(&text)?
        }
    };
    let opened = SearchEngine::open(settings.search_dir(), synonyms).await;
    opened.map_err(|error| if error.is_unavailable() { in_use(&settings.data_dir) } else { error.into() })
}

/// Returns the error for a data directory whose index a running node holds.
#[cfg(feature = "search")]
fn in_use(dir: &Path) -> Error {
    Error::bug(format!(
        "another process serves from the data directory `{}`: stop it, or name another directory (`data_dir`, \
         `--data-dir`). Several nodes share a PostgreSQL database, and each has a directory of its own",
        dir.display()
    ))
}
