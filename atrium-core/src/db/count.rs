//! How many queries a piece of work sends: for tests that hold pages to a constant count, and for the request log.

use std::cell::Cell;

tokio::task_local! {
    static QUERIES: Cell<u64>;
}

/// Runs `work` and counts the queries it sends from its own task, transactions' begin and commit included.
pub async fn count_queries<F: Future>(work: F) -> (F::Output, u64) {
    QUERIES.scope(Cell::new(0), async { (work.await, QUERIES.with(Cell::get)) }).await
}

pub(super) fn one_more() {
    // Outside `count_queries` nobody counts.
    let _ = QUERIES.try_with(|count| count.set(count.get() + 1));
}
