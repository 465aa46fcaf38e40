//! How often one person writes: more is a mishap or a machine, and what they typed comes back.

use atrium_core::web::Cx;
use atrium_core::{Error, Message, Result};

/// Topics in an hour.
const TOPICS: u32 = 30;
/// Replies in an hour.
const REPLIES: u32 = 120;
/// Flags in an hour.
const FLAGS: u32 = 60;

/// Passes unless they have opened too many topics.
pub(crate) fn topics(cx: &Cx) -> Result<()> {
    check(cx, "forum.topic", TOPICS, "body")
}

/// Passes unless they have replied too often.
pub(crate) fn replies(cx: &Cx) -> Result<()> {
    check(cx, "forum.reply", REPLIES, "body")
}

/// Passes unless they have flagged too much.
pub(crate) fn flags(cx: &Cx) -> Result<()> {
    check(cx, "forum.flag", FLAGS, "reason")
}

fn check(cx: &Cx, what: &'static str, most: u32, field: &'static str) -> Result<()> {
    cx.allow(what, most).map_err(|error| match error.retry_after() {
        Some(seconds) => {
            Error::invalid_field(field, Message::new("forum-too-often").with("minutes", seconds.div_ceil(60)))
        }
        None => error,
    })
}
