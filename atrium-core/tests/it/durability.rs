//! An acknowledged write exists, whatever happened before: on a full disk, after a cancelled request, after a
//! failed statement.

use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use atrium_core::clock::Clock;
use atrium_core::config::Settings;
use atrium_core::db::{Db, Limits, Pools, core_migrator, migrate_with_lock};
use atrium_core::plugin::Severity;
use atrium_core::testing::{TestDatabase, TestSite, append};
use atrium_core::{Atrium, Result};
use http::StatusCode;
use sea_orm::{ConnectionTrait, DbErr, Statement};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Writes `value` as an action does: several statements, an event, a commit.
async fn write(db: &Db, name: &str, value: &str) -> Result<()> {
    let tx = db.begin().await?;
    for part in ["a", "b"] {
        let sql = "INSERT INTO atrium_setting (name, value) VALUES ($1, $2)";
        let values = [format!("{name}.{part}").into(), value.into()];
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    }
    append(&tx, "test.written", format!("test:{name}")).await;
    tx.commit().await
}

/// Returns the number of the two rows of `name` that another process finds.
async fn rows(db: &TestDatabase, name: &str) -> i64 {
    let fresh = db.second_node().await;
    let sql = "SELECT count(*) AS n FROM atrium_setting WHERE name IN ($1, $2)";
    let values = [format!("{name}.a").into(), format!("{name}.b").into()];
    let found = Statement::from_sql_and_values(fresh.get_database_backend(), sql, values);
    let found = fresh.query_one_raw(found).await.unwrap().unwrap().try_get("", "n").unwrap();
    fresh.close().await.unwrap();
    found
}

/// Limits the file to `pages` more pages, or lifts the limit.
async fn room(db: &Db, pages: Option<i64>) {
    let writer = db.writer();
    let ask = |sql: &str| Statement::from_string(writer.get_database_backend(), sql);
    let count: i64 =
        writer.query_one_raw(ask("PRAGMA page_count")).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    let most = pages.map_or(1_000_000_000, |pages| count + pages);
    writer.query_one_raw(ask(&format!("PRAGMA max_page_count = {most}"))).await.unwrap();
}

#[tokio::test]
async fn what_is_acknowledged_after_a_full_disk_is_there_for_other_processes() {
    let db = TestDatabase::new().await;
    if db.is_postgres() {
        eprintln!("not run: the room of a PostgreSQL server cannot be limited from here");
        return;
    }
    room(&db, Some(0)).await;
    let error = write(&db, "full", &"x".repeat(200_000)).await.unwrap_err();
    assert!(error.is_unavailable(), "{error}");
    assert!(db.fault().is_some(), "noticed by the write itself");
    assert!(!db.is_writable().await);

    // The connection that met the full disk is gone, and its limit with it.
    write(&db, "first", "kept").await.unwrap();
    let conflict = write(&db, "first", "again").await.unwrap_err();
    assert!(conflict.is_conflict(), "{conflict}");
    for name in ["second", "third"] {
        write(&db, name, "kept").await.unwrap();
    }
    for name in ["first", "second", "third"] {
        assert_eq!(rows(&db, name).await, 2, "{name}");
    }
    assert_eq!(rows(&db, "full").await, 0);
    while db.fault().is_some() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(db.is_writable().await);
}

#[tokio::test]
async fn a_transaction_that_sqlite_ended_writes_nothing_more() {
    let db = TestDatabase::new().await;
    let tx = db.begin().await.unwrap();
    // As on a full disk: the database ends the transaction, and the driver does not know.
    tx.execute_unprepared("ROLLBACK").await.ok();
    let alone = "INSERT INTO atrium_setting (name, value) VALUES ('alone.a', 'x')";
    if db.is_postgres() {
        drop(tx);
    } else {
        assert!(tx.execute_unprepared(alone).await.is_err());
        assert!(tx.commit().await.is_err());
    }
    assert_eq!(rows(&db, "alone").await, 0);
    write(&db, "next", "kept").await.unwrap();
    assert_eq!(rows(&db, "next").await, 2);
}

