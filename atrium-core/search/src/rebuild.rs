//! Rebuilding the index while the present one serves.

use std::path::PathBuf;
use std::sync::Arc;

use super::engine::{SearchEngine, blocking};
use super::index::{Live, remove};
use super::{Change, Checkpoint};
use crate::Result;

/// A new index being filled while the present one serves. Dropped before any of it was [kept](Self::keep), it leaves no
/// trace: on a disk that is full, its remains would be in the way of the next one.
pub struct Rebuild {
    engine: SearchEngine,
    live: Arc<Live>,
    /// Its directory, until it serves.
    path: Option<PathBuf>,
    /// `true` if it stays on disk when dropped unfinished.
    kept: bool,
}

impl Rebuild {
    /// Creates an empty index at `path`, to be filled for `engine`.
    pub(super) fn new(engine: SearchEngine, live: Live, path: Option<PathBuf>) -> Self {
        Self { engine, live: Arc::new(live), path, kept: false }
    }

    /// Adds to the new index.
    ///
    /// # Errors
    /// Returns an error if it cannot be written.
    pub async fn apply(&self, changes: Vec<Change>) -> Result<()> {
        let live = self.live.clone();
        blocking(move || live.apply(changes)).await
    }

    /// Commits what is written so far, so that a process that ends here can be followed by one that
    /// [goes on](SearchEngine::take_up_rebuild). `checkpoint` is as for [`finish`](Self::finish), with what is left.
    ///
    /// # Errors
    /// Returns an error if it cannot be written.
    pub async fn keep(&mut self, checkpoint: Checkpoint) -> Result<()> {
        let live = self.live.clone();
        blocking(move || live.commit(Some(&checkpoint))).await?;
        self.kept = true;
        Ok(())
    }

    /// Returns the checkpoint of the last commit.
    ///
    /// # Errors
    /// Returns an error if it cannot be read.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>> {
        self.live.checkpoint()
    }

    /// Removes it, kept or not.
    pub fn give_up(mut self) {
        self.kept = false;
    }

    /// Commits the new index and lets it serve. `checkpoint` is what was known before the first document was read, so
    /// that whatever changed meanwhile is replayed.
    ///
    /// # Errors
    /// Returns an error if the new index cannot be written; the present one then goes on serving.
    pub async fn finish(mut self, checkpoint: Checkpoint) -> Result<()> {
        self.kept = false;
        blocking(move || {
            self.live.commit(Some(&checkpoint))?;
            self.engine.serve(self.live.clone(), self.path.as_deref())?;
            drop(self.path.take());
            Ok(())
        })
        .await
    }
}

impl Drop for Rebuild {
    fn drop(&mut self) {
        if let Some(path) = self.path.as_ref().filter(|_| !self.kept) {
            remove(path);
        }
    }
}
