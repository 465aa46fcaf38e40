//! The rows of files.

use sea_orm::{ConnectionTrait, QueryResult, Value};

use super::{FileId, FileKind};
use crate::clock::Timestamp;
use crate::db::{Connection, Tx, statement};
use crate::error::{Error, Result};
use crate::id::{EstablishmentId, PersonId};

/// A file as those who may read it see it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attachment {
    /// The number under which it is read.
    pub id: FileId,
    /// Its name, with an ending of its kind.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// Its size in bytes.
    pub size: u64,
    /// Of a picture, its width and height in pixels.
    pub sides: Option<(u32, u32)>,
    /// The size of its small picture in bytes, if it has one.
    pub small: Option<u64>,
    /// SHA-256 of its bytes, as hexadecimal digits: equal files have the same.
    pub digest: String,
    pub(super) object: String,
}

/// Who may read a file.
pub(super) struct Readers {
    pub(super) sender: Option<PersonId>,
    /// The plugin and its subject, once it is attached.
    pub(super) attached: Option<(String, String)>,
}

/// What is in the store.
pub(super) struct Blob<'b> {
    pub(super) digest: &'b str,
    pub(super) object: &'b str,
    pub(super) kind: FileKind,
    pub(super) size: u64,
    pub(super) sides: Option<(u32, u32)>,
    pub(super) small: Option<u64>,
}

const COLUMNS: &str = "u.id, u.name, u.subject, f.digest, f.object, f.media_type, f.size, f.width, f.height, f.small \
    FROM atrium_file_use u JOIN atrium_file f ON f.digest = u.digest";

impl Attachment {
    fn of(row: &QueryResult) -> Result<Self> {
        let media_type: String = row.try_get("", "media_type")?;
        let kind = FileKind::of_media_type(&media_type);
        let number = |name| Ok::<_, Error>(row.try_get::<Option<i64>>("", name)?.unwrap_or_default());
        let side = |name| number(name).map(|side| u32::try_from(side).unwrap_or_default());
        let sides = (side("width")?, side("height")?);
        let small = row.try_get::<Option<i64>>("", "small")?;
        Ok(Self {
            id: FileId(row.try_get("", "id")?),
            name: row.try_get("", "name")?,
            kind: kind.ok_or_else(|| Error::bug(format!("a file of the kind `{media_type}`, which is not taken")))?,
            size: u64::try_from(number("size")?).unwrap_or_default(),
            sides: (sides.0 > 0).then_some(sides),
            small: small.and_then(|small| u64::try_from(small).ok()),
            digest: row.try_get("", "digest")?,
            object: row.try_get("", "object")?,
        })
    }
}

async fn change(tx: &Tx, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<u64> {
    Ok(tx.execute_raw(statement(tx, sql, values)).await?.rows_affected())
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Notes what was put into the store, and returns the name of what is kept of this content: that of an earlier upload, if
/// there is one, which is not collected meanwhile.
pub(super) async fn keep(tx: &Tx, blob: &Blob<'_>) -> Result<String> {
    let sql = "INSERT INTO atrium_file (digest, object, media_type, size, width, height, small, at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (digest) DO UPDATE SET at = excluded.at RETURNING object";
    let (width, height) = blob.sides.unzip();
    let values: [Value; 8] = [
        blob.digest.into(),
        blob.object.into(),
        blob.kind.media_type().into(),
        stored(blob.size).into(),
        width.map(i64::from).into(),
        height.map(i64::from).into(),
        blob.small.map(stored).into(),
        tx.now().0.into(),
    ];
    let row = tx.query_one_raw(statement(tx, sql, values)).await?;
    Ok(row.ok_or_else(|| Error::bug("a row that was just written is gone"))?.try_get("", "object")?)
}

/// Notes that somebody sent a file.
pub(super) async fn add_use(
    tx: &Tx,
    digest: &str,
    name: &str,
    person: PersonId,
    school: Option<EstablishmentId>,
) -> Result<FileId> {
    let sql = "INSERT INTO atrium_file_use (digest, name, person_id, establishment_id, at) VALUES ($1, $2, $3, $4, $5) \
        RETURNING id";
    let values: [Value; 5] =
        [digest.into(), name.into(), person.0.into(), school.map(|school| school.0).into(), tx.now().0.into()];
    let row = tx.query_one_raw(statement(tx, sql, values)).await?;
    Ok(FileId(row.ok_or_else(|| Error::bug("a row that was just written is gone"))?.try_get("", "id")?))
}

/// Returns one file, and who may read it.
pub(super) async fn find(conn: &impl Connection, id: FileId) -> Result<Option<(Attachment, Readers)>> {
    let sql = format!("SELECT u.person_id, u.owner, {COLUMNS} WHERE u.id = $1");
    let Some(row) = conn.query_one_raw(statement(conn, &sql, [id.0.into()])).await? else { return Ok(None) };
    let attached = row.try_get::<Option<String>>("", "owner")?.zip(row.try_get("", "subject")?);
    let sender = row.try_get::<Option<i64>>("", "person_id")?.map(PersonId);
    Ok(Some((Attachment::of(&row)?, Readers { sender, attached })))
}

pub(super) async fn sent_by(conn: &impl Connection, person: PersonId, ids: &[FileId]) -> Result<Vec<Attachment>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // Numbers that were parsed, not text.
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    let sql = format!("SELECT {COLUMNS} WHERE u.person_id = $1 AND u.id IN ({})", ids.join(", "));
    conn.query_all_raw(statement(conn, &sql, [person.0.into()])).await?.iter().map(Attachment::of).collect()
}

pub(super) async fn attached(
    conn: &impl Connection,
    owner: &str,
    subjects: &[String],
) -> Result<Vec<(String, Attachment)>> {
    let marks: Vec<_> = (2..subjects.len() + 2).map(|number| format!("${number}")).collect();
    let sql = format!("SELECT {COLUMNS} WHERE u.owner = $1 AND u.subject IN ({}) ORDER BY u.id", marks.join(", "));
    let values = std::iter::once(owner.into()).chain(subjects.iter().map(|subject| subject.as_str().into()));
    let rows = conn.query_all_raw(statement(conn, &sql, values)).await?;
    rows.iter().map(|row| Ok((row.try_get("", "subject")?, Attachment::of(row)?))).collect()
}

/// Attaches a file that its sender has not attached yet; returns `false` if there is no such file.
pub(super) async fn attach(tx: &Tx, id: FileId, sender: PersonId, owner: &str, subject: &str) -> Result<bool> {
    let sql =
        "UPDATE atrium_file_use SET owner = $1, subject = $2 WHERE id = $3 AND person_id = $4 AND subject IS NULL";
    Ok(change(tx, sql, [owner.into(), subject.into(), id.0.into(), sender.0.into()]).await? == 1)
}

pub(super) async fn detach(tx: &Tx, owner: &str, subject: &str, id: FileId) -> Result<bool> {
    let sql = "DELETE FROM atrium_file_use WHERE id = $1 AND owner = $2 AND subject = $3";
    Ok(change(tx, sql, [id.0.into(), owner.into(), subject.into()]).await? == 1)
}

/// Returns how many files a person has sent and not attached.
pub(super) async fn loose_of(conn: &impl Connection, person: PersonId) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS n FROM atrium_file_use WHERE person_id = $1 AND subject IS NULL";
    let row = conn.query_one_raw(statement(conn, sql, [person.0.into()])).await?;
    row.map_or(Ok(0), |row| Ok(row.try_get("", "n")?))
}

