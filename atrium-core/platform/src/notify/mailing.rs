//! The rows of what people chose to be told of by mail.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;

use super::{ByMail, NoticeKind};
use crate::db::{Connection, Tx, statement};
use crate::error::Result;
use crate::events::Position;
use crate::id::PersonId;

/// Returns what a person chose, by kind. A word of a later version counts as never.
pub(super) async fn chosen(conn: &impl Connection, person: PersonId) -> Result<BTreeMap<String, ByMail>> {
    let sql = "SELECT kind, pace FROM atrium_notice_mail WHERE person_id = $1";
    let query = statement(conn, sql, [person.0.into()]);
    let rows = conn.query_all_raw(query).await?;
    rows.iter().map(|row| Ok((row.try_get("", "kind")?, pace(&row.try_get::<String>("", "pace")?)))).collect()
}

fn pace(word: &str) -> ByMail {
    word.parse().unwrap_or(ByMail::Never)
}

/// Sets how a person is told of a kind, unless they were erased.
pub(super) async fn choose(tx: &Tx, person: PersonId, kind: &str, by_mail: ByMail) -> Result<()> {
    let sql = "INSERT INTO atrium_notice_mail (person_id, kind, pace) \
        SELECT id, $2, $3 FROM atrium_person WHERE id = $1 AND status <> 'erased' \
        ON CONFLICT (person_id, kind) DO UPDATE SET pace = excluded.pace";
    let values = [person.0.into(), kind.into(), by_mail.key().into()];
    tx.execute_raw(statement(tx, sql, values)).await?;
    Ok(())
}

/// Returns how a person is told of a kind by mail: never without an address or while the account is not in use.
pub(super) async fn of(conn: &impl Connection, person: PersonId, kind: NoticeKind) -> Result<ByMail> {
    let sql = "SELECT m.pace FROM atrium_person p \
        LEFT JOIN atrium_notice_mail m ON m.person_id = p.id AND m.kind = $2 \
        WHERE p.id = $1 AND p.status = 'active' AND p.email <> ''";
    let values = [person.0.into(), kind.key().into()];
    let query = statement(conn, sql, values);
    let Some(row) = conn.query_one_raw(query).await? else { return Ok(ByMail::Never) };
    Ok(row.try_get::<Option<String>>("", "pace")?.map_or(kind.by_mail, |word| pace(&word)))
}

/// Returns `true` if a person read the notice of an event on the site.
pub(super) async fn is_read(
    conn: &impl Connection,
    person: PersonId,
    (kind, subject): (NoticeKind, &str),
    position: Position,
) -> Result<bool> {
    let sql = "SELECT 1 AS one FROM atrium_notice WHERE person_id = $1 AND kind = $2 AND subject = $3 \
        AND read_at IS NOT NULL AND (xid > $4 OR (xid = $4 AND event >= $5))";
    let values = [person.0.into(), kind.key().into(), subject.into(), position.xid.into(), position.event.into()];
    let query = statement(conn, sql, values);
    Ok(conn.query_one_raw(query).await?.is_some())
}
