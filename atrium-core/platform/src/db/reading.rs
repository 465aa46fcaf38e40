//! Routes queries outside of a transaction: to SQLite's readers, or to a pool of PostgreSQL's.

use std::sync::Arc;

use async_trait::async_trait;
#[cfg(feature = "postgres")]
use sea_orm::{ConnectionTrait, DatabaseConnection};
use sea_orm::{DbErr, ExecResult, QueryResult, Statement};

#[cfg(feature = "sqlite")]
use super::readers::Readers;
#[cfg(feature = "postgres")]
use super::shares::{Share, Shares, Turn};

/// The connections that read. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) enum Reading {
    #[cfg(feature = "sqlite")]
    Sqlite(Arc<Readers>),
    #[cfg(feature = "postgres")]
    Postgres(Arc<Pooled>),
}

/// The pools on PostgreSQL: requests read through a pool of their own, the platform's own work through the one that
/// writes.
#[cfg(feature = "postgres")]
#[derive(Debug)]
pub(super) struct Pooled {
    pub(super) requests: DatabaseConnection,
    pub(super) own: DatabaseConnection,
    pub(super) shares: Shares,
}

#[cfg(feature = "postgres")]
impl Pooled {
    /// Returns the pool for the running task's reads, and its turn there.
    async fn turn(&self) -> Result<(&DatabaseConnection, Option<Turn>), DbErr> {
        let share = Share::current();
        if share.is_own() {
            return Ok((&self.own, None));
        }
        Ok((&self.requests, Some(self.shares.take(share).await?)))
    }
}

/// A connection that answers queries.
#[async_trait]
pub(super) trait Reads {
    async fn execute(&self, stmt: Statement) -> Result<ExecResult, DbErr>;
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr>;
    async fn query_one(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr>;
    async fn query_all(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr>;

    /// Closes the connections once their queries have ended.
    async fn close(&self) -> Result<(), DbErr>;
}

#[cfg(feature = "postgres")]
#[async_trait]
impl Reads for Pooled {
    async fn execute(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        let (pool, _turn) = self.turn().await?;
        pool.execute_raw(stmt).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let (pool, _turn) = self.turn().await?;
        pool.execute_unprepared(sql).await
    }

    async fn query_one(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        let (pool, _turn) = self.turn().await?;
        pool.query_one_raw(stmt).await
    }

    async fn query_all(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let (pool, _turn) = self.turn().await?;
        pool.query_all_raw(stmt).await
    }

    async fn close(&self) -> Result<(), DbErr> {
        self.requests.close_by_ref().await
    }
}

impl std::ops::Deref for Reading {
    type Target = dyn Reads + Send + Sync;

    fn deref(&self) -> &Self::Target {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(readers) => readers,
            #[cfg(feature = "postgres")]
            Self::Postgres(pooled) => pooled.as_ref(),
        }
    }
}
