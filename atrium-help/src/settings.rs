//! What the Region may set of the help while it runs.

use atrium_core::settings::{Setting, SettingDef};
use atrium_core::web::RequestContext;

/// Articles changed of late that the help's first page names.
pub(crate) static RECENT: Setting<i64> = Setting::integer("help.recent", 6, 1, 30);
/// Articles thought most useful that the help's first page names.
pub(crate) static USEFUL: Setting<i64> = Setting::integer("help.useful", 6, 1, 30);
/// Opinions that one reader gives in an hour.
pub(crate) static OPINIONS_PER_HOUR: Setting<i64> = Setting::integer("help.opinions_per_hour", 300, 1, 5_000);
/// Days after which opinions are forgotten.
pub(crate) static KEEP_OPINIONS: Setting<i64> = Setting::integer("help.keep_opinions", 730, 30, 3_650).or_zero();

/// Returns all of them, in the order in which they are shown.
pub(crate) fn definitions() -> Vec<SettingDef> {
    vec![RECENT.def(), USEFUL.def(), OPINIONS_PER_HOUR.def(), KEEP_OPINIONS.def()]
}

/// Returns [`RECENT`] as a limit of a query.
pub(crate) fn recent(cx: &RequestContext) -> u64 {
    u64::try_from(cx.setting(&RECENT)).unwrap_or_default()
}

/// Returns [`USEFUL`] as a limit of a query.
pub(crate) fn useful(cx: &RequestContext) -> u64 {
    u64::try_from(cx.setting(&USEFUL)).unwrap_or_default()
}
