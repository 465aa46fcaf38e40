//! Keeps the index up to date with the database: a consumer of events on each node, and work beside it.
//!
//! There are two lanes. News: the subject of an event is reread and committed within a fraction of a second. Aside,
//! in small steps between which news goes on: filling an incomplete index, building a new one, and rereading
//! documents that repeat a changed value. The index keeps its position and the remaining work inside its own
//! commits, so that index and position can never disagree.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as Cell, PoisonError, RwLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use atrium_search::{Change, Checkpoint, SearchDocument, SearchEngine};
use tokio::sync::{Mutex, Notify, OnceCell};
use tokio_util::sync::CancellationToken;

use super::aside::{Aside, Target};
use super::progress::Progress;
use super::{SearchSource, checkpoint};
use crate::clock::Timestamp;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::events::{self, Consumer, Delivery, Event, EventKind, Position};

/// The kind of the event that asks every node to fill its index again.
pub const REINDEX: &str = INDEX_ASKED.key();

/// The index was asked to be filled again, which the journal does not keep.
pub(crate) const INDEX_ASKED: EventKind = EventKind::new("core.index.asked").quiet().outbox_only();

/// The shortest time between two commits; changes meanwhile go into the next.
const BETWEEN_COMMITS: Duration = Duration::from_millis(250);
/// The wait before looking again for committed events that are not readable yet.
const SETTLING: Duration = Duration::from_millis(10);
/// The longest wait between two such looks.
const LONGEST_SETTLING: Duration = Duration::from_millis(200);
/// The longest that a rebuild may take if no other index can be written meanwhile. Each query in it has a limit of
/// its own.
const LONGEST: Duration = Duration::from_secs(6 * 3600);
/// The subjects reread at once after events.
pub(super) const AGAIN: usize = 50;
/// The events read at once while catching up.
pub(super) const BATCH: u64 = 500;

/// The interval at which the index is checked on disk.
const LOOK: Duration = Duration::from_secs(5);
/// The longest pause after a failed rebuild.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Feeds one node's index.
pub struct IndexFeed {
    pub(super) engine: SearchEngine,
    pub(super) sources: Vec<Arc<dyn SearchSource>>,
    /// The name of the database whose events it follows.
    instance: RwLock<String>,
    pub(super) whole: AtomicBool,
    /// `true` if the last rebuild failed. It is then retried with longer and longer pauses, and events wait.
    pub(super) blocked: AtomicBool,
    /// `true` if writing the index failed.
    pub(super) broken: AtomicBool,
    // Invariant: held while the index is written, so that positions only grow, and writes follow the order of
    // reads.
    pub(super) committed: Mutex<Option<Instant>>,
    // Invariant: held by the task that works aside.
    pub(super) at_work: Mutex<()>,
    pub(super) aside: Cell<Aside>,
    pub(super) progress: Progress,
    /// The newest event when the node's readiness was looked at first, and `true` once the index has it.
    awaited: OnceCell<Position>,
    has_news: AtomicBool,
    wake: Notify,
}

impl IndexFeed {
    /// Creates the feed of `engine` from `sources`, driven by the events of the database
    /// [`instance`](fn@crate::events::instance).
    #[must_use]
    pub fn new(engine: SearchEngine, sources: Vec<Arc<dyn SearchSource>>, instance: impl Into<String>) -> Self {
        // An index that is new is filled while the node serves.
        let has_news = !matches!(engine.checkpoint(), Ok(Some(_)));
        Self {
            engine,
            sources,
            instance: RwLock::new(instance.into()),
            whole: AtomicBool::new(false),
            blocked: AtomicBool::new(false),
            broken: AtomicBool::new(false),
            committed: Mutex::new(None),
            at_work: Mutex::new(()),
            aside: Cell::default(),
            progress: Progress::default(),
            awaited: OnceCell::new(),
            has_news: AtomicBool::new(has_news),
            wake: Notify::new(),
        }
    }

