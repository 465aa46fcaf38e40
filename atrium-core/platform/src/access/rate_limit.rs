//! Limits how often one person creates sign-in links and accounts, counted in the audit record and therefore over
//! all nodes together.

use super::Actor;
use crate::audit;
use crate::db::{Lock, Tx};
use crate::error::{Error, Result};

/// The window over which actions are counted, in seconds.
const HOUR: i64 = 3600;
/// Serialises the counted actions of one person.
const ACTS: Lock = Lock::named("core.pace");

/// Passes while the actor did `action` fewer than `most` times in the last hour. The platform itself is not counted.
///
/// # Errors
/// Returns an error with [`retry_after`](Error::retry_after) if there were too many, or an error if the database
/// fails.
pub(crate) async fn require_rate(tx: &Tx, actor: &Actor, action: &'static str, most: u64) -> Result<()> {
    let Some(person) = actor.person() else { return Ok(()) };
    tx.lock(&ACTS.of(person.to_string())).await?;
    let Some(at) = audit::store::nth_last(tx, person, action, most).await? else { return Ok(()) };
    let left = at.plus_seconds(HOUR).0 - tx.now().0;
    match u64::try_from(left) {
        Ok(left) if left > 0 => Err(Error::too_many(left.div_ceil(1000))),
        _ => Ok(()),
    }
}
