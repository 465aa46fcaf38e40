//! Queries of categories.

use atrium_core::db::{Connection, Tx};
use atrium_core::{Error, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{ActiveModel, Column, Entity};
use super::{Category, CategoryId, Share};

/// Returns every category in order: a forum has some dozens.
pub(crate) async fn all(conn: &impl Connection) -> Result<Vec<Category>> {
    let rows = Entity::find().order_by_asc(Column::Position).order_by_asc(Column::Id).into_model().all(conn).await?;
    rows.into_iter().map(Category::of).collect()
}

/// Returns the category with this word in its address.
pub(crate) async fn by_slug(conn: &impl Connection, slug: &str) -> Result<Option<Category>> {
    Entity::find().filter(Column::Slug.eq(slug)).into_model().one(conn).await?.map(Category::of).transpose()
}

/// Returns the category with this number.
pub(crate) async fn find(conn: &impl Connection, id: CategoryId) -> Result<Category> {
    let found = Entity::find_by_id(id).into_model().one(conn).await?;
    Category::of(found.ok_or_else(|| Error::not_found(format!("category {id}")))?)
}

/// Returns the category with this number, locked until the transaction ends.
pub(crate) async fn lock(tx: &Tx, id: CategoryId) -> Result<Category> {
    let found = Entity::find_by_id(id).lock_exclusive().into_model().one(tx).await?;
    Category::of(found.ok_or_else(|| Error::not_found(format!("category {id}")))?)
}

/// Adds a category.
pub(crate) async fn insert(conn: &impl Connection, row: ActiveModel) -> Result<CategoryId> {
    Ok(Entity::insert(row).exec(conn).await?.last_insert_id)
}

/// Changes a category if it is still at `version`; returns `false` otherwise.
pub(crate) async fn update(conn: &impl Connection, id: CategoryId, version: i64, row: ActiveModel) -> Result<bool> {
    let changed = Entity::update_many()
        .set(row)
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(version))
        .exec(conn)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Adds a topic's share to the numbers of its category.
pub(crate) async fn add(conn: &impl Connection, id: CategoryId, share: Share) -> Result<()> {
    if share == Share::default() {
        return Ok(());
    }
    let more = |column: Column, by: i64| (column, Expr::col(column).add(by));
    let mut update = Entity::update_many().filter(Column::Id.eq(id));
    for (column, value) in [
        more(Column::TopicsPublic, share.topics_public),
        more(Column::TopicsStaff, share.topics_staff),
        more(Column::PostsPublic, share.posts_public),
        more(Column::PostsStaff, share.posts_staff),
    ] {
        update = update.col_expr(column, value);
    }
    let changed = update.exec(conn).await?;
    match changed.rows_affected {
        1 => Ok(()),
        _ => Err(Error::bug(format!("no category {id} to count in"))),
    }
}

/// Returns the position after the last.
pub(crate) async fn next_position(conn: &impl Connection) -> Result<i64> {
    let last: Option<Option<i64>> =
        Entity::find().select_only().column_as(Column::Position.max(), "last").into_tuple().one(conn).await?;
    Ok(last.flatten().unwrap_or_default() + 10)
}
