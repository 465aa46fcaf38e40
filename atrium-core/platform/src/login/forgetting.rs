//! Removes old rows of the sign-in: a few with each action that adds to a table, the rest once a day.

use super::DEVICE_DAYS;
use super::attempts::WINDOW;
use crate::upkeep::Pruning;

/// The most rows removed with an action that adds one to three.
pub(super) const A_FEW: u64 = 20;

pub(super) const SESSIONS: Pruning = Pruning::new("core.sessions", "atrium_session", "id", "expires_at", 0);
pub(super) const LINKS: Pruning = Pruning::new("core.login_links", "atrium_login_link", "token_hash", "expires_at", 0);
pub(super) const ATTEMPTS: Pruning =
    Pruning::new("core.login_attempts", "atrium_login_attempt", "id", "at", 0).after_seconds(WINDOW);
pub(super) const DEVICES: Pruning =
    Pruning::new("core.login_devices", "atrium_login_device", "token_hash, person_id", "last_used", DEVICE_DAYS);

pub(super) const API_TOKENS: Pruning = Pruning::new("core.api_tokens", "atrium_api_token", "id", "expires_at", 0);

/// All of them, for the daily upkeep.
pub(crate) const CHORES: [Pruning; 5] = [SESSIONS, LINKS, ATTEMPTS, DEVICES, API_TOKENS];
