//! Notifies of commits of other processes: nodes beside this one, and commands.

use std::time::Duration;

use sea_orm::{ColumnTrait, EntityTrait, QuerySelect};
use tokio_util::sync::CancellationToken;

use super::entity::outbox;
use crate::db::Db;
use crate::error::Result;

/// The interval at which SQLite's outbox is read, once for all consumers.
const LOOK: Duration = Duration::from_secs(1);
/// The pause after listening or looking failed.
const PAUSE: Duration = Duration::from_secs(2);
/// A listening connection that was silent for longer is probed.
#[cfg(feature = "postgres")]
const SILENCE: Duration = Duration::from_secs(10);

/// Notifies the subscribers of `db` whenever another process commits events: PostgreSQL tells, SQLite is asked every
/// second for its newest event.
pub async fn watch(db: Db, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            failed = watching(&db) => {
                db.set_told(false);
                // Wakes workers that rest for the longer interval.
                db.notify();
                tracing::warn!(error = failed, "events of other processes are not told, polling meanwhile");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Watches until that fails, and returns the error.
async fn watching(db: &Db) -> String {
    #[cfg(feature = "postgres")]
    if db.is_postgres() {
        return match listen(db).await {
            Ok(never) => match never {},
            Err(error) => error.to_string(),
        };
    }
    match look(db).await {
        Ok(never) => match never {},
        Err(error) => error.told(),
    }
}

async fn look(db: &Db) -> Result<std::convert::Infallible> {
    let mut seen = None;
    loop {
        let newest = outbox::Entity::find().select_only().column_as(outbox::Column::Id.max(), "newest");
        let newest: Option<Option<i64>> = newest.into_tuple().one(db).await?;
        if seen.replace(newest) != Some(newest) {
            db.notify();
        }
        db.set_told(true);
        tokio::time::sleep(LOOK).await;
    }
}

#[cfg(feature = "postgres")]
async fn listen(db: &Db) -> Result<std::convert::Infallible, sea_orm::sqlx::Error> {
    use crate::db::postgres::{is_listening, listener};

    let mut listener = listener(db.writer().get_postgres_connection_pool(), "atrium_outbox").await?;
    db.set_told(true);
    db.notify();
    loop {
        match tokio::time::timeout(SILENCE, listener.try_recv()).await {
            // `None` means a new connection: notifications may have been missed.
            Ok(received) => {
                received?;
                db.notify();
            }
            Err(_) => is_listening(&mut listener).await?,
        }
    }
}
