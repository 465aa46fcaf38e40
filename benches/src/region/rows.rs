//! Writing many rows of one table: long `INSERT` statements in long transactions.

use std::fmt::{Display, Write as _};

use atrium_core::Result;
use atrium_core::db::{Db, Tx};
use sea_orm::ConnectionTrait;

/// Bytes of one statement.
const STATEMENT: usize = 256 * 1024;
/// Statements of one transaction.
const TRANSACTION: usize = 100;

/// Rows on their way into a table.
pub(super) struct Rows<'a> {
    db: &'a Db,
    head: String,
    values: String,
    tx: Option<Tx>,
    statements: usize,
}

/// A value as SQL has it.
pub(super) enum Sql<'a> {
    Number(i64),
    Text(&'a str),
    Flag(bool),
    Null,
}

impl<'a> Rows<'a> {
    /// Returns rows of `table`, with a value for each of `columns`.
    pub(super) fn of(db: &'a Db, table: &str, columns: &str) -> Self {
        let head = format!("INSERT INTO atrium_{table} ({columns}) VALUES ");
        Self { db, head, values: String::new(), tx: None, statements: 0 }
    }

    /// Adds a row.
    pub(super) async fn add(&mut self, row: &[Sql<'_>]) -> Result<()> {
        self.values.push_str(if self.values.is_empty() { "(" } else { ",(" });
        for (at, value) in row.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(self.values, "{comma}{value}");
        }
        self.values.push(')');
        if self.values.len() > STATEMENT { self.send().await } else { Ok(()) }
    }

    async fn send(&mut self) -> Result<()> {
        if self.values.is_empty() {
            return Ok(());
        }
        let tx = match self.tx.take() {
            Some(tx) => tx,
            None => self.db.patient().begin().await?,
        };
        tx.execute_unprepared(&format!("{}{}", self.head, self.values)).await?;
        self.values.clear();
        self.statements += 1;
        if self.statements.is_multiple_of(TRANSACTION) {
            tx.commit().await
        } else {
            self.tx = Some(tx);
            Ok(())
        }
    }

    /// Writes what is left.
    pub(super) async fn end(mut self) -> Result<()> {
        self.send().await?;
        match self.tx {
            Some(tx) => tx.commit().await,
            None => Ok(()),
        }
    }
}

impl Display for Sql<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Flag(flag) => f.write_str(if *flag { "TRUE" } else { "FALSE" }),
            Self::Null => f.write_str("NULL"),
        }
    }
}
