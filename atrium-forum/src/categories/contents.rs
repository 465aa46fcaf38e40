//! The effects of a category on its topics: their readers and their school.

use atrium_core::Result;
use atrium_core::db::{Connection, Tx, count_rows};
use atrium_core::directory::EstablishmentId;
use sea_orm::sea_query::{Expr, Func, Query, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Held;
use crate::ids::{CategoryId, TopicId};
use crate::posts;
use crate::state::{Readers, State};
use crate::topics::{Column, Entity};

/// Counts the topics of `category` by sort; `school` is where they would live.
pub(crate) async fn held(
    conn: &impl Connection,
    category: CategoryId,
    school: Option<EstablishmentId>,
) -> Result<Held> {
    let of = || Entity::find().filter(Column::CategoryId.eq(category)).filter(Column::State.ne(State::Deleted));
    let sorts =
        of().select_only().columns([Column::Readers, Column::OwnReaders]).column_as(Column::Id.count(), "count");
    let sorts = sorts.group_by(Column::Readers).group_by(Column::OwnReaders);
    let sorts: Vec<(Readers, Readers, i64)> = sorts.into_tuple().all(conn).await?;
    let mut held = Held::default();
    for (readers, own, count) in sorts {
        held.topics += count;
        match (readers, own) {
            (Readers::Open, _) => held.open += count,
            (Readers::Confidential, Readers::Open) => held.swept += count,
            (Readers::Confidential, Readers::Confidential) => {}
        }
    }
    let elsewhere = count_rows(conn, of().filter(lives_elsewhere(school))).await?;
    held.elsewhere = i64::try_from(elsewhere).unwrap_or(i64::MAX);
    Ok(held)
}

/// Returns the condition on topics that do not live where a category of `school` puts them: there, or where they
/// were asked from.
fn lives_elsewhere(school: Option<EstablishmentId>) -> SimpleExpr {
    let there = match school {
        Some(school) => Expr::val(school),
        None => asked_from(),
    };
    // A number that no school has stands for NULL, whose comparison is neither true nor false.
    let or_none = |school: SimpleExpr| SimpleExpr::from(Func::coalesce([school, Expr::val(0)]));
    or_none(Expr::col((Entity, Column::EstablishmentId))).ne(or_none(there))
}

/// Returns the school from which a topic was asked: its question keeps it.
fn asked_from() -> SimpleExpr {
    let question = Query::select()
        .expr(Expr::col((posts::Entity, posts::Column::EstablishmentId)))
        .from(posts::Entity)
        .and_where(Expr::col((posts::Entity, posts::Column::TopicId)).equals((Entity, Column::Id)))
        .and_where(Expr::col((posts::Entity, posts::Column::Number)).eq(1))
        .to_owned();
    SimpleExpr::SubQuery(None, Box::new(question.into()))
}

/// Locks the topics of this category until the transaction ends. Called before the category itself is locked: a
/// writer in a topic locks the topic before its category.
pub(crate) async fn lock_in(tx: &Tx, category: CategoryId) -> Result<()> {
    let of = Entity::find().select_only().column(Column::Id).filter(Column::CategoryId.eq(category));
    let _: Vec<TopicId> = of.order_by_asc(Column::Id).lock_exclusive().into_tuple().all(tx).await?;
    Ok(())
}

/// Gives the topics of a category the readers that it gives them: all confidential, or each as it asks itself.
pub(crate) async fn follow_readers(tx: &Tx, category: CategoryId, confidential: bool) -> Result<()> {
    let (readers, differ) = if confidential {
        (Expr::val(Readers::Confidential), Column::Readers.ne(Readers::Confidential))
    } else {
        (Expr::col(Column::OwnReaders), Expr::col(Column::Readers).ne(Expr::col(Column::OwnReaders)))
    };
    Entity::update_many()
        .col_expr(Column::Readers, readers)
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::CategoryId.eq(category))
        .filter(differ)
        .exec(tx)
        .await?;
    Ok(())
}

/// Moves the topics of a category to its school; to where they were asked from if it has no school.
pub(crate) async fn follow_school(tx: &Tx, category: CategoryId, school: Option<EstablishmentId>) -> Result<()> {
    let there = match school {
        Some(school) => Expr::val(school),
        None => asked_from(),
    };
    Entity::update_many()
        .col_expr(Column::EstablishmentId, there)
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::CategoryId.eq(category))
        .filter(lives_elsewhere(school))
        .exec(tx)
        .await?;
    Ok(())
}
