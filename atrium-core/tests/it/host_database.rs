//! A database of the host's: its pool, and its transactions.

use atrium_core::access::{Access, Permissions, Scope, core_permissions};
use atrium_core::clock::Clock;
use atrium_core::config::Settings;
use atrium_core::db::Db;
use atrium_core::directory::actions::{NewPerson, Place};
use atrium_core::directory::{self, PersonId};
use atrium_core::plugin::Severity;
use atrium_core::testing::TestDatabase;
use atrium_core::{Platform, access::Actor, access::Via};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement, TransactionTrait};
use std::time::Duration;
use tempfile::TempDir;

/// Returns a pool as a host would open it.
async fn pool(database: &TestDatabase) -> DatabaseConnection {
    let mut options = ConnectOptions::new(database.url());
    options.max_connections(6).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

async fn count(conn: &impl ConnectionTrait, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) AS n FROM {table}");
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await;
    row.unwrap().unwrap().try_get("", "n").unwrap()
}

fn ana() -> NewPerson {
    NewPerson::new(Place::Region, "Ana", "Ruiz")
}

struct Host {
    database: TestDatabase,
    pool: DatabaseConnection,
    access: Access,
}

impl Host {
    async fn new() -> Self {
        let database = TestDatabase::new().await;
        let pool = pool(&database).await;
        pool.execute_unprepared("CREATE TABLE badge (person BIGINT NOT NULL)").await.unwrap();
        let db = Db::over(pool.clone(), database.db().clock().clone()).await.unwrap();
        let permissions = Permissions::new(core_permissions()).unwrap();
        let access = Access::open_on(db, permissions).await.unwrap();
        Self { database, pool, access }
    }

    async fn people(&self) -> (i64, i64, i64, i64) {
        let db = self.database.db();
        (
            count(db, "atrium_person").await,
            count(db, "atrium_audit").await,
            count(db, "atrium_outbox").await,
            count(db, "badge").await,
        )
    }

    async fn badge(&self, conn: &impl ConnectionTrait, person: PersonId) {
        conn.execute_unprepared(&format!("INSERT INTO badge VALUES ({person})")).await.unwrap();
    }
}

#[tokio::test]
async fn a_hosts_pool_reads_and_writes_and_stays_open() {
    let host = Host::new().await;
    let person = host.access.directory().create_person(&host.access.operator(), ana()).await.unwrap();
    assert_eq!(directory::person(host.database.db(), person).await.unwrap().display_name, "Ana Ruiz");
    let actor = host.access.actor_for(person, Via::Api).await.unwrap();
    assert!(!actor.rights().is_everything());
    host.access.db().clone().close().await.unwrap();
    assert_eq!(count(&host.pool, "badge").await, 0, "the host’s pool still answers");
}

#[tokio::test]
async fn the_builder_takes_a_hosts_pool() {
    let database = TestDatabase::new().await;
    let dir = TempDir::new().unwrap();
    let settings = Settings::default().data_dir(dir.path().join("data"));
    let pool = pool(&database).await;
    let platform = Platform::builder().settings(settings).database(pool.clone()).build().await.unwrap();
    platform.directory().create_person(&platform.operator(), ana()).await.unwrap();
    platform.stop().await.unwrap();
    assert_eq!(count(&pool, "atrium_person").await, 1);
    assert!(!dir.path().join("data/atrium.sqlite").exists(), "no database of our own was made");
}

#[tokio::test]
async fn looking_for_what_is_wrong_and_backups_take_the_hosts_database() {
    let database = TestDatabase::new().await;
    let dir = TempDir::new().unwrap();
    let settings = Settings::default().data_dir(dir.path().join("data"));
    let pool = pool(&database).await;
    let builder = || Platform::builder().settings(settings.clone()).database(pool.clone());
    let platform = builder().build().await.unwrap();
    platform.directory().create_person(&platform.operator(), ana()).await.unwrap();
    let findings = builder().examine().await;
    assert!(findings.iter().all(|finding| finding.severity != Severity::Failure), "{findings:?}");
    assert!(findings.iter().any(|finding| finding.message.contains("answers")), "{findings:?}");
    let copy = dir.path().join("copy");
    let backed_up = builder().back_up(&copy).await;
    if pool.get_database_backend() == sea_orm::DbBackend::Postgres {
        assert!(backed_up.unwrap_err().to_string().contains("not SQLite"));
    } else {
        backed_up.unwrap();
        let copied = Database::connect(format!("sqlite://{}", copy.join("atrium.sqlite").display())).await.unwrap();
        assert_eq!(count(&copied, "atrium_person").await, 1);
        copied.close().await.unwrap();
    }
    platform.stop().await.unwrap();
    assert_eq!(count(&pool, "atrium_person").await, 1, "the host’s pool still answers");
}

