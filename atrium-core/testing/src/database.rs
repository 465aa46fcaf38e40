//! A fresh, migrated database per test, on SQLite or on PostgreSQL.

use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;

use super::ROLES;
use atrium_platform::access::{Access, Actor, Permissions, RoleDef, Via, core_permissions};
use atrium_platform::clock::{Clock, Timestamp};
use atrium_platform::db::{Db, Migrator, Pools, Tx, core_migrator, migrate_with_lock};
use atrium_platform::events::{self, Act, Event, EventKind, Position};

/// The variable that names a PostgreSQL server to create databases on: `postgres://user@host/postgres`.
const POSTGRES_URL: &str = "ATRIUM_TEST_POSTGRES_URL";

/// The pause between two looks for readable events.
const SETTLING: Duration = Duration::from_millis(5);

/// A database of a single test: a SQLite file in a temporary directory, or a new database on the server that
/// `ATRIUM_TEST_POSTGRES_URL` names. It is removed when dropped.
///
/// Its clock stays at noon UTC on 2026-03-16 until it is set.
#[derive(Debug)]
pub struct TestDatabase {
    db: Db,
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Directory { _dir: TempDir },
    Server { server: String, name: String },
}

/// Appends an event of any kind that no act wrote, for tests of consumers.
///
/// # Panics
/// Panics if the database fails.
pub async fn append(tx: &Tx, kind: &'static str, subject: impl Into<String>) {
    let kind: EventKind = EventKind::new(kind).outbox_only();
    let system = Actor::system(Via::System, tx.now());
    tx.record(Act::new(&system, kind).on(subject)).await.expect("an event is appended");
}

static NEXT: AtomicU64 = AtomicU64::new(0);

impl TestDatabase {
    /// The first instant of the clock.
    pub const NOON: Timestamp = Timestamp(1_773_662_400_000);

    /// Creates a database with core's tables.
    pub async fn new() -> Self {
        Self::with_migrations([]).await
    }

    /// Creates a database with core's tables and those of `plugins`.
    pub async fn with_migrations(plugins: impl IntoIterator<Item = Migrator>) -> Self {
        let (url, place) = match std::env::var(POSTGRES_URL) {
            Ok(server) => on_server(server).await,
            Err(_) => in_directory(),
        };
        let db = Db::connect(&url, Pools { readers: 4, durable: false }, Clock::fixed(Self::NOON))
            .await
            .expect("a fresh database opens");
        let migrators: Vec<_> = [core_migrator()].into_iter().chain(plugins).collect();
        migrate_with_lock(&db, &migrators).await.expect("migrations apply to an empty database");
        Self { db, url, place }
    }

    /// Returns the database handle, which `&TestDatabase` dereferences to.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Returns the URL, for a second node on the same data.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns a second handle with pools of its own and the same clock, as another node would have.
    pub async fn second_node(&self) -> Db {
        let pools = Pools { readers: 2, durable: false };
        Db::connect(&self.url, pools, self.db.clock().clone()).await.expect("the database opens a second time")
    }

    /// Sets the clock.
    pub fn set_now(&self, at: Timestamp) {
        self.db.clock().set(at);
    }

    /// Returns every event committed so far, in order. On PostgreSQL it waits until every older transaction of the
    /// server has ended, those of other tests included.
    pub async fn events(&self) -> Vec<Event> {
        let newest = events::newest(&self.db).await.expect("the outbox is read");
        while events::head(&self.db).await.expect("the outbox is read") < newest {
            tokio::time::sleep(SETTLING).await;
        }
        events::read_after(&self.db, Position::default(), u64::from(u32::MAX)).await.expect("the outbox is read")
    }

    /// Creates the loader of rights, with core's permissions and the roles of core and of [`ROLES`] in place.
    pub async fn access(&self) -> Access {
        self.access_with([]).await
    }

    /// Creates the loader of rights with the permissions of plugins too.
    pub async fn access_with(
        &self,
        plugins: impl IntoIterator<Item = atrium_platform::access::PermissionDef>,
    ) -> Access {
        let roles = RoleDef::parse("roles.toml", ROLES).expect("roles of tests");
        let definitions = core_permissions().into_iter().chain(plugins);
        let permissions = Permissions::with_roles(definitions, roles).expect("permissions are sound");
        Access::open_on(self.db.clone(), permissions).await.expect("built-in roles are written")
    }
}

impl Deref for TestDatabase {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

fn in_directory() -> (String, Place) {
    let dir = TempDir::new().expect("a temporary directory");
    let url = format!("sqlite://{}", dir.path().join("test.sqlite").display());
    (url, Place::Directory { _dir: dir })
}

async fn on_server(server: String) -> (String, Place) {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("atrium_test_{}_{number}", std::process::id());
    let admin = Database::connect(&server).await.expect("the PostgreSQL server of the tests answers");
    admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.expect("databases drop");
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("databases can be made");
    admin.close().await.expect("the connection closes");
    let mut url = url::Url::parse(&server).expect("the server's address is a URL");
    url.set_path(&name);
    (url.into(), Place::Server { server, name })
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Place::Server { server, name } = &self.place else { return };
        let (server, name) = (server.clone(), name.clone());
        // Tests end inside their own runtime, which must not block: another thread waits for the server.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let Ok(admin) = Database::connect(&server).await else { return };
                // A database left behind costs disk, not a test.
                let _ = admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
                let _ = admin.close().await;
            });
        });
        let _ = dropped.join();
    }
}
