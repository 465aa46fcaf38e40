//! Limits how often one reader does what fills tables and mailboxes, counted in SQL: the limit holds over every
//! node, by the database's clock.
//!
//! A row holds the instant at which its owner's quota is full again. Each action moves it by the same step, and is
//! refused if that would be more than an hour ahead: an hour's worth at once, then one per step.

use sea_orm::{ConnectionTrait, Statement};
use sha2::{Digest, Sha256};

use atrium_platform::clock::Timestamp;
use atrium_platform::db::Db;
use atrium_platform::{Error, Result};

/// An hour in milliseconds.
const HOUR: i64 = 3_600_000;

const TAKE: &str = "INSERT INTO atrium_pace (what, who, due) VALUES ($1, $2, $3) ON CONFLICT (what, who) DO UPDATE \
    SET due = CASE WHEN atrium_pace.due < $4 THEN $3 ELSE atrium_pace.due + $5 END RETURNING due";

/// Passes while `who` did `what` fewer than `most` times an hour, and counts this time.
///
/// # Errors
/// Returns an error with [`retry_after`](Error::retry_after) if there were too many, or an error if the database
/// fails.
pub(super) async fn take(db: &Db, what: &str, most: u32, who: &str) -> Result<()> {
    let step = HOUR / i64::from(most.max(1));
    // The owner of a row need not be readable: an address is stored as a hash, for an hour.
    let who = hex::encode(Sha256::digest(who));
    let tx = db.begin().await?;
    let now = tx.database_now().await?;
    let values = [what.into(), who.into(), (now.0 + step).into(), now.0.into(), step.into()];
    let row = tx.query_one_raw(Statement::from_sql_and_values(tx.get_database_backend(), TAKE, values)).await?;
    let due: i64 = row.ok_or_else(|| Error::bug("a statement that gives back nothing"))?.try_get("", "due")?;
    let left = due - now.0 - HOUR;
    if left > 0 {
        tx.rollback().await?;
        return Err(Error::too_many(u64::try_from(left).unwrap_or_default().div_ceil(1000)));
    }
    tx.commit().await?;
    if due == now.0 + step {
        forget(db, now).await;
    }
    Ok(())
}

/// Removes expired rows, in a transaction of its own: it waits for the rows of others.
async fn forget(db: &Db, now: Timestamp) {
    let forgetting = async {
        let tx = db.begin().await?;
        let sql = "DELETE FROM atrium_pace WHERE due < $1";
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, [now.0.into()])).await?;
        tx.commit().await
    };
    if let Err(error) = forgetting.await {
        tracing::warn!(error = error.told(), "old paces were not removed");
    }
}
