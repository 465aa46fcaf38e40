//! No event is skipped, in whatever order transactions commit.

use atrium_core::events::{Position, count_after, head, read_after, waiting_since};
use atrium_core::testing::{TestDatabase, append};
use sea_orm::{ConnectionTrait, TransactionTrait};

fn kinds(events: &[atrium_core::events::Event]) -> Vec<&str> {
    events.iter().map(|event| event.kind.as_str()).collect()
}

#[tokio::test]
async fn a_younger_event_that_commits_first_waits_for_the_older() {
    let db = TestDatabase::new().await;
    if !db.is_postgres() {
        eprintln!("not run: SQLite has one writer, so events commit in order; set ATRIUM_TEST_POSTGRES_URL");
        return;
    }
    let start = head(db.db()).await.unwrap();
    let first = db.begin().await.unwrap();
    append(&first, "test.first", "test:1").await;
    let second = db.begin().await.unwrap();
    append(&second, "test.second", "test:2").await;
    second.commit().await.unwrap();

    // The second is committed and visible to any query, but not delivered: the first would be skipped for good.
    assert!(read_after(db.db(), start, 10).await.unwrap().is_empty());
    assert_eq!(head(db.db()).await.unwrap(), start);
    first.commit().await.unwrap();
    let mut read = read_after(db.db(), start, 10).await.unwrap();
    // Other tests on the same server may delay this while their transactions run.
    while read.len() < 2 {
        tokio::task::yield_now().await;
        read = read_after(db.db(), start, 10).await.unwrap();
    }
    assert_eq!(kinds(&read), ["test.first", "test.second"]);
}

#[tokio::test]
async fn commit_order_is_the_transactions_even_when_numbers_cross() {
    let db = TestDatabase::new().await;
    if !db.is_postgres() {
        eprintln!("not run: SQLite has one writer, so events commit in order; set ATRIUM_TEST_POSTGRES_URL");
        return;
    }
    let (older, younger) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    // The older transaction takes its number first and its event second: event numbers alone would give 1, 2, 3.
    append(&older, "test.older.1", "test:1").await;
    append(&younger, "test.younger", "test:2").await;
    append(&older, "test.older.2", "test:3").await;
    younger.commit().await.unwrap();
    older.commit().await.unwrap();
    let (mut position, mut seen) = (Position::default(), Vec::new());
    while seen.len() < 3 {
        // One at a time, so that each cursor in between is tried.
        for event in read_after(db.db(), position, 1).await.unwrap() {
            position = event.position;
            seen.push(event.kind);
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(seen, ["test.older.1", "test.older.2", "test.younger"]);
    assert!(read_after(db.db(), position, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_rolled_back_never_happened() {
    let db = TestDatabase::new().await;
    let tx = db.begin().await.unwrap();
    append(&tx, "test.gone", "test:1").await;
    tx.rollback().await.unwrap();
    let tx = db.begin().await.unwrap();
    append(&tx, "test.kept", "test:2").await;
    tx.commit().await.unwrap();
    let mut read = read_after(db.db(), Position::default(), 10).await.unwrap();
    while read.is_empty() {
        tokio::task::yield_now().await;
        read = read_after(db.db(), Position::default(), 10).await.unwrap();
    }
    assert_eq!(kinds(&read), ["test.kept"]);
}

#[tokio::test]
async fn a_transaction_that_somebody_else_left_open_holds_nothing_back() {
    let db = TestDatabase::new().await;
    if !db.is_postgres() {
        eprintln!("not run: SQLite has one database to a file; set ATRIUM_TEST_POSTGRES_URL");
        return;
    }
    // In another database of the server, and in this one by a session outside the platform.
    let elsewhere = TestDatabase::new().await;
    let open = [elsewhere.db().writer().begin().await.unwrap(), db.writer().begin().await.unwrap()];
    for tx in &open {
        tx.execute_unprepared("INSERT INTO atrium_setting (name, value) VALUES ('test.open', 'x')").await.unwrap();
    }
    for kind in ["test.first", "test.second"] {
        let tx = db.begin().await.unwrap();
        append(&tx, kind, "test:1").await;
        tx.commit().await.unwrap();
        let read = read_after(db.db(), Position::default(), 10).await.unwrap();
        assert_eq!(kinds(&read).last(), Some(&kind), "at once");
    }
    drop(open);
}

#[tokio::test]
async fn no_event_is_skipped_however_transactions_interleave() {
    let db = TestDatabase::new().await;
    let writers = (0..4).map(|writer| {
        let db = db.db().clone();
        tokio::spawn(async move {
            for round in 0..25 {
                let tx = db.begin().await.unwrap();
                if round % 3 == writer % 3 {
                    // Some have a number long before their event.
                    let sql = format!("INSERT INTO atrium_setting (name, value) VALUES ('{writer}.{round}', 'x')");
                    tx.execute_unprepared(&sql).await.unwrap();
                    tokio::task::yield_now().await;
                }
                append(&tx, "test.event", format!("test:{writer}-{round}")).await;
                match round % 5 {
                    4 => tx.rollback().await.unwrap(),
                    _ => tx.commit().await.unwrap(),
                }
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let (mut position, mut seen) = (Position::default(), std::collections::BTreeSet::new());
    let mut last = false;
    loop {
        let read = read_after(db.db(), position, 3).await.unwrap();
        if let Some(event) = read.last() {
            position = event.position;
        } else if last {
            break;
        }
        last = read.is_empty() && writers.iter().all(tokio::task::JoinHandle::is_finished);
        seen.extend(read.into_iter().map(|event| event.subject));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(seen.len(), 4 * 20, "{seen:?}");
}

#[tokio::test]
async fn what_waits_is_known_before_it_can_be_read() {
    let db = TestDatabase::new().await;
    if !db.is_postgres() {
        eprintln!("not run: SQLite has one writer, so events commit in order; set ATRIUM_TEST_POSTGRES_URL");
        return;
    }
    let older = db.begin().await.unwrap();
    let tx = db.begin().await.unwrap();
    append(&tx, "test.waits", "test:1").await;
    tx.commit().await.unwrap();
    assert!(read_after(db.db(), Position::default(), 10).await.unwrap().is_empty());
    assert_eq!(waiting_since(db.db(), Position::default()).await.unwrap(), Some(db.now()));
    assert_eq!(count_after(db.db(), Position::default(), 10).await.unwrap(), 1);
    let oldest = db.oldest_transaction().await.unwrap().expect("one is open");
    assert!(oldest.pid > 0 && !oldest.database.is_empty(), "{oldest:?}");
    older.rollback().await.unwrap();
    assert_eq!(read_after(db.db(), Position::default(), 10).await.unwrap().len(), 1);
}
