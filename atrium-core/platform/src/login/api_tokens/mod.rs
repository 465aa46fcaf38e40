//! API tokens: by which a person lets a program act for them, with a part of their rights and for a time.
//!
//! A token never holds a right: it narrows those that its person has at the moment of use, to reading, to groups of
//! operations, to one school. Which operations belong to which group is decided by their addresses, in the web shell. It
//! refuses to make tokens for somebody else, or for a program.

mod actions;
mod grant;
mod identity;
mod store;

pub(super) use actions::make_token;
pub use actions::{API_TOKEN_DAYS, ApiTokenInfo, NewApiToken};
pub use grant::{API_TOKEN_PREFIX, ApiGrant, ApiToken, TokenName};

pub use crate::credentials::entity::api_token::Reach as TokenReach;
