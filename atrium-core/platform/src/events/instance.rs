//! Names the database, for consumers that keep a position outside it, and repairs the outbox after a restore.

use sea_orm::{ConnectionTrait, Statement, Value};

use crate::db::{Connection, Db, Lock, Tx};
use crate::error::{Error, Result};
use crate::id::unique_name;

/// Returns the name of this database: made once, and again when a restore changed the meaning of positions. A
/// consumer that kept a position under another name starts anew.
///
/// PostgreSQL numbers transactions per cluster: in another cluster, older rows may have transaction numbers still
/// to come, and would be neither read nor in order.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn instance(db: &Db) -> Result<String> {
    let alone = db.advisory_lock(&NAMING).await?;
    let id = kept_or_made(db).await?;
    alone.end().await?;
    Ok(id)
}

/// Returns the name of this database, if it has one, without writing.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn known_instance(db: &Db) -> Result<Option<String>> {
    read(db).await
}

/// The lock under which nodes name a database one at a time.
const NAMING: Lock = Lock::named("core.instance");

async fn kept_or_made(db: &Db) -> Result<String> {
    let tx = db.begin().await?;
    if db.is_postgres() && is_foreign(&tx).await? {
        tracing::warn!("the outbox comes from another PostgreSQL cluster: it is renumbered");
        tx.execute_unprepared(
            "UPDATE atrium_outbox SET xid = 0; UPDATE atrium_consumer SET xid = 0; DELETE FROM atrium_instance",
        )
        .await?;
    }
    let id = match read(&tx).await? {
        Some(id) => id,
        None => make(&tx).await?,
    };
    tx.commit().await?;
    Ok(id)
}

async fn read(conn: &impl Connection) -> Result<Option<String>> {
    let sql = "SELECT id FROM atrium_instance ORDER BY id LIMIT 1";
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    Ok(row.map(|row| row.try_get("", "id")).transpose()?)
}

async fn is_foreign(tx: &Tx) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM atrium_outbox WHERE xid > pg_current_xact_id()::text::bigint) AS ahead";
    let row = tx.query_one_raw(Statement::from_string(tx.get_database_backend(), sql)).await?;
    Ok(row.ok_or_else(|| Error::bug("a question without an answer"))?.try_get("", "ahead")?)
}

async fn make(tx: &Tx) -> Result<String> {
    let id = unique_name();
    let sql = "INSERT INTO atrium_instance (id) VALUES ($1)";
    let values = [Value::from(id.as_str())];
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(id)
}
