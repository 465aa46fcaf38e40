//! One node at a time reads for a cluster-wide consumer.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use atrium_core::clock::Clock;
use atrium_core::db::{Db, Pools};
use atrium_core::events::{Consumer, Delivery, Event, Position, Worker};
use atrium_core::testing::{TestDatabase, append};
use atrium_core::{Error, Result};
use sea_orm::ConnectionTrait;
use tokio_util::sync::CancellationToken;

/// Records its events, and fails when told to.
#[derive(Default)]
struct Diary {
    seen: Mutex<Vec<String>>,
    fails: AtomicBool,
    refused: AtomicUsize,
    poison: Option<&'static str>,
}

#[async_trait]
impl Consumer for Diary {
    fn name(&self) -> &'static str {
        "test-diary"
    }

    fn delivery(&self) -> Delivery {
        Delivery::PerCluster
    }

    async fn position(&self, _db: &Db) -> Result<Option<Position>> {
        Ok(Some(Position::default()))
    }

    async fn consume(&self, _db: &Db, events: &[Event]) -> Result<()> {
        if let Some(poison) = self.poison
            && events.iter().any(|event| event.kind == poison)
        {
            return Err(Error::bug("this event cannot be taken"));
        }
        if self.fails.load(Ordering::Relaxed) {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Err(Error::unavailable("the diary is closed"));
        }
        self.seen.lock().unwrap().extend(events.iter().map(|event| event.kind.clone()));
        Ok(())
    }
}

