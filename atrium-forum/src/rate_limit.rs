//! How often one person writes, over every node: more is a mishap or a machine, and what they typed comes back.

use atrium_core::web::RateLimit;
use atrium_core::{Error, Message};

use crate::settings::{FLAGS_PER_HOUR, REPLIES_PER_HOUR, TOPICS_PER_HOUR};

/// Topics that one person opens.
pub(crate) const TOPICS: RateLimit = RateLimit::by_setting("forum.topic", &TOPICS_PER_HOUR);
/// Replies that one person writes.
pub(crate) const REPLIES: RateLimit = RateLimit::by_setting("forum.reply", &REPLIES_PER_HOUR);
/// Flags that one person raises.
pub(crate) const FLAGS: RateLimit = RateLimit::by_setting("forum.flag", &FLAGS_PER_HOUR);

/// Returns the refusal as a form tells it, beside this field.
pub(crate) fn beside(field: &'static str) -> impl Fn(Error) -> Error {
    move |error| match error.retry_after() {
        Some(seconds) => {
            Error::invalid_field(field, Message::new("forum-too-often").with("minutes", seconds.div_ceil(60)))
        }
        None => error,
    }
}
