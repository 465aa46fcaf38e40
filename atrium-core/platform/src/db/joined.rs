//! A transaction of the host's that carries what actions write: their rows, audit records and events are committed with
//! the host's own rows, or not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement, TransactionTrait};

use super::{Db, horizon};
use crate::error::{Error, Result};

/// A host's transaction that actions write in.
///
/// ```
/// use atrium_platform::access::Access;
/// use atrium_platform::directory::actions::*;
/// use sea_orm::{ConnectionTrait, TransactionTrait};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # let url = format!("sqlite://{}", dir.path().join("host.sqlite").display());
/// # let access = Access::open(&url).await?;
/// # access.db().writer().execute_unprepared("CREATE TABLE badge (person BIGINT NOT NULL)").await?;
/// # let pool = access.db().writer().clone();
/// let joined = access.db().join(pool.begin().await?).await?;
/// let new = NewPerson::new(Place::Region, "Ana", "Ruiz");
/// let ana = joined.run(access.directory().create_person(&access.operator(), new)).await?;
/// joined.connection().execute_unprepared(&format!("INSERT INTO badge VALUES ({ana})")).await?;
/// joined.commit().await?; // the person, the record, the event and the badge, or none of them
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Joined {
    host: Arc<DatabaseTransaction>,
    db: Db,
    rings: Arc<AtomicBool>,
}

/// The host's transaction of the running task.
#[derive(Clone)]
struct Carrier {
    host: Arc<DatabaseTransaction>,
    db: Db,
    rings: Arc<AtomicBool>,
}

tokio::task_local! {
    static CARRIER: Carrier;
}

impl Db {
    /// Joins a transaction that the host has begun on this database, by the same pool or another one. Joining is its
    /// first act: before the host's own writes on PostgreSQL, and before its reads on SQLite, where transactions are best
    /// begun with `BEGIN IMMEDIATE` (`SqliteTransactionMode::Immediate`).
    ///
    /// # Errors
    /// Returns an error if the transaction is not on a database of the platform, has written already (on PostgreSQL), or
    /// cannot write (on SQLite, while another writes).
    pub async fn join(&self, tx: DatabaseTransaction) -> Result<Joined> {
        if tx.get_database_backend() != self.get_database_backend() {
            return Err(Error::bug("the host's transaction is on another kind of database"));
        }
        if self.is_postgres() {
            // Events are read in the order of transaction numbers: one that has a number already may be behind a reader.
            let sql = "SELECT pg_current_xact_id_if_assigned() IS NULL AS is_new, to_regclass('atrium_setting') IS NOT NULL AS ours";
            let row = tx.query_one_raw(Statement::from_string(tx.get_database_backend(), sql)).await?;
            let row = row.ok_or_else(|| Error::bug("a question without an answer"))?;
            if !row.try_get::<bool>("", "ours")? {
                return Err(Error::bug("the host's transaction is on a database without the platform's tables"));
            }
            if !row.try_get::<bool>("", "is_new")? {
                return Err(Error::bug("the host's transaction has written already: join it before its first write"));
            }
            horizon::announce(&tx).await?;
        } else {
            // Takes the writer's place now, before any work that a failure would lose.
            tx.execute_unprepared("UPDATE atrium_setting SET value = value WHERE 0").await?;
        }
        Ok(Joined { host: Arc::new(tx), db: self.clone(), rings: Arc::default() })
    }
}

impl Joined {
    /// Runs actions, one after another, so that they write in the host's transaction. What one of them refuses is rolled
    /// back alone. Reads outside of an action's own transaction do not see what is not committed.
    ///
    /// # Errors
    /// Returns the error of `acts`.
    pub async fn run<T>(&self, acts: impl Future<Output = Result<T>>) -> Result<T> {
        let carrier = Carrier { host: self.host.clone(), db: self.db.clone(), rings: self.rings.clone() };
        CARRIER.scope(carrier, acts).await
    }

    /// Returns the transaction, for the host's own statements.
    #[must_use]
    pub fn connection(&self) -> &DatabaseTransaction {
        &self.host
    }

    /// Commits everything, and wakes the event consumers if actions appended events.
    ///
    /// # Errors
    /// Returns an error if an action is still under way or the database refuses the commit.
    pub async fn commit(self) -> Result<()> {
        let Self { host, db, rings } = self;
        own(host)?.commit().await?;
        if rings.load(Ordering::SeqCst) {
            db.notify();
        }
        Ok(())
    }

    /// Rolls everything back. Dropping does the same, later.
    ///
    /// # Errors
    /// Returns an error if an action is still under way or the connection is lost.
    pub async fn rollback(self) -> Result<()> {
        Ok(own(self.host)?.rollback().await?)
    }
}

fn own(host: Arc<DatabaseTransaction>) -> Result<DatabaseTransaction> {
    Arc::try_unwrap(host).map_err(|_| Error::bug("an action of the host's transaction is still under way"))
}

/// Begins an action's part of the host's transaction, if the running task has one on `db`.
pub(super) async fn begin(db: &Db) -> Option<Result<(DatabaseTransaction, Arc<AtomicBool>), DbErr>> {
    let carrier = CARRIER.try_with(Clone::clone).ok()?;
    if !Arc::ptr_eq(&carrier.db.0, &db.0) {
        return None;
    }
    Some(carrier.host.begin().await.map(|part| (part, carrier.rings)))
}
