//! What the platform and its plugins keep about a person: handed over on request, and erased.
//!
//! Each owner of tables says what is in them and removes it, in one transaction for all. What stays, and why, is said in
//! `privacy-{plugin}` of the translations and in the guide's page on retention.

mod core_data;
mod requests;

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, Statement, Value as Bound};
use serde_json::{Map, Value, json};

use crate::access::actions::require_other_admin;
use crate::access::permissions::PRIVACY_HANDLE;
use crate::access::{Access, Actor, PLATFORM_ADMIN, Scope, require_not_above, store as access_store};
use crate::audit::parse_reason;
use crate::credentials;
use crate::db::{Connection, Db, Tx};
use crate::directory::{self, PersonId, PersonStatus};
use crate::error::{Error, Result};
use crate::events::{Act, EventKind};

use core_data::CoreData;
pub use requests::{ErasureRequest, ErasureRequests};

/// What is kept about a person was handed over.
pub(crate) const PERSON_EXPORTED: EventKind = EventKind::new("core.person.exported");
/// A person was erased.
pub(crate) const PERSON_ERASED: EventKind = EventKind::new("core.person.erased");

/// A person asked to be erased.
pub(crate) const ERASURE_ASKED: EventKind = EventKind::new("core.person.erasure_asked");
/// A person took back that they asked to be erased.
pub(crate) const ERASURE_WITHDRAWN: EventKind = EventKind::new("core.person.erasure_withdrawn");

/// What one owner of tables keeps about people.
#[async_trait]
pub trait PersonalData: Send + Sync + 'static {
    /// Returns what is kept about a person, as one JSON value that the person can read.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn export(&self, db: &Db, person: PersonId) -> Result<Value>;

    /// Removes in `tx` what is kept about a person, or the person from what is kept, and returns the number of rows that
    /// changed. The person's name is gone already: what shows it shows another.
    ///
    /// # Errors
    /// Returns an error if the database fails; then no row is changed.
    async fn erase(&self, tx: &Tx, person: PersonId) -> Result<u64>;
}

/// Personal data that is no more than rows: what statements find of a person, and what statements remove.
///
/// ```
/// use atrium_platform::privacy::{KeptPart, KeptRows};
///
/// const READING: KeptRows = KeptRows::new(
///     &[KeptPart::new("read", "SELECT title, at FROM atrium_shelf_read WHERE person_id = $1", &["title"], &["at"])],
///     &["DELETE FROM atrium_shelf_read WHERE person_id = $1"],
/// );
/// ```
#[derive(Clone, Copy, Debug)]
pub struct KeptRows {
    parts: &'static [KeptPart],
    erasing: &'static [&'static str],
}

/// A part of the export, with the query that finds it. Instants are milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub struct KeptPart {
    name: &'static str,
    sql: &'static str,
    texts: &'static [&'static str],
    numbers: &'static [&'static str],
}

impl KeptRows {
    /// Creates it from the parts of the export, and the statements that erase. In each of them `$1` is the person.
    #[must_use]
    pub const fn new(parts: &'static [KeptPart], erasing: &'static [&'static str]) -> Self {
        Self { parts, erasing }
    }
}

impl KeptPart {
    /// Creates the part `name` from a query, with its columns of text and of numbers.
    #[must_use]
    pub const fn new(
        name: &'static str,
        sql: &'static str,
        texts: &'static [&'static str],
        numbers: &'static [&'static str],
    ) -> Self {
        Self { name, sql, texts, numbers }
    }
}

#[async_trait]
impl PersonalData for KeptRows {
    async fn export(&self, db: &Db, person: PersonId) -> Result<Value> {
        let mut document = Map::new();
        for KeptPart { name, sql, texts, numbers } in self.parts {
            document.insert((*name).to_owned(), rows_about(db, sql, (texts, numbers), person).await?);
        }
        Ok(Value::Object(document))
    }

    async fn erase(&self, tx: &Tx, person: PersonId) -> Result<u64> {
        let mut changed = 0;
        for sql in self.erasing {
            changed += change_about(tx, sql, person).await?;
        }
        Ok(changed)
    }
}

