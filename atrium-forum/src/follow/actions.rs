//! Noting what was read.

use atrium_core::Result;
use atrium_core::access::Actor;
use atrium_core::db::Db;

use super::store;
use crate::topics::TopicId;

/// Notes that `actor` was shown `topic` as far as the post `number`. Visitors leave no trace, and no event follows:
/// reading changes nothing for anybody else.
///
/// # Errors
/// The database failed.
pub async fn mark_read(db: &Db, actor: &Actor, topic: TopicId, number: i64) -> Result<()> {
    let Some(person) = actor.person() else { return Ok(()) };
    let tx = db.begin().await?;
    store::mark(&tx, person, topic, number).await?;
    tx.commit().await
}
