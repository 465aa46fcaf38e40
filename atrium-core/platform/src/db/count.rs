//! Counts and records the queries that a piece of work sends: for tests that hold pages to a constant count or to a
//! plan, and for the request log.

use std::cell::{Cell, RefCell};

use sea_orm::Statement;

tokio::task_local! {
    static QUERIES: Cell<u64>;
    static HEARD: RefCell<Vec<Statement>>;
}

/// Runs `work` and returns the number of queries that its own task sends, including begin and commit of
/// transactions.
pub async fn count_queries<F: Future>(work: F) -> (F::Output, u64) {
    QUERIES.scope(Cell::new(0), async { (work.await, QUERIES.with(Cell::get)) }).await
}

/// Runs `work` and returns the statements that its own task sends, as the database receives them.
pub async fn hear_statements<F: Future>(work: F) -> (F::Output, Vec<Statement>) {
    HEARD.scope(RefCell::default(), async { (work.await, HEARD.with(RefCell::take)) }).await
}

pub(super) fn one_more() {
    // Outside `count_queries` there is no counter to raise.
    let _ = QUERIES.try_with(|count| count.set(count.get() + 1));
}

/// Counts and records a statement.
pub(super) fn hear(statement: &Statement) {
    one_more();
    let _ = HEARD.try_with(|heard| heard.borrow_mut().push(statement.clone()));
}
