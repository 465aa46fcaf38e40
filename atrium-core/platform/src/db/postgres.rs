//! Configures sessions on PostgreSQL, and tells a dead connection of a pool from a living one.

use std::io;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgListener, PgPoolOptions};
use sea_orm::sqlx::{AssertSqlSafe, ConnectOptions as _, Connection, Error, Executor, PgPool, Row};
use sea_orm::{ConnectOptions, DatabaseConnection};
use tokio::time::timeout;

use super::gate::Probe;
use super::limits::Limits;

/// The longest that a connection may go unused.
const IDLE: Duration = Duration::from_secs(10 * 60);
/// The longest that a connection lives.
const LIFETIME: Duration = Duration::from_secs(30 * 60);
/// A connection idle for longer is probed before it is used.
const TRUSTED: Duration = Duration::from_secs(1);
/// The longest that a probe may take.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// Names the sessions of `options` and applies `limits` to each.
pub(super) fn sessions(options: &mut ConnectOptions, limits: Limits) {
    options.map_sqlx_postgres_opts(named);
    options.test_before_acquire(false).idle_timeout(IDLE).max_lifetime(LIFETIME);
    options.map_sqlx_postgres_pool_opts(move |pool| {
        pool.after_connect(move |connection, _| {
            Box::pin(async move { within(connection.execute(AssertSqlSafe(told(limits)))).await.map(drop) })
        })
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > TRUSTED {
                    within(connection.ping()).await?;
                }
                Ok(true)
            })
        })
        .after_release(|connection, _| Box::pin(within(is_clean(connection))))
    });
}

fn named(options: PgConnectOptions) -> PgConnectOptions {
    match options.get_application_name() {
        Some(_) => options,
        None => options.application_name(&format!("atrium-{}", std::process::id())),
    }
}

/// Returns the first statements of a session. With them the server notices a vanished peer within half a minute,
/// and ends a transaction whose peer froze once it has been idle for too long.
fn told(limits: Limits) -> String {
    let millis = |limit: Duration| limit.as_millis();
    format!(
        "SET idle_in_transaction_session_timeout = {}; SET statement_timeout = {}; SET lock_timeout = {}; \
         SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; \
         SET tcp_user_timeout = 20000",
        millis(limits.idle),
        millis(limits.statement),
        millis(limits.lock),
    )
}

/// Returns `answer`, or an error if it does not come in time; the connection is then closed without a goodbye.
async fn within<T>(answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(SIGN_OF_LIFE, answer).await.unwrap_or_else(|_| Err(Error::Io(io::ErrorKind::TimedOut.into())))
}

/// Returns `true` if no transaction is open: one whose `BEGIN` was abandoned half-way would swallow later
/// statements.
async fn is_clean(connection: &mut PgConnection) -> Result<bool, Error> {
    let row = connection.fetch_one("SELECT now() = statement_timestamp()").await?;
    row.try_get(0)
}

/// Returns a probe of the server of `pool`, on a connection of its own.
pub(super) fn probe(pool: &DatabaseConnection) -> Probe {
    let options = pool.get_postgres_connection_pool().connect_options();
    Box::new(move || {
        let options = options.clone();
        Box::pin(async move {
            let asked = async {
                let mut connection = options.connect().await?;
                connection.execute("SELECT 1").await?;
                connection.close().await
            };
            match within(asked).await {
                // Too many connections, or a changed password: the server is up and answers.
                Err(Error::Database(refusal)) if !refusal.code().is_some_and(|code| code.starts_with("57P")) => Ok(()),
                answer => answer.map_err(|error| error.to_string()),
            }
        })
    })
}

/// Listens on a connection of its own, which may hang without occupying one of the pool's.
pub(crate) async fn listener(pool: &PgPool, channel: &str) -> Result<PgListener, Error> {
    let options = (*pool.connect_options()).clone();
    let own = PgPoolOptions::new().max_connections(1).acquire_timeout(SIGN_OF_LIFE).after_connect(|connection, _| {
        Box::pin(async move { connection.execute(AssertSqlSafe(told(Limits::default()))).await.map(drop) })
    });
    let mut listener = PgListener::connect_with(&own.connect_with(options).await?).await?;
    listener.ignore_pool_close_event(true);
    within(listener.listen(channel)).await?;
    Ok(listener)
}

/// Probes the server on the listening connection.
pub(crate) async fn is_listening(listener: &mut PgListener) -> Result<(), Error> {
    within(listener.execute("SELECT 1")).await.map(drop)
}