#[tokio::test]
async fn a_hosts_transaction_carries_what_an_action_writes() {
    let host = Host::new().await;
    let before = host.people().await;
    let joined = host.access.db().join(host.pool.begin().await.unwrap()).await.unwrap();
    let person = joined.run(host.access.directory().create_person(&host.access.operator(), ana())).await.unwrap();
    host.badge(joined.connection(), person).await;
    assert_eq!(host.people().await, before, "nothing is there before the commit");
    joined.commit().await.unwrap();
    assert_eq!(host.people().await, (before.0 + 1, before.1 + 1, before.2 + 1, 1));
    let events = host.database.events().await;
    assert_eq!(events.last().unwrap().subject, format!("person:{person}"));
}

#[tokio::test]
async fn a_hosts_rollback_takes_the_action_back() {
    let host = Host::new().await;
    let before = host.people().await;
    for dropped in [false, true] {
        let joined = host.access.db().join(host.pool.begin().await.unwrap()).await.unwrap();
        let person = joined.run(host.access.directory().create_person(&host.access.operator(), ana())).await.unwrap();
        host.badge(joined.connection(), person).await;
        if dropped {
            drop(joined);
        } else {
            joined.rollback().await.unwrap();
        }
        assert_eq!(host.people().await, before);
    }
    host.access.directory().create_person(&host.access.operator(), ana()).await.unwrap();
}

#[tokio::test]
async fn what_an_action_refuses_leaves_the_hosts_transaction_usable() {
    let host = Host::new().await;
    let joined = host.access.db().join(host.pool.begin().await.unwrap()).await.unwrap();
    let person = joined.run(host.access.directory().create_person(&host.access.operator(), ana())).await.unwrap();
    let stranger = Actor::anonymous(host.access.db().now());
    assert!(joined.run(host.access.directory().create_person(&stranger, ana())).await.is_err());
    let nameless = NewPerson::new(Place::Region, "", "");
    assert!(
        joined
            .run(host.access.directory().create_person(&host.access.operator(), nameless))
            .await
            .unwrap_err()
            .is_invalid()
    );
    host.badge(joined.connection(), person).await;
    joined.commit().await.unwrap();
    assert_eq!((count(&host.pool, "atrium_person").await, count(&host.pool, "badge").await), (1, 1));
    let alone = host.access.directory().create_person(&host.access.operator(), ana()).await.unwrap();
    assert_ne!(alone, person, "outside of it, actions commit by themselves");
    assert!(!host.access.actor_for(alone, Via::Api).await.unwrap().rights().holds_role(
        "x",
        Scope::Platform,
        host.access.db().now()
    ));
}

#[tokio::test]
async fn a_transaction_that_has_written_is_refused_where_events_are_ordered_by_transactions() {
    let host = Host::new().await;
    let tx = host.pool.begin().await.unwrap();
    tx.execute_unprepared("INSERT INTO badge VALUES (1)").await.unwrap();
    let joined = host.access.db().join(tx).await;
    if host.database.is_postgres() {
        let message = joined.unwrap_err().to_string();
        assert_eq!(message, "the host's transaction has written already: join it before its first write");
    } else {
        joined.unwrap().rollback().await.unwrap();
    }
}

/// Returns the refusal of a SQLite pool.
async fn refused(options: SqliteConnectOptions) -> String {
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    Db::over(pool, Clock::system()).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_pool_that_lacks_what_the_platform_relies_on_is_refused_by_name() {
    let dir = TempDir::new().unwrap();
    let file = |name: &str| SqliteConnectOptions::new().filename(dir.path().join(name)).create_if_missing(true);
    assert_eq!(
        refused(file("a.sqlite").journal_mode(SqliteJournalMode::Delete)).await,
        "the host’s database pool cannot be used: its `journal_mode` is `delete`, in which reading waits for writing: open \
         it with `SqliteJournalMode::Wal`"
    );
    assert_eq!(
        refused(file("b.sqlite").journal_mode(SqliteJournalMode::Wal).foreign_keys(false)).await,
        "the host’s database pool cannot be used: its connections do not check foreign keys: open it with \
         `foreign_keys(true)`"
    );
    assert_eq!(
        refused(file("c.sqlite").journal_mode(SqliteJournalMode::Wal).busy_timeout(Duration::ZERO)).await,
        "the host’s database pool cannot be used: its connections wait 0 milliseconds for another writer: open it with a \
         `busy_timeout` of 1000 or more"
    );
    assert_eq!(
        refused("sqlite::memory:".parse().unwrap()).await,
        "the host’s database pool cannot be used: it is in memory, and the platform reads through connections of its own: \
         open a file"
    );
}

#[tokio::test]
async fn a_small_postgres_pool_is_refused_by_name() {
    let database = TestDatabase::new().await;
    if !database.is_postgres() {
        return;
    }
    let mut options = ConnectOptions::new(database.url());
    options.max_connections(2);
    let pool = Database::connect(options).await.unwrap();
    assert_eq!(
        Db::over(pool, Clock::system()).await.unwrap_err().to_string(),
        "the host’s database pool cannot be used: it has 2 connections: open it with `max_connections` of 4 or more"
    );
}
