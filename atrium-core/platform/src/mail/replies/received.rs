//! The messages that came in, and what became of them.

use sea_orm::{ConnectionTrait, QueryResult};

use super::Refused;
use crate::access::permissions::JOBS_RUN;
use crate::access::{Actor, Scope};
use crate::clock::Timestamp;
#[cfg(feature = "mail")]
use crate::db::Connection;
#[cfg(feature = "mail")]
use crate::db::Tx;
use crate::db::{Db, statement};
use crate::error::Result;
use crate::id::PersonId;

/// The outcome of a reply that was taken.
#[cfg(feature = "mail")]
pub(super) const TAKEN: &str = "received";
/// The outcome of a report that was taken.
pub(super) const REPORT: &str = "report";

/// A message that came in: a reply, or a report about a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// The primary key.
    pub id: i64,
    /// Who wrote it, or to whom the letter went that it reports about, with their name, once that is known.
    pub person: Option<(PersonId, String)>,
    /// What it replies to: `forum:12`; empty while that is unknown.
    pub subject: String,
    /// Why it was refused; `None` for a reply that was taken.
    pub refused: Option<Refused>,
    /// `true` if it reports about the delivery of a letter to the person.
    pub is_report: bool,
    /// The instant it came in.
    pub at: Timestamp,
}

/// Returns the messages that came in, the newest first, `most` at most, before the number `before`.
///
/// # Errors
/// Returns `is_forbidden` if the actor may not run jobs, or an error if the database fails.
pub async fn list(db: &Db, actor: &Actor, before: Option<i64>, most: u64) -> Result<Vec<Received>> {
    actor.require(JOBS_RUN, Scope::Platform)?;
    let sql = format!(
        "SELECT r.id, r.person_id, p.display_name, r.subject, r.outcome, r.at FROM atrium_mail_received r \
         LEFT JOIN atrium_person p ON p.id = r.person_id WHERE r.id < $1 ORDER BY r.id DESC LIMIT {most}"
    );
    let query = statement(db, &sql, [before.unwrap_or(i64::MAX).into()]);
    db.query_all_raw(query).await?.iter().map(row).collect()
}

fn row(row: &QueryResult) -> Result<Received> {
    let person: Option<i64> = row.try_get("", "person_id")?;
    let outcome: String = row.try_get("", "outcome")?;
    let name: Option<String> = row.try_get("", "display_name")?;
    Ok(Received {
        id: row.try_get("", "id")?,
        person: person.map(|id| (PersonId(id), name.unwrap_or_default())),
        subject: row.try_get("", "subject")?,
        refused: Refused::from_key(&outcome),
        is_report: outcome == REPORT,
        at: Timestamp(row.try_get("", "at")?),
    })
}

/// Returns `true` if this message came in before.
#[cfg(feature = "mail")]
pub(super) async fn came_before(conn: &impl Connection, message: &str) -> Result<bool> {
    let sql = "SELECT 1 AS one FROM atrium_mail_received WHERE message = $1";
    let query = statement(conn, sql, [message.into()]);
    Ok(conn.query_one_raw(query).await?.is_some())
}

/// Returns how many messages of a person, without reports, came in since `since`.
#[cfg(feature = "mail")]
pub(super) async fn count_since(conn: &impl Connection, person: PersonId, since: Timestamp) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS n FROM atrium_mail_received WHERE person_id = $1 AND at > $2 AND outcome <> $3";
    let query = statement(conn, sql, [person.0.into(), since.0.into(), REPORT.into()]);
    conn.query_one_raw(query).await?.map_or(Ok(0), |row| Ok(row.try_get("", "n")?))
}

/// Notes what became of a message.
#[cfg(feature = "mail")]
pub(super) async fn note(tx: &Tx, message: &str, from: Option<(PersonId, &str)>, outcome: &str) -> Result<()> {
    let sql = "INSERT INTO atrium_mail_received (message, person_id, subject, outcome, at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (message) DO NOTHING";
    let values = [
        message.into(),
        from.map(|(person, _)| person.0).into(),
        from.map_or("", |(_, subject)| subject).into(),
        outcome.into(),
        tx.now().0.into(),
    ];
    tx.execute_raw(statement(tx, sql, values)).await?;
    Ok(())
}