#[tokio::test]
async fn a_dropped_transaction_leaves_the_writing_connection_open() {
    let db = TestDatabase::new().await;
    if db.is_postgres() {
        eprintln!("not run: PostgreSQL has no single writing connection");
        return;
    }
    let mark = "SELECT count(*) FROM temp.same_connection";
    // Gone with the connection that made it.
    db.writer().execute_unprepared("CREATE TEMP TABLE same_connection (a)").await.unwrap();
    for turn in 0..50 {
        let tx = db.begin().await.unwrap();
        let sql = format!("INSERT INTO atrium_setting (name, value) VALUES ('dropped.{turn}', 'x')");
        tx.execute_unprepared(&sql).await.unwrap();
        drop(tx);
        assert!(db.writer().execute_unprepared(mark).await.is_ok(), "opened anew after {turn} transactions");
    }
    write(&db, "next", "kept").await.unwrap();
    assert_eq!(rows(&db, "next").await, 2);

    let tx = db.begin().await.unwrap();
    tx.execute_unprepared("ROLLBACK").await.ok();
    drop(tx);
    assert!(db.writer().execute_unprepared(mark).await.is_err(), "the driver counts one that SQLite does not have");
}

#[tokio::test]
async fn a_transaction_in_which_a_statement_failed_is_not_committed() {
    let db = TestDatabase::new().await;
    write(&db, "there", "x").await.unwrap();
    let tx = db.begin().await.unwrap();
    tx.execute_unprepared("INSERT INTO atrium_setting (name, value) VALUES ('lost.a', 'x')").await.unwrap();
    let twice = "INSERT INTO atrium_setting (name, value) VALUES ('there.a', 'x')";
    assert!(tx.execute_unprepared(twice).await.is_err());
    let after = tx.execute_unprepared("SELECT 1").await;
    assert!(matches!(after, Err(DbErr::Custom(_))), "{after:?}");
    assert!(tx.commit().await.is_err(), "PostgreSQL would roll back and call it a success");
    assert_eq!(rows(&db, "lost").await, 0);
}

#[tokio::test]
async fn a_transaction_without_a_write_commits() {
    let db = TestDatabase::new().await;
    let tx = db.begin().await.unwrap();
    tx.query_one_raw(Statement::from_string(tx.get_database_backend(), "SELECT 1")).await.unwrap();
    tx.commit().await.unwrap();
}

/// Polls a future a number of times, then lets it be dropped.
struct Polled<F> {
    inner: Pin<Box<F>>,
    left: usize,
}

impl<F: Future> Future for Polled<F> {
    /// The result of the future; `None` if it was dropped before.
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        match self.inner.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if self.left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}

#[tokio::test]
async fn a_request_given_up_at_any_point_leaves_a_sound_writer() {
    let db = TestDatabase::new().await;
    let mut left = 0;
    loop {
        left += 1;
        let name = format!("given-up-{left}");
        let done = Polled { inner: Box::pin(write(&db, &name, "x")), left }.await;
        let next = format!("next-{left}");
        write(&db, &next, "kept").await.unwrap();
        assert_eq!(rows(&db, &next).await, 2, "the write after one given up at poll {left}");
        let half = rows(&db, &name).await;
        assert!(half == 0 || half == 2, "given up at poll {left}: {half} rows");
        if let Some(done) = done {
            done.unwrap();
            assert_eq!(half, 2);
            break;
        }
        assert!(left < 500, "it ends");
    }
}

#[tokio::test]
async fn a_node_that_cannot_write_is_not_ready() {
    let site = TestSite::new().await;
    let db = site.atrium().db().clone();
    if db.is_postgres() {
        eprintln!("not run: the room of a PostgreSQL server cannot be limited from here");
        return;
    }
    let ready = site.visitor().get("/readyz").await;
    assert_eq!((ready.status, ready.json()["writable"].as_bool()), (StatusCode::OK, Some(true)));
    room(&db, Some(0)).await;
    assert!(write(&db, "full", &"x".repeat(200_000)).await.is_err());
    let refused = site.visitor().get("/readyz").await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    let json = refused.json();
    assert_eq!((json["ready"].as_bool(), json["writable"].as_bool()), (Some(false), Some(false)));
    while db.fault().is_some() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(site.visitor().get("/readyz").await.status, StatusCode::OK);
}

