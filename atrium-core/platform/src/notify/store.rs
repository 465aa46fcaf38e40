//! The rows of notices.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, QueryResult, Value};

use super::{Addressed, NoticeId, Subject};
use crate::clock::Timestamp;
use crate::db::{Connection, Db, Tx, statement};
use crate::error::Result;
use crate::events::Event;
use crate::id::PersonId;

/// The number of unread notices of the row of `atrium_person` around it, as SQL.
pub(crate) const UNREAD_OF_PERSON: &str = "(SELECT COUNT(*) FROM atrium_notice \
    WHERE atrium_notice.person_id = atrium_person.id AND atrium_notice.read_at IS NULL)";

/// A row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: NoticeId,
    pub(super) person: PersonId,
    pub(super) kind: String,
    pub(super) subject: Subject,
    pub(super) times: i64,
    pub(super) at: Timestamp,
    pub(super) is_read: bool,
}

impl Row {
    fn of(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            id: NoticeId(row.try_get("", "id")?),
            person: PersonId(row.try_get("", "person_id")?),
            kind: row.try_get("", "kind")?,
            subject: Subject { name: row.try_get("", "subject")?, place: row.try_get("", "place")? },
            times: row.try_get("", "times")?,
            at: Timestamp(row.try_get("", "at")?),
            is_read: row.try_get::<Option<i64>>("", "read_at")?.is_some(),
        })
    }
}

async fn change<const N: usize>(tx: &Tx, sql: &str, values: [Value; N]) -> Result<u64> {
    let done = tx.execute_raw(statement(tx, sql, values)).await?;
    Ok(done.rows_affected())
}

async fn rows<const N: usize>(conn: &impl Connection, sql: &str, values: [Value; N]) -> Result<Vec<Row>> {
    let query = statement(conn, sql, values);
    conn.query_all_raw(query).await?.iter().map(Row::of).collect()
}

/// Adds a notice, unless the account is not in use or the person switched its kind off. An event that was delivered before
/// changes no row.
pub(super) async fn add(tx: &Tx, to: &Addressed, event: &Event) -> Result<bool> {
    let sql = "INSERT INTO atrium_notice (person_id, kind, subject, place, times, xid, event, at) \
        SELECT id, $2, $3, $4, 1, $5, $6, $7 FROM atrium_person WHERE id = $1 AND status = 'active' \
        AND NOT EXISTS (SELECT 1 FROM atrium_notice_off o WHERE o.person_id = $1 AND o.kind = $2) \
        ON CONFLICT (person_id, kind, subject) DO UPDATE SET \
        place = CASE WHEN atrium_notice.read_at IS NULL THEN atrium_notice.place ELSE excluded.place END, \
        times = CASE WHEN atrium_notice.read_at IS NULL THEN atrium_notice.times + 1 ELSE 1 END, \
        xid = excluded.xid, event = excluded.event, at = excluded.at, read_at = NULL \
        WHERE atrium_notice.xid < excluded.xid \
        OR (atrium_notice.xid = excluded.xid AND atrium_notice.event < excluded.event)";
    let Addressed { person, kind, subject } = to;
    let values = [
        person.0.into(),
        kind.key().into(),
        subject.name.as_str().into(),
        subject.place.into(),
        event.position.xid.into(),
        event.position.event.into(),
        event.at.0.into(),
    ];
    Ok(change(tx, sql, values).await? == 1)
}

/// Returns the unread notices about `subject` of everyone, of people after `after`, by person: `limit` at most.
pub(super) async fn unread_about(db: &Db, subject: &str, after: NoticeId, limit: u64) -> Result<Vec<Row>> {
    let sql = "SELECT id, person_id, kind, subject, place, times, at, read_at FROM atrium_notice \
        WHERE subject = $1 AND read_at IS NULL AND id > $2 ORDER BY id LIMIT $3";
    rows(db, sql, [subject.into(), after.0.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()]).await
}

