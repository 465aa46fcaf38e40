//! Work on the index beside following events: filling an incomplete index, building a new one, and rereading
//! subjects that repeat a changed value.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use atrium_search::{Change, Rebuild};
use tokio::sync::MutexGuard;

use super::checkpoint;
use super::feed::{AGAIN, BATCH, IndexFeed, read};
use crate::clock::Timestamp;
use crate::db::Db;
use crate::error::Result;
use crate::events::{self, Position};

/// The subjects read at once when an index is filled.
const PAGE: u64 = 100;
/// The longest that filling writes before news get a turn.
const TURN: Duration = Duration::from_millis(400);
/// The interval at which a filling index is committed, so that searches find it and a restart goes on from there.
const COMMIT_EVERY: Duration = Duration::from_secs(5);
/// The number of subjects after which a new index is committed, so that a restart goes on from there.
const KEEP_EVERY: u64 = 5_000;

/// The index to write.
#[derive(Clone, Copy)]
pub(super) enum Target<'r> {
    /// The serving index.
    Serving,
    /// The index under construction.
    Next(&'r Rebuild),
}

/// The work still to be done.
#[derive(Debug, Default)]
pub(super) struct Aside {
    fill: Option<Filled>,
    rebuild: bool,
    /// `true` while a rebuild is under way.
    building: bool,
    /// `true` if the rebuild continues one that another process began and kept.
    begun: bool,
    /// The subjects to reread, by the index of their source.
    again: BTreeMap<usize, VecDeque<String>>,
    /// The position of the events that these follow from; they are queued again from there after a restart.
    from: Option<Position>,
}

/// The progress of filling: the sources before `source`, and this one up to the subject `after`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Filled {
    source: usize,
    after: Option<String>,
}

impl Filled {
    /// Returns the progress as an index keeps it.
    fn rest(&self) -> String {
        format!("fill/{}/{}", self.source, self.after.as_deref().unwrap_or_default())
    }

    /// Parses what follows `fill/`.
    fn parse(rest: &str) -> Self {
        let (source, after) = rest.split_once('/').unwrap_or((rest, ""));
        let after = (!after.is_empty()).then(|| after.to_owned());
        Self { source: source.parse().unwrap_or(0), after }
    }
}

impl Aside {
    /// Requests that the index is filled in place.
    pub(super) fn fill(&mut self) {
        *self = Self { fill: Some(Filled::default()), ..Self::default() };
    }

    /// Requests a new index. It will include what is queued.
    pub(super) fn rebuild(&mut self) {
        (self.rebuild, self.begun) = (true, false);
    }

    /// Marks a new index as under construction, which will include everything requested so far. Returns `true` if
    /// it was begun before.
    fn build(&mut self) -> bool {
        let begun = self.begun;
        *self = Self { building: true, ..Self::default() };
        begun
    }

    /// Returns `true` if there is no work to do.
    pub(super) fn is_idle(&self) -> bool {
        !self.is_unfinished() && self.again.is_empty()
    }

    /// Returns `true` if the index is incomplete.
    pub(super) fn is_unfinished(&self) -> bool {
        self.fill.is_some() || self.rebuild || self.building
    }

    /// Queues subjects of a source that follow from events after `from`.
    pub(super) fn queue(&mut self, from: Position, source: usize, subjects: VecDeque<String>) {
        if !subjects.is_empty() {
            self.from.get_or_insert(from);
            self.again.entry(source).or_default().extend(subjects);
        }
    }

    /// Returns the remaining work as the index keeps it.
    pub(super) fn rest(&self) -> Option<String> {
        if self.rebuild && !self.begun {
            return Some("rebuild".to_owned());
        }
        if self.rebuild || self.building {
            return Some("building".to_owned());
        }
        match (&self.fill, self.from) {
            (Some(filled), _) => Some(filled.rest()),
            (None, Some(from)) => Some(format!("from/{from}")),
            (None, None) => None,
        }
    }