const POOLS: Pools = Pools { readers: 2, durable: false };

#[tokio::test]
async fn a_node_that_froze_in_a_transaction_keeps_no_other_waiting_for_long() {
    let db = TestDatabase::new().await;
    if !db.is_postgres() {
        eprintln!("not run: SQLite has one node; set ATRIUM_TEST_POSTGRES_URL");
        return;
    }
    let limits = Limits { idle: Duration::from_millis(300), ..Limits::default() };
    let frozen = Db::connect_within(db.url(), POOLS, limits, db.clock().clone()).await.unwrap();
    let tx = frozen.begin().await.unwrap();
    tx.execute_unprepared("INSERT INTO atrium_setting (name, value) VALUES ('same.a', 'x')").await.unwrap();
    // The first connection is silent; the other waits for the same row until the server ends the first transaction.
    write(&db, "same", "kept").await.unwrap();
    assert_eq!(rows(&db, "same").await, 2);
    assert!(tx.commit().await.unwrap_err().is_unavailable());
    frozen.close().await.unwrap();
}

#[tokio::test]
async fn a_lock_that_is_never_given_back_is_waited_for_in_vain_and_not_for_ever() {
    let db = TestDatabase::new().await;
    if !db.is_postgres() {
        eprintln!("not run: SQLite has one writer; set ATRIUM_TEST_POSTGRES_URL");
        return;
    }
    let limits = Limits { lock: Duration::from_millis(200), ..Limits::default() };
    let waits = Db::connect_within(db.url(), POOLS, limits, db.clock().clone()).await.unwrap();
    let tx = db.begin().await.unwrap();
    tx.execute_unprepared("INSERT INTO atrium_setting (name, value) VALUES ('same.a', 'x')").await.unwrap();
    let refused = write(&waits, "same", "x").await.unwrap_err();
    assert!(refused.is_unavailable() && refused.retry_after().is_some(), "{refused}");
    tx.rollback().await.unwrap();
    write(&waits, "same", "kept").await.unwrap();
    waits.close().await.unwrap();
}

/// Relays bytes to a server until told to go silent: connections stay open without traffic.
struct Relay {
    address: SocketAddr,
    silent: watch::Sender<bool>,
}

impl Relay {
    async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, silent) = (listener.local_addr().unwrap(), watch::Sender::new(false));
        let asked = silent.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&server).await else { continue };
                let ((up, back), (answers, down)) = (client.into_split(), server.into_split());
                tokio::spawn(carry(up, down, asked.subscribe()));
                tokio::spawn(carry(answers, back, asked.subscribe()));
            }
        });
        Self { address, silent }
    }
}

async fn carry(from: OwnedReadHalf, to: OwnedWriteHalf, mut silent: watch::Receiver<bool>) {
    let mut bytes = [0; 8192];
    loop {
        tokio::select! {
            () = async { drop(silent.wait_for(|silent| *silent).await) } => std::future::pending::<()>().await,
            ready = from.readable() => ready.unwrap(),
        }
        let read = match from.try_read(&mut bytes) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(_) => return,
        };
        let mut left = &bytes[..read];
        while !left.is_empty() {
            to.writable().await.unwrap();
            match to.try_write(left) {
                Ok(written) => left = &left[written..],
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }
}

#[tokio::test]
async fn a_connection_that_goes_silent_is_given_up_and_a_new_one_goes_on() {
    let db = TestDatabase::new().await;
    if !db.is_postgres() {
        eprintln!("not run: SQLite has no connections that go silent; set ATRIUM_TEST_POSTGRES_URL");
        return;
    }
    let mut url = url::Url::parse(db.url()).unwrap();
    let relay = Relay::to(format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432))).await;
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(relay.address.port())).unwrap();
    let limits = Limits { answer: Duration::from_millis(1500), ..Limits::default() };
    let node = Db::connect_within(url.as_str(), POOLS, limits, db.clock().clone()).await.unwrap();
    write(&node, "before", "kept").await.unwrap();
    relay.silent.send_replace(true);
    let refused = write(&node, "lost", "x").await.unwrap_err();
    assert!(refused.is_unavailable() && refused.retry_after().is_some(), "{refused}");
    while !node.is_away() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(node.execute_unprepared("SELECT 1").await.is_err(), "refused at once from now on");
    relay.silent.send_replace(false);
    while node.is_away() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    write(&node, "after", "kept").await.unwrap();
    assert_eq!((rows(&db, "before").await, rows(&db, "lost").await, rows(&db, "after").await), (2, 0, 2));
    relay.silent.send_replace(true);
    node.close().await.unwrap();
}

