//! Queries of the record.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Column, Entity, Model};
use crate::error::Result;

/// The newest acts first, from before `before`; those on `subject` only, when given.
///
/// # Errors
/// The database failed.
pub async fn list(
    conn: &impl ConnectionTrait,
    subject: Option<&str>,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Model>> {
    let mut query = Entity::find();
    if let Some(subject) = subject {
        query = query.filter(Column::Subject.eq(subject));
    }
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    Ok(query.order_by_desc(Column::Id).limit(limit).all(conn).await?)
}