/// Returns a page of a person's notices, the newest first, after the notice at `(at, id)`.
pub(super) async fn page(
    conn: &impl Connection,
    person: PersonId,
    (at, id): (Timestamp, NoticeId),
    limit: u64,
) -> Result<Vec<Row>> {
    let sql = "SELECT id, person_id, kind, subject, place, times, at, read_at FROM atrium_notice \
        WHERE person_id = $1 AND (at < $2 OR (at = $2 AND id < $3)) ORDER BY at DESC, id DESC LIMIT $4";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    rows(conn, sql, [person.0.into(), at.0.into(), id.0.into(), limit.into()]).await
}

/// Returns the number of a person's unread notices.
pub(crate) async fn unread(conn: &impl Connection, person: PersonId) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS unread FROM atrium_notice WHERE person_id = $1 AND read_at IS NULL";
    let query = statement(conn, sql, [person.0.into()]);
    Ok(conn.query_one_raw(query).await?.map(|row| row.try_get("", "unread")).transpose()?.unwrap_or_default())
}

/// Returns the number of unread notices of each of `people`; of suspended people and of those without any, none.
pub(super) async fn unread_of(conn: &impl Connection, people: &[PersonId]) -> Result<BTreeMap<PersonId, i64>> {
    let places: Vec<String> = (1..=people.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "SELECT n.person_id, COUNT(*) AS unread FROM atrium_notice n JOIN atrium_person p ON p.id = n.person_id \
        WHERE n.person_id IN ({}) AND n.read_at IS NULL AND p.status = 'active' GROUP BY n.person_id",
        places.join(", ")
    );
    let values: Vec<Value> = people.iter().map(|person| person.0.into()).collect();
    let query = statement(conn, &sql, values);
    let rows = conn.query_all_raw(query).await?;
    rows.iter().map(|row| Ok((PersonId(row.try_get("", "person_id")?), row.try_get("", "unread")?))).collect()
}

/// Marks a person's notices about `subject` as read, up to the place `place`; returns how many were unread.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn mark_seen(tx: &Tx, person: PersonId, subject: &str, place: i64) -> Result<u64> {
    let sql = "UPDATE atrium_notice SET read_at = $1 \
        WHERE person_id = $2 AND subject = $3 AND place <= $4 AND read_at IS NULL";
    change(tx, sql, [tx.now().0.into(), person.0.into(), subject.into(), place.into()]).await
}

/// Returns `true` if a person has an unread notice about `subject`, up to the place `place`.
pub(super) async fn has_unread_about(
    conn: &impl Connection,
    person: PersonId,
    subject: &str,
    place: i64,
) -> Result<bool> {
    let sql =
        "SELECT 1 FROM atrium_notice WHERE person_id = $1 AND subject = $2 AND place <= $3 AND read_at IS NULL LIMIT 1";
    let values = [person.0.into(), subject.into(), place.into()];
    let query = statement(conn, sql, values);
    Ok(conn.query_one_raw(query).await?.is_some())
}

/// Marks every notice of a person as read that is not newer than `until`; returns how many were unread.
pub(super) async fn mark_all(tx: &Tx, person: PersonId, until: Timestamp) -> Result<u64> {
    let sql = "UPDATE atrium_notice SET read_at = $1 WHERE person_id = $2 AND at <= $3 AND read_at IS NULL";
    change(tx, sql, [tx.now().0.into(), person.0.into(), until.0.into()]).await
}

/// Marks one notice of a person as read; returns `false` if it was read already, or is not theirs.
pub(super) async fn mark_one(tx: &Tx, person: PersonId, id: NoticeId) -> Result<bool> {
    let sql = "UPDATE atrium_notice SET read_at = $1 WHERE id = $2 AND person_id = $3 AND read_at IS NULL";
    Ok(change(tx, sql, [tx.now().0.into(), id.0.into(), person.0.into()]).await? == 1)
}

/// Returns `true` if a person has this notice.
pub(super) async fn is_of(conn: &impl Connection, person: PersonId, id: NoticeId) -> Result<bool> {
    let sql = "SELECT 1 FROM atrium_notice WHERE id = $1 AND person_id = $2";
    let query = statement(conn, sql, [id.0.into(), person.0.into()]);
    Ok(conn.query_one_raw(query).await?.is_some())
}

