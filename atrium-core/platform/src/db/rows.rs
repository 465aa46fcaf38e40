//! Counts rows.

use sea_orm::sea_query::{Asterisk, Expr, ExprTrait};
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect, Select};

use crate::error::Result;

/// Returns the number of rows that `query` finds, counted by the database. sea-orm's own `count` makes the database
/// read every column first.
///
/// `query` must have no limit and not be distinct.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn count_rows<E: EntityTrait>(conn: &impl ConnectionTrait, query: Select<E>) -> Result<u64> {
    let count = query.select_only().expr_as(Expr::col(Asterisk).count(), "counted");
    let counted: Option<i64> = count.into_tuple().one(conn).await?;
    Ok(counted.unwrap_or_default().unsigned_abs())
}
