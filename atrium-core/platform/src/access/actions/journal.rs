//! Reading the record of every act.

use crate::access::permissions::AUDIT_READ;
use crate::access::{Actor, Scope};
use crate::audit;
use crate::db::Db;
use crate::error::Result;

/// The newest acts first, from before the act `before`; those on `subject` only, when given.
///
/// # Errors
/// The actor may not read the record, or the database failed.
pub async fn journal(
    db: &Db,
    actor: &Actor,
    subject: Option<&str>,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<audit::Model>> {
    actor.require(AUDIT_READ, Scope::Platform)?;
    audit::store::list(db, subject, before, limit).await
}
