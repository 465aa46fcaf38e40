//! How the index follows the database: a consumer of events on each node, and what is done aside.
//!
//! Two lanes. News, the first: what an event is about is read again and committed within a fraction of a second. Aside, in
//! small steps between which news goes on: filling an index that was never whole, building one anew, and what many things
//! repeat of something that changed. The index keeps its position, and what is still to be done aside, inside its own
//! commits, so that index and position can never disagree.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as Cell, PoisonError, RwLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use atrium_search::{Change, Checkpoint, SearchDocument, SearchEngine};
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;

use super::aside::{Aside, Target};
use super::progress::Progress;
use super::{SearchSource, checkpoint};
use crate::clock::Timestamp;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::events::{self, Consumer, Delivery, Event, Position};

/// The kind of the event that asks every node to fill its index again.
pub const REINDEX: &str = "core.index.asked";

/// Shortest time between two commits: what happens meanwhile goes into the next.
const BETWEEN_COMMITS: Duration = Duration::from_millis(250);
/// How long to wait before looking again for events that are committed and cannot be read yet.
const SETTLING: Duration = Duration::from_millis(10);
/// The longest wait between two such looks.
const LONGEST_SETTLING: Duration = Duration::from_millis(200);
/// The longest that building the index anew may take where no other can be written meanwhile. Each query in it has a limit
/// of its own.
const LONGEST: Duration = Duration::from_secs(6 * 3600);
/// Subjects read again at once after events.
pub(super) const AGAIN: usize = 50;
/// Events read at once while catching up.
pub(super) const BATCH: u64 = 500;

/// How often the index is looked for on disk.
const LOOK: Duration = Duration::from_secs(5);
/// The longest pause after it could not be built again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Feeds one node's index.
pub struct IndexFeed {
    pub(super) engine: SearchEngine,
    pub(super) sources: Vec<Arc<dyn SearchSource>>,
    /// The database whose events these are.
    instance: RwLock<String>,
    pub(super) whole: AtomicBool,
    /// Could it not be built the last time? It is then tried again with longer and longer pauses, and events wait.
    pub(super) blocked: AtomicBool,
    /// Did writing it fail?
    pub(super) broken: AtomicBool,
    // Invariant: held while the index is written, so that positions only grow, and what was read is written before what is
    // read after it.
    pub(super) committed: Mutex<Option<Instant>>,
    // Invariant: held by the one that works aside.
    pub(super) at_work: Mutex<()>,
    pub(super) aside: Cell<Aside>,
    pub(super) progress: Progress,
    wake: Notify,
}

