//! Queries of what was read.

use std::collections::HashMap;

use atrium_core::Result;
use atrium_core::db::{Connection, Tx};
use atrium_core::directory::PersonId;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect, Statement};

use super::{ActiveModel, Column, Entity};
use crate::ids::TopicId;

/// Notes that `person` has read `topic` as far as `number`; never less far than before.
pub(crate) async fn mark(tx: &Tx, person: PersonId, topic: TopicId, number: i64) -> Result<()> {
    let row = ActiveModel { person_id: Set(person), topic_id: Set(topic), number: Set(number), read_at: Set(tx.now()) };
    let mut further = OnConflict::columns([Column::PersonId, Column::TopicId]);
    further.update_columns([Column::Number, Column::ReadAt]);
    further.action_and_where(Expr::col((Entity, Column::Number)).lt(number));
    Entity::insert(row).on_conflict(further).exec_without_returning(tx).await?;
    Ok(())
}

/// Returns how far `person` has read those of these topics that they have opened.
pub(crate) async fn numbers(
    conn: &impl Connection,
    person: PersonId,
    topics: &[TopicId],
) -> Result<HashMap<TopicId, i64>> {
    if topics.is_empty() {
        return Ok(HashMap::new());
    }
    let read = Entity::find().select_only().columns([Column::TopicId, Column::Number]);
    let read = read.filter(Column::PersonId.eq(person)).filter(Column::TopicId.is_in(topics.iter().copied()));
    let read: Vec<(TopicId, i64)> = read.into_tuple().all(conn).await?;
    Ok(read.into_iter().collect())
}

/// Returns how far `person` has read `topic`; `None` if they have not opened it.
pub(crate) async fn number(conn: &impl Connection, person: PersonId, topic: TopicId) -> Result<Option<i64>> {
    // Asked for each page of a topic: as a text, which need not be built.
    let sql = "SELECT number FROM atrium_forum_read WHERE person_id = $1 AND topic_id = $2";
    let values = [person.0.into(), topic.0.into()];
    let query = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(conn.query_one_raw(query).await?.map(|row| row.try_get("", "number")).transpose()?)
}

/// Takes the readers of `topic` who were past the post `number` back to before it, but for its `author`: it waited for a
/// moderator and shows now, among posts that were read meanwhile.
pub(crate) async fn make_unread(tx: &Tx, topic: TopicId, number: i64, author: PersonId) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Number, Expr::value(number - 1))
        .filter(Column::TopicId.eq(topic))
        .filter(Column::Number.gte(number))
        .filter(Column::PersonId.ne(author))
        .exec(tx)
        .await?;
    Ok(())
}
