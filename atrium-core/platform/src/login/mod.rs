//! How people prove who they are: local passwords, one-time links, the sessions that follow, and tokens of their programs.
//!
//! It owns the names and password hashes of accounts, sessions, and the count of attempts. `access` decides what a
//! person may do; `web` owns cookies and pages. External identities belong here too: [`identify_external`] takes in
//! an embedding application's; OIDC and CAS will be one file each beside `passwords.rs`, each ending in the same
//! session.

mod accounts;
mod api_tokens;
mod attempts;
mod devices;
mod entity;
mod first_administrator;
mod forgetting;
mod holder;
mod identity;
mod management;
mod passwords;
mod programs;
mod sessions;
mod sign_in;
mod store;
mod token;

pub use accounts::{
    LINK_HOURS, PreparedPassword, change_password, create_login, create_person_with_link, create_person_with_login,
    give_password, give_prepared, one_time_link, prepare, rename_login, set_password,
};
pub use api_tokens::{
    API_TOKEN_DAYS, API_TOKEN_PREFIX, ApiGrant, ApiToken, ApiTokenInfo, NewApiToken, TokenName, TokenReach,
    api_tokens_of, create_api_token, identify_token, own_api_tokens, revoke_api_token,
};
pub use devices::DEVICE_DAYS;
pub use first_administrator::first_administrator_link;
pub(crate) use forgetting::CHORES;
pub use identity::{PersonSummary, SignedIn, identify, identify_external, initials};
pub use management::{may_manage, require_management};
pub use passwords::{LoginName, Password};
pub use programs::{LONGEST_PURPOSE, Program, create_program, create_program_token, is_program, programs};
pub use sessions::{SessionInfo, close, revoke, revoke_all_but, sessions_of};
pub use sign_in::{Device, SignIn, open_session, sign_in};
pub use store::{link_holder, login_of, person_named, versioned_login_of};
pub use token::{DeviceToken, LinkToken, SessionToken};

pub use crate::credentials::{ApiTokenId, SessionId};
use crate::error::{Error, Message};

/// Returns the error for an unknown, used or expired one-time link.
#[must_use]
pub fn link_is_dead() -> Error {
    Error::not_found_with("one-time link", Message::new("login-link-dead"))
}