impl Diary {
    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

async fn happen(db: &TestDatabase, kind: &'static str) {
    let tx = db.begin().await.unwrap();
    append(&tx, kind, "test:1").await;
    tx.commit().await.unwrap();
    let all = db.events().await;
    assert_eq!(all.last().map(|event| event.kind.as_str()), Some(kind));
}

fn worker(db: &Db, diary: &Arc<Diary>, node: &str) -> Worker {
    Worker::new(db.clone(), diary.clone(), node.to_owned(), CancellationToken::new())
}

#[tokio::test]
async fn one_node_reads_until_its_lease_runs_out_then_another_goes_on_from_there() {
    let db = TestDatabase::new().await;
    let other = db.second_node().await;
    let (here, there) = (Arc::new(Diary::default()), Arc::new(Diary::default()));
    happen(&db, "test.one").await;
    worker(&db, &here, "here").catch_up().await.unwrap();
    happen(&db, "test.two").await;
    worker(&other, &there, "there").catch_up().await.unwrap();
    assert!(there.seen().is_empty(), "the lease is the first node's");

    db.set_now(db.now().plus_seconds(31));
    worker(&other, &there, "there").catch_up().await.unwrap();
    assert_eq!((here.seen(), there.seen()), (vec!["test.one".to_owned()], vec!["test.two".to_owned()]));
    happen(&db, "test.three").await;
    worker(&db, &here, "here").catch_up().await.unwrap();
    assert_eq!(here.seen().len(), 1, "the lease has moved on");
    other.close().await.unwrap();
}

#[tokio::test]
async fn what_fails_is_offered_again() {
    let db = TestDatabase::new().await;
    let diary = Arc::new(Diary::default());
    happen(&db, "test.one").await;
    diary.fails.store(true, Ordering::Relaxed);
    assert!(worker(&db, &diary, "here").catch_up().await.is_err());
    diary.fails.store(false, Ordering::Relaxed);
    worker(&db, &diary, "here").catch_up().await.unwrap();
    worker(&db, &diary, "here").catch_up().await.unwrap();
    assert_eq!(diary.seen(), ["test.one"], "once, after the failure");
}

#[tokio::test]
async fn a_failure_is_not_tried_again_with_each_new_event() {
    let db = TestDatabase::new().await;
    let diary = Arc::new(Diary { fails: AtomicBool::new(true), ..Diary::default() });
    let stop = CancellationToken::new();
    let running = Worker::new(db.db().clone(), diary.clone(), "here".to_owned(), stop.clone());
    let running = tokio::spawn(running.run());
    for _ in 0..20 {
        happen(&db, "test.one").await;
    }
    stop.cancel();
    running.await.unwrap();
    let refused = diary.refused.load(Ordering::Relaxed);
    assert!(refused <= 3, "{refused} tries while twenty events happened");
}

#[tokio::test]
async fn a_node_that_stops_gives_its_lease_back() {
    let db = TestDatabase::new().await;
    let (here, there) = (Arc::new(Diary::default()), Arc::new(Diary::default()));
    happen(&db, "test.one").await;
    let stop = CancellationToken::new();
    let running = Worker::new(db.db().clone(), here.clone(), "here".to_owned(), stop.clone());
    let running = tokio::spawn(running.run());
    while here.seen().is_empty() {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    running.await.unwrap();
    happen(&db, "test.two").await;
    worker(&db, &there, "there").catch_up().await.unwrap();
    assert!(there.seen().contains(&"test.two".to_owned()), "nobody waited for the lease to run out");
}

/// The same on every node, without a position of its own.
#[derive(Default)]
struct Cache(Diary);

#[async_trait]
impl Consumer for Cache {
    fn name(&self) -> &'static str {
        "test-cache"
    }

    fn delivery(&self) -> Delivery {
        Delivery::PerNode
    }

    async fn consume(&self, db: &Db, events: &[Event]) -> Result<()> {
        self.0.consume(db, events).await
    }
}

#[tokio::test]
async fn a_node_does_not_skip_what_it_failed_on() {
    let db = TestDatabase::new().await;
    let cache = Arc::new(Cache::default());
    let stop = CancellationToken::new();
    let running = Worker::new(db.db().clone(), cache.clone(), "here".to_owned(), stop.clone());
    let running = tokio::spawn(running.run());
    while !running.is_finished() {
        // Waits until it has its position after the earlier events.
        happen(&db, "test.before").await;
        if !cache.0.seen().is_empty() {
            break;
        }
    }
    cache.0.fails.store(true, Ordering::Relaxed);
    happen(&db, "test.while-closed").await;
    while cache.0.refused.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    cache.0.fails.store(false, Ordering::Relaxed);
    happen(&db, "test.after").await;
    while !cache.0.seen().contains(&"test.after".to_owned()) {
        tokio::task::yield_now().await;
    }
    assert!(cache.0.seen().contains(&"test.while-closed".to_owned()), "{:?}", cache.0.seen());
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn an_event_that_always_fails_holds_up_no_other() {
    let db = TestDatabase::new().await;
    let diary = Arc::new(Diary { poison: Some("test.poison"), ..Diary::default() });
    for kind in ["test.before", "test.poison", "test.after"] {
        happen(&db, kind).await;
    }
    let mut worker = worker(&db, &diary, "here");
    let mut failures = 0;
    while worker.catch_up().await.is_err() {
        failures += 1;
        assert!(failures < 20, "it is not offered for ever");
    }
    assert_eq!(diary.seen(), ["test.before", "test.after"]);
    happen(&db, "test.later").await;
    worker.catch_up().await.unwrap();
    assert_eq!(diary.seen().len(), 3, "and is not offered again");
}

/// A consumer such as mail, which ignores events before its first start.
#[derive(Default)]
struct Newcomer(Diary);

#[async_trait]
impl Consumer for Newcomer {
    fn name(&self) -> &'static str {
        "test-newcomer"
    }

    fn delivery(&self) -> Delivery {
        Delivery::PerCluster
    }

    async fn consume(&self, db: &Db, events: &[Event]) -> Result<()> {
        self.0.consume(db, events).await
    }
}

#[tokio::test]
async fn a_consumer_that_is_new_begins_after_what_has_happened() {
    let db = TestDatabase::new().await;
    let newcomer = Arc::new(Newcomer::default());
    let mut worker = Worker::new(db.db().clone(), newcomer.clone(), "here".to_owned(), CancellationToken::new());
    happen(&db, "test.long-ago").await;
    worker.catch_up().await.unwrap();
    happen(&db, "test.now").await;
    worker.catch_up().await.unwrap();
    assert_eq!(newcomer.0.seen(), ["test.now"]);
}

/// A cache derived from events, which records that they were lost.
#[derive(Default)]
struct Derived {
    diary: Diary,
    lost: AtomicUsize,
}

#[async_trait]
impl Consumer for Derived {
    fn name(&self) -> &'static str {
        "test-derived"
    }

    fn delivery(&self) -> Delivery {
        Delivery::PerNode
    }

