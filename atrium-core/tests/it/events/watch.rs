//! The bell rings for commits of other processes.

use atrium_core::events::watch;
use atrium_core::testing::{TestDatabase, append};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn the_bell_rings_for_an_event_of_another_process() {
    let database = TestDatabase::new().await;
    let stop = CancellationToken::new();
    let mut commits = database.db().subscribe();
    let watching = tokio::spawn(watch(database.db().clone(), stop.clone()));
    // The first ring means that it watches.
    commits.changed().await.unwrap();
    commits.mark_unchanged();
    let other = database.second_node().await;
    let tx = other.begin().await.unwrap();
    append(&tx, "test.happened", "test:1").await;
    tx.commit().await.unwrap();
    commits.changed().await.unwrap();
    stop.cancel();
    watching.await.unwrap();
}
