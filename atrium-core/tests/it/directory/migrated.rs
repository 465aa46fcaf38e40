//! What migrations make of the rows of the directory that are there.

use atrium_core::clock::Clock;
use atrium_core::db::{Db, Pools, core_migrator};
use atrium_core::testing::TestDatabase;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sea_orm_migration::MigratorTraitSelf;

/// Returns an empty database, with core's migrations before `first` applied.
async fn before(first: &str, database: &TestDatabase, folder: &std::path::Path) -> Db {
    let url = match database.db().get_database_backend() {
        DbBackend::Postgres => {
            database.writer().execute_unprepared("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await.unwrap();
            database.url().to_owned()
        }
        _ => format!("sqlite://{}", folder.join("older.sqlite").display()),
    };
    let pools = Pools { readers: 2, durable: false };
    let db = Db::connect(&url, pools, Clock::fixed(TestDatabase::NOON)).await.unwrap();
    let migrator = core_migrator();
    let steps = migrator.migrations().iter().position(|migration| migration.name() == first).unwrap();
    migrator.up(db.writer(), Some(u32::try_from(steps).unwrap())).await.unwrap();
    db
}

async fn run(db: &Db, statements: &[&str]) {
    for sql in statements {
        db.writer().execute_unprepared(sql).await.unwrap();
    }
}

/// Returns the rows of `sql`, one text each.
async fn rows(db: &Db, sql: &str) -> Vec<String> {
    let asked = Statement::from_string(db.get_database_backend(), sql.to_owned());
    let found = db.writer().query_all_raw(asked).await.unwrap();
    found.iter().map(|row| row.try_get("", "row").unwrap()).collect()
}

const OLDER: [&str; 6] = [
    "INSERT INTO atrium_establishment (id, uai, name, name_folded, kind, city, source, created_at) \
     VALUES (1, '0139101X', 'Lycée', 'lycee', 'lycee', 'Marseille', 'manual', 1)",
    "INSERT INTO atrium_person (id, external_id, display_name, given_name, family_name, sort_name, locale, status, source, \
     epoch, created_at) VALUES (1, 'host-1', 'Lou', 'Lou', 'Essai', 'essai lou', 'fr', 'active', 'host', 1, 5), \
     (2, NULL, 'Ana', 'Ana', 'Essai', 'essai ana', 'fr', 'active', 'manual', 1, 6), \
     (3, 'be1d-3', 'Zoé', 'Zoé', 'Essai', 'essai zoe', 'fr', 'active', 'be1d', 1, 7)",
    "INSERT INTO atrium_membership (id, person_id, establishment_id, profile, source, valid_from, valid_until) \
     VALUES (41, 1, 1, 'student', 'host', 3, 900), (42, 2, 1, 'teacher', 'manual', NULL, NULL)",
    "INSERT INTO atrium_group (id, establishment_id, kind, name, source) VALUES (9, 1, 'class', '2nde 3', 'host')",
    "INSERT INTO atrium_group_member (group_id, person_id, source) VALUES (9, 1, 'host')",
    "INSERT INTO atrium_guardian (guardian_id, child_id, source) VALUES (2, 1, 'manual')",
];

#[tokio::test]
async fn external_keys_become_identities_and_places_keep_their_numbers() {
    let (database, folder) = (TestDatabase::new().await, tempfile::tempdir().unwrap());
    let db = before("m0070_identities", &database, folder.path()).await;
    run(&db, &OLDER).await;
    core_migrator().apply(&db).await.unwrap();

    let identities = "SELECT issuer || '/' || subject || '/' || person_id || '/' || source || '/' || created_at AS row \
                      FROM atrium_identity ORDER BY id";
    assert_eq!(rows(&db, identities).await, ["external/host-1/1/host/5", "external/be1d-3/3/be1d/7"]);
    let places = "SELECT id || '/' || person_id || '/' || profile || '/' || source || '/' || \
                  COALESCE(CAST(valid_until AS TEXT), '-') AS row FROM atrium_membership ORDER BY id";
    assert_eq!(rows(&db, places).await, ["41/1/student/host/900", "42/2/teacher/manual/-"]);
    let members = "SELECT group_id || '/' || person_id || '/' || source AS row FROM atrium_group_member";
    assert_eq!(rows(&db, members).await, ["9/1/host"]);
    let guardians = "SELECT guardian_id || '/' || child_id || '/' || source AS row FROM atrium_guardian";
    assert_eq!(rows(&db, guardians).await, ["2/1/manual"]);

    run(
        &db,
        &["INSERT INTO atrium_membership (person_id, establishment_id, profile, source) VALUES (1, 1, 'student', 'be1d')"],
    )
    .await;
    let newest = "SELECT CAST(max(id) AS TEXT) AS row FROM atrium_membership";
    assert_eq!(rows(&db, newest).await, ["43"], "numbers go on after the copied ones");
}
