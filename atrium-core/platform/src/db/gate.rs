//! Limits the time PostgreSQL may take, and refuses queries while it is known to be away.
//!
//! One request waits for a database that does not answer. From then on a single task probes it, and requests are
//! refused at once until a probe succeeds.

use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures::future::BoxFuture;
use sea_orm::{DbErr, RuntimeErr};
use tokio::sync::watch;
use tokio::time::timeout;

use super::error::is_lost;

/// A query that takes longer than this triggers a probe.
const SLOW: Duration = Duration::from_secs(1);
/// The interval between probes of a database that is away.
const ASK_AGAIN: Duration = Duration::from_millis(250);

/// Probes the database on a connection of its own.
pub(super) type Probe = Box<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// Refuses queries while the database is away; see the module.
pub(super) struct Gate {
    away: watch::Sender<bool>,
    asking: AtomicBool,
    probe: Probe,
    /// See [`SLOW`].
    slow: Duration,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("away", &*self.away.borrow()).finish_non_exhaustive()
    }
}

impl Gate {
    pub(super) fn new(probe: Probe) -> Arc<Self> {
        Self::suspecting_after(SLOW, probe)
    }

    fn suspecting_after(slow: Duration, probe: Probe) -> Arc<Self> {
        Arc::new(Self { away: watch::Sender::new(false), asking: AtomicBool::new(false), probe, slow })
    }

    /// Returns `true` while the database is known to be away.
    pub(super) fn is_away(&self) -> bool {
        *self.away.borrow()
    }

    /// Runs `query` for `longest` at most, unless the database is away.
    pub(super) async fn pass<T>(
        self: &Arc<Self>,
        longest: Duration,
        query: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        if self.is_away() {
            return Err(away());
        }
        let mut query = pin!(query);
        if let Ok(done) = timeout(self.slow.min(longest), &mut query).await {
            return self.seen(done);
        }
        self.suspect();
        let mut changes = self.away.subscribe();
        tokio::select! {
            done = timeout(longest.saturating_sub(self.slow), &mut query) => match done {
                Ok(done) => self.seen(done),
                Err(_) => Err(self.overran(longest)),
            },
            _ = changes.wait_for(|away| *away) => Err(away()),
        }
    }

    /// Runs `commit` for `longest` at most, away or not: its outcome matters more than the time.
    pub(super) async fn pass_commit(
        self: &Arc<Self>,
        longest: Duration,
        commit: impl Future<Output = Result<(), DbErr>>,
    ) -> Result<(), DbErr> {
        match timeout(longest, commit).await {
            Ok(done) => self.seen(done),
            Err(_) => Err(self.overran(longest)),
        }
    }

    fn seen<T>(self: &Arc<Self>, done: Result<T, DbErr>) -> Result<T, DbErr> {
        if done.as_ref().is_err_and(is_lost) {
            self.suspect();
        }
        done
    }

    fn overran(self: &Arc<Self>, longest: Duration) -> DbErr {
        let seconds = longest.as_secs_f64();
        tracing::error!(seconds, "the database did not answer a query: its connection is given up");
        metrics::counter!("atrium_database_overruns_total").increment(1);
        self.suspect();
        DbErr::Conn(RuntimeErr::Internal(format!("no answer within {seconds} s")))
    }

    /// Starts probing the database, unless a probe is under way.
    fn suspect(self: &Arc<Self>) {
        if !self.asking.swap(true, Ordering::SeqCst) {
            tokio::spawn(ask(Arc::downgrade(self)));
        }
    }
}

fn away() -> DbErr {
    DbErr::Conn(RuntimeErr::Internal("the database is away".to_owned()))
}

/// Probes until the database answers; the gate is shut meanwhile.
async fn ask(gate: Weak<Gate>) {
    while let Some(gate) = gate.upgrade() {
        match (gate.probe)().await {
            Ok(()) => {
                gate.asking.store(false, Ordering::SeqCst);
                if gate.away.send_replace(false) {
                    tracing::warn!("the database is back");
                }
                return;
            }
            Err(error) => {
                if !gate.away.send_replace(true) {
                    tracing::error!(error, "the database is away: requests are refused at once until it is back");
                }
            }
        }
        drop(gate);
        tokio::time::sleep(ASK_AGAIN).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(2);
    const LONG: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn requests_wait_once_for_a_database_that_is_away_and_are_let_through_when_it_is_back() {
        let there = Arc::new(AtomicBool::new(false));
        let asked = there.clone();
        let gate = Gate::suspecting_after(
            SHORT,
            Box::new(move || {
                let answer = if asked.load(Ordering::SeqCst) { Ok(()) } else { Err("refused".to_owned()) };
                Box::pin(async move { answer })
            }),
        );
        let never = std::future::pending::<Result<(), DbErr>>();
        assert!(gate.pass(LONG, never).await.is_err(), "waiters are told once it is known");
        assert!(gate.is_away());
        assert!(gate.pass(LONG, async { Ok(()) }).await.is_err(), "later ones are refused at once");
        there.store(true, Ordering::SeqCst);
        let mut back = gate.away.subscribe();
        back.wait_for(|away| !*away).await.unwrap();
        assert!(gate.pass(LONG, async { Ok(()) }).await.is_ok());
    }

    #[tokio::test]
    async fn a_query_that_is_never_answered_ends() {
        let gate = Gate::suspecting_after(SHORT, Box::new(|| Box::pin(async { Ok(()) })));
        let never = std::future::pending::<Result<(), DbErr>>();
        let error = gate.pass(SHORT * 2, never).await.unwrap_err();
        let error = crate::Error::from(error);
        assert!(error.is_unavailable() && error.retry_after().is_some());
        assert!(!gate.is_away(), "the database answers others");
    }
}