    /// Returns `true` if the index is complete, `false` while it is filled or rebuilt.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole.load(Ordering::Relaxed)
    }

    /// Returns the progress of filling or building the index in per cent; `None` if neither is under way, or before
    /// it is known.
    #[must_use]
    pub fn percent(&self) -> Option<u8> {
        self.progress.percent()
    }

    /// Returns `true` once an index that was there before has the events from before this node's first look at its
    /// readiness. An index that is new, or that cannot be read or written, is not waited for.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn has_news(&self, db: &Db) -> Result<bool> {
        if self.has_news.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let awaited = *self.awaited.get_or_try_init(|| events::head(db)).await?;
        let is_spoilt = self.blocked.load(Ordering::Relaxed) || self.broken.load(Ordering::Relaxed);
        let kept = self.kept().ok().flatten();
        let has_news = is_spoilt || kept.is_none_or(|(position, _)| position >= awaited);
        self.has_news.store(has_news, Ordering::Relaxed);
        Ok(has_news)
    }

    /// Checks the index on disk; returns `false` if it is missing or incomplete.
    pub(crate) async fn look(&self) -> bool {
        if !self.engine.is_on_disk().await && self.whole.swap(false, Ordering::Relaxed) {
            tracing::error!("the search index is gone from its directory, or cannot be read, and is built anew");
        }
        self.is_whole()
    }

    /// Checks the index every few seconds, rebuilds it if it is gone, and does the work aside, until `stop`.
    /// Searches meanwhile answer from its last commit.
    pub(crate) async fn look_after(self: Arc<Self>, db: Db, stop: CancellationToken) {
        let mut pause = LOOK;
        loop {
            let done = tokio::select! {
                () = stop.cancelled() => return,
                done = async {
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        () = self.wake.notified() => {}
                    }
                    self.mend(&db).await?;
                    self.work_aside(&db).await
                } => done,
            };
            pause = match done {
                Ok(()) => LOOK,
                Err(error) => {
                    tracing::error!(error = error.told(), "the search index cannot be filled");
                    (pause * 2).min(LONGEST_PAUSE)
                }
            };
        }
    }

    async fn is_writable(&self) -> bool {
        let is_spoilt = self.blocked.load(Ordering::Relaxed) || self.broken.load(Ordering::Relaxed);
        !is_spoilt && self.engine.is_on_disk().await
    }

    async fn mend(&self, db: &Db) -> Result<()> {
        if self.is_writable().await && self.follows(db).await? {
            return Ok(());
        }
        let _alone = self.committed.lock().await;
        self.ensure_followed(db).await.map(drop)
    }

    /// Indexes everything committed before the call, and does the work aside.
    ///
    /// # Errors
    /// Returns an error if the index or the database fails.
    pub async fn catch_up(&self, db: &Db) -> Result<()> {
        self.catch_up_with_news(db).await?;
        self.work_aside(db).await
    }

    async fn catch_up_with_news(&self, db: &Db) -> Result<()> {
        let mut committed = self.committed.lock().await;
        let newest = events::newest(db).await?;
        let mut position = self.ensure_followed(db).await?;
        let mut settling = SETTLING;
        loop {
            let events = events::read_after(db, position, BATCH).await?;
            let Some(last) = events.last() else {
                if position >= newest {
                    return Ok(());
                }
                // Committed, but held back by an older open transaction.
                tokio::time::sleep(settling).await;
                settling = (settling * 2).min(LONGEST_SETTLING);
                continue;
            };
            let from = std::mem::replace(&mut position, last.position);
            self.take(db, from, &events).await?;
            *committed = Some(Instant::now());
        }
    }

    /// Returns the position of an index that events and the work aside can bring up to date. Builds a new one at
    /// once if the present one cannot be written.
    ///
    /// The caller holds `committed`.
    async fn ensure_followed(&self, db: &Db) -> Result<Position> {
        // The database may have been restored or replaced while this node ran.
        if let Some(instance) = events::known_instance(db).await? {
            *self.instance.write().unwrap_or_else(PoisonError::into_inner) = instance;
        }
        // An index that cannot be written is of no use, even if complete, as on a full disk.
        if !self.is_writable().await {
            return self.build_at_once(db).await;
        }
        if let Some((position, at)) = self.kept()?
            && self.can_follow(db, position, at).await?
        {
            self.resume(db, position).await?;
            return Ok(position);
        }
        let (position, at) = self.head(db).await?;
        let is_empty = self.engine.checkpoint()?.is_none();
        self.with_aside(|aside| if is_empty { aside.fill() } else { aside.rebuild() });
        self.whole.store(false, Ordering::Relaxed);
        self.commit(position, at).await?;
        self.wake.notify_one();
        Ok(position)
    }

    /// Restores the remaining work that the index keeps, unless this node does it already.
    async fn resume(&self, db: &Db, position: Position) -> Result<()> {
        let Some(rest) = self.engine.checkpoint()?.and_then(|kept| checkpoint::rest(&kept).map(str::to_owned)) else {
            if self.with_aside(|aside| !aside.is_unfinished()) {
                self.whole.store(true, Ordering::Relaxed);
            }
            return Ok(());
        };
        if self.with_aside(|aside| aside.is_idle()) {
            let from = self.with_aside(|aside| aside.resume(&rest));
            if let Some(from) = from {
                self.queue_again(db, from, position).await?;
            }
            self.wake.notify_one();
        }
        self.whole.store(!self.with_aside(|aside| aside.is_unfinished()), Ordering::Relaxed);
        Ok(())
    }

    /// Queues again what follows from the events between two positions.
    async fn queue_again(&self, db: &Db, from: Position, to: Position) -> Result<()> {
        let mut position = from;
        while position < to {
            let events = events::read_after(db, position, BATCH).await?;
            let Some(last) = events.last() else { break };
            position = last.position;
            for number in 0..self.sources.len() {
                let following = self.following(db, number, &events).await?;
                self.with_aside(|aside| aside.queue(from, number, following));
            }
        }
        Ok(())
    }

    /// Returns the last readable position and the instant of its event.
    pub(super) async fn head(&self, db: &Db) -> Result<(Position, Timestamp)> {
        let position = events::head(db).await?;
        let at = events::at(db, position).await?.map(|event| event.at).unwrap_or_default();
        Ok((position, at))
    }

    /// Returns the index's position in this database's outbox; `None` if it was never filled, or from another
    /// database.
    pub(super) fn kept(&self) -> Result<Option<(Position, Timestamp)>> {
        Ok(self.engine.checkpoint()?.and_then(|kept| self.own(&kept)))
    }

    /// Returns the position of `kept` in this database's outbox.
    pub(super) fn own(&self, kept: &Checkpoint) -> Option<(Position, Timestamp)> {
        checkpoint::read(kept, &self.instance())
    }

    fn instance(&self) -> String {
        self.instance.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn with_aside<T>(&self, change: impl FnOnce(&mut Aside) -> T) -> T {
        change(&mut self.aside.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns `true` if the event at `position` is still kept and the same. Otherwise the index was away for too
    /// long, or the database was restored and has gone on.
    pub(super) async fn can_follow(&self, db: &Db, position: Position, at: Timestamp) -> Result<bool> {
        match events::at(db, position).await? {
            Some(event) => Ok(event.at == at),
            None => {
                Ok(position == Position::default() && events::oldest(db).await?.is_none_or(|first| first.event == 1))
            }
        }
    }

    /// Returns `true` if the database still has the event at the index's position. The index may be ahead of the
    /// events that a worker has offered.
    async fn follows(&self, db: &Db) -> Result<bool> {
        match self.kept()? {
            Some((position, at)) => self.can_follow(db, position, at).await,
            None => Ok(false),
        }
    }

    /// Rereads the subjects of the events after `from`, and commits.
    async fn take(&self, db: &Db, from: Position, events: &[Event]) -> Result<()> {
        let Some(last) = events.last() else { return Ok(()) };
        if events.iter().any(|event| event.kind == REINDEX) {
            self.with_aside(Aside::rebuild);
            self.whole.store(false, Ordering::Relaxed);
        }
        for number in 0..self.sources.len() {
            let mut again = self.concerned(db, number, events).await?;
            let following = self.following(db, number, events).await?;
            if following.len() <= AGAIN {
                again.extend(following);
            } else {
                self.with_aside(|aside| aside.queue(from, number, following));
            }
            self.read_again(db, number, again, Target::Serving).await?;
        }
        self.commit(last.position, last.at).await.map_err(|error| self.lost(error))?;
        if self.with_aside(|aside| !aside.is_idle()) {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Commits the index with its position and the remaining work.
    pub(super) async fn commit(&self, position: Position, at: Timestamp) -> Result<()> {
        let rest = self.with_aside(|aside| aside.rest());
        Ok(self.engine.commit(self.checkpoint(position, at, rest)).await?)
    }

    /// Returns the checkpoint of a position with the remaining work.
    pub(super) fn checkpoint(&self, position: Position, at: Timestamp, rest: Option<String>) -> Checkpoint {
        checkpoint::write(&self.instance(), position, at, rest)
    }

    /// Returns the subjects of a source that `events` concern.
    pub(super) async fn concerned(&self, db: &Db, number: usize, events: &[Event]) -> Result<BTreeSet<String>> {
        let source = self.sources[number].as_ref();
        if events.iter().any(|event| is_own(source, event)) {
            Ok(source.concerned(db, events).await?.into_iter().collect())
        } else {
            Ok(BTreeSet::new())
        }
    }

    /// Returns the subjects of a source that repeat a value changed by other events; empty if the source fails.
    pub(super) async fn following(&self, db: &Db, number: usize, events: &[Event]) -> Result<VecDeque<String>> {
        let source = self.sources[number].as_ref();
        let others: Vec<_> = events.iter().filter(|event| !is_own(source, event)).collect();
        match source.following(db, &others).await {
            Err(error) if !error.is_unavailable() => {
                tracing::error!(
                    kind = source.kind(),
                    error = error.told(),
                    "what repeats something else is not read again"
                );
                metrics::counter!("atrium_subjects_not_indexed_total", "kind" => source.kind()).increment(1);
                Ok(VecDeque::new())
            }
            known => Ok(known?.into()),
        }
    }

    /// Rereads subjects of a source, and writes their documents.
    pub(super) async fn read_again(
        &self,
        db: &Db,
        number: usize,
        again: impl IntoIterator<Item = String>,
        target: Target<'_>,
    ) -> Result<()> {
        let mut again = again.into_iter().peekable();
        while again.peek().is_some() {
            let page: Vec<_> = again.by_ref().take(AGAIN).collect();
            let changes = read(self.sources[number].as_ref(), db, page).await?;
            match target {
                Target::Serving => self.engine.apply(changes).await.map_err(|error| self.lost(error))?,
                Target::Next(rebuild) => rebuild.apply(changes).await?,
            }
        }
        Ok(())
    }

    /// # Errors
    /// Returns `is_unavailable` while the index cannot be built.
    fn require_unblocked(&self) -> Result<()> {
        if self.blocked.load(Ordering::Relaxed) {
            return Err(Error::unavailable("the search index, which is to be built anew"));
        }
        Ok(())
    }

    /// Marks the index on disk as no longer writable.
    pub(super) fn lost(&self, error: impl Into<Error>) -> Error {
        self.broken.store(true, Ordering::Relaxed);
        self.whole.store(false, Ordering::Relaxed);
        error.into()
    }
}

fn is_own(source: &dyn SearchSource, event: &Event) -> bool {
    event.subject.split_once(':').is_some_and(|(kind, _)| kind == source.kind())
}

/// Returns the change of each subject. An unreadable one has no documents, so that the others can still be found.
pub(super) async fn read(source: &dyn SearchSource, db: &Db, subjects: Vec<String>) -> Result<Vec<Change>> {
    let change = |(subject, documents): (String, Vec<SearchDocument>)| {
        if documents.is_empty() { Change::Remove { subject } } else { Change::Put { subject, documents } }
    };
    match source.documents_of(db, subjects.clone()).await {
        Err(error) if !error.is_unavailable() => {
            tracing::warn!(kind = source.kind(), error = error.told(), "subjects are read one by one");
        }
        read => return Ok(read?.into_iter().map(change).collect()),
    }
    let mut all = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let documents = match source.documents(db, &subject).await {
            Err(error) if !error.is_unavailable() => {
                tracing::error!(subject, error = error.told(), "what cannot be read is not found by a search");
                metrics::counter!("atrium_subjects_not_indexed_total", "kind" => source.kind()).increment(1);
                Vec::new()
            }
            read => read?,
        };
        all.push(change((subject, documents)));
    }
    Ok(all)
}

#[async_trait]
impl Consumer for IndexFeed {
    fn name(&self) -> &'static str {
        "core.index"
    }

    fn delivery(&self) -> Delivery {
        Delivery::PerNode
    }

    fn longest(&self) -> Duration {
        LONGEST
    }

    async fn position(&self, db: &Db) -> Result<Option<Position>> {
        self.require_unblocked()?;
        let _alone = self.committed.lock().await;
        self.ensure_followed(db).await.map(Some)
    }

    async fn consume(&self, db: &Db, events: &[Event]) -> Result<()> {
        self.require_unblocked()?;
        let mut committed = self.committed.lock().await;
        if let Some(rest) = committed.and_then(|at| BETWEEN_COMMITS.checked_sub(at.elapsed())) {
            tokio::time::sleep(rest).await;
        }
        let done = match self.kept() {
            Ok(Some(_)) if !self.follows(db).await? => {
                tracing::warn!("the database went back behind the search index, which is built anew");
                self.ensure_followed(db).await.map(drop)
            }
            Ok(kept) => {
                let from = kept.map(|(position, _)| position).unwrap_or_default();
                let new = events.iter().filter(|event| kept.is_none() || event.position > from);
                self.take(db, from, &new.cloned().collect::<Vec<_>>()).await
            }
            Err(error) => Err(self.lost(error)),
        };
        match done {
            Err(error) if self.broken.load(Ordering::Relaxed) => {
                // The index on disk can be rebuilt.
                tracing::error!(error = error.told(), "the search index is lost and is built anew");
                self.build_at_once(db).await?;
            }
            done => done?,
        }
        *committed = Some(Instant::now());
        Ok(())
    }
}