/// A file system of two megabytes, if one may be mounted.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mut mount = std::process::Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"]).arg(dir.path()).stderr(std::process::Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then_some(Self(dir))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, since the pools close their files a little later.
        let _ = std::process::Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test]
async fn a_disk_that_was_full_and_is_not_any_more_keeps_what_is_written() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("not run: no file system can be mounted here");
        return;
    };
    let url = format!("sqlite://{}", disk.0.path().join("atrium.sqlite").display());
    let db = Db::connect(&url, POOLS, Clock::system()).await.unwrap();
    migrate_with_lock(&db, &[core_migrator()]).await.unwrap();
    let ballast = disk.0.path().join("ballast");
    let fill = std::fs::write(&ballast, vec![0; 4 << 20]);
    assert!(fill.is_err(), "the file system is full");
    assert!(write(&db, "full", &"x".repeat(400_000)).await.unwrap_err().is_unavailable());
    assert!(!db.is_writable().await);
    std::fs::remove_file(&ballast).unwrap();
    write(&db, "first", "kept").await.unwrap();
    assert!(write(&db, "first", "again").await.unwrap_err().is_conflict());
    write(&db, "second", "kept").await.unwrap();
    let fresh = Db::connect(&url, POOLS, Clock::system()).await.unwrap();
    let sql = "SELECT count(*) AS n FROM atrium_setting WHERE value = 'kept'";
    let found = fresh.query_one_raw(Statement::from_string(fresh.get_database_backend(), sql)).await.unwrap();
    assert_eq!(found.unwrap().try_get::<i64>("", "n").unwrap(), 4);
    while db.fault().is_some() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(db.is_writable().await);
    fresh.close().await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_disk_that_is_full_from_the_start_is_noticed_without_a_write_of_anybody() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("not run: no file system can be mounted here");
        return;
    };
    let mut settings = Settings::default();
    settings.data_dir = disk.0.path().to_owned();
    let url = settings.database_url();
    let connect = || Db::connect(&url, POOLS, Clock::system());
    let db = connect().await.unwrap();
    migrate_with_lock(&db, &[core_migrator()]).await.unwrap();
    let failures = || async {
        let findings = Atrium::builder().settings(settings.clone()).examine().await;
        let failed = findings.into_iter().filter(|finding| finding.severity == Severity::Failure);
        failed.map(|finding| finding.subject).collect::<Vec<_>>()
    };
    assert_eq!(failures().await, Vec::<String>::new());
    let tx = db.begin().await.unwrap();
    assert_eq!(failures().await, Vec::<String>::new(), "a running node that writes is no fault");
    tx.rollback().await.unwrap();
    assert!(std::fs::write(disk.0.path().join("ballast"), vec![0; 4 << 20]).is_err(), "the file system is full");
    assert!(!connect().await.unwrap().is_writable().await, "the first answer");
    let failed = failures().await;
    assert!(["data directory", "writing"].iter().all(|subject| failed.iter().any(|one| one == subject)), "{failed:?}");
    db.close().await.ok();
}
