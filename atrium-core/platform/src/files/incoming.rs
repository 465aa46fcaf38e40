//! A file on its way in: written beside the data, hashed as it comes, gone if it is not kept.

use std::fs;
use std::path::{Path, PathBuf};

use futures::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::kind::HEAD;
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::id::unique_name;

/// Returns the directory of files on their way in. Backups leave it out, as everything whose name begins with a dot.
fn directory(settings: &Settings) -> PathBuf {
    settings.data_dir.join(".incoming")
}

/// Removes what a node left that died while files came in.
pub(crate) fn clear(settings: &Settings) {
    let _ = fs::remove_dir_all(directory(settings));
}

/// A file that has come in whole. Its copy on disk is removed with it.
pub(super) struct Incoming {
    path: Removed,
    pub(super) size: u64,
    /// SHA-256, as hexadecimal digits.
    pub(super) digest: String,
    /// Its first bytes.
    pub(super) head: Vec<u8>,
}

/// A path whose file is removed when it is dropped.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl Incoming {
    /// Writes `content`, `most` bytes at most.
    ///
    /// # Errors
    /// Returns `is_too_large` for more, the error of the content, or an error if the disk cannot be written.
    pub(super) async fn write<B, S>(settings: &Settings, content: S, most: u64) -> Result<Self>
    where
        B: AsRef<[u8]> + Send,
        S: Stream<Item = Result<B>> + Send,
    {
        let failed = |source| Error::internal("a file on its way in", source);
        let directory = directory(settings);
        make_private(&directory).map_err(failed)?;
        let path = Removed(directory.join(unique_name()));
        let mut file = create(&path.0).await.map_err(failed)?;
        let (mut size, mut hash, mut head) = (0, Sha256::new(), Vec::new());
        let mut content = std::pin::pin!(content);
        while let Some(part) = content.next().await {
            let part = part?;
            let part = part.as_ref();
            size += part.len() as u64;
            if size > most {
                return Err(Error::too_large(most));
            }
            hash.update(part);
            head.extend_from_slice(&part[..part.len().min(HEAD - head.len())]);
            file.write_all(part).await.map_err(failed)?;
        }
        file.flush().await.map_err(failed)?;
        Ok(Self { path, size, digest: hex::encode(hash.finalize()), head })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path.0
    }

    /// Returns all of its bytes.
    pub(super) async fn bytes(&self) -> Result<Vec<u8>> {
        tokio::fs::read(self.path()).await.map_err(|source| Error::internal("a file on its way in", source))
    }
}

async fn create(path: &Path) -> std::io::Result<tokio::fs::File> {
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await
}

/// Creates a directory for its owner only.
pub(super) fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    #[tokio::test]
    async fn what_is_too_large_is_refused_as_it_comes_and_nothing_stays() {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings::default().data_dir(dir.path());
        let parts = |count: usize| stream::iter((0..count).map(|_| Ok(vec![b'a'; 1000])));
        let whole = Incoming::write(&settings, parts(3), 3000).await.unwrap();
        assert_eq!((whole.size, whole.head.len()), (3000, 3000));
        assert_eq!(whole.digest, hex::encode(Sha256::digest(vec![b'a'; 3000])));
        let (seen, count) = (&std::sync::atomic::AtomicUsize::new(0), std::sync::atomic::Ordering::SeqCst);
        let endless = stream::repeat_with(|| {
            seen.fetch_add(1, count);
            Ok(vec![b'a'; 1000])
        });
        assert!(Incoming::write(&settings, endless, 3000).await.err().unwrap().is_too_large());
        assert_eq!(seen.load(count), 4, "no more is read");
        let broken = stream::iter([Ok(vec![1]), Err(Error::unavailable("the connection"))]);
        assert!(Incoming::write(&settings, broken, 3000).await.is_err());
        drop(whole);
        assert_eq!(fs::read_dir(directory(&settings)).unwrap().count(), 0);
    }
}
