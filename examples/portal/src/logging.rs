//! Where log lines go: standard error, as text, or as JSON with `ATRIUM_LOG_JSON=1`.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// What is logged unless told otherwise.
const DEFAULT: &str = "info,sqlx=warn,sea_orm=warn,tantivy=warn,sea_orm_migration=warn";
/// Never more than this: handlebars logs the data of each page, secrets of links among them.
const NEVER: &str = "handlebars=warn";

/// Starts logging what `filter` lets through; the `RUST_LOG` variable otherwise.
pub(crate) fn start(filter: Option<&str>) {
    let variable = std::env::var("RUST_LOG").ok();
    let wanted = filter.or(variable.as_deref()).unwrap_or(DEFAULT);
    let filter = EnvFilter::try_new(wanted).unwrap_or_else(|error| {
        eprintln!("atrium-portal: log filter `{wanted}`: {error}; the usual one is used");
        EnvFilter::new(DEFAULT)
    });
    let filter = filter.add_directive(NEVER.parse().expect("a directive"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let json = std::env::var("ATRIUM_LOG_JSON").is_ok_and(|value| !["", "0", "false"].contains(&value.as_str()));
    let started = if json {
        lines.json().finish().try_init()
    } else {
        lines.compact().with_ansi(std::io::stderr().is_terminal()).finish().try_init()
    };
    if let Err(error) = started {
        eprintln!("atrium-portal: logging: {error}");
    }
}