/// Returns the kinds that a person switched off.
pub(super) async fn off(conn: &impl Connection, person: PersonId) -> Result<Vec<String>> {
    let sql = "SELECT kind FROM atrium_notice_off WHERE person_id = $1";
    let query = statement(conn, sql, [person.0.into()]);
    conn.query_all_raw(query).await?.iter().map(|row| Ok(row.try_get("", "kind")?)).collect()
}

/// Switches a kind on or off for a person.
pub(super) async fn switch(tx: &Tx, person: PersonId, kind: &str, is_on: bool) -> Result<()> {
    let sql = if is_on {
        "DELETE FROM atrium_notice_off WHERE person_id = $1 AND kind = $2"
    } else {
        "INSERT INTO atrium_notice_off (person_id, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING"
    };
    change(tx, sql, [person.0.into(), kind.into()]).await.map(drop)
}

#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests {
    use super::*;
    use crate::access::Access;
    use crate::directory::actions::{NewPerson, Place};
    use crate::events::Position;
    use crate::notify::NoticeKind;

    const LENT: NoticeKind = NoticeKind::new("loans.lent");

    fn event(xid: i64, event: i64) -> Event {
        Event {
            position: Position { xid, event },
            kind: "loans.tablet.lent".to_owned(),
            subject: "loans:12".to_owned(),
            actor: None,
            scope: None,
            payload: serde_json::Value::Null,
            at: Timestamp(1_790_000_000_000),
        }
    }

    async fn told(db: &Db, to: &Addressed, event: &Event) -> bool {
        let tx = db.begin().await.unwrap();
        let is_added = add(&tx, to, event).await.unwrap();
        tx.commit().await.unwrap();
        is_added
    }

    async fn only(db: &Db, person: PersonId) -> Row {
        let rows = page(db, person, (Timestamp(i64::MAX), NoticeId(i64::MAX)), 10).await.unwrap();
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.into_iter().next().unwrap()
    }

    async fn change_all(db: &Db, sql: &str) {
        let tx = db.begin().await.unwrap();
        tx.execute_unprepared(sql).await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn an_event_is_told_once_and_several_are_one_notice_until_it_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("atrium.sqlite").display());
        let access = Access::open(&url).await.unwrap();
        let db = access.db().clone();
        let person = access
            .directory()
            .create_person(&access.operator(), NewPerson::new(Place::Region, "Léa", "Martin"))
            .await
            .unwrap();
        let to = |place| Addressed::new(person, LENT, Subject::new("loans:12", place));
        assert!(told(&db, &to(2), &event(0, 5)).await);
        assert!(!told(&db, &to(2), &event(0, 5)).await, "delivered twice");
        assert!(!told(&db, &to(1), &event(0, 4)).await, "delivered again after a later one");
        assert!(told(&db, &to(3), &event(0, 6)).await);
        assert!(told(&db, &to(4), &event(1, 1)).await, "of a later transaction");
        let row = only(&db, person).await;
        assert_eq!((row.times, row.subject.place, row.is_read), (3, 2, false), "it leads to the first that is unread");
        assert_eq!(unread(&db, person).await.unwrap(), 1);

        let tx = db.begin().await.unwrap();
        assert_eq!(mark_seen(&tx, person, "loans:12", 1).await.unwrap(), 0, "not seen as far as that");
        assert_eq!(mark_seen(&tx, person, "loans:12", 2).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert!(told(&db, &to(7), &event(1, 2)).await);
        let row = only(&db, person).await;
        assert_eq!((row.times, row.subject.place), (1, 7));

        change_all(&db, "INSERT INTO atrium_notice_off (person_id, kind) SELECT id, 'loans.lent' FROM atrium_person")
            .await;
        assert!(!told(&db, &to(8), &event(1, 3)).await, "switched off");
        change_all(&db, "DELETE FROM atrium_notice_off").await;
        change_all(&db, "UPDATE atrium_person SET status = 'suspended'").await;
        assert!(!told(&db, &to(8), &event(1, 4)).await, "not in use");
    }
}
