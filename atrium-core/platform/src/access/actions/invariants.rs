//! What must hold whoever acts.

use crate::access::store;
use crate::db::Tx;
use crate::directory::PersonId;
use crate::error::{Error, Message, Result};

/// Passes if somebody other than `leaving` is a platform administrator for good, whose account is in use.
///
/// The caller holds [`store::lock_policy`], so that two administrators cannot remove each other at once.
pub(crate) async fn require_other_admin(tx: &Tx, leaving: PersonId) -> Result<()> {
    let admins = store::lasting_admins(tx, tx.now()).await?;
    match admins.iter().any(|admin| *admin != leaving) {
        true => Ok(()),
        false => Err(Error::conflict_with(
            "the last platform administrator stays",
            Message::new("access-last-platform-admin"),
        )),
    }
}
