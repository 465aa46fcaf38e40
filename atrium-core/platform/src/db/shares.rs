//! Shares out the connections that read: some are kept for each use of the database, the others are common.
//!
//! A slow use fills the common connections and its own part, and the others go on. The use is set on the running
//! task: a route declares its own, and everything outside of a request is the platform's own work.

use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "sqlite")]
use futures::future::join_all;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// A use of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Share {
    /// Resolves the session of a request, and checks whether the node is healthy.
    Identity,
    /// Event consumers, upkeep and commands, outside of any request.
    Work,
    /// A page about one thing, or a form.
    Page,
    /// A page that lists many things.
    List,
    /// A page of the administration.
    Administration,
    /// A request of a program.
    Api,
}

/// Every use, in the order of its discriminant.
const ALL: [Share; 6] = [Share::Identity, Share::Work, Share::Page, Share::List, Share::Administration, Share::Api];

tokio::task_local! {
    static SHARE: Share;
}

/// Runs `work`; its reads count as those of `share`.
pub async fn reading_as<F: Future>(share: Share, work: F) -> F::Output {
    SHARE.scope(share, work).await
}

impl Share {
    /// Returns the use set on the running task.
    pub(super) fn current() -> Self {
        SHARE.try_with(|share| *share).unwrap_or(Self::Work)
    }

    /// Returns `true` for the platform's own uses, `false` for those of requests.
    pub(super) fn is_own(self) -> bool {
        matches!(self, Self::Identity | Self::Work)
    }

    /// Returns the name used in metrics.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Work => "work",
            Self::Page => "page",
            Self::List => "list",
            Self::Administration => "administration",
            Self::Api => "api",
        }
    }
}

/// The number of free connections for each use.
#[derive(Debug)]
pub(super) struct Shares {
    kept: [Part; ALL.len()],
    common: Part,
    /// The longest that a query waits for its turn.
    patience: Duration,
}

#[derive(Debug)]
struct Part {
    free: Arc<Semaphore>,
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "only SQLite has all of them taken at once"))]
    size: u32,
}

impl Part {
    fn of(size: u32) -> Self {
        Self { free: Arc::new(Semaphore::new(size as usize)), size }
    }
}

/// The right to one connection.
#[derive(Debug)]
pub(super) struct Turn {
    _permit: OwnedSemaphorePermit,
}

/// Waits for a permit of `free`, for `patience` at most.
///
/// # Errors
/// Returns an error if no connection became free in time.
#[cfg(feature = "postgres")]
pub(super) async fn take_one(free: &Arc<Semaphore>, patience: Duration) -> Result<Turn, DbErr> {
    match timeout(patience, free.clone().acquire_owned()).await {
        Ok(Ok(permit)) => Ok(Turn { _permit: permit }),
        _ => Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
    }
}

/// Every connection at once: there are no other reads meanwhile.
#[cfg(feature = "sqlite")]
#[derive(Debug)]
pub(super) struct Pause {
    _permits: Vec<OwnedSemaphorePermit>,
}

impl Shares {
    /// Creates the shares of `connections`, with `kept` for each use among `uses`. If there are too few, each of
    /// the platform's own uses gets one as far as they go; at least one is common.
    pub(super) fn of(connections: u32, kept: u32, uses: impl Fn(Share) -> bool, patience: Duration) -> Self {
        let connections = connections.max(1);
        let used = ALL.iter().filter(|share| uses(**share)).count() as u32;
        let each = (connections - 1).checked_div(used).map_or(0, |each| kept.min(each));
        let mut common = connections - each * used;
        let kept = ALL.map(|share| {
            let size = match each {
                _ if !uses(share) => 0,
                0 if share.is_own() && kept > 0 && common > 1 => {
                    common -= 1;
                    1
                }
                each => each,
            };
            Part::of(size)
        });
        Self { kept, common: Part::of(common), patience }
    }

