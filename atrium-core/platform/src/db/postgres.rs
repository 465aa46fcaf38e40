//! Sessions on PostgreSQL: what each is told when it opens, and how a pool tells a dead one from a living one.

use std::io;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgListener, PgPoolOptions};
use sea_orm::sqlx::{AssertSqlSafe, ConnectOptions as _, Connection, Error, Executor, PgPool, Row};
use sea_orm::{ConnectOptions, DatabaseConnection};
use tokio::time::timeout;

use super::gate::Probe;
use super::limits::Limits;

/// How long a connection may go unused.
const IDLE: Duration = Duration::from_secs(10 * 60);
/// How long a connection lives.
const LIFETIME: Duration = Duration::from_secs(30 * 60);
/// A connection that was idle for longer is asked for a sign of life before it is used.
const TRUSTED: Duration = Duration::from_secs(1);
/// How long a connection may take to give one.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// Names the sessions of `options` and has each held to `limits`.
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

/// What a session is told first. A peer that is gone is noticed by the server within half a minute at most, and one that
/// only froze in the middle of a transaction when it has been idle for too long.
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

/// `answer`, unless it does not come: the connection is then closed without a word.
async fn within<T>(answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(SIGN_OF_LIFE, answer).await.unwrap_or_else(|_| Err(Error::Io(io::ErrorKind::TimedOut.into())))
}

/// Returns `true` if no transaction is open: one whose `BEGIN` was given up half-way would swallow what comes next.
async fn is_clean(connection: &mut PgConnection) -> Result<bool, Error> {
    let row = connection.fetch_one("SELECT now() = statement_timestamp()").await?;
    row.try_get(0)
}

/// Asks the server of `pool` for a sign of life on a connection of its own.
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
                // Too many connections, or a password that was changed: it is there, and says so itself.
                Err(Error::Database(refusal)) if !refusal.code().is_some_and(|code| code.starts_with("57P")) => Ok(()),
                answer => answer.map_err(|error| error.to_string()),
            }
        })
    })
}

/// Listens on a connection of its own, which may hang without taking one of the pool's.
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

/// Asks the server for a sign of life on the listening connection.
pub(crate) async fn is_listening(listener: &mut PgListener) -> Result<(), Error> {
    within(listener.execute("SELECT 1")).await.map(drop)
}
