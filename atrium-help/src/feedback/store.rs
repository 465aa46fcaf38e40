//! Queries on opinions.

use atrium_core::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Column, Entity, FeedbackId, Model};
use crate::articles::ArticleId;

/// The newest opinions first, from before `before`.
///
/// # Errors
/// The database failed.
pub async fn list(conn: &impl ConnectionTrait, before: Option<FeedbackId>, limit: u64) -> Result<Vec<Model>> {
    let mut query = Entity::find();
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    Ok(query.order_by_desc(Column::Id).limit(limit).all(conn).await?)
}

/// The articles that most readers found useful, the best first.
///
/// # Errors
/// The database failed.
pub async fn most_useful(conn: &impl ConnectionTrait, limit: u64) -> Result<Vec<ArticleId>> {
    let query = Entity::find()
        .select_only()
        .column(Column::ArticleId)
        .filter(Column::Useful.eq(true))
        .group_by(Column::ArticleId)
        .order_by_desc(Column::Id.count())
        .order_by_asc(Column::ArticleId);
    Ok(query.limit(limit).into_tuple().all(conn).await?)
}

/// How many found the article useful, and how many did not.
///
/// # Errors
/// The database failed.
pub async fn count(conn: &impl ConnectionTrait, article: ArticleId) -> Result<(u64, u64)> {
    let of = |useful: bool| Entity::find().filter(Column::ArticleId.eq(article)).filter(Column::Useful.eq(useful));
    Ok((of(true).count(conn).await?, of(false).count(conn).await?))
}
