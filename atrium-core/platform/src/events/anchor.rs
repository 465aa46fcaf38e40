//! A consumer's position with its event, so that an outbox that was set back is noticed.

use sea_orm::{ConnectionTrait, Statement};

use super::{Position, head};
use crate::clock::Timestamp;
use crate::db::Db;
use crate::error::{Error, Result};

/// A position with what distinguishes it from the same position in another outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Anchor {
    pub(super) position: Position,
    /// The instant of the event at the position, if there is one.
    at: Option<Timestamp>,
    /// The database it was read from.
    instance: Option<String>,
}

impl Anchor {
    /// Returns the anchor of `position` as the outbox is now.
    pub(super) async fn cast(db: &Db, position: Position) -> Result<Self> {
        let sql = "SELECT (SELECT at FROM atrium_outbox WHERE id = $1 AND xid = $2) AS at, \
                          (SELECT id FROM atrium_instance ORDER BY id LIMIT 1) AS instance";
        let values = [position.event.into(), position.xid.into()];
        let row = db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
        let row = row.ok_or_else(|| Error::bug("a question without an answer"))?;
        Ok(Self { position, at: row.try_get("", "at")?, instance: row.try_get("", "instance")? })
    }

    /// Returns the anchor of a later event at `position`, which happened `at`.
    pub(super) fn moved(&self, position: Position, at: Timestamp) -> Self {
        Self { position, at: Some(at), instance: self.instance.clone() }
    }

    /// Returns `true` if the outbox still has the same event at this position: it was not restored, did not fail
    /// over to a server that was behind, and did not remove events before they were read.
    pub(super) async fn holds(&self, db: &Db) -> Result<bool> {
        Ok(Self::cast(db, self.position).await? == *self)
    }
}

/// Returns the anchor of the last readable position.
pub(super) async fn at_head(db: &Db) -> Result<Anchor> {
    Anchor::cast(db, head(db).await?).await
}
