//! Compares SQLite's own count of transactions with the driver's, on the connection that writes, and has the
//! connection reopened when they differ.
//!
//! The driver counts transactions by itself. SQLite may end one on its own (a full disk, a read error); from then
//! on the two disagree, and later transactions would be savepoints of one that is never committed.

#[cfg(feature = "sqlite")]
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

#[cfg(feature = "sqlite")]
use sea_orm::ConnectOptions;
use sea_orm::DbErr;

#[cfg(feature = "sqlite")]
const LEFT: &str = "the writing connection was left inside a transaction: it is opened anew";

/// What SQLite's hooks have reported of the writing connection so far.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    commits: AtomicU64,
    rollbacks: AtomicU64,
    condemned: AtomicBool,
}

/// The state of the ledger when a transaction began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    commits: u64,
    rollbacks: u64,
}

impl Ledger {
    pub(super) fn entry(&self) -> Entry {
        Entry { commits: self.commits.load(Ordering::SeqCst), rollbacks: self.rollbacks.load(Ordering::SeqCst) }
    }

    /// Returns `true` if SQLite rolled a transaction back since `entry`.
    pub(super) fn rolled_back_since(&self, entry: Entry) -> bool {
        self.rollbacks.load(Ordering::SeqCst) != entry.rollbacks
    }

    /// Returns `true` if SQLite committed a transaction since `entry`.
    pub(super) fn committed_since(&self, entry: Entry) -> bool {
        self.commits.load(Ordering::SeqCst) != entry.commits
    }

    /// Marks the connection to be closed when it returns to the pool.
    pub(super) fn condemn(&self) {
        self.condemned.store(true, Ordering::SeqCst);
    }

    /// Returns `true` once after the connection was condemned.
    #[cfg(feature = "sqlite")]
    fn take_condemned(&self) -> bool {
        self.condemned.swap(false, Ordering::SeqCst)
    }
}

/// Returns `true` if `error` is one after which SQLite may have ended the transaction, or the file cannot be trusted: out
/// of memory, read-only, input or output, corrupt, full, cannot open, not a database.
pub(super) fn breaks_the_connection(error: &DbErr) -> bool {
    let code = super::health::code_of(error).and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 7 | 8 | 10 | 11 | 13 | 14 | 26))
}

/// Makes the pool of `options` keep `ledger`, and hand out no connection whose transactions SQLite and the driver
/// count differently.
#[cfg(feature = "sqlite")]
pub(super) fn keep(options: &mut ConnectOptions, ledger: Arc<Ledger>) {
    options.map_sqlx_sqlite_pool_opts(move |pool| {
        let (opened, released, asked) = (ledger.clone(), ledger.clone(), ledger.clone());
        pool.after_connect(move |connection, _| {
            let (committing, rolling) = (opened.clone(), opened.clone());
            Box::pin(async move {
                let mut handle = connection.lock_handle().await?;
                handle.set_commit_hook(move || {
                    committing.commits.fetch_add(1, Ordering::SeqCst);
                    true
                });
                handle.set_rollback_hook(move || {
                    rolling.rollbacks.fetch_add(1, Ordering::SeqCst);
                });
                Ok(())
            })
        })
        .after_release(move |connection, _| {
            let ledger = released.clone();
            Box::pin(async move {
                let sound = is_sound(connection).await;
                let condemned = ledger.take_condemned();
                // The write that failed has logged why it was condemned.
                if !sound && !condemned && super::faults::is_news(LEFT) {
                    tracing::error!("{LEFT}");
                }
                Ok(!condemned && sound)
            })
        })
        // A failed commit becomes known only after its connection has returned.
        .before_acquire(move |_, _| {
            let keeps = !asked.take_condemned();
            Box::pin(async move { Ok(keeps) })
        })
    });
}

/// Returns `true` if neither the driver nor SQLite has a transaction open.
#[cfg(feature = "sqlite")]
async fn is_sound(connection: &mut sea_orm::sqlx::SqliteConnection) -> bool {
    use sea_orm::sqlx::{Connection, Error, Executor};

    // A dropped transaction only asks the worker thread to roll back. The worker answers in order: after one answer, the
    // depth read below includes that rollback.
    if connection.ping().await.is_err() || connection.is_in_transaction() {
        return false;
    }
    // Reads `sqlite3_get_autocommit` safely: the rollback fails if no transaction is open.
    match connection.execute("ROLLBACK").await {
        Err(Error::Database(refusal)) => refusal.code().is_some_and(|code| code == "1"),
        _ => false,
    }
}
