//! Reads the outbox in commit order.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

use super::Position;
use super::entity::outbox;
use crate::clock::Timestamp;
use crate::db;
use crate::db::Connection;
use crate::error::Result;
use crate::id::PersonId;

/// A committed event.
#[derive(Clone, Debug)]
pub struct Event {
    /// The position in the commit order.
    pub position: Position,
    /// The kind: `forum.post.created`.
    pub kind: String,
    /// The subject: `forum:34`.
    pub subject: String,
    /// The actor.
    pub actor: Option<PersonId>,
    /// The scope, as text.
    pub scope: Option<String>,
    /// The payload: ids, as the kind declares them.
    pub payload: Value,
    /// The instant.
    pub at: Timestamp,
}

impl From<outbox::Model> for Event {
    fn from(row: outbox::Model) -> Self {
        Self {
            position: Position { xid: row.xid, event: row.id },
            kind: row.kind,
            subject: row.subject,
            actor: row.actor_id.map(PersonId),
            scope: row.scope,
            payload: serde_json::from_str(&row.payload).unwrap_or(Value::Null),
            at: row.at,
        }
    }
}

/// Returns up to `limit` events after `position` in commit order. No event that becomes visible later can precede
/// them.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn read_after(conn: &impl Connection, position: Position, limit: u64) -> Result<Vec<Event>> {
    let query = settled(conn, outbox::Entity::find().filter(after(position))).await?;
    let ordered = query.order_by_asc(outbox::Column::Xid).order_by_asc(outbox::Column::Id);
    let rows = ordered.limit(limit).all(conn).await?;
    Ok(rows.into_iter().map(Event::from).collect())
}

pub(super) fn after(position: Position) -> Condition {
    Condition::any()
        .add(outbox::Column::Xid.gt(position.xid))
        .add(Condition::all().add(outbox::Column::Xid.eq(position.xid)).add(outbox::Column::Id.gt(position.event)))
}

/// Returns the instant of the first event after `position`, readable or still behind an older open transaction.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn waiting_since(conn: &impl Connection, position: Position) -> Result<Option<Timestamp>> {
    let query = outbox::Entity::find().filter(after(position));
    let first = query.order_by_asc(outbox::Column::Xid).order_by_asc(outbox::Column::Id).one(conn).await?;
    Ok(first.map(|row| row.at))
}

/// Returns the number of events after `position`, up to `limit`, readable or not.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn count_after(conn: &impl Connection, position: Position, limit: u64) -> Result<u64> {
    let ids = outbox::Entity::find().select_only().column(outbox::Column::Id).filter(after(position));
    Ok(ids.limit(limit).into_tuple::<i64>().all(conn).await?.len() as u64)
}

/// Returns the last readable position.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn head(conn: &impl Connection) -> Result<Position> {
    let query = settled(conn, outbox::Entity::find()).await?;
    let last = query.order_by_desc(outbox::Column::Xid).order_by_desc(outbox::Column::Id).one(conn).await?;
    Ok(last.map(|row| Event::from(row).position).unwrap_or_default())
}

/// Returns the event at `position`.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn at(conn: &impl Connection, position: Position) -> Result<Option<Event>> {
    let query = outbox::Entity::find_by_id(position.event).filter(outbox::Column::Xid.eq(position.xid));
    Ok(query.one(conn).await?.map(Event::from))
}

/// Returns the last committed position, which may not be readable yet: on PostgreSQL an older transaction may still
/// be open.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn newest(conn: &impl Connection) -> Result<Position> {
    let query = outbox::Entity::find().order_by_desc(outbox::Column::Xid).order_by_desc(outbox::Column::Id);
    Ok(query.one(conn).await?.map(|row| Event::from(row).position).unwrap_or_default())
}

/// Returns the first position still kept; a consumer before it has missed events.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn oldest(conn: &impl Connection) -> Result<Option<Position>> {
    let query = outbox::Entity::find().order_by_asc(outbox::Column::Xid).order_by_asc(outbox::Column::Id);
    Ok(query.one(conn).await?.map(|row| Event::from(row).position))
}

/// Restricts `query` on PostgreSQL to rows of transactions below the horizon: a younger id may commit first.
async fn settled(
    conn: &impl Connection,
    query: sea_orm::Select<outbox::Entity>,
) -> Result<sea_orm::Select<outbox::Entity>> {
    match conn.get_database_backend() {
        sea_orm::DbBackend::Postgres => Ok(query.filter(outbox::Column::Xid.lt(db::horizon(conn).await?))),
        _ => Ok(query),
    }
}
