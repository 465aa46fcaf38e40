//! Caches values that many pages read from the database, until an event.
//!
//! Each request reads the newest event together with its identity. A value read at that event is reused until an
//! event that changes pages, on every node at once, without invalidation messages that could be late. A value must
//! be the same for everyone who asks for the same key, and change with an event only; if it changes without one, it
//! is at most as old as [`LIFE`].

use std::any::Any;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::response::Response;
use http::StatusCode;
use moka::sync::Cache;

use super::digest::{Digests, Key};
use super::layout;
use super::render::{Hole, Holes};
use super::request_context::{RequestContext, View, html_response};
use atrium_platform::Result;
use atrium_platform::db::Db;
use atrium_platform::events::{self, Position};

/// The longest that a value is cached.
const LIFE: Duration = Duration::from_secs(30);
/// The most bytes cached, as their makers count them.
const CAPACITY: u64 = 8 * 1024 * 1024;
/// The overhead of the cache per value, in bytes.
const OVERHEAD: usize = 200;
/// The most events searched at once for one that changes pages. More events count as such.
const LOOKED_THROUGH: u64 = 200;

/// The values cached by one node.
pub(super) struct Keep {
    values: Cache<Key, Kept>,
    digests: Digests,
    /// The kinds of events that change no page.
    quiet: Arc<[&'static str]>,
    read: Mutex<Read>,
}

#[derive(Clone)]
struct Kept {
    value: Arc<dyn Any + Send + Sync>,
    bytes: u32,
}

/// The progress of searching the events.
#[derive(Clone, Copy, Debug, Default)]
struct Read {
    newest: Position,
    /// The last event that changed pages.
    told: Position,
    has_begun: bool,
}

impl Keep {
    /// Creates an empty cache; `quiet` are the kinds of events that change no page.
    pub(super) fn new(quiet: Arc<[&'static str]>) -> Self {
        let values = Cache::builder().weigher(|_: &Key, kept: &Kept| kept.bytes);
        let values = values.max_capacity(CAPACITY).time_to_live(LIFE).build();
        Self { values, digests: Digests::default(), quiet, read: Mutex::default() }
    }

    /// Returns the last event up to `newest` that changed pages; `None` if a later one is known, so that no value
    /// is that old.
    async fn moment(&self, db: &Db, newest: Position) -> Result<Option<Position>> {
        let before = *self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if before.has_begun && newest <= before.newest {
            return Ok((newest >= before.told).then_some(before.told));
        }
        let told = if before.has_begun { self.last_told(db, before, newest).await? } else { newest };
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if !read.has_begun || read.newest < newest {
            *read = Read { newest, told, has_begun: true };
        }
        Ok(Some(told))
    }

    async fn last_told(&self, db: &Db, before: Read, newest: Position) -> Result<Position> {
        let events = events::kinds_between(db, before.newest, newest, LOOKED_THROUGH).await?;
        if events.len() as u64 == LOOKED_THROUGH {
            return Ok(newest);
        }
        let tells = |kind: &str| !self.quiet.contains(&kind);
        let last = events.into_iter().rev().find(|(_, kind)| tells(kind));
        Ok(last.map_or(before.told, |(position, _)| position))
    }

    fn get<T: Send + Sync + 'static>(&self, key: &Key) -> Option<Arc<T>> {
        self.values.get(key).and_then(|kept| kept.value.downcast().ok())
    }

    fn put<T: Send + Sync + 'static>(&self, key: Key, value: Arc<T>, bytes: usize) {
        let bytes = u32::try_from(bytes + OVERHEAD).unwrap_or(u32::MAX);
        self.values.insert(key, Kept { value, bytes });
    }
}