    /// Restores the remaining work that an index kept. Returns the position from which events are to be reread.
    pub(super) fn resume(&mut self, rest: &str) -> Option<Position> {
        let (what, rest) = rest.split_once('/').unwrap_or((rest, ""));
        match what {
            "fill" => {
                self.fill = Some(Filled::parse(rest));
                None
            }
            "from" => rest.parse().ok(),
            _ => {
                (self.rebuild, self.begun) = (true, what == "building");
                None
            }
        }
    }

    /// Returns the next subjects to reread, all of one source.
    fn next(&mut self) -> Option<(usize, Vec<String>)> {
        let mut first = self.again.first_entry()?;
        let source = *first.key();
        let queue = first.get_mut();
        let page = queue.drain(..queue.len().min(AGAIN)).collect();
        if queue.is_empty() {
            first.remove();
        }
        if self.again.is_empty() {
            self.from = None;
        }
        Some((source, page))
    }
}

impl IndexFeed {
    /// Fills a new index from SQL, then makes it the serving one.
    ///
    /// # Errors
    /// Returns an error if the index or the database fails; the present index goes on serving.
    pub async fn rebuild(&self, db: &Db) -> Result<()> {
        let _one = self.at_work.lock().await;
        self.with_aside(Aside::rebuild);
        self.build_aside(db).await
    }

    /// Does all remaining work.
    pub(super) async fn work_aside(&self, db: &Db) -> Result<()> {
        let _one = self.at_work.lock().await;
        while self.with_aside(|aside| !aside.is_idle()) {
            if self.with_aside(|aside| aside.rebuild) {
                self.build_aside(db).await?;
            } else if self.with_aside(|aside| aside.fill.is_some()) {
                self.fill(db).await?;
            } else {
                self.read_queued(db).await?;
            }
        }
        Ok(())
    }

    /// Fills the serving index, alternating with news.
    async fn fill(&self, db: &Db) -> Result<()> {
        let (started, db) = (Instant::now(), &db.patient());
        self.count(db).await?;
        let mut committed = Instant::now();
        while let Some(Filled { source, after }) = self.with_aside(|aside| aside.fill.clone()) {
            let alone = self.committed.lock().await;
            let turn = Instant::now();
            let mut next = Some(Filled { source, after });
            // Reads the next page while the last one is written.
            let mut written: Vec<Change> = Vec::new();
            // Invariant: no news is written between reading and writing a page, since it would be newer.
            while let Some(from) = next.clone().filter(|_| turn.elapsed() < TURN) {
                let (wrote, page) = tokio::join!(self.engine.apply(std::mem::take(&mut written)), self.page(db, from));
                wrote.map_err(|error| self.lost(error))?;
                (next, written) = page?;
            }
            self.engine.apply(written).await.map_err(|error| self.lost(error))?;
            let ended = next.is_none();
            self.with_aside(|aside| aside.fill = next);
            if ended || committed.elapsed() >= COMMIT_EVERY {
                self.commit_again().await?;
                committed = Instant::now();
            }
            drop(alone);
        }
        self.progress.end();
        self.whole.store(self.with_aside(|aside| !aside.is_unfinished()), Ordering::Relaxed);
        self.engine.forget_other_versions().await;
        tracing::info!(subjects = self.progress.done(), took = ?started.elapsed(), "search index filled");
        Ok(())
    }

    /// Returns the changes for the next subjects after `from`, and where to go on.
    async fn page(&self, db: &Db, from: Filled) -> Result<(Option<Filled>, Vec<Change>)> {
        let Some(source) = self.sources.get(from.source) else { return Ok((None, Vec::new())) };
        let page = source.subjects(db, from.after.as_deref(), PAGE).await?;
        let Some(last) = page.last().cloned() else {
            return Ok((Some(Filled { source: from.source + 1, after: None }), Vec::new()));
        };
        self.progress.add(page.len() as u64);
        let changes = read(source.as_ref(), db, page).await?;
        Ok((Some(Filled { source: from.source, after: Some(last) }), changes))
    }

    /// Commits what was written, with the unchanged position.
    async fn commit_again(&self) -> Result<()> {
        let (position, at) = self.kept()?.unwrap_or_default();
        self.commit(position, at).await.map_err(|error| self.lost(error))
    }

