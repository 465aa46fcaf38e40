//! What a node keeps of some rows in memory, replaced as a whole after every change.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;

use crate::db::Db;
use crate::error::Result;

/// Rows as they are at one position of the outbox.
pub(crate) trait Load: Sized + Send + Sync {
    /// Loads them. The position is read first: a later commit is offered again, which is harmless.
    fn load(db: &Db) -> impl Future<Output = Result<Self>> + Send;
}

/// Rows in memory, for readers that make no query.
#[derive(Debug)]
pub(crate) struct Snapshot<T> {
    db: Db,
    rows: RwLock<Arc<T>>,
    // Invariant: held from reading to replacing, so that an older read never replaces a newer one.
    reloading: Mutex<()>,
}

impl<T: Load> Snapshot<T> {
    /// Loads the rows.
    pub(crate) async fn open(db: &Db) -> Result<Self> {
        Ok(Self::of(db, T::load(db).await?))
    }

    /// Begins with `rows`, until the first reload.
    pub(crate) fn of(db: &Db, rows: T) -> Self {
        Self { db: db.clone(), rows: RwLock::new(Arc::new(rows)), reloading: Mutex::new(()) }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// Returns the rows.
    pub(crate) fn get(&self) -> Arc<T> {
        self.rows.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Loads the rows again; the previous ones stay in place if that fails.
    pub(crate) async fn reload(&self) -> Result<()> {
        let _alone = self.reloading.lock().await;
        let fresh = Arc::new(T::load(&self.db).await?);
        *self.rows.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}
