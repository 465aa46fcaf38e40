//! How people prove who they are: local passwords, one-time links, the sessions that follow, and tokens of their programs.
//!
//! It owns the names and password hashes of accounts, sessions, and the count of attempts. `access` decides what a
//! person may do; `web` owns cookies and pages. External identities belong here too: [`Login::identify_external`] takes in
//! an embedding application's; OIDC and CAS will be one file each beside `passwords.rs`, each ending in the same
//! session.

mod accounts;
mod api_tokens;
mod attempts;
mod devices;
mod entity;
mod first_administrator;
mod forgetting;
mod handle;
mod holder;
mod identity;
mod kinds;
mod management;
mod passwords;
mod programs;
mod sessions;
mod sign_in;
mod store;
mod token;

pub use accounts::{LINK_HOURS, PreparedPassword};
pub use api_tokens::{
    API_TOKEN_DAYS, API_TOKEN_PREFIX, ApiGrant, ApiToken, ApiTokenInfo, NewApiToken, TokenName, TokenReach,
};
pub use devices::DEVICE_DAYS;
pub(crate) use forgetting::jobs;
pub use handle::Login;
pub use identity::{PersonSummary, SignedIn, initials};
pub(crate) use kinds::declared as declared_events;
pub use passwords::{LoginName, Password};
pub use programs::{LONGEST_PURPOSE, Program};
pub use sessions::SessionInfo;
pub use sign_in::{Device, SignIn};
pub use token::{DeviceToken, LinkToken, SessionToken};

pub use crate::credentials::{ApiTokenId, SessionId};
use crate::error::{Error, Message};

/// Returns the error for an unknown, used or expired one-time link.
#[must_use]
pub fn link_is_dead() -> Error {
    Error::not_found_with("one-time link", Message::new("login-link-dead"))
}