impl IndexFeed {
    /// The feed of `engine` from `sources`, by the events of the database [`instance`](fn@crate::events::instance).
    #[must_use]
    pub fn new(engine: SearchEngine, sources: Vec<Arc<dyn SearchSource>>, instance: impl Into<String>) -> Self {
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
            wake: Notify::new(),
        }
    }

    /// Does the index hold everything it should? Not while it is being filled or built anew.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole.load(Ordering::Relaxed)
    }

    /// How far filling or building the index has come, in per cent; nothing when neither is under way, or before it is known.
    #[must_use]
    pub fn percent(&self) -> Option<u8> {
        self.progress.percent()
    }

    /// Looks for the index on disk; false when it is not there, or does not hold everything it should.
    pub async fn look(&self) -> bool {
        if !self.engine.is_on_disk().await && self.whole.swap(false, Ordering::Relaxed) {
            tracing::error!("the search index is gone from its directory, or cannot be read, and is built anew");
        }
        self.is_whole()
    }

    /// Looks for the index every few seconds, builds it anew when it is gone, and does what is to be done aside, until `stop`.
    /// Searches answer meanwhile as of its last commit.
    pub async fn look_after(self: Arc<Self>, db: Db, stop: CancellationToken) {
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

    /// Takes in everything committed before the call, and does what is to be done aside.
    ///
    /// # Errors
    /// The index or the database failed.
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
                // Committed, and held back by an older transaction that is still running somewhere.
                tokio::time::sleep(settling).await;
                settling = (settling * 2).min(LONGEST_SETTLING);
                continue;
            };
            let from = std::mem::replace(&mut position, last.position);
            self.take(db, from, &events).await?;
            *committed = Some(Instant::now());
        }
    }

    /// The position of an index that can be brought up to date by events, and by what is then to be done aside. Builds one
    /// anew at once where there is none that can be written.
    ///
    /// The caller holds `committed`.
    async fn ensure_followed(&self, db: &Db) -> Result<Position> {
        // It may have been restored, or another one put in its place, while this node ran.
        if let Some(instance) = events::known_instance(db).await? {
            *self.instance.write().unwrap_or_else(PoisonError::into_inner) = instance;
        }
        // One that could not be written is no use, though all of it may still be there: on a full disk, for instance.
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

    /// Takes up what the index says is still to be done aside, unless this node does already.
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

    /// What follows from the events between two positions, again.
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

    /// The last position that can be read now, and the instant of its event.
    pub(super) async fn head(&self, db: &Db) -> Result<(Position, Timestamp)> {
        let position = events::head(db).await?;
        let at = events::at(db, position).await?.map(|event| event.at).unwrap_or_default();
        Ok((position, at))
    }

    /// Where the index stands in this database's outbox; nothing when it was never filled, or from another database.
    pub(super) fn kept(&self) -> Result<Option<(Position, Timestamp)>> {
        Ok(self.engine.checkpoint()?.and_then(|kept| self.own(&kept)))
    }

    /// Where `kept` stands in this database's outbox.
    pub(super) fn own(&self, kept: &Checkpoint) -> Option<(Position, Timestamp)> {
        checkpoint::read(kept, &self.instance())
    }

    fn instance(&self) -> String {
        self.instance.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn with_aside<T>(&self, change: impl FnOnce(&mut Aside) -> T) -> T {
        change(&mut self.aside.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Is the event at `position` still kept, and the one it was? If not, the index was away for too long, or the database
    /// was restored and has gone on from there.
    pub(super) async fn can_follow(&self, db: &Db, position: Position, at: Timestamp) -> Result<bool> {
        match events::at(db, position).await? {
            Some(event) => Ok(event.at == at),
            None => {
                Ok(position == Position::default() && events::oldest(db).await?.is_none_or(|first| first.event == 1))
            }
        }
    }

    /// Returns `true` if the index stands where the database still has what it had. The index may be ahead of the events
    /// that a worker has offered.
    async fn follows(&self, db: &Db) -> Result<bool> {
        match self.kept()? {
            Some((position, at)) => self.can_follow(db, position, at).await,
            None => Ok(false),
        }
    }

    /// Reads again what the events after `from` are about, and commits.
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

    /// Commits the index with its position and what is still to be done aside.
    pub(super) async fn commit(&self, position: Position, at: Timestamp) -> Result<()> {
        let rest = self.with_aside(|aside| aside.rest());
        Ok(self.engine.commit(self.checkpoint(position, at, rest)).await?)
    }

    /// The position as the index keeps it, with what is still to be done aside.
    pub(super) fn checkpoint(&self, position: Position, at: Timestamp, rest: Option<String>) -> Checkpoint {
        checkpoint::write(&self.instance(), position, at, rest)
    }

    /// The subjects of a source that `events` tell of.
    pub(super) async fn concerned(&self, db: &Db, number: usize, events: &[Event]) -> Result<BTreeSet<String>> {
        let source = self.sources[number].as_ref();
        if events.iter().any(|event| is_own(source, event)) {
            Ok(source.concerned(db, events).await?.into_iter().collect())
        } else {
            Ok(BTreeSet::new())
        }
    }

    /// Its subjects that repeat something of what other events tell of; none, when that cannot be said.
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

    /// Reads subjects of a source again, and writes what they are now.
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
    /// Unavailable while the index cannot be built.
    fn require_unblocked(&self) -> Result<()> {
        if self.blocked.load(Ordering::Relaxed) {
            return Err(Error::unavailable("the search index, which is to be built anew"));
        }
        Ok(())
    }

    /// Notes that the index on disk can no longer be written.
    pub(super) fn lost(&self, error: impl Into<Error>) -> Error {
        self.broken.store(true, Ordering::Relaxed);
        self.whole.store(false, Ordering::Relaxed);
        error.into()
    }
}

fn is_own(source: &dyn SearchSource, event: &Event) -> bool {
    event.subject.split_once(':').is_some_and(|(kind, _)| kind == source.kind())
}

/// What becomes of each subject. One that cannot be read has no documents: it must not keep all others from being found.
pub(super) async fn read(source: &dyn SearchSource, db: &Db, subjects: Vec<String>) -> Result<Vec<Change>> {
    let change = |(subject, documents): (String, Vec<SearchDocument>)| match documents.is_empty() {
        true => Change::Remove { subject },
        false => Change::Put { subject, documents },
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
                // What is on disk is disposable.
                tracing::error!(error = error.told(), "the search index is lost and is built anew");
                self.build_at_once(db).await?;
            }
            done => done?,
        }
        *committed = Some(Instant::now());
        Ok(())
    }
}
