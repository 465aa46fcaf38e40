//! Queries of the requests.
//!
//! What two people may do at the same moment is decided by the statement that writes, never by a query before it: its
//! condition is read again once the row is free, on either database.

use atrium_core::access::{ItemColumns, Visibility};
use atrium_core::clock::Timestamp;
use atrium_core::db::{Connection, Tx};
use atrium_core::directory::EstablishmentId;
use atrium_core::sea_orm::sea_query::Expr;
use atrium_core::sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};
use atrium_core::{Error, Result};

use super::{ActiveModel, Column, Decision, Entity, Model, RequestId, State, region};

/// Returns the request with this number.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub async fn request(conn: &impl Connection, id: RequestId) -> Result<Model> {
    let found = Entity::find_by_id(id).one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("request {id}")))
}

/// Returns the requests with these numbers, in no order; unknown numbers are left out.
pub(crate) async fn some(conn: &impl Connection, ids: &[RequestId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(conn).await?)
}

/// Returns the requests of one school, or of all, the newest first, from before `before`.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn list(
    conn: &impl Connection,
    school: Option<EstablishmentId>,
    before: Option<RequestId>,
    limit: u64,
) -> Result<Vec<Model>> {
    let mut query = Entity::find().order_by_desc(Column::Id).limit(limit);
    if let Some(school) = school {
        query = query.filter(Column::EstablishmentId.eq(school));
    }
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    Ok(query.all(conn).await?)
}

/// Writes a request; a conflict when its school has one waiting.
pub(super) async fn insert(tx: &Tx, row: ActiveModel) -> Result<RequestId> {
    Ok(Entity::insert(row).exec(tx).await?.last_insert_id)
}

/// Writes the decision on a request that waits; `false` when it does not wait any more.
pub(super) async fn decide(tx: &Tx, id: RequestId, decision: Decision, at: Timestamp) -> Result<bool> {
    let row = ActiveModel {
        state: Set(State::once_granted(decision.granted)),
        granted: Set(decision.granted),
        answer: Set(decision.answer),
        decided_at: Set(Some(at)),
        ..Default::default()
    };
    let waiting = Entity::update_many().set(row).filter(Column::Id.eq(id)).filter(Column::State.eq(State::Pending));
    Ok(waiting.exec(tx).await?.rows_affected > 0)
}

/// Counts `tablets` as delivered; `false` when the Region would deliver more than `stock` in all.
pub(super) async fn deliver(tx: &Tx, tablets: i64, stock: i64) -> Result<bool> {
    let left = Expr::col(region::Column::Delivered).lte(stock - tablets);
    let delivered = Expr::col(region::Column::Delivered).add(tablets);
    let update = region::Entity::update_many().col_expr(region::Column::Delivered, delivered).filter(left);
    Ok(update.exec(tx).await?.rows_affected > 0)
}

/// Returns the number of tablets that the Region has delivered.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn delivered(conn: &impl Connection) -> Result<i64> {
    let row = region::Entity::find().one(conn).await?;
    row.map(|row| row.delivered).ok_or_else(|| Error::bug("the region's row is missing"))
}

/// Numbers of requests after `after`, in order.
pub(crate) async fn ids_after(conn: &impl Connection, after: RequestId, limit: u64) -> Result<Vec<RequestId>> {
    let query = Entity::find().select_only().column(Column::Id).filter(Column::Id.gt(after));
    Ok(query.order_by_asc(Column::Id).limit(limit).into_tuple().all(conn).await?)
}

/// Returns which of `ids` are visible: one query, whatever their number. A request lives in its school.
pub(crate) async fn visible_among(
    conn: &impl Connection,
    ids: &[RequestId],
    visibility: &Visibility,
) -> Result<Vec<RequestId>> {
    let columns = ItemColumns::new().scope(Column::EstablishmentId, Expr::value(Option::<i64>::None));
    let query = Entity::find().select_only().column(Column::Id).filter(Column::Id.is_in(ids.iter().copied()));
    Ok(query.filter(visibility.condition(&columns)).into_tuple().all(conn).await?)
}