/// Everybody who keeps personal data, by id: core first, then the plugins.
#[derive(Clone)]
pub(crate) struct Privacy(Arc<[(&'static str, Arc<dyn PersonalData>)]>);

impl Privacy {
    pub(crate) fn new(plugins: impl IntoIterator<Item = (&'static str, Arc<dyn PersonalData>)>) -> Self {
        let core: (&'static str, Arc<dyn PersonalData>) = ("core", Arc::new(CoreData));
        Self(std::iter::once(core).chain(plugins).collect())
    }

    /// Returns who keeps personal data.
    pub(crate) fn owners(&self) -> Vec<&'static str> {
        self.0.iter().map(|(owner, _)| *owner).collect()
    }

    /// Returns everything that is kept about a person, by owner, for themselves or for those who handle such requests;
    /// that somebody asked is recorded.
    pub(crate) async fn export(&self, access: &Access, actor: &Actor, person: PersonId) -> Result<Value> {
        let db = access.db();
        require(access, actor, person).await?;
        let mut document = Map::new();
        document.insert("person".to_owned(), json!(person));
        document.insert("exported_at".to_owned(), json!(db.now().to_rfc3339()));
        for (owner, data) in self.0.iter() {
            document.insert((*owner).to_owned(), data.export(db, person).await?);
        }
        let tx = db.begin().await?;
        tx.record(Act::new(actor, PERSON_EXPORTED).on(format!("person:{person}"))).await?;
        tx.commit().await?;
        Ok(Value::Object(document))
    }

    /// Erases a person: their name, their account and what everybody keeps about them.
    pub(crate) async fn erase(&self, access: &Access, actor: &Actor, person: PersonId, reason: &str) -> Result<()> {
        let reason = parse_reason(reason)?;
        actor.require(PRIVACY_HANDLE, Scope::Platform)?;
        if actor.person() == Some(person) {
            return Err(Error::forbidden("erasing oneself"));
        }
        let tx = access.db().begin().await?;
        access_store::lock_policy(&tx).await?;
        let row = directory::store::person(&tx, person).await?;
        if row.status == PersonStatus::Erased {
            return Err(Error::conflict(format!("person {person} is erased")));
        }
        let rights = access.rights_in(&tx, person).await?;
        require_not_above(actor, &rights)?;
        if rights.holds_role(PLATFORM_ADMIN, Scope::Platform, tx.now()) {
            require_other_admin(&tx, person).await?;
        }
        for (_, data) in self.0.iter() {
            data.erase(&tx, person).await?;
        }
        // After the account is closed: a session opened meanwhile has waited for the row, or is among these.
        credentials::end_all(&tx, person).await?;
        tx.record(Act::new(actor, PERSON_ERASED).on(format!("person:{person}")).because(reason)).await?;
        tx.commit().await
    }
}

/// Passes for the person themselves, and for those who handle such requests and are not below the person.
async fn require(access: &Access, actor: &Actor, person: PersonId) -> Result<()> {
    directory::store::person(access.db(), person).await.map_err(|error| {
        let hidden = error.is_not_found() && !actor.may(PRIVACY_HANDLE, Scope::Platform);
        if hidden { Error::forbidden(PRIVACY_HANDLE) } else { error }
    })?;
    if actor.person() == Some(person) {
        return Ok(());
    }
    actor.require(PRIVACY_HANDLE, Scope::Platform)?;
    let target = access.actor_for(person, actor.via()).await?;
    require_not_above(actor, target.rights())
}

/// Returns the rows that a query finds about a person, bound as `$1`, as JSON objects by column. A text column comes as a
/// text, a number as a number; the query gives each of its columns as one of both.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn rows_about(
    conn: &impl Connection,
    sql: &str,
    (texts, numbers): (&[&str], &[&str]),
    person: PersonId,
) -> Result<Value> {
    let found = Statement::from_sql_and_values(conn.get_database_backend(), sql, [Bound::from(person.0)]);
    let mut rows = Vec::new();
    for row in conn.query_all_raw(found).await? {
        let mut object = Map::new();
        for name in texts {
            object.insert((*name).to_owned(), json!(row.try_get::<Option<String>>("", name)?));
        }
        for name in numbers {
            object.insert((*name).to_owned(), json!(row.try_get::<Option<i64>>("", name)?));
        }
        rows.push(Value::Object(object));
    }
    Ok(Value::Array(rows))
}

/// Runs a statement about a person, bound as `$1`, and returns the number of rows it changed.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn change_about(tx: &Tx, sql: &str, person: PersonId) -> Result<u64> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [Bound::from(person.0)]);
    Ok(tx.execute_raw(statement).await?.rows_affected())
}
