//! Removes old rows of the sign-in: a few with each action that adds to a table, the rest once a day.

use super::DEVICE_DAYS;
use super::attempts::WINDOW;
use crate::jobs::{Pruning, ScheduledJob};

/// The most rows removed with an action that adds one to three.
pub(super) const A_FEW: u64 = 20;

pub(super) const SESSIONS: Pruning = Pruning::new("atrium_session", "id", "expires_at", 0);
pub(super) const LINKS: Pruning = Pruning::new("atrium_login_link", "token_hash", "expires_at", 0);
pub(super) const ATTEMPTS: Pruning = Pruning::new("atrium_login_attempt", "id", "at", 0).after_seconds(WINDOW);
pub(super) const DEVICES: Pruning =
    Pruning::new("atrium_login_device", "token_hash, person_id", "last_used", DEVICE_DAYS);

pub(super) const API_TOKENS: Pruning = Pruning::new("atrium_api_token", "id", "expires_at", 0);

/// Returns all of them, every night.
pub(crate) fn jobs() -> [ScheduledJob; 5] {
    [
        SESSIONS.nightly("core.sessions"),
        LINKS.nightly("core.login_links"),
        ATTEMPTS.nightly("core.login_attempts"),
        DEVICES.nightly("core.login_devices"),
        API_TOKENS.nightly("core.api_tokens"),
    ]
}
