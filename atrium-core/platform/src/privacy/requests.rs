//! Requests to be erased: made and taken back by the person, answered by those who handle personal data.

use sea_orm::{ConnectionTrait, Statement};

use super::{ERASURE_ASKED, ERASURE_WITHDRAWN};
use crate::access::permissions::PRIVACY_HANDLE;
use crate::access::{Actor, Scope};
use crate::clock::Timestamp;
use crate::db::Db;
use crate::directory::PersonId;
use crate::error::Result;
use crate::events::Act;

/// The most requests of a list. More wait until some of these are answered.
const MOST: u64 = 200;

/// A request to be erased, which waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErasureRequest {
    /// Who asks.
    pub person: PersonId,
    /// When they asked first.
    pub asked_at: Timestamp,
}

/// Requests to be erased.
#[derive(Clone, Debug)]
pub struct ErasureRequests(Db);

impl ErasureRequests {
    /// Returns those of a database.
    #[must_use]
    pub fn of(db: &Db) -> Self {
        Self(db.clone())
    }

    /// Asks that the actor be erased. Asking again changes nothing.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, or an error if the database fails.
    pub async fn ask(&self, actor: &Actor) -> Result<()> {
        let person = actor.require_person()?;
        let tx = self.0.begin().await?;
        let sql = "INSERT INTO atrium_erasure_request (person_id, asked_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let values = [person.0.into(), tx.now().0.into()];
        let asked = tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        if asked.rows_affected() > 0 {
            tx.record(Act::new(actor, ERASURE_ASKED).on(format!("person:{person}"))).await?;
        }
        tx.commit().await
    }

    /// Takes the actor's request back, if there is one.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, or an error if the database fails.
    pub async fn withdraw(&self, actor: &Actor) -> Result<()> {
        let person = actor.require_person()?;
        let tx = self.0.begin().await?;
        if super::change_about(&tx, "DELETE FROM atrium_erasure_request WHERE person_id = $1", person).await? > 0 {
            tx.record(Act::new(actor, ERASURE_WITHDRAWN).on(format!("person:{person}"))).await?;
        }
        tx.commit().await
    }

    /// Returns when the actor asked to be erased, if they did.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, or an error if the database fails.
    pub async fn own(&self, actor: &Actor) -> Result<Option<Timestamp>> {
        let person = actor.require_person()?;
        let sql = "SELECT person_id, asked_at FROM atrium_erasure_request WHERE person_id = $1";
        let own = Statement::from_sql_and_values(self.0.get_database_backend(), sql, [person.0.into()]);
        Ok(self.read(own).await?.first().map(|request| request.asked_at))
    }

    /// Returns the requests that wait, the oldest first, at most two hundred.
    ///
    /// # Errors
    /// Returns `is_forbidden` without the permission, or an error if the database fails.
    pub async fn waiting(&self, actor: &Actor) -> Result<Vec<ErasureRequest>> {
        actor.require(PRIVACY_HANDLE, Scope::Platform)?;
        let sql =
            format!("SELECT person_id, asked_at FROM atrium_erasure_request ORDER BY asked_at, person_id LIMIT {MOST}");
        self.read(Statement::from_string(self.0.get_database_backend(), sql)).await
    }

    async fn read(&self, found: Statement) -> Result<Vec<ErasureRequest>> {
        let rows = self.0.query_all_raw(found).await?;
        let request = |row: &sea_orm::QueryResult| {
            let person = PersonId(row.try_get("", "person_id")?);
            Ok(ErasureRequest { person, asked_at: Timestamp(row.try_get("", "asked_at")?) })
        };
        rows.iter().map(request).collect()
    }
}
