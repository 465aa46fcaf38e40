//! Maps a failed query to an error: unavailable (try again), a conflict, or a fault of ours.

use super::{is_overlong, tell};
use crate::error::Error;

impl From<sea_orm::DbErr> for Error {
    fn from(source: sea_orm::DbErr) -> Self {
        match source {
            sea_orm::DbErr::RecordNotFound(what) => Self::not_found(what),
            source if is_lost(&source) => {
                tell(&source);
                match source {
                    sea_orm::DbErr::ConnectionAcquire(_) => Self::busy("the database's connections", DATABASE_BACK),
                    source if is_overlong(&source) => Self::busy("a query that takes too long", LESS_BUSY),
                    _ => Self::unavailable_for("the database", DATABASE_BACK),
                }
            }
            source => match source.sql_err() {
                // A concurrent transaction wrote the row between the check and the write.
                Some(sea_orm::SqlErr::UniqueConstraintViolation(what)) => Self::conflict(what),
                _ => Self::internal("database", source),
            },
        }
    }
}

/// The seconds after which a failed request is worth repeating.
const DATABASE_BACK: u64 = 5;
/// The seconds after which a query that took too long may be quicker.
const LESS_BUSY: u64 = 15;

/// Returns `true` if the state of the database failed the query, rather than the query itself.
pub(super) fn is_lost(error: &sea_orm::DbErr) -> bool {
    use sea_orm::sqlx::Error as Driver;
    use sea_orm::{DbErr, RuntimeErr};

    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(source)) | DbErr::Query(RuntimeErr::SqlxError(source)) => match &**source {
            Driver::Io(_) | Driver::Tls(_) | Driver::PoolTimedOut | Driver::PoolClosed => true,
            Driver::Database(refusal) => refusal.code().is_some_and(|code| is_passing(&code)),
            _ => false,
        },
        _ => false,
    }
}

/// Returns `true` if this code of a database says that the same query may work later. PostgreSQL's codes have five
/// characters: lost connections, transactions ended or refused writing by the server, rollbacks on behalf of
/// others, exhausted resources, a lock or a statement that took too long, shutting down, input or output. SQLite's
/// are numbers whose low byte is the kind: busy, locked, out of memory, read-only, interrupted, input or output,
/// full, cannot open.
fn is_passing(code: &str) -> bool {
    const CLASSES: [&str; 8] = ["08", "25006", "25P03", "40", "53", "55P03", "57", "58"];
    match code.len() {
        5 => CLASSES.iter().any(|class| code.starts_with(class)),
        _ => code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5..=10 | 13 | 14)),
    }
}

#[cfg(test)]
mod tests {
    use super::is_passing;

    #[test]
    fn what_may_work_later_is_told_from_what_never_will() {
        // A serialization failure, a deadlock, no room left, shutting down, a lost connection, a statement and a lock that
        // took too long, an idle transaction, a server that takes no writes; SQLite's busy, its snapshot, a full disk, no
        // memory, a file that may not be written.
        for passing in ["40001", "40P01", "53100", "57P01", "08006", "57014", "55P03", "25P03", "25006"] {
            assert!(is_passing(passing), "{passing}");
        }
        for passing in ["5", "517", "13", "7", "8", "9", "1032"] {
            assert!(is_passing(passing), "{passing}");
        }
        // A unique key, a syntax error, a statement after a failed one; SQLite's constraint.
        for lasting in ["23505", "42601", "25P02", "2067", "1", ""] {
            assert!(!is_passing(lasting), "{lasting}");
        }
    }
}
