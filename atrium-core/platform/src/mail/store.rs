//! The rows of addresses that a server refused.

use sea_orm::{ConnectionTrait, QueryResult, Statement};

use crate::clock::Timestamp;
use crate::db::{Connection, Tx};
use crate::error::Result;
use crate::id::PersonId;

/// A person to whose address no mail goes, since a server refused it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suppressed {
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What the server answered: `550 5.1.1`.
    pub code: String,
    /// The instant of the answer.
    pub at: Timestamp,
}

/// Returns `true` if a server refused the address of this hash.
pub(super) async fn is_suppressed(conn: &impl Connection, hash: &str) -> Result<bool> {
    let sql = "SELECT 1 AS one FROM atrium_mail_suppressed WHERE address_hash = $1";
    let found = Statement::from_sql_and_values(conn.get_database_backend(), sql, [hash.into()]);
    Ok(conn.query_one_raw(found).await?.is_some())
}

/// Returns how many addresses were refused.
pub(crate) async fn refused_addresses(conn: &impl Connection) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS n FROM atrium_mail_suppressed";
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    row.map_or(Ok(0), |row| Ok(row.try_get("", "n")?))
}

/// Notes that a server refused the address of a person.
#[cfg(feature = "mail")]
pub(super) async fn suppress(tx: &Tx, hash: &str, person: PersonId, code: &str) -> Result<()> {
    let sql = "INSERT INTO atrium_mail_suppressed (address_hash, person_id, code, at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (address_hash) DO UPDATE SET code = excluded.code, at = excluded.at";
    let values = [hash.into(), person.0.into(), code.into(), tx.now().0.into()];
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// Returns the people whose addresses were refused, by number, `most` at most, after the number `after`.
pub(super) async fn suppressed(conn: &impl Connection, after: Option<PersonId>, most: u64) -> Result<Vec<Suppressed>> {
    // Several addresses of one person, one after the other, are one line: the newest.
    let sql = format!(
        "SELECT s.person_id, p.display_name, s.code, s.at FROM atrium_mail_suppressed s \
         JOIN atrium_person p ON p.id = s.person_id WHERE s.person_id > $1 AND s.at = \
         (SELECT MAX(o.at) FROM atrium_mail_suppressed o WHERE o.person_id = s.person_id) \
         ORDER BY s.person_id, s.address_hash LIMIT {most}"
    );
    let after = after.map_or(0, |after| after.0);
    let found = Statement::from_sql_and_values(conn.get_database_backend(), sql, [after.into()]);
    let of = |row: &QueryResult| {
        Ok(Suppressed {
            person: PersonId(row.try_get("", "person_id")?),
            name: row.try_get("", "display_name")?,
            code: row.try_get("", "code")?,
            at: Timestamp(row.try_get("", "at")?),
        })
    };
    conn.query_all_raw(found).await?.iter().map(of).collect()
}

/// Has mail sent to a person's addresses again; returns `false` if there was none to which it was not.
pub(super) async fn restore(tx: &Tx, person: PersonId) -> Result<bool> {
    let sql = "DELETE FROM atrium_mail_suppressed WHERE person_id = $1";
    let done = Statement::from_sql_and_values(tx.get_database_backend(), sql, [person.0.into()]);
    Ok(tx.execute_raw(done).await?.rows_affected() > 0)
}
