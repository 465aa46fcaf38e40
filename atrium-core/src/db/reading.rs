//! Where queries outside of a transaction go: SQLite's readers, or a pool of PostgreSQL's.

use std::sync::Arc;

#[cfg(feature = "postgres")]
use sea_orm::{ConnectionTrait, DatabaseConnection};
use sea_orm::{DbErr, ExecResult, QueryResult, Statement};

#[cfg(feature = "sqlite")]
use super::readers::Readers;
#[cfg(feature = "postgres")]
use super::shares::{Share, Shares, Turn};

/// What reads. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) enum Reading {
    #[cfg(feature = "sqlite")]
    Sqlite(Arc<Readers>),
    #[cfg(feature = "postgres")]
    Postgres(Arc<Pooled>),
}

/// On PostgreSQL: requests read through a pool of their own, the platform's own work through the one that writes.
#[cfg(feature = "postgres")]
#[derive(Debug)]
pub(super) struct Pooled {
    pub(super) requests: DatabaseConnection,
    pub(super) own: DatabaseConnection,
    pub(super) shares: Shares,
}

#[cfg(feature = "postgres")]
impl Pooled {
    /// The pool for what the running task reads, and its turn there.
    async fn turn(&self) -> Result<(&DatabaseConnection, Option<Turn>), DbErr> {
        let share = Share::current();
        if share.is_own() {
            return Ok((&self.own, None));
        }
        Ok((&self.requests, Some(self.shares.take(share).await?)))
    }
}

impl Reading {
    pub(super) async fn execute(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(readers) => readers.execute(stmt).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(pooled) => {
                let (pool, _turn) = pooled.turn().await?;
                pool.execute_raw(stmt).await
            }
        }
    }

    pub(super) async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(readers) => readers.execute_unprepared(sql).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(pooled) => {
                let (pool, _turn) = pooled.turn().await?;
                pool.execute_unprepared(sql).await
            }
        }
    }

    pub(super) async fn query_one(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(readers) => readers.query_one(stmt).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(pooled) => {
                let (pool, _turn) = pooled.turn().await?;
                pool.query_one_raw(stmt).await
            }
        }
    }

    pub(super) async fn query_all(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(readers) => readers.query_all(stmt).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(pooled) => {
                let (pool, _turn) = pooled.turn().await?;
                pool.query_all_raw(stmt).await
            }
        }
    }

    /// How many queries are under way on SQLite.
    #[cfg(test)]
    pub(super) fn under_way(&self) -> usize {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(readers) => readers.under_way(),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => 0,
        }
    }

    /// Closes what reads once the running queries have ended.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(readers) => {
                readers.close().await.map_err(|error| DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into())))
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(pooled) => pooled.requests.close_by_ref().await,
        }
    }
}
