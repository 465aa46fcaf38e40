//! When an article's text was last changed: what its author says in the front matter, else when a changed text was read.

use atrium_core::clock::Timestamp;

use crate::articles::article;
use crate::calendar;
use crate::content::ArticleFile;

/// Returns the instant to keep. The stated day counts for a new article, and for an unchanged text of which another
/// day is stated; for a changed text it counts when it is later than what was known, for an author may have left an
/// old one.
pub(super) fn updated_at(file: &ArticleFile, before: Option<&article::Model>, now: Timestamp) -> Timestamp {
    let start = file.updated.as_deref().and_then(calendar::parse).map(calendar::start);
    match before {
        None => start.unwrap_or(now),
        Some(before) if is_same_text(before, file) => match start {
            Some(start) if before.updated_on != file.updated => start,
            _ => before.updated_at,
        },
        Some(before) => start.filter(|start| *start > before.updated_at).unwrap_or(now),
    }
}

/// Returns the instant of a change made now, after everything that changed before, the last of it at `last`: the
/// articles that changed last are listed by it, and the clock of this node may be behind that of another.
pub(super) fn instant(now: Timestamp, last: Option<Timestamp>) -> Timestamp {
    last.filter(|last| *last > now).map_or(now, |last| last.plus_millis(1))
}

/// Returns `true` if the visible text is the same.
fn is_same_text(before: &article::Model, file: &ArticleFile) -> bool {
    before.title == file.title && before.summary == file.summary && before.markdown.trim() == file.markdown.trim()
}