    /// Rereads the queued subjects, alternating with news.
    async fn read_queued(&self, db: &Db) -> Result<()> {
        let db = &db.patient();
        let mut committed = Instant::now();
        loop {
            let _alone = self.committed.lock().await;
            let Some((source, page)) = self.with_aside(Aside::next) else {
                return self.commit_again().await;
            };
            self.read_again(db, source, page, Target::Serving).await?;
            if committed.elapsed() >= COMMIT_EVERY {
                self.commit_again().await?;
                committed = Instant::now();
            }
        }
    }

    /// Builds a new index while the present one serves and follows the news, then replaces it.
    async fn build_aside(&self, db: &Db) -> Result<()> {
        self.build(db, false).await.map(drop)
    }

    /// Builds a new index if the present one cannot be written, and makes it the serving one. The caller holds
    /// `committed`.
    pub(super) async fn build_at_once(&self, db: &Db) -> Result<Position> {
        self.build(db, true).await
    }

    async fn build(&self, db: &Db, alone: bool) -> Result<Position> {
        self.whole.store(false, Ordering::Relaxed);
        let begun = self.with_aside(Aside::build) && !alone;
        let built = self.build_another(db, alone, begun).await;
        self.progress.end();
        self.blocked.store(built.is_err(), Ordering::Relaxed);
        if built.is_err() {
            self.with_aside(|aside| (aside.building, aside.rebuild) = (false, true));
        }
        built
    }

    async fn build_another(&self, db: &Db, alone: bool, begun: bool) -> Result<Position> {
        let (started, db) = (Instant::now(), &db.patient());
        let (mut rebuild, (mut position, mut at), from) = self.begin_or_take_up(db, begun).await?;
        self.count(db).await?;
        let held = match self.fill_another(db, &mut rebuild, (position, at), from, alone).await {
            Ok((reached, held)) => {
                (position, at) = reached;
                held
            }
            Err(error) => {
                rebuild.give_up();
                return Err(error);
            }
        };
        let rest = self.with_aside(|aside| {
            aside.building = false;
            aside.rest()
        });
        rebuild.finish(self.checkpoint(position, at, rest)).await?;
        self.broken.store(false, Ordering::Relaxed);
        self.whole.store(self.with_aside(|aside| !aside.is_unfinished()), Ordering::Relaxed);
        drop(held);
        self.engine.forget_other_versions().await;
        tracing::info!(subjects = self.progress.done(), took = ?started.elapsed(), "search index built");
        Ok(position)
    }

    /// Returns a new index, the position before its first read, and what to read next. Continues an index begun by
    /// an earlier process if the database still has the events since.
    async fn begin_or_take_up(&self, db: &Db, begun: bool) -> Result<(Rebuild, (Position, Timestamp), Filled)> {
        let taken_up = if begun { self.engine.take_up_rebuild().await? } else { None };
        if let Some(rebuild) = taken_up {
            let kept = rebuild.checkpoint().ok().flatten();
            let rest = kept.as_ref().and_then(|kept| checkpoint::rest(kept)?.strip_prefix("fill/").map(Filled::parse));
            if let (Some((position, at)), Some(from)) = (kept.as_ref().and_then(|kept| self.own(kept)), rest)
                && self.can_follow(db, position, at).await?
            {
                tracing::info!("the search index that was begun is gone on with");
                return Ok((rebuild, (position, at), from));
            }
            rebuild.give_up();
        }
        // The position is read first: changes during the reading are replayed.
        let head = self.head(db).await?;
        Ok((self.engine.rebuild().await?, head, Filled::default()))
    }

