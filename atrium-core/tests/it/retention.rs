//! Growing tables lose their old rows in small steps, by one node at a time, and every table has a stated bound.

use std::collections::BTreeSet;
use std::path::Path;

use atrium_core::Atrium;
use atrium_core::clock::Timestamp;
use atrium_core::config::Settings;
use atrium_core::events::OldEvents;
use atrium_core::jobs::{Job, Pruning, Step};
use atrium_core::testing::{TestDatabase, TestSite, append};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

const NOW: Timestamp = TestDatabase::NOON;

async fn run(db: &TestDatabase, sql: &str) {
    db.writer().execute_unprepared(sql).await.unwrap();
}

async fn count(conn: &impl ConnectionTrait, table: &str) -> i64 {
    let sql = format!("SELECT count(*) AS n FROM {table}");
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await.unwrap();
    row.unwrap().try_get("", "n").unwrap()
}

/// Returns journal records of these ages in days.
fn acts(days: &[i64]) -> String {
    let rows =
        days.iter().map(|days| format!("({}, 'Denis', 'web', 'test', 'test:1', '', '{{}}')", NOW.plus_days(-days).0));
    let rows = rows.collect::<Vec<_>>().join(", ");
    format!("INSERT INTO atrium_audit (at, actor_name, via, action, subject, reason, details) VALUES {rows}")
}

async fn happen(db: &TestDatabase, kind: &'static str) {
    let tx = db.begin().await.unwrap();
    append(&tx, kind, "test:1").await;
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn rows_of_an_age_go_step_by_step_and_younger_ones_stay() {
    let db = TestDatabase::new().await;
    let mut days = vec![400; 1_100];
    // A clock that went back left a young row among old ones, and old rows among young ones.
    days[3] = 10;
    days.extend([300, 1]);
    days.swap(1_000, 1_101);
    run(&db, &acts(&days)).await;
    let journal = Pruning::new("atrium_audit", "id", "at", 365);
    let mut steps = Vec::new();
    loop {
        match journal.step(&db, NOW).await.unwrap() {
            Step::More(rows) => steps.push(rows),
            Step::Done(rows) => break assert_eq!(rows, 0),
        }
    }
    assert_eq!(steps, [500, 500, 99]);
    assert_eq!(count(db.db(), "atrium_audit").await, 3);
    let forever = Pruning::new("atrium_audit", "id", "at", 0).zero_keeps_all();
    assert_eq!(forever.step(&db, NOW).await.unwrap(), Step::Done(0));
}

#[tokio::test]
async fn a_node_forgets_what_each_setting_says_and_tells_how_much() {
    let site = TestSite::new().await;
    let writer = site.atrium().db().writer();
    writer.execute_unprepared(&acts(&[400, 366, 364])).await.unwrap();
    let old = NOW.plus_days(-1).0 - 1;
    let sql = format!(
        "INSERT INTO atrium_login_attempt (key, at) VALUES ('n:a', {old}), ('n:b', {now}); \
         INSERT INTO atrium_pace (what, who, due) VALUES ('posts', 'a', {old}), ('posts', 'b', {now})",
        now = NOW.0
    );
    writer.execute_unprepared(&sql).await.unwrap();
    let acts_before = count(writer, "atrium_audit").await;
    let done = site.run_jobs().await;
    let rows = |name| done.iter().find(|(job, _)| *job == name).map(|(_, rows)| *rows);
    assert_eq!(rows("core.journal"), Some(2));
    assert_eq!(rows("core.login_attempts"), Some(1));
    assert_eq!(rows("core.paces"), Some(1));
    assert_eq!(count(writer, "atrium_audit").await, acts_before - 2);
    let again = site.run_jobs().await;
    assert!(again.iter().all(|(_, rows)| *rows == 0), "{again:?}");
}

#[tokio::test]
async fn doctor_tells_of_a_role_that_may_not_make_tables() {
    let site = TestSite::new().await;
    let writer = site.atrium().db().writer();
    if writer.get_database_backend() != DbBackend::Postgres {
        return;
    }
    let sql = Statement::from_string(DbBackend::Postgres, "SELECT current_schema()::text AS name");
    let schema: String = writer.query_one_raw(sql).await.unwrap().unwrap().try_get("", "name").unwrap();
    let role = format!("modest_{schema}");
    let made = format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {role}; \
         GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {role}"
    );
    writer.execute_unprepared(&made).await.unwrap();
    let mut settings = site.atrium().settings().clone();
    let url = settings.database_url();
    let (_, server) = url.split_once('@').expect("the tests name the role of their server");
    settings.database_url = Some(format!("postgres://{role}@{server}"));
    let findings = Atrium::builder().settings(settings).clock(site.clock().clone()).examine().await;
    let gone = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    writer.execute_unprepared(&gone).await.unwrap();
    let told = format!("GRANT CREATE ON SCHEMA {schema} TO {role}");
    assert!(findings.iter().any(|finding| finding.message.contains(&told)), "{findings:?}");
}

