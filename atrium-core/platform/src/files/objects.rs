//! The store of files: a directory of this node, or a directory or bucket that all nodes share.

use std::ops::Range;
use std::path::Path as Directory;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use tokio::io::AsyncWriteExt;

use super::incoming::{Incoming, make_private};
use crate::clock::Timestamp;
use crate::config::{FilesPlace, Settings};
use crate::error::{Error, Result};

/// The seconds after which a request may be sent again while the store does not answer.
const RETRY_AFTER: u64 = 30;

/// Files by their names in the store. Cheap to clone.
#[derive(Clone)]
pub(super) struct Objects(Arc<Inner>);

struct Inner {
    place: FilesPlace,
    /// Opened when it is needed first: commands that need no file make no directory.
    opened: OnceLock<Arc<dyn ObjectStore>>,
}

impl Objects {
    /// Names the store of the settings.
    ///
    /// # Errors
    /// Returns an error if the setting `files_url` cannot be used.
    pub(super) fn of(settings: &Settings) -> Result<Self> {
        let place = match &settings.files_url {
            None => FilesPlace::Directory(settings.data_dir.join("files")),
            Some(text) => FilesPlace::read(text)
                .ok_or_else(|| Error::bug(format!("setting `files_url` cannot be used: {}", FilesPlace::EXPECTED)))?,
        };
        if matches!(place, FilesPlace::Bucket(_)) && cfg!(not(feature = "s3")) {
            return Err(Error::bug(
                "setting `files_url` names a bucket, and this program was built without the feature `s3`",
            ));
        }
        Ok(Self(Arc::new(Inner { place, opened: OnceLock::new() })))
    }

    fn store(&self) -> Result<&Arc<dyn ObjectStore>> {
        if let Some(store) = self.0.opened.get() {
            return Ok(store);
        }
        let store = match &self.0.place {
            FilesPlace::Directory(directory) => opened(directory)?,
            #[cfg(feature = "s3")]
            FilesPlace::Bucket(url) => super::bucket::open(url)?,
            #[cfg(not(feature = "s3"))]
            FilesPlace::Bucket(_) => return Err(Error::bug("a bucket without the feature `s3`")),
        };
        Ok(self.0.opened.get_or_init(|| store))
    }

    /// Keeps `bytes` under `name`.
    pub(super) async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<()> {
        self.store()?.put(&Path::from(name), bytes.into()).await.map(drop).map_err(away)
    }

    /// Keeps a file that came in under `name`, part by part.
    pub(super) async fn put_file(&self, name: &str, file: &Incoming) -> Result<()> {
        let store = self.store()?.clone();
        let failed = |source| Error::internal("a file on its way into the store", source);
        let mut from = tokio::fs::File::open(file.path()).await.map_err(failed)?;
        let mut to = BufWriter::new(store, Path::from(name));
        let copied = tokio::io::copy(&mut from, &mut to).await;
        match copied {
            Ok(_) => to.shutdown().await.map_err(failed),
            Err(error) => {
                // The first error is the one to report.
                let _ = to.abort().await;
                Err(failed(error))
            }
        }
    }

    /// Reads a part of what is kept under `name`.
    pub(super) async fn read(&self, name: &str, part: Range<u64>) -> Result<BoxStream<'static, Result<Bytes>>> {
        if part.is_empty() {
            return Ok(futures::stream::empty().boxed());
        }
        let options = GetOptions { range: Some(GetRange::Bounded(part)), ..GetOptions::default() };
        let found = self.store()?.get_opts(&Path::from(name), options).await.map_err(away)?;
        Ok(found.into_stream().map_err(away).boxed())
    }

    /// Removes what is kept under `name`; what is not there is removed already.
    pub(super) async fn remove(&self, name: &str) -> Result<()> {
        match self.store()?.delete(&Path::from(name)).await {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(away(error)),
        }
    }

    /// Returns the names below a folder, each with its instant.
    pub(super) async fn below(&self, folder: &str) -> Result<Vec<(String, Timestamp)>> {
        let listed = self.store()?.list(Some(&Path::from(folder)));
        let named = listed.map_ok(|meta| (meta.location.to_string(), Timestamp(meta.last_modified.timestamp_millis())));
        named.try_collect().await.map_err(away)
    }
}

/// Opens the directory, and makes it.
fn opened(directory: &Directory) -> Result<Arc<dyn ObjectStore>> {
    let failed = |source: std::io::Error| {
        Error::internal(format!("the directory of files `{}` cannot be made", directory.display()), source)
    };
    make_private(directory).map_err(failed)?;
    Ok(Arc::new(LocalFileSystem::new_with_prefix(directory).map_err(away)?.with_fsync(true)))
}

/// Returns the error for a store that does not do what it is asked.
fn away(source: object_store::Error) -> Error {
    tracing::error!(error = %source, "the store of files");
    Error::unavailable_for("the store of files", RETRY_AFTER)
}