    /// Writes every document into `rebuild`, with the news of the meantime. Returns the position reached, and the
    /// lock that stops others from reading on.
    async fn fill_another(
        &self,
        db: &Db,
        rebuild: &mut Rebuild,
        (mut position, mut at): (Position, Timestamp),
        from: Filled,
        alone: bool,
    ) -> Result<((Position, Timestamp), Option<MutexGuard<'_, Option<Instant>>>)> {
        self.write_all(db, rebuild, (position, at), from, !alone).await?;
        if !alone {
            // Replays most of the news while more may come.
            (position, at) = self.replay(db, rebuild, position, at).await?;
        }
        let held = if alone { None } else { Some(self.committed.lock().await) };
        Ok((self.replay(db, rebuild, position, at).await?, held))
    }

    /// Writes every document from `from` on into `rebuild`, and commits it now and then if the serving index can
    /// record that.
    async fn write_all(
        &self,
        db: &Db,
        rebuild: &mut Rebuild,
        (position, at): (Position, Timestamp),
        from: Filled,
        keeps: bool,
    ) -> Result<()> {
        let mut next = Some(from);
        let mut written: Vec<Change> = Vec::new();
        let mut kept = self.progress.done();
        while let Some(from) = next.take() {
            let (wrote, page) = tokio::join!(rebuild.apply(std::mem::take(&mut written)), self.page(db, from));
            wrote?;
            (next, written) = page?;
            if let Some(left) = next.as_ref().filter(|_| keeps && self.progress.done() >= kept + KEEP_EVERY) {
                rebuild.apply(std::mem::take(&mut written)).await?;
                rebuild.keep(self.checkpoint(position, at, Some(left.rest()))).await?;
                let _alone = self.committed.lock().await;
                if self.kept()?.is_some() {
                    self.commit_again().await?;
                }
                kept = self.progress.done();
            }
        }
        Ok(rebuild.apply(written).await?)
    }

    /// Replays the events after `position` into the new index, up to the last readable one.
    async fn replay(
        &self,
        db: &Db,
        rebuild: &Rebuild,
        mut position: Position,
        mut at: Timestamp,
    ) -> Result<(Position, Timestamp)> {
        loop {
            let events = events::read_after(db, position, BATCH).await?;
            let Some(last) = events.last() else { return Ok((position, at)) };
            (position, at) = (last.position, last.at);
            for number in 0..self.sources.len() {
                let mut again = self.concerned(db, number, &events).await?;
                again.extend(self.following(db, number, &events).await?);
                self.read_again(db, number, again, Target::Next(rebuild)).await?;
            }
        }
    }

    /// Counts the subjects, for the reported progress.
    async fn count(&self, db: &Db) -> Result<()> {
        let mut all = 0;
        for source in &self.sources {
            all += source.count(db).await?;
        }
        self.progress.begin(0, all);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_taken_up_where_it_was() {
        let mut aside = Aside::default();
        assert_eq!(aside.rest(), None);
        aside.fill();
        assert_eq!(aside.rest().as_deref(), Some("fill/0/"));
        aside.fill = Some(Filled { source: 1, after: Some("forum:12.3".to_owned()) });
        let mut again = Aside::default();
        assert_eq!(again.resume(&aside.rest().unwrap()), None);
        assert_eq!(again.fill, aside.fill);

        let mut aside = Aside::default();
        let from = Position { xid: 7, event: 9 };
        aside.queue(from, 0, ["forum:1".to_owned()].into());
        aside.queue(Position { xid: 8, event: 10 }, 0, ["forum:2".to_owned()].into());
        assert_eq!(Aside::default().resume(&aside.rest().unwrap()), Some(from), "from the first that is left");
        assert_eq!(aside.next(), Some((0, vec!["forum:1".to_owned(), "forum:2".to_owned()])));
        assert!(aside.is_idle() && aside.rest().is_none());
        aside.rebuild();
        let mut again = Aside::default();
        assert!(again.resume(&aside.rest().unwrap()).is_none());
        assert!(again.rebuild && !again.build(), "asked for, and not begun");
        let mut after = Aside::default();
        after.resume(&again.rest().unwrap());
        assert!(after.rebuild && after.rest() == again.rest() && after.build(), "begun before");
        again.rebuild();
        let mut after = Aside::default();
        after.resume(&again.rest().unwrap());
        assert!(!after.build(), "asked for again meanwhile");
    }
}
