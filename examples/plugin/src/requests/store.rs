//! Queries of the requests.

use atrium_core::directory::EstablishmentId;
use atrium_core::{Error, Result};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Column, Entity, Model, RequestId, State};

/// Most requests shown at once; a school writes a few a year.
const PAGE: u64 = 200;

/// The request with this number.
///
/// # Errors
/// Not found, or the database failed.
pub async fn request(conn: &impl ConnectionTrait, id: RequestId) -> Result<Model> {
    let found = Entity::find_by_id(id).one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("request {id}")))
}

/// The requests of one school, or of all, the newest first.
///
/// # Errors
/// The database failed.
pub async fn list(conn: &impl ConnectionTrait, school: Option<EstablishmentId>) -> Result<Vec<Model>> {
    let mut query = Entity::find().order_by_desc(Column::Id).limit(PAGE);
    if let Some(school) = school {
        query = query.filter(Column::EstablishmentId.eq(school));
    }
    Ok(query.all(conn).await?)
}

/// How many tablets the Region has delivered.
///
/// # Errors
/// The database failed.
pub async fn delivered(conn: &impl ConnectionTrait) -> Result<i64> {
    let granted = Entity::find().select_only().column(Column::Granted).filter(Column::State.eq(State::Granted));
    let granted: Vec<i64> = granted.into_tuple().all(conn).await?;
    Ok(granted.iter().sum())
}

/// Numbers of requests after `after`, in order.
pub(crate) async fn ids_after(conn: &impl ConnectionTrait, after: RequestId, limit: u64) -> Result<Vec<RequestId>> {
    let query = Entity::find().select_only().column(Column::Id).filter(Column::Id.gt(after));
    Ok(query.order_by_asc(Column::Id).limit(limit).into_tuple().all(conn).await?)
}