    async fn lost(&self, _db: &Db) -> Result<()> {
        self.lost.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn consume(&self, db: &Db, events: &[Event]) -> Result<()> {
        self.diary.consume(db, events).await
    }
}

/// Deletes the newest event, as after a fail-over to a server that was behind.
async fn go_back(db: &TestDatabase) {
    let sql = "DELETE FROM atrium_outbox WHERE id = (SELECT max(id) FROM atrium_outbox)";
    db.writer().execute_unprepared(sql).await.unwrap();
}

#[tokio::test]
async fn an_outbox_that_went_back_is_noticed_by_a_running_node() {
    let db = TestDatabase::new().await;
    let derived = Arc::new(Derived::default());
    let mut worker = Worker::new(db.db().clone(), derived.clone(), "here".to_owned(), CancellationToken::new());
    happen(&db, "test.before").await;
    worker.catch_up().await.unwrap();
    happen(&db, "test.kept").await;
    happen(&db, "test.gone").await;
    worker.catch_up().await.unwrap();
    assert_eq!(derived.lost.load(Ordering::Relaxed), 0);
    go_back(&db).await;
    worker.catch_up().await.unwrap();
    assert_eq!(derived.lost.load(Ordering::Relaxed), 1);
    happen(&db, "test.after").await;
    worker.catch_up().await.unwrap();
    assert_eq!(derived.lost.load(Ordering::Relaxed), 1, "once");
    assert!(derived.diary.seen().contains(&"test.after".to_owned()));
}

#[tokio::test]
async fn an_outbox_that_went_back_is_noticed_by_the_cluster() {
    let db = TestDatabase::new().await;
    let diary = Arc::new(Diary::default());
    let mut worker = worker(&db, &diary, "here");
    happen(&db, "test.kept").await;
    happen(&db, "test.gone").await;
    worker.catch_up().await.unwrap();
    go_back(&db).await;
    // As far ahead as after a fail-over to a server far behind.
    db.writer().execute_unprepared("UPDATE atrium_consumer SET event_id = event_id + 1000").await.unwrap();
    worker.catch_up().await.unwrap();
    happen(&db, "test.after").await;
    worker.catch_up().await.unwrap();
    assert_eq!(diary.seen(), ["test.kept", "test.gone", "test.after"]);
}

#[tokio::test]
async fn a_lease_goes_by_the_databases_clock() {
    let db = TestDatabase::new().await;
    if !db.is_postgres() {
        eprintln!("not run: SQLite has one node; set ATRIUM_TEST_POSTGRES_URL");
        return;
    }
    let pools = || Pools { readers: 2, durable: false };
    let on_time = Db::connect(db.url(), pools(), Clock::system()).await.unwrap();
    let early = Db::connect(db.url(), pools(), Clock::ahead(5 * 60 * 1000)).await.unwrap();
    let (here, there) = (Arc::new(Diary::default()), Arc::new(Diary::default()));
    happen(&db, "test.one").await;
    worker(&on_time, &here, "here").catch_up().await.unwrap();
    happen(&db, "test.two").await;
    worker(&early, &there, "there").catch_up().await.unwrap();
    assert!(there.seen().is_empty(), "a clock that is ahead ends no lease");
    worker(&on_time, &here, "here").catch_up().await.unwrap();
    assert_eq!(here.seen(), ["test.one", "test.two"]);
    for node in [on_time, early] {
        node.close().await.unwrap();
    }
}

/// A consumer that never returns from its first batch.
#[derive(Default)]
struct Stuck(AtomicUsize, Diary);

#[async_trait]
impl Consumer for Stuck {
    fn name(&self) -> &'static str {
        "test-stuck"
    }

    fn delivery(&self) -> Delivery {
        Delivery::PerCluster
    }

    fn longest(&self) -> std::time::Duration {
        std::time::Duration::from_millis(500)
    }

    async fn position(&self, _db: &Db) -> Result<Option<Position>> {
        Ok(Some(Position::default()))
    }

    async fn consume(&self, db: &Db, events: &[Event]) -> Result<()> {
        if self.0.fetch_add(1, Ordering::Relaxed) == 0 {
            std::future::pending::<()>().await;
        }
        self.1.consume(db, events).await
    }
}

#[tokio::test]
async fn a_step_that_does_not_end_is_broken_off_and_begun_again() {
    let db = TestDatabase::new().await;
    let stuck = Arc::new(Stuck::default());
    let mut worker = Worker::new(db.db().clone(), stuck.clone(), "here".to_owned(), CancellationToken::new());
    happen(&db, "test.one").await;
    let overran = worker.catch_up().await.unwrap_err();
    assert!(overran.to_string().contains("test-stuck"), "{overran}");
    worker.catch_up().await.unwrap();
    assert_eq!(stuck.1.seen(), ["test.one"]);
}
