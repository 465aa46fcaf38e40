//! How often one person writes, over every node: more is a mishap or a machine, and what they typed comes back.

use atrium_core::web::Cx;
use atrium_core::{Error, Message, Result};

/// Topics in an hour.
const TOPICS: u32 = 30;
/// Replies in an hour.
const REPLIES: u32 = 120;
/// Flags in an hour.
const FLAGS: u32 = 60;

/// Passes unless they have opened too many topics.
pub(crate) async fn topics(cx: &Cx) -> Result<()> {
    cx.allow("forum.topic", TOPICS).await
}

/// Passes unless they have replied too often.
pub(crate) async fn replies(cx: &Cx) -> Result<()> {
    cx.allow("forum.reply", REPLIES).await
}

/// Passes unless they have flagged too much.
pub(crate) async fn flags(cx: &Cx) -> Result<()> {
    cx.allow("forum.flag", FLAGS).await
}

/// Returns the refusal as a form tells it, beside this field.
pub(crate) fn beside(field: &'static str) -> impl Fn(Error) -> Error {
    move |error| match error.retry_after() {
        Some(seconds) => {
            Error::invalid_field(field, Message::new("forum-too-often").with("minutes", seconds.div_ceil(60)))
        }
        None => error,
    }
}
