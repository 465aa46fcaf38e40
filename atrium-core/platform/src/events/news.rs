//! The newest event as a request reads it: while it is the same, so is everything that actions change.

use sea_orm::{ColumnTrait, DbBackend, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Statement};

use super::Position;
use super::entity::outbox;
use super::read::after;
use crate::db::Connection;
use crate::error::{Error, Result};

const XID: &str = "(SELECT xid FROM atrium_outbox ORDER BY xid DESC, id DESC LIMIT 1)";
const EVENT: &str = "(SELECT id FROM atrium_outbox ORDER BY xid DESC, id DESC LIMIT 1)";

/// Returns the expressions that a query selects to learn of the newest event, each with its column name.
pub(crate) fn newest_columns(backend: DbBackend) -> [(&'static str, &'static str); 3] {
    // SQLite has one writer. On PostgreSQL every transaction below this number has ended. It is the cluster's, unlike
    // `db::horizon`, whose proof needs a query of its own before the one that reads rows.
    let settled = match backend {
        DbBackend::Postgres => "pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
        _ => "9223372036854775807",
    };
    [(XID, "newest_xid"), (EVENT, "newest_event"), (settled, "settled_below")]
}

/// Returns the position in these columns; `None` while a transaction that began before it may still commit.
pub(crate) fn settled(xid: Option<i64>, event: Option<i64>, below: i64) -> Option<Position> {
    let position = Position { xid: xid.unwrap_or_default(), event: event.unwrap_or_default() };
    (position.xid < below).then_some(position)
}

/// Returns the position of the newest event, in one query; `None` while a transaction that began before it may
/// still commit.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn newest_settled(conn: &impl Connection) -> Result<Option<Position>> {
    let backend = conn.get_database_backend();
    let columns = newest_columns(backend).map(|(expression, name)| format!("{expression} AS {name}")).join(", ");
    let row = conn.query_one_raw(Statement::from_string(backend, format!("SELECT {columns}"))).await?;
    let row = row.ok_or_else(|| Error::bug("a question without an answer"))?;
    Ok(settled(row.try_get("", "newest_xid")?, row.try_get("", "newest_event")?, row.try_get("", "settled_below")?))
}

/// Returns the positions and kinds of the first `limit` events after `from` up to `to`.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn kinds_between(
    conn: &impl Connection,
    from: Position,
    to: Position,
    limit: u64,
) -> Result<Vec<(Position, String)>> {
    let columns = [outbox::Column::Xid, outbox::Column::Id, outbox::Column::Kind];
    let upto = outbox::Column::Xid.lt(to.xid).or(outbox::Column::Xid.eq(to.xid).and(outbox::Column::Id.lte(to.event)));
    let query = outbox::Entity::find().select_only().columns(columns).filter(after(from)).filter(upto);
    let query = query.order_by_asc(outbox::Column::Xid).order_by_asc(outbox::Column::Id).limit(limit);
    let rows: Vec<(i64, i64, String)> = query.into_tuple().all(conn).await?;
    Ok(rows.into_iter().map(|(xid, event, kind)| (Position { xid, event }, kind)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_told_once_no_older_transaction_may_commit() {
        assert_eq!(settled(Some(7), Some(3), 8), Some(Position { xid: 7, event: 3 }));
        assert_eq!(settled(Some(7), Some(3), 7), None, "it may have a twin that commits later");
        assert_eq!(settled(None, None, 1), Some(Position::default()));
    }
}
