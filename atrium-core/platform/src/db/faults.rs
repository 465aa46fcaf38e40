//! Logs database failures in words that fit the fault, once per fault instead of once per query.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

use super::health::code_of;

/// The interval at which a lasting fault is logged again.
const QUIET: Duration = Duration::from_secs(10);

/// When each kind of fault was logged last, by its log line.
static TOLD: Mutex<Vec<(&'static str, Instant)>> = Mutex::new(Vec::new());

/// Logs that a query failed because of the database's state, at most every ten seconds for each kind of fault.
pub(super) fn tell(error: &DbErr) {
    let what = describe(error);
    if is_news(what) {
        tracing::error!(%error, "{what}");
    }
}

/// Returns `true` if `what` was not logged within the last ten seconds, and notes that it is logged now.
pub(super) fn is_news(what: &'static str) -> bool {
    note(&mut TOLD.lock().unwrap_or_else(PoisonError::into_inner), what, Instant::now())
}

fn note(told: &mut Vec<(&'static str, Instant)>, what: &'static str, now: Instant) -> bool {
    told.retain(|(_, at)| now.duration_since(*at) < QUIET);
    let is_news = told.iter().all(|(known, _)| *known != what);
    if is_news {
        told.push((what, now));
    }
    is_news
}

/// Returns the log line for `error`.
fn describe(error: &DbErr) -> &'static str {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => "no connection to the database became free in time",
        // Errors of the gate, and transactions that the database ended.
        DbErr::Conn(RuntimeErr::Internal(_)) => "the database does not answer, or ended a transaction",
        _ => code_of(error).map_or("the database cannot be reached", |code| describe_code(&code)),
    }
}

/// Returns the log line for a code: PostgreSQL's has five characters; of SQLite's, the low byte is the kind.
fn describe_code(code: &str) -> &'static str {
    const FULL: &str = "the disk of the database is full";
    const BUSY: &str = "the database was locked by another transaction for too long";
    const MEMORY: &str = "the database is out of memory";
    const READ_ONLY: &str = "the database is read-only";
    const OVERLONG: &str = "the database broke off a statement that took too long";
    const FILES: &str = "the database cannot read or write its files";
    match code {
        "53100" => FULL,
        "53200" => MEMORY,
        "53300" => "the database takes no more connections",
        "55P03" => BUSY,
        "25006" => READ_ONLY,
        "25P03" => "the database ended a transaction that had been idle for too long",
        "57014" => OVERLONG,
        code if code.len() == 5 && code.starts_with("40") => {
            "the database rolled a transaction back in favour of another"
        }
        code if code.len() == 5 && code.starts_with("58") => FILES,
        code if code.len() == 5 && code.starts_with("53") => "the database lacks resources",
        code if code.len() == 5 => "the database cannot be reached",
        code => match code.parse::<u32>().unwrap_or_default() & 0xff {
            5 | 6 => BUSY,
            7 => MEMORY,
            8 => READ_ONLY,
            9 => OVERLONG,
            13 => FULL,
            14 => "the database file cannot be opened",
            _ => FILES,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_that_lasts_is_told_once_in_ten_seconds() {
        let (mut told, start) = (Vec::new(), Instant::now());
        let mut at = |what, seconds| note(&mut told, what, start + Duration::from_secs(seconds));
        assert!(at("full", 0));
        assert!(!at("full", 1));
        assert!(at("busy", 2), "another fault is told at once");
        assert!(!at("full", 9));
        assert!(at("full", 10));
        assert!(!at("busy", 11));
    }

    #[test]
    fn a_database_that_answers_is_not_called_out_of_reach() {
        for code in ["53100", "13"] {
            assert_eq!(describe_code(code), "the disk of the database is full");
        }
        for code in ["55P03", "5", "517"] {
            assert_eq!(describe_code(code), "the database was locked by another transaction for too long");
        }
        for code in ["57P01", "08006"] {
            assert_eq!(describe_code(code), "the database cannot be reached");
        }
        assert_eq!(describe_code("778"), "the database cannot read or write its files");
    }
}
