//! Reads the audit record for actors who may.

use crate::access::permissions::AUDIT_READ;
use crate::access::{Access, Actor, Scope};
use crate::audit;
use crate::error::Result;

impl Access {
    /// Returns the audit record, newest first, starting before the record `before`; only records about `subject`, when
    /// given.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not read the audit record, or an error if the database fails.
    pub async fn journal(
        &self,
        actor: &Actor,
        subject: Option<&str>,
        before: Option<i64>,
        limit: u64,
    ) -> Result<Vec<audit::Entry>> {
        actor.require(AUDIT_READ, Scope::Platform)?;
        audit::store::list(self.db(), subject, before, limit).await
    }
}
