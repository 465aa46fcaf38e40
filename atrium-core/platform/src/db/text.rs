//! Builds the text of a frequent query once.

use std::sync::OnceLock;

use sea_orm::{DbBackend, Statement, Value};

/// The text of a query that differs only in its bound values, built once per kind of database.
#[derive(Debug, Default)]
pub(crate) struct QueryText {
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

impl QueryText {
    /// Creates a text that is not built yet.
    pub(crate) const fn new() -> Self {
        Self { sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// Returns the statement with `values`, in the order in which the query of `build` binds its own.
    pub(crate) fn with<const N: usize>(
        &self,
        backend: DbBackend,
        values: [Value; N],
        build: impl FnOnce() -> Statement,
    ) -> Statement {
        let text = if backend == DbBackend::Postgres { &self.postgres } else { &self.sqlite };
        Statement::from_sql_and_values(backend, text.get_or_init(|| build().sql), values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_built_once_per_database() {
        let text = QueryText::new();
        for (backend, sql) in [(DbBackend::Sqlite, "?"), (DbBackend::Postgres, "$1"), (DbBackend::Sqlite, "other")] {
            let statement = text.with(backend, [7.into()], || Statement::from_string(backend, sql));
            let built = if backend == DbBackend::Sqlite { "?" } else { "$1" };
            assert_eq!((statement.sql.as_str(), statement.values.map(|v| v.0.len())), (built, Some(1)));
        }
    }
}