#[tokio::test]
async fn sessions_links_and_browsers_go_once_they_hold_no_longer() {
    let site = TestSite::new().await;
    let db = site.atrium().db();
    let sql = format!(
        "INSERT INTO atrium_person (id, display_name, given_name, family_name, sort_name, locale, status, source, epoch, created_at) \
           VALUES (9001, 'Denis Essai', 'Denis', 'Essai', 'essai denis', 'fr', 'active', 'manual', 1, 0); \
         INSERT INTO atrium_session (token_hash, person_id, created_at, last_seen, expires_at, user_agent, address) \
           VALUES ('a', 9001, 0, 0, {past}, '', ''), ('b', 9001, 0, 0, {coming}, '', ''); \
         INSERT INTO atrium_login_link (token_hash, person_id, purpose, expires_at) \
           VALUES ('a', 9001, 'set_password', {past}), ('b', 9001, 'set_password', {coming}); \
         INSERT INTO atrium_login_device (token_hash, person_id, last_used) \
           VALUES ('a', 9001, {long_ago}), ('b', 9001, {past}); \
         INSERT INTO atrium_api_token (token_hash, person_id, name, reach, areas, created_at, expires_at) \
           VALUES ('a', 9001, 'x', 'read', 'forum', 0, {past}), ('b', 9001, 'x', 'read', 'forum', 0, {coming})",
        past = NOW.0 - 1,
        coming = NOW.0 + 1,
        long_ago = NOW.plus_days(-366).0,
    );
    db.writer().execute_unprepared(&sql).await.unwrap();
    site.run_jobs().await;
    for table in ["atrium_session", "atrium_login_link", "atrium_login_device", "atrium_api_token"] {
        assert_eq!(count(db, table).await, 1, "{table}");
        assert_eq!(count(db, &format!("{table} WHERE token_hash = 'b'")).await, 1, "{table}");
    }
}

async fn stand(db: &TestDatabase, consumer: &str, event: i64, lease_until: i64) {
    let sql = format!(
        "INSERT INTO atrium_consumer (name, xid, event_id, lease_until) \
         SELECT '{consumer}', xid, id, {lease_until} FROM atrium_outbox WHERE id = {event}"
    );
    run(db, &sql).await;
}

async fn events_left(db: &TestDatabase) -> Vec<i64> {
    let sql = "SELECT id FROM atrium_outbox ORDER BY id";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "id").unwrap()).collect()
}

#[tokio::test]
async fn old_events_go_but_none_that_a_consumer_has_still_to_take_and_never_the_newest() {
    let db = TestDatabase::new().await;
    for _ in 0..5 {
        happen(&db, "test.happened").await;
    }
    let ids = events_left(&db).await;
    stand(&db, "test.mail", ids[2], NOW.0).await;
    let later = NOW.plus_days(31);
    let job = OldEvents::new(30, vec!["test.mail"]);
    while job.step(&db, later).await.unwrap() != Step::Done(0) {}
    assert_eq!(events_left(&db).await, ids[2..], "the consumer's own event stays, and what comes after it");
    run(&db, &format!("UPDATE atrium_consumer SET xid = (SELECT max(xid) FROM atrium_outbox), event_id = {}", ids[4]))
        .await;
    while job.step(&db, later).await.unwrap() != Step::Done(0) {}
    assert_eq!(events_left(&db).await, ids[4..], "the newest stays");
    assert_eq!(job.step(&db, NOW).await.unwrap(), Step::Done(0));
}

#[tokio::test]
async fn a_consumer_that_no_node_has_any_more_does_not_keep_events_for_ever() {
    let db = TestDatabase::new().await;
    for _ in 0..3 {
        happen(&db, "test.happened").await;
    }
    let ids = events_left(&db).await;
    let later = NOW.plus_days(31);
    stand(&db, "gone.mail", ids[0], NOW.0).await;
    stand(&db, "elsewhere.mail", ids[1], later.0).await;
    let job = OldEvents::new(30, vec!["test.mail"]);
    while job.step(&db, later).await.unwrap() != Step::Done(0) {}
    assert_eq!(events_left(&db).await, ids[1..], "another node had that one of late");
    assert_eq!(count(db.db(), "atrium_consumer").await, 1);
}

#[test]
fn an_age_at_which_something_would_be_missed_is_refused() {
    let refused = |change: fn(&mut Settings)| {
        let mut settings = Settings::default();
        change(&mut settings);
        settings.check().unwrap_err().to_string()
    };
    assert!(refused(|settings| settings.keep_events_days = 0).contains("keep_events_days"));
    assert!(refused(|settings| settings.keep_journal_days = 3).contains("at least 30"));
    let mut settings = Settings::default();
    settings.keep_journal_days = 0;
    settings.check().unwrap();
}

#[test]
fn every_table_says_in_the_architecture_what_bounds_it() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut tables = BTreeSet::new();
    for owner in ["atrium-core/platform", "atrium-help", "atrium-forum"] {
        for file in std::fs::read_dir(workspace.join(owner).join("migrations")).unwrap().flatten() {
            let sql = std::fs::read_to_string(file.path()).unwrap();
            tables.extend(
                sql.split("CREATE TABLE atrium_").skip(1).map(|rest| rest.split(' ').next().unwrap().to_owned()),
            );
            for renamed in sql.split("ALTER TABLE atrium_").skip(1).filter(|rest| rest.contains(" RENAME TO atrium_")) {
                let (from, rest) = renamed.split_once(" RENAME TO atrium_").unwrap();
                if !from.contains([' ', ';']) {
                    tables.remove(from);
                    tables.insert(rest.split([';', '\n']).next().unwrap().to_owned());
                }
            }
        }
    }
    let architecture = std::fs::read_to_string(workspace.join("ARCHITECTURE.md")).unwrap();
    let told = architecture.split("## What bounds each table").nth(1).unwrap().split("\n## ").next().unwrap();
    let told: BTreeSet<_> = told.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    let untold: Vec<_> = tables.difference(&told).collect();
    assert!(untold.is_empty(), "what bounds {untold:?}?");
}
