//! How many rows there are.

use sea_orm::sea_query::{Asterisk, Expr, ExprTrait};
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect, Select};

use crate::error::Result;

/// How many rows `query` finds, counted where they are. sea-orm's own `count` has the database read every column first.
///
/// The query has no limit, and is not distinct.
///
/// # Errors
/// The database failed.
pub async fn count_rows<E: EntityTrait>(conn: &impl ConnectionTrait, query: Select<E>) -> Result<u64> {
    let count = query.select_only().expr_as(Expr::col(Asterisk).count(), "counted");
    let counted: Option<i64> = count.into_tuple().one(conn).await?;
    Ok(counted.unwrap_or_default().unsigned_abs())
}
