//! Noting what was read.

use atrium_core::Result;
use atrium_core::db::Db;

use super::store;
use crate::reader::Reader;
use crate::topics;

/// Notes that somebody was shown `topic` as far as the post `number`. Visitors leave no trace, and no event follows:
/// what others see stays the same.
///
/// # Errors
/// Returns `is_not_found` if the topic is invisible to the reader, or an error if the database fails.
pub async fn mark_read(db: &Db, reader: &Reader, topic: &topics::Topic, number: i64) -> Result<()> {
    let Some(person) = reader.person() else { return Ok(()) };
    reader.require_sees(topic)?;
    let tx = db.begin().await?;
    store::mark(&tx, person, topic.id, number).await?;
    tx.commit().await
}
