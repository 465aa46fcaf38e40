//! Queries of flags.

use atrium_core::Result;
use atrium_core::db::Connection;
use atrium_core::directory::PersonId;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, TryInsertResult};

use super::{ActiveModel, Column, Entity, FlagState, Model};
use crate::ids::PostId;

/// Adds a flag; returns `false` if this person has flagged this revision before.
pub(crate) async fn insert(conn: &impl Connection, row: ActiveModel) -> Result<bool> {
    let once = OnConflict::columns([Column::PostId, Column::PersonId, Column::Revision]).do_nothing().to_owned();
    let inserted = Entity::insert(row).on_conflict(once).try_insert().exec_without_returning(conn).await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(count) if count > 0))
}

/// Returns the number of different people with an open flag on this post, whatever its revision: a small edit after
/// each flag does not keep a post up.
pub(crate) async fn count_people(conn: &impl Connection, post: PostId) -> Result<u64> {
    let open = Entity::find().filter(Column::PostId.eq(post)).filter(Column::State.eq(FlagState::Open));
    let people = Expr::col(Column::PersonId).count_distinct();
    let counted: Option<i64> = open.select_only().column_as(people, "people").into_tuple().one(conn).await?;
    Ok(counted.unwrap_or_default().unsigned_abs())
}

/// Returns `true` if this person has flagged this revision of a post.
pub(crate) async fn has_flagged(conn: &impl Connection, post: PostId, person: PersonId, revision: i64) -> Result<bool> {
    let own = Entity::find().filter(Column::PostId.eq(post)).filter(Column::PersonId.eq(person));
    let one: Option<i64> =
        own.filter(Column::Revision.eq(revision)).select_only().column(Column::Id).into_tuple().one(conn).await?;
    Ok(one.is_some())
}

/// Decides the open flags of a post.
pub(crate) async fn decide(conn: &impl Connection, post: PostId, state: FlagState) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .filter(Column::PostId.eq(post))
        .filter(Column::State.eq(FlagState::Open))
        .exec(conn)
        .await?;
    Ok(())
}

/// Returns the flags of these posts, the oldest first.
pub(crate) async fn of_posts(conn: &impl Connection, posts: &[PostId]) -> Result<Vec<Model>> {
    match posts {
        [] => Ok(Vec::new()),
        posts => {
            let of = Entity::find().filter(Column::PostId.is_in(posts.iter().copied()));
            Ok(of.order_by_asc(Column::Id).all(conn).await?)
        }
    }
}
