//! The rows of what waits for a digest.

use sea_orm::{ConnectionTrait, QueryResult};

use super::{Addressed, ByMail, Subject};
use crate::clock::Timestamp;
use crate::db::{Connection, Tx, statement};
use crate::error::Result;
use crate::events::{Event, Position};
use crate::id::PersonId;

/// What a digest tells of, before its reader is asked.
pub(super) struct Waiting {
    pub(super) kind: String,
    pub(super) subject: Subject,
    pub(super) times: i64,
    /// The newest event.
    pub(super) position: Position,
}

/// When rows are due: those of each pace before its last instant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    pub(super) daily: Timestamp,
    pub(super) weekly: Timestamp,
}

/// The rows that are due and in no digest yet; `$1` and `$2` are the instants.
const IS_DUE: &str = "digest IS NULL AND ((pace = 'daily' AND at < $1) OR (pace = 'weekly' AND at < $2))";

/// Has the next digest of `pace` tell of an event. One that was delivered before changes no row.
pub(super) async fn add(tx: &Tx, to: &Addressed, event: &Event, pace: ByMail) -> Result<()> {
    let sql = "INSERT INTO atrium_notice_digest (person_id, kind, subject, place, times, xid, event, at, pace) \
        VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8) ON CONFLICT (person_id, kind, subject) DO UPDATE SET \
        place = CASE WHEN atrium_notice_digest.digest IS NULL THEN atrium_notice_digest.place ELSE excluded.place END, \
        times = CASE WHEN atrium_notice_digest.digest IS NULL THEN atrium_notice_digest.times + 1 ELSE 1 END, \
        xid = excluded.xid, event = excluded.event, at = excluded.at, pace = excluded.pace, digest = NULL \
        WHERE atrium_notice_digest.xid < excluded.xid \
        OR (atrium_notice_digest.xid = excluded.xid AND atrium_notice_digest.event < excluded.event)";
    let Addressed { person, kind, subject } = to;
    let values = [
        person.0.into(),
        kind.key().into(),
        subject.name.as_str().into(),
        subject.place.into(),
        event.position.xid.into(),
        event.position.event.into(),
        event.at.0.into(),
        pace.key().into(),
    ];
    tx.execute_raw(statement(tx, sql, values)).await?;
    Ok(())
}

/// Returns people for whom a digest is due, by number, `most` at most.
pub(super) async fn people(conn: &impl Connection, due: Due, most: u64) -> Result<Vec<PersonId>> {
    let sql =
        format!("SELECT DISTINCT person_id FROM atrium_notice_digest WHERE {IS_DUE} ORDER BY person_id LIMIT {most}");
    let rows = conn.query_all_raw(statement(conn, &sql, [due.daily.0.into(), due.weekly.0.into()])).await?;
    rows.iter().map(|row| Ok(PersonId(row.try_get("", "person_id")?))).collect()
}

/// Puts what is due for a person into `digest`; returns `false` if nothing is.
pub(super) async fn put_into(tx: &Tx, person: PersonId, due: Due, digest: i64) -> Result<bool> {
    let sql = format!("UPDATE atrium_notice_digest SET digest = $3 WHERE person_id = $4 AND {IS_DUE}");
    let values = [due.daily.0.into(), due.weekly.0.into(), digest.into(), person.0.into()];
    Ok(tx.execute_raw(statement(tx, &sql, values)).await?.rows_affected() > 0)
}

/// Returns what `digest` tells a person, the newest first, `most` at most.
pub(super) async fn of(conn: &impl Connection, person: PersonId, digest: i64, most: u64) -> Result<Vec<Waiting>> {
    let sql = format!(
        "SELECT kind, subject, place, times, xid, event FROM atrium_notice_digest \
         WHERE person_id = $1 AND digest = $2 ORDER BY at DESC, kind, subject LIMIT {most}"
    );
    let waiting = |row: &QueryResult| {
        Ok(Waiting {
            kind: row.try_get("", "kind")?,
            subject: Subject { name: row.try_get("", "subject")?, place: row.try_get("", "place")? },
            times: row.try_get("", "times")?,
            position: Position { xid: row.try_get("", "xid")?, event: row.try_get("", "event")? },
        })
    };
    let rows = conn.query_all_raw(statement(conn, &sql, [person.0.into(), digest.into()])).await?;
    rows.iter().map(waiting).collect()
}
