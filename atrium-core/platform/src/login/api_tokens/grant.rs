//! What a token is: its secret, its name, and what it is good for.

use std::collections::BTreeSet;
use std::fmt;

use super::TokenReach;
use crate::credentials::ApiTokenId;
use crate::credentials::entity::api_token;
use crate::error::Message;
use crate::id::EstablishmentId;
use crate::letters;
use crate::login::token::{hash_of, random};

/// What every secret begins with, so that people and scanners of published code recognise one.
pub const API_TOKEN_PREFIX: &str = "atrium_pat_";

/// The secret of a token: the prefix and 256 random bits as text. Only its hash is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken(String);

impl ApiToken {
    pub(super) fn random() -> Self {
        Self(format!("{API_TOKEN_PREFIX}{}", random()))
    }

    /// Returns the secret itself, to be shown to its owner once.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> String {
        hash_of(&self.0)
    }
}

impl fmt::Debug for ApiToken {
    /// Never the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken(…)")
    }
}

/// What a token is called: a line of at most 60 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenName(String);

impl TokenName {
    /// The longest name, in characters.
    pub const MAX: usize = 60;

    /// Parses a name.
    ///
    /// # Errors
    /// Returns the message for its field if it is empty, too long, or holds invisible characters.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let line = text.trim();
        if letters::is_blank(line) {
            return Err(Message::new("field-required"));
        }
        if line.chars().count() > Self::MAX {
            return Err(Message::new("field-too-long").with("max", Self::MAX));
        }
        letters::check(line).map_err(letters::InvalidLine::message)?;
        Ok(Self(line.to_owned()))
    }

    /// Returns it as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a token is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiGrant {
    /// Its number.
    pub id: ApiTokenId,
    /// Reading alone, or writing as well.
    pub reach: TokenReach,
    /// The groups of operations: what follows `/api/v1/` in their addresses.
    pub areas: BTreeSet<String>,
    /// The one school in which the rights of its person hold; all of them otherwise.
    pub school: Option<EstablishmentId>,
}

impl ApiGrant {
    /// Returns `true` if the token covers an operation of `area` that writes or only reads.
    #[must_use]
    pub fn admits(&self, area: &str, writes: bool) -> bool {
        self.areas.contains(area) && (!writes || self.reach == TokenReach::Full)
    }

    pub(super) fn of(row: &api_token::Model) -> Self {
        Self {
            id: row.id,
            reach: row.reach,
            areas: row.areas.split(' ').filter(|area| !area.is_empty()).map(str::to_owned).collect(),
            school: row.establishment_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_recognised_and_never_printed() {
        let (a, b) = (ApiToken::random(), ApiToken::random());
        assert_ne!(a, b);
        assert_eq!(a.secret().len(), API_TOKEN_PREFIX.len() + 43);
        assert!(a.secret().starts_with(API_TOKEN_PREFIX));
        assert_eq!(format!("{a:?}"), "ApiToken(…)");
    }

    #[test]
    fn a_token_is_good_for_its_areas_and_reading_writes_not_a_thing() {
        let areas = BTreeSet::from(["forum".to_owned()]);
        let mut grant = ApiGrant { id: ApiTokenId(1), reach: TokenReach::Read, areas, school: None };
        assert!(grant.admits("forum", false));
        assert!(!grant.admits("forum", true));
        assert!(!grant.admits("", false));
        assert!(!grant.admits("account", false));
        grant.reach = TokenReach::Full;
        assert!(grant.admits("forum", true));
        assert!(!grant.admits("account", true));
    }

    #[test]
    fn names_are_visible_lines() {
        assert_eq!(TokenName::parse("  Export des classes ").unwrap().as_str(), "Export des classes");
        assert!(TokenName::parse(" ").is_err());
        assert!(TokenName::parse("a\u{202e}b").is_err());
        assert!(TokenName::parse(&"x".repeat(61)).is_err());
    }
}
