//! Rebuilding the index while the present one serves.

use std::path::PathBuf;
use std::sync::Arc;

use super::engine::{SearchEngine, blocking};
use super::index::Live;
use super::{Change, Position};
use crate::Result;

/// A new index being filled while the present one serves. Dropped unfinished, it leaves no trace but a directory that
/// the next rebuild removes.
pub struct Rebuild {
    pub(super) engine: SearchEngine,
    pub(super) live: Arc<Live>,
    pub(super) path: Option<PathBuf>,
}

impl Rebuild {
    /// Adds to the new index.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn apply(&self, changes: Vec<Change>) -> Result<()> {
        let live = self.live.clone();
        blocking(move || live.apply(changes)).await
    }

    /// Commits the new index and lets it serve. `position` is what was known before the first document was read, so
    /// that whatever changed meanwhile is replayed.
    ///
    /// # Errors
    /// When it cannot be written; the present index then goes on serving.
    pub async fn finish(self, position: Position) -> Result<()> {
        blocking(move || {
            self.live.commit(Some(&position))?;
            self.engine.serve(self.live, self.path.as_deref())
        })
        .await
    }
}
