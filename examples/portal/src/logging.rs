//! Where log lines go: standard error, as text, or as JSON with `ATRIUM_LOG_JSON=1`.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging what `filter` lets through; the `RUST_LOG` variable otherwise.
pub(crate) fn start(filter: Option<&str>) {
    let default = "info,sqlx=warn,sea_orm=warn,tantivy=warn,sea_orm_migration=warn";
    let filter = match filter {
        Some(filter) => EnvFilter::new(filter),
        None => EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default)),
    };
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let started = match std::env::var_os("ATRIUM_LOG_JSON") {
        Some(_) => lines.json().finish().try_init(),
        None => lines.compact().finish().try_init(),
    };
    if let Err(error) = started {
        eprintln!("atrium-portal: logging: {error}");
    }
}
