//! How the index follows the database: a consumer of events on each node, and the rebuilding of what is missing.
//!
//! The index keeps its position inside its own commits, so index and position can never disagree.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::{Change, SearchDocument, SearchEngine, SearchSource};
use crate::clock::Timestamp;
use crate::db::Db;
use crate::error::Result;
use crate::events::{self, Consumer, Delivery, Event, Position};

/// The kind of the event that asks every node to fill its index again.
pub const REINDEX: &str = "core.index.asked";

/// Shortest time between two commits: what happens meanwhile goes into the next.
const BETWEEN_COMMITS: Duration = Duration::from_millis(250);
/// How long to wait before looking again for events that are committed and cannot be read yet.
const SETTLING: Duration = Duration::from_millis(10);
/// The longest wait between two such looks.
const LONGEST_SETTLING: Duration = Duration::from_millis(200);
/// The longest that filling the index again may take. Each query in it has a limit of its own.
const LONGEST: Duration = Duration::from_secs(6 * 3600);
/// Subjects asked for at once in a rebuild.
const PAGE: usize = 200;
/// Subjects read again at once after events.
const AGAIN: usize = 50;
/// Events read at once while catching up.
const BATCH: u64 = 500;

/// How often the index is looked for on disk.
const LOOK: Duration = Duration::from_secs(5);
/// The longest pause after it could not be built again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Feeds one node's index.
pub struct IndexFeed {
    engine: SearchEngine,
    sources: Vec<Arc<dyn SearchSource>>,
    /// The database whose events these are.
    instance: RwLock<String>,
    whole: AtomicBool,
    /// Could it not be built the last time? It is then tried again with longer and longer pauses, and events wait.
    blocked: AtomicBool,
    // Invariant: held while the index is written, so that positions only grow.
    committed: Mutex<Option<Instant>>,
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
            committed: Mutex::new(None),
        }
    }

    /// Does the index hold everything it should? Not while it is being rebuilt.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole.load(Ordering::Relaxed)
    }

    /// Looks for the index on disk; false when it is not there, or does not hold everything it should.
    pub async fn look(&self) -> bool {
        if !self.engine.is_on_disk().await && self.whole.swap(false, Ordering::Relaxed) {
            tracing::error!("the search index is gone from its directory, or cannot be read, and is built anew");
        }
        self.is_whole()
    }

    /// Looks for the index every few seconds, and builds it anew when it is gone, until `stop`. Searches answer meanwhile
    /// as of its last commit.
    pub async fn look_after(self: Arc<Self>, db: Db, stop: CancellationToken) {
        let mut pause = LOOK;
        loop {
            let mended = tokio::select! {
                () = stop.cancelled() => return,
                mended = async {
                    tokio::time::sleep(pause).await;
                    self.mend(&db).await
                } => mended,
            };
            pause = match mended {
                Ok(()) => LOOK,
                Err(error) => {
                    tracing::error!(error = error.told(), "the search index cannot be built anew");
                    (pause * 2).min(LONGEST_PAUSE)
                }
            };
        }
    }

    async fn mend(&self, db: &Db) -> Result<()> {
        if self.look().await && self.follows(db).await? {
            return Ok(());
        }
        let _alone = self.committed.lock().await;
        self.ensure_whole(db).await.map(drop)
    }

    /// Takes in everything committed before the call; rebuilds first when the index cannot be brought up to date.
    ///
    /// # Errors
    /// The index or the database failed.
    pub async fn catch_up(&self, db: &Db) -> Result<()> {
        let mut committed = self.committed.lock().await;
        let newest = events::newest(db).await?;
        let mut position = self.ensure_whole(db).await?;
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
            position = last.position;
            self.take(db, &events).await?;
            *committed = Some(Instant::now());
        }
    }

    /// Fills a new index aside from SQL, then lets it serve.
    ///
    /// # Errors
    /// The index or the database failed; the present index goes on serving.
    pub async fn rebuild(&self, db: &Db) -> Result<()> {
        let _alone = self.committed.lock().await;
        self.refill(db).await.map(drop)
    }

    /// The position of an index that can be brought up to date by events alone.
    async fn ensure_whole(&self, db: &Db) -> Result<Position> {
        // It may have been restored, or another one put in its place, while this node ran.
        if let Some(instance) = events::known_instance(db).await? {
            *self.instance.write().unwrap_or_else(PoisonError::into_inner) = instance;
        }
        // One that could not be written is no use, though all of it may still be there: on a full disk, for instance.
        let usable = !self.blocked.load(Ordering::Relaxed) && self.engine.is_on_disk().await;
        let kept = if usable { self.kept()? } else { None };
        let position = match kept {
            Some((position, at)) if self.can_follow(db, position, at).await? => position,
            _ => self.refill(db).await?,
        };
        self.whole.store(true, Ordering::Relaxed);
        Ok(position)
    }

    /// Where the index stands in this database's outbox; nothing when it was never filled, or from another database.
    fn kept(&self) -> Result<Option<(Position, Timestamp)>> {
        Ok(self.engine.position()?.and_then(|position| position.of(&self.instance())))
    }

    fn instance(&self) -> String {
        self.instance.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Is the event at `position` still kept, and the one it was? If not, the index was away for too long, or the database
    /// was restored and has gone on from there.
    async fn can_follow(&self, db: &Db, position: Position, at: Timestamp) -> Result<bool> {
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

    async fn refill(&self, db: &Db) -> Result<Position> {
        self.whole.store(false, Ordering::Relaxed);
        let filled = self.fill_another(db).await;
        self.blocked.store(filled.is_err(), Ordering::Relaxed);
        filled
    }

    async fn fill_another(&self, db: &Db) -> Result<Position> {
        let (started, db) = (Instant::now(), db.patient());
        // Read first: what changes while we read is replayed.
        let position = events::head(db).await?;
        let at = events::at(db, position).await?.map(|event| event.at).unwrap_or_default();
        let rebuild = self.engine.rebuild().await?;
        let mut subjects = 0;
        for source in &self.sources {
            let mut after: Option<String> = None;
            loop {
                let page = source.subjects(db, after.as_deref(), PAGE as u64).await?;
                let Some(last) = page.last().cloned() else { break };
                let read = read(source.as_ref(), db, page).await?;
                let changes: Vec<_> =
                    read.into_iter().map(|(subject, documents)| Change::Put { subject, documents }).collect();
                subjects += changes.len();
                rebuild.apply(changes).await?;
                after = Some(last);
            }
        }
        rebuild.finish(super::Position::new(&self.instance(), position, at)).await?;
        self.whole.store(true, Ordering::Relaxed);
        tracing::info!(subjects, took = ?started.elapsed(), "search index rebuilt");
        Ok(position)
    }

    /// Reads again what `events` are about, and commits.
    async fn take(&self, db: &Db, events: &[Event]) -> Result<()> {
        let Some(last) = events.last() else { return Ok(()) };
        if events.iter().any(|event| event.kind == REINDEX) {
            return self.refill(db).await.map(drop);
        }
        let subjects: BTreeSet<_> = events.iter().map(|event| event.subject.as_str()).collect();
        for source in &self.sources {
            let is_own = |subject: &&str| subject.split_once(':').is_some_and(|(kind, _)| kind == source.kind());
            let (own, others): (Vec<_>, Vec<_>) = subjects.iter().copied().partition(is_own);
            let mut again = BTreeSet::new();
            if !own.is_empty() {
                again.extend(source.concerned(db, events).await?);
            }
            again.extend(following(source.as_ref(), db, &others).await?);
            let mut again = again.into_iter().peekable();
            while again.peek().is_some() {
                let page: Vec<_> = again.by_ref().take(AGAIN).collect();
                let read = read(source.as_ref(), db, page).await?;
                let changes = read.into_iter().map(|(subject, documents)| match documents.is_empty() {
                    true => Change::Remove { subject },
                    false => Change::Put { subject, documents },
                });
                self.engine.apply(changes.collect()).await.map_err(|error| self.lost(error))?;
            }
        }
        let position = super::Position::new(&self.instance(), last.position, last.at);
        self.engine.commit(position).await.map_err(|error| self.lost(error))
    }

    /// # Errors
    /// Unavailable while the index cannot be built.
    fn require_unblocked(&self) -> Result<()> {
        if self.blocked.load(Ordering::Relaxed) {
            return Err(crate::Error::unavailable("the search index, which is to be built anew"));
        }
        Ok(())
    }

    /// Notes that the index on disk can no longer be used.
    fn lost(&self, error: crate::Error) -> crate::Error {
        self.whole.store(false, Ordering::Relaxed);
        error
    }
}

/// The documents of each subject; none of one that cannot be read, which must not keep all others from being found.
async fn read(source: &dyn SearchSource, db: &Db, subjects: Vec<String>) -> Result<Vec<(String, Vec<SearchDocument>)>> {
    match source.documents_of(db, subjects.clone()).await {
        Err(error) if !error.is_unavailable() => {
            tracing::warn!(kind = source.kind(), error = error.told(), "subjects are read one by one");
        }
        read => return read,
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
        all.push((subject, documents));
    }
    Ok(all)
}

/// The subjects that repeat something of `others`; none, when that cannot be said.
async fn following(source: &dyn SearchSource, db: &Db, others: &[&str]) -> Result<Vec<String>> {
    match source.following(db, others).await {
        Err(error) if !error.is_unavailable() => {
            tracing::error!(
                kind = source.kind(),
                error = error.told(),
                "what repeats something else is not read again"
            );
            metrics::counter!("atrium_subjects_not_indexed_total", "kind" => source.kind()).increment(1);
            Ok(Vec::new())
        }
        known => known,
    }
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
        self.ensure_whole(db).await.map(Some)
    }

    async fn consume(&self, db: &Db, events: &[Event]) -> Result<()> {
        self.require_unblocked()?;
        let mut committed = self.committed.lock().await;
        if let Some(rest) = committed.and_then(|at| BETWEEN_COMMITS.checked_sub(at.elapsed())) {
            tokio::time::sleep(rest).await;
        }
        let done = match self.kept() {
            Ok(Some(_)) if !self.follows(db).await? => {
                tracing::warn!("the database went back behind the search index, which is rebuilt");
                self.ensure_whole(db).await.map(drop)
            }
            Ok(kept) => {
                let new = events.iter().filter(|event| kept.is_none_or(|kept| event.position > kept.0));
                self.take(db, &new.cloned().collect::<Vec<_>>()).await
            }
            Err(error) => Err(self.lost(error)),
        };
        match done {
            Err(error) if !self.is_whole() => {
                // What is on disk is disposable.
                tracing::error!(error = error.told(), "the search index is lost and is rebuilt");
                self.refill(db).await?;
            }
            done => done?,
        }
        *committed = Some(Instant::now());
        Ok(())
    }
}
