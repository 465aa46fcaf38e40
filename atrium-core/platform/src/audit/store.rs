//! Queries of the audit record.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Entry;
use super::entity::{Column, Entity};
use crate::clock::Timestamp;
use crate::db::{Connection, into_rows};
use crate::error::Result;
use crate::id::PersonId;

/// Returns the records, newest first, starting before `before`; only those about `subject`, when given.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn list(
    conn: &impl Connection,
    subject: Option<&str>,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Entry>> {
    let mut query = Entity::find();
    if let Some(subject) = subject {
        query = query.filter(Column::Subject.eq(subject));
    }
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    Ok(into_rows(query.order_by_desc(Column::Id).limit(limit).all(conn).await?))
}

/// Returns the instant of the `number`th last `action` by `actor`; `None` if there are fewer.
pub(crate) async fn nth_last(
    conn: &impl Connection,
    actor: PersonId,
    action: &str,
    number: u64,
) -> Result<Option<Timestamp>> {
    let acts = Entity::find().filter(Column::ActorId.eq(actor)).filter(Column::Action.eq(action));
    let acts = acts.order_by_desc(Column::Id).offset(number.saturating_sub(1)).limit(1);
    Ok(acts.one(conn).await?.map(|act| act.at))
}
