//! What queries run on.

use sea_orm::{ConnectionTrait, Statement, Value};

use super::{Db, Tx};

/// A handle that queries run on: a [`Db`], which only reads, or a [`Tx`]. Other types cannot implement it.
///
/// A plugin that has tables of its own passes either to sea-orm, whose connection this is.
pub trait Connection: ConnectionTrait + sealed::Sealed {}

impl Connection for Db {}
impl Connection for Tx {}

/// Returns a statement with its values, in the dialect of `conn`.
pub(crate) fn statement(conn: &impl ConnectionTrait, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Db {}
    impl Sealed for super::Tx {}
}

/// Converts rows of a table to the type that callers see.
pub(crate) fn into_rows<M, R: From<M>>(models: Vec<M>) -> Vec<R> {
    models.into_iter().map(R::from).collect()
}