    /// Waits for a connection that `share` may take.
    ///
    /// # Errors
    /// Returns an error if no connection became free in time.
    pub(super) async fn take(&self, share: Share) -> Result<Turn, DbErr> {
        let (own, common) = (&self.kept[share as usize].free, &self.common.free);
        let free = own.clone().try_acquire_owned().or_else(|_| common.clone().try_acquire_owned());
        if let Ok(permit) = free {
            return Ok(Turn { _permit: permit });
        }
        metrics::counter!("atrium_database_reads_waited_total", "share" => share.name()).increment(1);
        let turn = async {
            tokio::select! {
                permit = own.clone().acquire_owned() => permit,
                permit = common.clone().acquire_owned() => permit,
            }
        };
        match timeout(self.patience, turn).await {
            Ok(Ok(permit)) => Ok(Turn { _permit: permit }),
            Ok(Err(_)) => Err(DbErr::Conn(RuntimeErr::Internal("the database is closed".to_owned()))),
            Err(_) => {
                metrics::counter!("atrium_database_reads_refused_total", "share" => share.name()).increment(1);
                Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))
            }
        }
    }

    /// Stops new reads, and waits until the running ones have ended, for `longest` at most.
    #[cfg(feature = "sqlite")]
    pub(super) async fn pause(&self, longest: Duration) -> Option<Pause> {
        let parts = self.kept.iter().chain([&self.common]);
        let all = join_all(parts.map(|part| part.free.clone().acquire_many_owned(part.size)));
        let permits: Result<_, _> = timeout(longest, all).await.ok()?.into_iter().collect();
        Some(Pause { _permits: permits.ok()? })
    }

    /// Refuses every turn from now on.
    #[cfg(feature = "sqlite")]
    pub(super) fn close(&self) {
        self.kept.iter().chain([&self.common]).for_each(|part| part.free.close());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    fn sizes(connections: u32, kept: u32) -> (Vec<u32>, u32) {
        let shares = Shares::of(connections, kept, |_| true, LONG);
        (shares.kept.iter().map(|part| part.size).collect(), shares.common.size)
    }

    #[test]
    fn each_use_keeps_its_part_and_one_connection_at_least_is_common() {
        assert_eq!(sizes(8, 1), (vec![1; 6], 2));
        assert_eq!(sizes(32, 4), (vec![4; 6], 8));
        assert_eq!(sizes(8, 5), (vec![1; 6], 2), "no more than there are");
        assert_eq!(sizes(4, 1), (vec![1, 1, 0, 0, 0, 0], 2), "the platform's own first");
        assert_eq!(sizes(2, 1), (vec![1, 0, 0, 0, 0, 0], 1));
        assert_eq!(sizes(1, 1), (vec![0; 6], 1));
        assert_eq!(sizes(8, 0), (vec![0; 6], 8));
    }

    #[tokio::test]
    async fn a_use_that_took_all_it_may_leaves_the_others_their_part() {
        let shares = Shares::of(8, 1, |_| true, LONG);
        let mut lists = Vec::new();
        for _ in 0..3 {
            lists.push(shares.take(Share::List).await.unwrap());
        }
        let mut waits = Box::pin(shares.take(Share::List));
        assert!(futures::poll!(&mut waits).is_pending());
        for other in ALL.into_iter().filter(|share| *share != Share::List) {
            drop(shares.take(other).await.unwrap());
        }
        drop(lists.pop());
        assert!(waits.await.is_ok());
    }

    #[tokio::test]
    async fn a_pause_waits_for_those_who_read_and_keeps_the_others_waiting() {
        let shares = Shares::of(8, 1, |_| true, LONG);
        let reads = shares.take(Share::Page).await.unwrap();
        let mut pause = Box::pin(shares.pause(LONG));
        assert!(futures::poll!(&mut pause).is_pending());
        let mut waits = Box::pin(shares.take(Share::Api));
        assert!(futures::poll!(&mut waits).is_pending(), "no one begins to read meanwhile");
        drop(reads);
        let pause = pause.await.unwrap();
        assert!(futures::poll!(&mut waits).is_pending());
        drop(pause);
        assert!(waits.await.is_ok());
    }

    #[tokio::test]
    async fn who_waits_too_long_is_refused() {
        let shares = Shares::of(1, 1, |_| true, Duration::ZERO);
        let _held = shares.take(Share::Page).await.unwrap();
        let refused = crate::Error::from(shares.take(Share::Page).await.unwrap_err());
        assert!(refused.is_unavailable() && refused.retry_after().is_some());
        assert!(shares.pause(Duration::ZERO).await.is_none());
    }

    #[tokio::test]
    async fn what_is_no_request_is_the_platforms_own_work() {
        assert_eq!(Share::current(), Share::Work);
        assert_eq!(reading_as(Share::Api, async { Share::current() }).await, Share::Api);
    }
}