/// Returns how many bytes the people of a school have sent.
pub(super) async fn sum_of(conn: &impl Connection, school: EstablishmentId) -> Result<u64> {
    let sql = "SELECT CAST(COALESCE(SUM(f.size), 0) AS BIGINT) AS n FROM atrium_file_use u \
        JOIN atrium_file f ON f.digest = u.digest WHERE u.establishment_id = $1";
    let row = conn.query_one_raw(statement(conn, sql, [school.0.into()])).await?;
    row.map_or(Ok(0), |row| Ok(u64::try_from(row.try_get::<i64>("", "n")?).unwrap_or_default()))
}

/// Forgets files that were sent before an instant and not attached, `most` at most.
pub(super) async fn forget_loose(tx: &Tx, before: Timestamp, most: u64) -> Result<u64> {
    let sql = format!(
        "DELETE FROM atrium_file_use WHERE id IN (SELECT id FROM atrium_file_use WHERE subject IS NULL AND at < $1 \
         ORDER BY at LIMIT {most}) AND subject IS NULL"
    );
    change(tx, &sql, [before.0.into()]).await
}

/// What is kept of a content that stands nowhere.
pub(super) struct Unused {
    pub(super) digest: String,
    pub(super) object: String,
    pub(super) has_small: bool,
}

/// Returns what was sent last before an instant and stands nowhere, `most` at most.
pub(super) async fn unused(conn: &impl Connection, before: Timestamp, most: u64) -> Result<Vec<Unused>> {
    let sql = format!(
        "SELECT digest, object, small FROM atrium_file f WHERE at < $1 \
         AND NOT EXISTS (SELECT 1 FROM atrium_file_use u WHERE u.digest = f.digest) ORDER BY at LIMIT {most}"
    );
    let of = |row: &QueryResult| {
        Ok(Unused {
            digest: row.try_get("", "digest")?,
            object: row.try_get("", "object")?,
            has_small: row.try_get::<Option<i64>>("", "small")?.is_some(),
        })
    };
    conn.query_all_raw(statement(conn, &sql, [before.0.into()])).await?.iter().map(of).collect()
}

/// Forgets such a content; returns `false` if somebody sent it again meanwhile.
pub(super) async fn forget(tx: &Tx, digest: &str, before: Timestamp) -> Result<bool> {
    // Sending it again raises its instant under the row's lock, before its use is written.
    let sql = "DELETE FROM atrium_file WHERE digest = $1 AND at < $2 \
        AND NOT EXISTS (SELECT 1 FROM atrium_file_use u WHERE u.digest = $1)";
    Ok(change(tx, sql, [digest.into(), before.0.into()]).await? == 1)
}

/// Returns `true` if a name in the store is that of a row.
pub(super) async fn is_known(conn: &impl Connection, object: &str) -> Result<bool> {
    let found = statement(conn, "SELECT 1 FROM atrium_file WHERE object = $1", [object.into()]);
    Ok(conn.query_one_raw(found).await?.is_some())
}
