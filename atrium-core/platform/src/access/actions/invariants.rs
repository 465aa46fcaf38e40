//! Invariants that bind every actor, the platform itself included.

use crate::access::store;
use crate::db::Tx;
use crate::directory::PersonId;
use crate::error::{Error, Message, Result};

/// Passes if a person other than `leaving` is a platform administrator without an end date and with an active
/// account.
///
/// The caller holds [`store::lock_policy`], so that two administrators cannot remove each other at once.
pub(crate) async fn require_other_admin(tx: &Tx, leaving: PersonId) -> Result<()> {
    let admins = store::lasting_admins(tx, tx.now()).await?;
    if admins.iter().any(|admin| *admin != leaving) {
        Ok(())
    } else {
        Err(Error::conflict_with("the last platform administrator stays", Message::new("access-last-platform-admin")))
    }
}
