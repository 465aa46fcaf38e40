//! Changing the index: what is put and removed, when it is committed, which index serves.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use super::{SearchEngine, blocking};
use crate::index::{Home, Live, end};
use crate::{Change, Checkpoint, Error, Rebuild, Result};

impl SearchEngine {
    /// Queues changes. They are searchable, and survive a crash, after [`commit`](Self::commit); the feeding worker
    /// commits every few hundred milliseconds rather than after each.
    ///
    /// # Errors
    /// Returns an error if the index cannot be written.
    pub async fn apply(&self, changes: Vec<Change>) -> Result<()> {
        let live = self.live();
        blocking(move || live.apply(changes)).await
    }

    /// Makes all applied changes searchable, and remembers the checkpoint they lead to.
    ///
    /// # Errors
    /// Returns an error if the index cannot be written; then no applied change is visible.
    ///
    /// ```
    /// # use atrium_search::{Change, Checkpoint, Filter, SearchDocument, SearchEngine, SearchRequest, Synonyms};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> atrium_search::Result<()> {
    /// # let engine = SearchEngine::in_memory(Synonyms::french())?;
    /// # let document = SearchDocument {
    /// #     id: "help:1#deposer".into(),
    /// #     kind: "help".into(),
    /// #     subject: "help:1".into(),
    /// #     title: "Rendre un devoir dans le casier".into(),
    /// #     body: "Ouvrez le casier de la matière, puis choisissez un fichier à déposer.".into(),
    /// #     locale: "fr".into(),
    /// #     ..SearchDocument::default()
    /// # };
    /// # engine.apply(vec![Change::Put { subject: "help:1".into(), documents: vec![document] }]).await?;
    /// # engine.commit(Checkpoint("1".into())).await?;
    /// assert_eq!(engine.checkpoint()?, Some(Checkpoint("1".into())));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn commit(&self, checkpoint: Checkpoint) -> Result<()> {
        let live = self.live();
        blocking(move || live.commit(Some(&checkpoint))).await
    }

    /// Forgets what was applied since the last commit.
    ///
    /// # Errors
    /// Returns an error if the index cannot be read again.
    pub async fn rollback(&self) -> Result<()> {
        let live = self.live();
        blocking(move || live.rollback()).await
    }

    /// Removes a subject without trace: its documents, the segments that held them, the files of those segments.
    ///
    /// # Errors
    /// Returns an error if the index cannot be written.
    ///
    /// ```
    /// # use atrium_search::{Change, Checkpoint, Filter, SearchDocument, SearchEngine, SearchRequest, Synonyms};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> atrium_search::Result<()> {
    /// # let engine = SearchEngine::in_memory(Synonyms::french())?;
    /// # let document = SearchDocument {
    /// #     id: "help:1#deposer".into(),
    /// #     kind: "help".into(),
    /// #     subject: "help:1".into(),
    /// #     title: "Rendre un devoir dans le casier".into(),
    /// #     body: "Ouvrez le casier de la matière, puis choisissez un fichier à déposer.".into(),
    /// #     locale: "fr".into(),
    /// #     ..SearchDocument::default()
    /// # };
    /// # engine.apply(vec![Change::Put { subject: "help:1".into(), documents: vec![document] }]).await?;
    /// # engine.commit(Checkpoint("1".into())).await?;
    /// engine.erase("help:1").await?;
    /// assert!(engine.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn erase(&self, subject: impl Into<String>) -> Result<()> {
        let live = self.live();
        let subject = subject.into();
        blocking(move || {
            live.apply(vec![Change::Remove { subject }])?;
            live.commit(None)?;
            live.purge()
        })
        .await
    }

    /// Lets go of the index on disk, so that another engine may open it while clones of this one are still around.
    /// What was applied and not committed is forgotten; searches still answer. Changes and a [`Rebuild`] that come
    /// later are refused as unavailable.
    ///
    /// # Errors
    /// Returns an error if a merge under way failed.
    ///
    /// ```
    /// # use atrium_search::{Change, Checkpoint, Filter, SearchDocument, SearchEngine, SearchRequest, Synonyms};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> atrium_search::Result<()> {
    /// # let engine = SearchEngine::in_memory(Synonyms::french())?;
    /// # let document = SearchDocument {
    /// #     id: "help:1#deposer".into(),
    /// #     kind: "help".into(),
    /// #     subject: "help:1".into(),
    /// #     title: "Rendre un devoir dans le casier".into(),
    /// #     body: "Ouvrez le casier de la matière, puis choisissez un fichier à déposer.".into(),
    /// #     locale: "fr".into(),
    /// #     ..SearchDocument::default()
    /// # };
    /// # engine.apply(vec![Change::Put { subject: "help:1".into(), documents: vec![document] }]).await?;
    /// # engine.commit(Checkpoint("1".into())).await?;
    /// engine.close().await?;
    /// assert!(engine.commit(Checkpoint("2".into())).await.is_err());
    /// assert!(!engine.search(SearchRequest::new("casier").visible("help", Filter::all())).await?.hits.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn close(&self) -> Result<()> {
        let engine = self.clone();
        blocking(move || {
            // Invariant: under the lock, so that no rebuild that ends meanwhile serves, with a writer of its own.
            let writer = engine.inner.live.write().unwrap_or_else(PoisonError::into_inner).close();
            writer.map_or(Ok(()), end)
        })
        .await
    }

    /// Starts a new index aside. The present one serves, and takes changes, until [`Rebuild::finish`].
    ///
    /// # Errors
    /// Returns an error if the directory cannot be written.
    ///
    /// ```
    /// # use atrium_search::{Change, Checkpoint, Filter, SearchDocument, SearchEngine, SearchRequest, Synonyms};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> atrium_search::Result<()> {
    /// # let engine = SearchEngine::in_memory(Synonyms::french())?;
    /// # let document = SearchDocument {
    /// #     id: "help:1#deposer".into(),
    /// #     kind: "help".into(),
    /// #     subject: "help:1".into(),
    /// #     title: "Rendre un devoir dans le casier".into(),
    /// #     body: "Ouvrez le casier de la matière, puis choisissez un fichier à déposer.".into(),
    /// #     locale: "fr".into(),
    /// #     ..SearchDocument::default()
    /// # };
    /// # engine.apply(vec![Change::Put { subject: "help:1".into(), documents: vec![document] }]).await?;
    /// # engine.commit(Checkpoint("1".into())).await?;
    /// let rebuild = engine.rebuild().await?;
    /// rebuild.finish(Checkpoint("2".into())).await?;
    /// assert!(engine.is_empty(), "the new index was left empty");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn rebuild(&self) -> Result<Rebuild> {
        let engine = self.clone();
        blocking(move || {
            let (live, path) = match &engine.inner.home {
                Some(home) => new_aside(home)?,
                None => (Live::in_memory()?, None),
            };
            Ok(Rebuild::new(engine, live, path))
        })
        .await
    }

    /// Takes up the index aside that was [kept](Rebuild::keep) when its process ended, if there is one that can be opened.
    ///
    /// # Errors
    /// Returns an error if the directory cannot be read.
    pub async fn take_up_rebuild(&self) -> Result<Option<Rebuild>> {
        let engine = self.clone();
        blocking(move || {
            let fault = |e| Error::internal("look for an index that was begun", e);
            let path = match &engine.inner.home {
                Some(home) => home.unfinished().map_err(fault)?,
                None => None,
            };
            let Some(path) = path else { return Ok(None) };
            let live = Live::open(&path)?;
            Ok(live.map(|live| Rebuild::new(engine, live, Some(path))))
        })
        .await
    }

    /// Removes the indexes of other versions: this one is whole.
    pub async fn forget_other_versions(&self) {
        let engine = self.clone();
        let forgetting = blocking(move || {
            if let Some(home) = &engine.inner.home {
                home.forget_other_versions();
            }
            Ok(())
        });
        // What cannot be removed is told, and found again the next time.
        let _ = forgetting.await;
    }

    /// Lets `live`, built at `path`, serve in place of the present index.
    ///
    /// # Errors
    /// Returns unavailable if the engine is closed: its directory may be another's by now.
    pub(crate) fn serve(&self, live: Arc<Live>, path: Option<&Path>) -> Result<()> {
        let mut serving = self.inner.live.write().unwrap_or_else(PoisonError::into_inner);
        if serving.is_closed() {
            return Err(Error::unavailable("the search index is closed"));
        }
        if let (Some(home), Some(path)) = (&self.inner.home, path) {
            home.adopt(path).map_err(|e| Error::internal("adopt the new search index", e))?;
        }
        *serving = live;
        Ok(())
    }
}

pub(super) fn new_generation(home: &Home) -> Result<(Live, PathBuf)> {
    let (live, path) = new_aside(home)?;
    let path = path.expect("an index with a home has a path");
    home.adopt(&path).map_err(|e| Error::internal("adopt the new search index", e))?;
    Ok((live, path))
}

fn new_aside(home: &Home) -> Result<(Live, Option<PathBuf>)> {
    let path = home.prepare().map_err(|e| Error::internal("prepare a search directory", e))?;
    Ok((Live::create(&path)?, Some(path)))
}
