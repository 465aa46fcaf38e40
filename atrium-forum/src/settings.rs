//! What the Region may set of the forum while it runs.

use std::time::Duration;

use atrium_core::settings::{Setting, SettingDef, SettingUnit};

/// Posts of one author that are shown before their later ones are, in a category where first posts are reviewed.
pub(crate) static FIRST_POSTS: Setting<i64> = Setting::integer("forum.first_posts", 3, 1, 50);
/// People whose flags hide a post until a moderator decides.
pub(crate) static HIDING_FLAGS: Setting<i64> = Setting::integer("forum.hiding_flags", 3, 2, 50);
/// How long a moderator keeps an item of the queue.
pub(crate) static REVIEW_CLAIM: Setting<Duration> =
    Setting::duration("forum.review_claim", 15, SettingUnit::Minutes, 5, 240);
/// Topics that one person opens in an hour.
pub(crate) static TOPICS_PER_HOUR: Setting<i64> = Setting::integer("forum.topics_per_hour", 30, 1, 1_000);
/// Replies that one person writes in an hour.
pub(crate) static REPLIES_PER_HOUR: Setting<i64> = Setting::integer("forum.replies_per_hour", 120, 1, 5_000);
/// Flags that one person raises in an hour.
pub(crate) static FLAGS_PER_HOUR: Setting<i64> = Setting::integer("forum.flags_per_hour", 60, 1, 1_000);
/// Days after which what somebody has read of a topic is forgotten.
pub(crate) static KEEP_READ_MARKS: Setting<i64> = Setting::integer("forum.keep_read_marks", 400, 31, 3_650).or_zero();

/// Returns all of them, in the order in which they are shown.
pub(crate) fn definitions() -> Vec<SettingDef> {
    vec![
        FIRST_POSTS.def(),
        HIDING_FLAGS.def(),
        REVIEW_CLAIM.def(),
        TOPICS_PER_HOUR.def(),
        REPLIES_PER_HOUR.def(),
        FLAGS_PER_HOUR.def(),
        KEEP_READ_MARKS.def(),
    ]
}
