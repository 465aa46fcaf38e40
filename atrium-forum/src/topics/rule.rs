//! The visibility rule as SQL conditions on topics.

use atrium_core::access::{ItemColumns, Visibility};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, DbBackend, ExprTrait};

use super::Column;

/// Returns the rule as a condition on topics.
pub(crate) fn on_topics(rule: &Visibility) -> Condition {
    rule.condition(&topic_columns().state(Column::State).author(Column::AuthorId))
}

/// Returns the same, asked of each topic that a query finds in another way: by its date, its author, its place in a
/// list. With bare columns, SQLite would look through every topic of each category instead.
pub(crate) fn on_walked_topics(rule: &Visibility, backend: DbBackend) -> Condition {
    let columns = topic_columns().category(walked(Column::CategoryId, backend));
    let columns = columns.scope(walked(Column::EstablishmentId, backend), Expr::val(None::<i64>));
    rule.condition(&columns.state(Column::State).author(walked(Column::AuthorId, backend)))
}

/// Returns a column of numbers by which SQLite looks for no index. PostgreSQL knows how many rows each value has,
/// and chooses well.
pub(crate) fn walked(column: Column, backend: DbBackend) -> SimpleExpr {
    match backend {
        DbBackend::Postgres => column.into_expr(),
        _ => column.into_expr().add(Expr::Constant(0_i64.into())),
    }
}

/// Returns the columns of a topic that the rule asks about, but for the state and the author.
pub(crate) fn topic_columns() -> ItemColumns {
    let columns = ItemColumns::new().category(Column::CategoryId).audience(Column::Readers);
    // Topics live in schools, never in groups.
    columns.scope(Column::EstablishmentId, Expr::val(None::<i64>))
}