impl RequestContext {
    /// Returns the result of `make`, cached until an event that changes pages. `what` names the kind of value, `of`
    /// everything it depends on besides what actions change; `bytes` returns the value's approximate size.
    ///
    /// A request that writes always calls `make`: it may have changed something already.
    ///
    /// # Errors
    /// Returns the error of `make`. An error is not cached.
    pub async fn kept<T: Send + Sync + 'static>(
        &self,
        what: &'static str,
        of: &impl Hash,
        bytes: impl FnOnce(&T) -> usize,
        make: impl Future<Output = Result<T>>,
    ) -> Result<Arc<T>> {
        let Some(key) = self.kept_key((what, of)).await? else { return make.await.map(Arc::new) };
        let keep = &self.atrium().shell().keep;
        if let Some(value) = keep.get(&key) {
            return Ok(value);
        }
        let value = Arc::new(make.await?);
        keep.put(key, value.clone(), bytes(&value));
        Ok(value)
    }

    /// Returns the page of the view that `make` returns. Readers for whom `of` is the same share it, at one address, until
    /// an event that changes pages: the view is not made again for them.
    ///
    /// `of` is everything that the view depends on besides what actions change, the address, the language and the
    /// announcements: what the reader may see and do. Values of one reader do not belong in the view, except as `holes`,
    /// each of which stands in the view as well. Its template must be [shared](View::IS_SHARED).
    ///
    /// # Errors
    /// Returns the error of `make`, or an error if the template cannot be rendered.
    pub async fn steady_page<V: View>(
        &self,
        of: &impl Hash,
        holes: impl IntoIterator<Item = Hole>,
        make: impl Future<Output = Result<V>>,
    ) -> Result<Response> {
        let is_plain = self.actor().person().is_some() && self.0.flash.is_none();
        let key = if is_plain { self.kept_key((V::TEMPLATE, layout::around(self), of)).await? } else { None };
        let Some(key) = key else { return self.page(&make.await?) };
        let holes: Holes = holes.into_iter().map(Hole::into_parts).collect();
        let keep = &self.atrium().shell().keep;
        if let Some(text) = keep.get::<Key>(&key)
            && let Some(html) = self.cached_page(&text, &holes)
        {
            return Ok(html_response(StatusCode::OK, html));
        }
        let (html, text) = self.shared_page(&make.await?, &holes)?;
        if let Some(text) = text {
            keep.put(key, Arc::new(text), 0);
        }
        Ok(html_response(StatusCode::OK, html))
    }

    /// Returns the key of what is made of `of` at the moment of this request; `None` if nothing may be cached.
    async fn kept_key(&self, of: impl Hash) -> Result<Option<Key>> {
        let moment = self.moment().await?;
        Ok(moment.map(|moment| self.atrium().shell().keep.digests.of((moment, of))))
    }

    /// Returns the last event that changed pages, at this request; `None` if that is unknown.
    async fn moment(&self) -> Result<Option<Position>> {
        if !self.0.reads {
            return Ok(None);
        }
        let newest = self.0.newest.get_or_try_init(|| events::newest_settled(self.db())).await?;
        match *newest {
            Some(newest) => self.atrium().shell().keep.moment(self.db(), newest).await,
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use atrium_testing::{TestDatabase, append};

    #[tokio::test]
    async fn a_moment_ends_with_an_event_that_changes_pages() {
        let db = TestDatabase::new().await;
        let keep = Keep::new(Arc::from(["quiet.a", "quiet.b", "quiet.d"]));
        let after = async |kind| {
            let tx = db.begin().await.unwrap();
            append(&tx, kind, "thing:1").await;
            tx.commit().await.unwrap();
            let newest = events::newest(&*db).await.unwrap();
            (newest, keep.moment(&db, newest).await.unwrap())
        };
        let (first, moment) = after("told.a").await;
        assert_eq!(moment, Some(first));
        let (quiet, same) = after("quiet.b").await;
        assert_eq!(same, moment);
        let (later, next) = after("told.c").await;
        assert_eq!(next, Some(later));
        // A request that began earlier gets no newer value, and does not cache its own.
        assert_eq!(keep.moment(&db, quiet).await.unwrap(), None);
        assert_eq!(after("quiet.d").await.1, next);
        assert_eq!(keep.moment(&db, later).await.unwrap(), next);
    }

    #[tokio::test]
    async fn events_that_were_not_looked_through_count_as_changes() {
        let db = TestDatabase::new().await;
        let keep = Keep::new(Arc::from(["quiet.a", "quiet.b", "quiet.d"]));
        assert_eq!(keep.moment(&db, Position::default()).await.unwrap(), Some(Position::default()));
        let tx = db.begin().await.unwrap();
        for _ in 0..=LOOKED_THROUGH {
            append(&tx, "quiet.a", "thing:1").await;
        }
        tx.commit().await.unwrap();
        let newest = events::newest(&*db).await.unwrap();
        assert_eq!(keep.moment(&db, newest).await.unwrap(), Some(newest));
    }
}
