//! The tasks that carry events to consumers.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, Condition, EntityTrait, QueryFilter};
use tokio_util::sync::CancellationToken;

use super::entity::consumer as entity;
use super::{Consumer, Delivery, Position, head, read_after};
use crate::db::Db;
use crate::error::Result;

/// Events offered at once.
const BATCH: u64 = 500;
/// How long a node keeps a cluster-wide consumer without renewing.
const LEASE_SECONDS: i64 = 30;
/// How often the outbox is looked at though no bell rang.
const POLL: Duration = Duration::from_secs(1);
/// The pause after a consumer failed.
const PAUSE: Duration = Duration::from_secs(2);

/// Carries events to one consumer until it is told to stop.
pub struct Worker {
    db: Db,
    consumer: Arc<dyn Consumer>,
    node: String,
    stop: CancellationToken,
}

impl Worker {
    /// A worker for `consumer` on the node named `node`.
    #[must_use]
    pub fn new(db: Db, consumer: Arc<dyn Consumer>, node: String, stop: CancellationToken) -> Self {
        Self { db, consumer, node, stop }
    }

    /// Runs until stopped; failures are logged and retried.
    pub async fn run(self) {
        let name = self.consumer.name();
        let mut bell = self.db.bell();
        let mut position = None;
        while !self.stop.is_cancelled() {
            bell.mark_unchanged();
            let moved = tokio::select! {
                () = self.stop.cancelled() => break,
                moved = self.step(&mut position) => moved,
            };
            let wait = match moved {
                Ok(true) => continue,
                Ok(false) => POLL,
                Err(error) => {
                    // The position stays: the batch is offered again.
                    tracing::error!(consumer = name, error = error.told(), "events could not be consumed");
                    PAUSE
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => break,
                _ = bell.changed() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        if self.consumer.delivery() == Delivery::PerCluster
            && let Err(error) = self.release().await
        {
            tracing::warn!(consumer = name, %error, "the lease could not be given back");
        }
    }

    /// Offers everything there is, once: for tests and commands that want effects before they go on.
    ///
    /// # Errors
    /// The consumer or the database failed.
    pub async fn catch_up(&self) -> Result<()> {
        let mut position = None;
        while self.step(&mut position).await? {}
        Ok(())
    }

    /// Offers one batch. `Ok(false)`: nothing to do for this node now.
    async fn step(&self, position: &mut Option<Position>) -> Result<bool> {
        let from = match self.consumer.delivery() {
            Delivery::PerNode => match *position {
                Some(position) => position,
                None => match self.consumer.position(&self.db).await? {
                    Some(kept) => kept,
                    None => head(&self.db).await?,
                },
            },
            // Looking costs nothing; a lease is a write.
            Delivery::PerCluster if !self.waits().await? => return Ok(false),
            Delivery::PerCluster => match self.lease().await? {
                Some(position) => position,
                None => return Ok(false),
            },
        };
        *position = Some(from);
        let events = read_after(&self.db, from, BATCH).await?;
        let Some(last) = events.last().map(|event| event.position) else { return Ok(false) };
        self.consumer.consume(&self.db, &events).await?;
        *position = Some(last);
        if self.consumer.delivery() == Delivery::PerCluster {
            self.reached(last).await?;
        }
        Ok(true)
    }

    /// Does anything wait for this consumer, whichever node carries it?
    async fn waits(&self) -> Result<bool> {
        let row = entity::Entity::find_by_id(self.consumer.name()).one(&self.db).await?;
        let reached = row.map_or_else(Position::default, |row| Position { xid: row.xid, event: row.event_id });
        Ok(!read_after(&self.db, reached, 1).await?.is_empty())
    }

    /// Takes or renews the lease; the position when it is ours.
    async fn lease(&self) -> Result<Option<Position>> {
        let tx = self.db.begin().await?;
        let now = tx.now();
        let start = entity::ActiveModel {
            name: ActiveValue::Set(self.consumer.name().to_owned()),
            xid: ActiveValue::Set(0),
            event_id: ActiveValue::Set(0),
            owner: ActiveValue::Set(None),
            lease_until: ActiveValue::Set(None),
        };
        let once = OnConflict::column(entity::Column::Name).do_nothing().to_owned();
        entity::Entity::insert(start).on_conflict(once).exec_without_returning(&tx).await?;
        let free = Condition::any()
            .add(entity::Column::Owner.is_null())
            .add(entity::Column::Owner.eq(self.node.as_str()))
            .add(entity::Column::LeaseUntil.lt(now));
        let taken = entity::Entity::update_many()
            .set(entity::ActiveModel {
                owner: ActiveValue::Set(Some(self.node.clone())),
                lease_until: ActiveValue::Set(Some(now.plus_seconds(LEASE_SECONDS))),
                ..Default::default()
            })
            .filter(entity::Column::Name.eq(self.consumer.name()))
            .filter(free)
            .exec(&tx)
            .await?;
        let position = match taken.rows_affected {
            0 => None,
            _ => entity::Entity::find_by_id(self.consumer.name())
                .one(&tx)
                .await?
                .map(|row| Position { xid: row.xid, event: row.event_id }),
        };
        tx.commit().await?;
        Ok(position)
    }

    async fn reached(&self, position: Position) -> Result<()> {
        let row = entity::ActiveModel {
            xid: ActiveValue::Set(position.xid),
            event_id: ActiveValue::Set(position.event),
            ..Default::default()
        };
        self.update_own(row).await
    }

    async fn release(&self) -> Result<()> {
        self.update_own(entity::ActiveModel { owner: ActiveValue::Set(None), ..Default::default() }).await
    }

    async fn update_own(&self, row: entity::ActiveModel) -> Result<()> {
        let tx = self.db.begin().await?;
        entity::Entity::update_many()
            .set(row)
            .filter(entity::Column::Name.eq(self.consumer.name()))
            .filter(entity::Column::Owner.eq(self.node.as_str()))
            .exec(&tx)
            .await?;
        tx.commit().await
    }
}

/// Rings the bell of `db` whenever another node commits events on PostgreSQL; returns at once on SQLite.
pub async fn listen_postgres(db: Db, stop: CancellationToken) {
    #[cfg(feature = "postgres")]
    if db.is_postgres() {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                result = listen(&db) => {
                    if let Err(error) = result {
                        tracing::warn!(%error, "listening for events failed, polling meanwhile");
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
    #[cfg(not(feature = "postgres"))]
    drop((db, stop));
}

#[cfg(feature = "postgres")]
async fn listen(db: &Db) -> Result<(), sea_orm::sqlx::Error> {
    use sea_orm::sqlx::postgres::PgListener;

    let mut listener = PgListener::connect_with(db.writer().get_postgres_connection_pool()).await?;
    listener.listen("atrium_outbox").await?;
    db.ring();
    loop {
        listener.recv().await?;
        db.ring();
    }
}
