//! The checkpoint in the index: the position of an event in the outbox of one database, that event's instant, and
//! the remaining work.

use atrium_search::Checkpoint;

use crate::clock::Timestamp;
use crate::events::Position;

/// Creates a checkpoint of the position, in the outbox of the database `instance`, of an event of the instant `at`;
/// `rest` is the work that remains beside following events.
pub(super) fn write(instance: &str, position: Position, at: Timestamp, rest: Option<String>) -> Checkpoint {
    let done = format!("{instance}/{position}/{}", at.0);
    Checkpoint(match rest {
        Some(rest) => format!("{done}/{rest}"),
        None => done,
    })
}

/// Returns the work that remains beside following events.
pub(super) fn rest(checkpoint: &Checkpoint) -> Option<&str> {
    checkpoint.0.splitn(4, '/').nth(3)
}

/// Returns `true` if the index is still to be filled or rebuilt.
pub(crate) fn is_unfinished(checkpoint: &Checkpoint) -> bool {
    rest(checkpoint).is_some_and(|rest| !rest.starts_with("from/"))
}

/// Returns the position in the outbox of the database `instance`, and the event's instant, which identifies it: a
/// restored database has other events at the same positions. `None` for another database.
pub(crate) fn read(checkpoint: &Checkpoint, instance: &str) -> Option<(Position, Timestamp)> {
    let (position, at) = checkpoint.0.strip_prefix(instance)?.strip_prefix('/')?.split_once('/')?;
    let at = at.split_once('/').map_or(at, |(at, _)| at);
    Some((position.parse().ok()?, Timestamp(at.parse().ok()?)))
}
