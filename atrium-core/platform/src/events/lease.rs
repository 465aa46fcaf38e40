//! Leases a cluster-wide consumer to one node, and keeps its position.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::Position;
use super::entity::consumer as entity;
use crate::db::{self, Db, Leased};
use crate::error::Result;

/// The rows of consumers.
static CONSUMERS: Leased = Leased { table: "atrium_consumer", key: "name", holder: "owner", seconds: 30 };

/// One node's lease of one consumer.
pub(super) struct Lease {
    db: Db,
    consumer: &'static str,
    node: String,
    row: db::Lease,
}

impl Lease {
    pub(super) fn new(db: Db, consumer: &'static str, node: String) -> Self {
        let row = CONSUMERS.lease(db.clone(), consumer, node.clone());
        Self { db, consumer, node, row }
    }

    /// Returns the consumer's position, whichever node holds the lease; `None` before the first lease.
    pub(super) async fn position(&self) -> Result<Option<Position>> {
        let row = entity::Entity::find_by_id(self.consumer).one(&self.db).await?;
        Ok(row.map(|row| Position { xid: row.xid, event: row.event_id }))
    }

    /// Sets the first position of a consumer without a lease, unless another node did.
    pub(super) async fn begin_at(&self, position: Position) -> Result<()> {
        let start = entity::ActiveModel {
            name: ActiveValue::Set(self.consumer.to_owned()),
            xid: ActiveValue::Set(position.xid),
            event_id: ActiveValue::Set(position.event),
            owner: ActiveValue::Set(None),
            lease_until: ActiveValue::Set(None),
        };
        let once = OnConflict::column(entity::Column::Name).do_nothing().to_owned();
        let tx = self.db.begin().await?;
        entity::Entity::insert(start).on_conflict(once).exec_without_returning(&tx).await?;
        tx.commit().await
    }

    /// Takes the lease, or renews it; returns the position if this node holds it.
    pub(super) async fn take(&self) -> Result<Option<Position>> {
        let tx = self.db.begin().await?;
        // The nodes' clocks may differ by minutes.
        let now = tx.database_now().await?;
        let free = Condition::any()
            .add(entity::Column::Owner.is_null())
            .add(entity::Column::Owner.eq(self.node.as_str()))
            .add(entity::Column::LeaseUntil.lt(now));
        let taken = entity::Entity::update_many()
            .set(entity::ActiveModel {
                owner: ActiveValue::Set(Some(self.node.clone())),
                lease_until: ActiveValue::Set(Some(now.plus_seconds(CONSUMERS.seconds))),
                ..Default::default()
            })
            .filter(entity::Column::Name.eq(self.consumer))
            .filter(free)
            .exec(&tx)
            .await?;
        let row = match taken.rows_affected {
            0 => None,
            _ => entity::Entity::find_by_id(self.consumer).one(&tx).await?,
        };
        tx.commit().await?;
        Ok(row.map(|row| Position { xid: row.xid, event: row.event_id }))
    }

    /// Replaces a position that the outbox no longer has, unless another node did.
    pub(super) async fn correct(&self, from: Position, to: Position) -> Result<()> {
        let tx = self.db.begin().await?;
        let row = entity::ActiveModel {
            xid: ActiveValue::Set(to.xid),
            event_id: ActiveValue::Set(to.event),
            ..Default::default()
        };
        entity::Entity::update_many()
            .set(row)
            .filter(entity::Column::Name.eq(self.consumer))
            .filter(entity::Column::Xid.eq(from.xid))
            .filter(entity::Column::EventId.eq(from.event))
            .exec(&tx)
            .await?;
        tx.commit().await
    }

    /// Sets the consumer's position; returns `false` if this node lost the lease.
    pub(super) async fn reached(&self, position: Position) -> Result<bool> {
        let row = entity::ActiveModel {
            xid: ActiveValue::Set(position.xid),
            event_id: ActiveValue::Set(position.event),
            ..Default::default()
        };
        let tx = self.db.begin().await?;
        let changed = entity::Entity::update_many()
            .set(row)
            .filter(entity::Column::Name.eq(self.consumer))
            .filter(entity::Column::Owner.eq(self.node.as_str()))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        Ok(changed.rows_affected > 0)
    }

    /// Releases the lease, so that no other node waits for its end.
    pub(super) async fn release(&self) -> Result<()> {
        self.row.release().await
    }

    /// Does `work` while the lease is renewed; `None` if it was lost.
    pub(super) async fn hold<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.row.hold(work).await
    }
}
