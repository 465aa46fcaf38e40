//! Leases: a row on which one node works until an instant of the database's clock, renewed while it does. The lease of
//! a process that died ends by itself. Who may take which row, and when, is decided by the owner of the table.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Statement, Value};

use super::Db;
use crate::error::Result;

/// A table whose rows are leased.
#[derive(Debug)]
pub(crate) struct Leased {
    /// The table.
    pub(crate) table: &'static str,
    /// The column that identifies a row.
    pub(crate) key: &'static str,
    /// The column of the node that holds the lease. The lease's end is in `lease_until`.
    pub(crate) holder: &'static str,
    /// The length of a lease without renewal, in seconds.
    pub(crate) seconds: i64,
}

/// One node's lease of one row, once it has taken it.
#[derive(Clone)]
pub(crate) struct Lease {
    db: Db,
    rows: &'static Leased,
    key: Value,
    node: String,
}

impl Leased {
    /// Returns the lease of the row `key` by `node`.
    pub(crate) fn lease(&'static self, db: Db, key: impl Into<Value>, node: String) -> Lease {
        Lease { db, rows: self, key: key.into(), node }
    }
}

impl Lease {
    /// Renews the lease; returns `false` if this node no longer has it.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn renew(&self) -> Result<bool> {
        let Leased { table, key, holder, seconds } = self.rows;
        let tx = self.db.begin().await?;
        // The nodes' clocks may differ by minutes.
        let until = tx.database_now().await?.plus_seconds(*seconds);
        let sql = format!("UPDATE {table} SET lease_until = $1 WHERE {key} = $2 AND {holder} = $3");
        let values = [until.0.into(), self.key.clone(), self.node.as_str().into()];
        let done = tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        tx.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Releases the lease, so that no other node waits for its end.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn release(&self) -> Result<()> {
        let Leased { table, key, holder, .. } = self.rows;
        let tx = self.db.begin().await?;
        let sql = format!("UPDATE {table} SET {holder} = NULL, lease_until = NULL WHERE {key} = $1 AND {holder} = $2");
        let values = [self.key.clone(), self.node.as_str().into()];
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        tx.commit().await
    }

    /// Does `work` while the lease is renewed, and returns what came of it; drops `work` and returns `None` once another
    /// node has the lease.
    pub(crate) async fn hold<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            done = work => Some(done),
            () = self.lost() => None,
        }
    }

    /// Renews the lease three times in its length; returns once another node has it.
    async fn lost(&self) {
        let pause = Duration::from_secs(self.rows.seconds.unsigned_abs() / 3);
        loop {
            tokio::time::sleep(pause).await;
            match self.renew().await {
                Ok(true) => {}
                Ok(false) => return,
                // The lease still holds for a while.
                Err(error) => {
                    let table = self.rows.table;
                    tracing::warn!(table, error = error.told(), "a lease could not be renewed");
                }
            }
        }
    }
}
